"""The command line, as a person and as a script see it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import fields

import pytest
from feeding import multipart

from mimeparse import Limits
from mimeparse.cli.drawing import printable, progress
from mimeparse.cli.main import main

RAW = multipart(
    b"Content-Type: text/plain; charset=utf-8\r\n\r\ngr\xc3\xbcn",
    b'Content-Type: application/pdf; name="../a.pdf"\r\nContent-Disposition: attachment\r\n\r\nPDF',
)
CLEAN = b"From: a@example.com\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\nHello\r\n"


@pytest.fixture
def mail(tmp_path):
    path = tmp_path / "mail.eml"
    path.write_bytes(RAW)
    return str(path)


def run(arguments: list[str], data: bytes = b"", **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "mimeparse", *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=False, **options)  # type: ignore[call-overload]


def test_show_draws_the_tree_with_types_names_roles_and_reasons(mail, capsys):
    assert main(["show", mail]) == 0
    shown = capsys.readouterr().out
    assert "From: a@example.com" in shown
    lines = shown.splitlines()
    assert any(line.startswith("multipart/mixed") and "container" in line for line in lines)
    assert any(line.startswith("├── text/plain") and "utf-8" in line and "body: text" in line for line in lines)
    assert any(
        line.startswith('└── application/pdf  "../a.pdf" saved as a.pdf') and "its disposition" in line
        for line in lines
    )
    assert "filename-path" in shown


def test_readings_lists_what_any_reader_may_see_and_which_reading_shows_it(tmp_path, capsys):
    path = tmp_path / "mail.eml"
    path.write_bytes(
        b"From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: image/png; name=a.png\r\nContent-Disposition: attachment\r\n"
        b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8="
    )
    assert main(["readings", str(path)]) == 0
    verdict, *lines = capsys.readouterr().out.splitlines()
    assert verdict.startswith("ambiguous: ")
    at = lines.index("Attachments:")
    assert lines[at + 1].startswith('  image/png  "a.png"  8 bytes, sha256 ')
    assert lines[at + 2].startswith("    in ours")
    assert lines[at + 3].startswith('  image/png  "a.png"  5 bytes, sha256 2cf24dba5fb0a30e')
    assert lines[at + 4].startswith("    in repeated-fields=last, ")
    assert lines[-1] == "Senders: a@example.com"


def test_mail_that_all_read_alike_has_one_reading(tmp_path, capsys):
    path = tmp_path / "mail.eml"
    path.write_bytes(CLEAN)
    assert main(["readings", str(path), "--check"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("not ambiguous")
    assert "    in " not in shown


def test_readings_that_were_not_all_tried_are_ambiguous(tmp_path, capsys):
    path = tmp_path / "mail.eml"
    path.write_bytes(CLEAN.replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\n"))
    assert main(["readings", str(path), "--check", "--max-readings", "1"]) == 1
    assert "--max-readings" in capsys.readouterr().out.splitlines()[0]


def test_json_prints_one_object_for_a_message_and_lines_for_several(mail, tmp_path, capsys):
    assert main(["json", mail]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "grün"
    (tmp_path / "other.eml").write_bytes(CLEAN)
    assert main(["json", str(tmp_path)]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["text"] for record in records] == ["grün", "Hello\n"]


def test_extract_saves_attachments_under_safe_names(mail, tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    assert main(["extract", mail, "-o", str(out)]) == 0
    assert capsys.readouterr().out.splitlines() == [str(out / "a.pdf")]
    assert (out / "a.pdf").read_bytes() == b"PDF"
    assert main(["extract", mail, "--bodies", "-o", str(out)]) == 0
    assert len(list(out.iterdir())) == 3


def test_a_dash_is_standard_input():
    done = run(["json", "-"], RAW)
    assert done.returncode == 0
    assert json.loads(done.stdout)["text"] == "grün"


def test_check_tells_clean_mail_from_mail_with_defects(mail, tmp_path):
    clean = tmp_path / "clean"
    clean.write_bytes(CLEAN)
    assert main(["show", str(clean), "--check"]) == 0
    assert main(["show", mail, "--check"]) == 1
    assert main(["json", mail, "--check"]) == 1
    assert main(["readings", mail, "--check"]) == 1
    assert main(["extract", mail, "--check", "-o", str(tmp_path)]) == 1
    assert main(["show", mail]) == 0


def test_what_cannot_be_read_is_one_line_and_the_rest_goes_on(mail, tmp_path, capsys):
    assert main(["json", str(tmp_path / "missing"), mail]) == 2
    output = capsys.readouterr()
    assert json.loads(output.out)["text"] == "grün"
    assert output.err.count("\n") == 1
    assert "missing" in output.err
    assert "No such file" in output.err


def test_an_empty_folder_is_no_input(tmp_path, capsys):
    assert main(["show", str(tmp_path)]) == 2
    assert "holds no files" in capsys.readouterr().err


def test_a_folder_that_is_not_there_cannot_be_written_to(mail, tmp_path, capsys):
    assert main(["extract", mail, "-o", str(tmp_path / "missing")]) == 2
    assert "missing" in capsys.readouterr().err


def test_a_limit_that_is_hit_names_the_option_that_raises_it(mail, capsys):
    assert main(["show", mail, "--max-parts", "2"]) == 3
    assert "--max-parts" in capsys.readouterr().err
    assert main(["show", mail, "--max-parts", "3"]) == 0


def test_there_is_an_option_for_every_limit(mail):
    for field in fields(Limits):
        assert main(["show", mail, "--" + field.name.replace("_", "-"), "1G"]) == 0, field.name


@pytest.mark.parametrize("value", ["none", "1k", "2M", "1G", "1000"])
def test_limits_take_units_and_none(mail, value):
    assert main(["show", mail, "--max-message-bytes", value]) == 0


@pytest.mark.parametrize("arguments", [["--max-parts", "many"], ["--max-parts", ""], ["--max-such", "1"]])
def test_bad_usage_is_said_by_the_option_parser(mail, arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["show", mail, *arguments])
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_limit_below_zero_is_refused(mail, capsys):
    assert main(["show", mail, "--max-parts=-1"]) == 2
    assert "max_parts" in capsys.readouterr().err


def test_of_several_inputs_the_worst_counts(mail, tmp_path):
    assert main(["show", mail, mail, "--check", "--max-parts", "2"]) == 3
    assert main(["show", mail, str(tmp_path / "missing"), "--max-parts", "2"]) == 2


@pytest.mark.skipif(os.name == "nt", reason="a matter of POSIX pipes")
def test_a_reader_that_goes_away_is_no_traceback(tmp_path):
    for number in range(200):
        (tmp_path / f"{number}").write_bytes(RAW)
    command = f"{sys.executable} -m mimeparse show {tmp_path} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, check=False, text=True)
    assert done.stdout.startswith("==")
    assert done.stderr == ""


def test_an_output_that_knows_no_unicode_is_no_failure(mail):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert json.loads(run(["json", mail], env=environment).stdout)["text"] == "grün"
    assert run(["show", mail], env=environment).returncode == 0


def test_nothing_of_the_mail_reaches_the_terminal_as_a_command(tmp_path, capsys):
    path = tmp_path / "mail.eml"
    path.write_bytes("Subject: \x1b]0;owned\x07 \u202eevil\r\nFrom: a@b\r\n\r\n".encode())
    main(["show", str(path)])
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "\\u001b" in shown


def test_long_values_are_shortened():
    assert len(printable("x" * 10_000)) < 250


def test_a_person_who_watches_sees_colours_and_progress(mail):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    watched = Terminal()
    assert list(progress([mail, mail], watched)) == [mail, mail]
    assert watched.getvalue()
    unwatched = io.StringIO()
    assert list(progress([mail, mail], unwatched)) == [mail, mail]
    assert not unwatched.getvalue()


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("mimeparse 0.")


def test_the_help_explains_the_exit_codes(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "exit codes" in capsys.readouterr().out

"""The reasons that `benchmarks/golden_reasons.py` gives: each kind holds for a message that has its property, and for no other."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from pathlib import Path

import pytest

import mimeparse

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module", autouse=True)
def benchmarks():
    """Let the programs of `benchmarks/` import one another, as they do when they are run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield


def kind(field: str, ours: str, theirs: str, raw: bytes) -> str:
    from golden_reasons import Difference, reason

    return reason(Difference(field, ours, theirs, raw, mimeparse.parse(raw))).name


def sha256(data: bytes | str) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def listed(*values: bytes | str) -> str:
    return json.dumps([sha256(value) for value in values])


def multipart(*parts: bytes, boundary: bytes = b"b") -> bytes:
    body = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts)
    return b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\n\n' + body + b"--" + boundary + b"--\n"


ATTACHED = b"Content-Disposition: attachment\n"
UUENCODED = b"begin 644 a\n#0V%T\n`\nend"
LATIN = ATTACHED + b"Content-Type: text/plain; charset=iso-8859-1\n\nfr\xf6sche"
NESTED = b"Content-Type: multipart/mixed; boundary=%b\n\n"
EMPTY = "[]"

EXPLAINED = {
    "uuencode as transfer encoding": (
        "att_hashes",
        listed("Cat"),
        listed(UUENCODED),
        multipart(ATTACHED + b"Content-Transfer-Encoding: x-uuencode\n\n" + UUENCODED),
    ),
    "attached text in its own charset": ("att_hashes", listed(b"fr\xf6sche"), listed("frösche"), multipart(LATIN)),
    "bytes above 127 that nothing declares": (
        "subject",
        "für Jürgen",
        "f\ufffdr J\ufffdrgen",
        b"Subject: f\xfcr J\xfcrgen\n\n",
    ),
    "damaged base64": (
        "all_text",
        listed("Cat"),
        listed("!Q2F0"),
        b"Content-Transfer-Encoding: base64\n\n!Q2F0",
    ),
    "NUL in a text": (
        "text",
        sha256("C\ufffdt"),
        sha256("C\0t"),
        b"Content-Transfer-Encoding: base64\n\nQwB0\n",
    ),
    "backslash in a quoted file name": ("att_names", '["C:\\\\a.txt"]', '["C:a.txt"]', b"\n"),
    "disposition without a type": (
        "att_names",
        '["a.png"]',
        '[""]',
        b'Content-Type: image/png\nContent-Disposition: ; filename="a.png"\n\n',
    ),
    "date that is none": ("date", "", "2026-04-07T10:00:00Z", b"Date: Tue, 7 Apr 2026 10:00:t\n\n"),
    "delimiter inside a line": (
        "text",
        sha256("x--b--"),
        sha256("x"),
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx--b--\n",
    ),
    "boundary that ends in blanks": (
        "structure",
        "mixed(plain,plain)",
        "mixed(plain)",
        b'Content-Type: multipart/mixed; boundary="b "\n\n--b \n\nx\n--b\n\ny\n--b --\n',
    ),
    "text behind a delimiter": (
        "structure",
        "mixed(plain)",
        "mixed(plain,plain)",
        multipart(b"\nx\n--b and more\n\ny"),
    ),
    "outer delimiter inside an inner multipart": (
        "structure",
        "mixed(mixed(plain),plain)",
        "mixed(mixed(plain))",
        multipart(NESTED % b"inner" + b"--inner\n\nx", b"\ny", boundary=b"outer"),
    ),
    "part without a blank line": ("structure", "mixed(html)", "mixed()", multipart(b"Content-Type: text/html")),
    "part of nothing at the end": (
        "structure",
        "mixed(plain,plain)",
        "mixed(plain)",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\n",
    ),
    "multipart without a delimiter": (
        "structure",
        "mixed()",
        "mixed",
        b"Content-Type: multipart/mixed; boundary=b\n\nx\n",
    ),
    "blank line that holds blanks": ("text", sha256("x and y"), "", b"Subject: s\n \nx and y\n"),
    "line in the header that is no field": ("text", sha256("x and y\n\nz"), sha256("z"), b"Subject: s\nx and y\n\nz\n"),
}


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_kind_holds_for_a_message_that_has_its_property(name):
    assert kind(*EXPLAINED[name]) == name


@pytest.mark.parametrize("name", EXPLAINED)
def test_no_kind_holds_for_the_same_difference_of_a_message_without_defects(name):
    field, ours, theirs, _ = EXPLAINED[name]
    if name == "backslash in a quoted file name":
        theirs = '["C:.txt"]'  # the names alone tell this one, not the message
    assert kind(field, ours, theirs, multipart(b"\nx", b"Content-Type: text/html\n\ny")) == "unexplained"


@pytest.mark.parametrize(
    "name",
    [
        "uuencode as transfer encoding",
        "attached text in its own charset",
        "NUL in a text",
        "delimiter inside a line",
    ],
)
def test_a_kind_that_computes_the_other_reading_does_not_hold_for_a_third_one(name):
    field, ours, _, raw = EXPLAINED[name]
    third = sha256("neither") if field == "text" else listed("neither")
    assert kind(field, ours, third, raw) == "unexplained"


def test_every_kind_is_tested():
    from golden_reasons import KINDS

    assert sorted(EXPLAINED) == sorted(kind.name for kind in KINDS)


def test_the_text_of_a_body_without_a_charset_is_explained_by_its_replacement_characters():
    raw = "Subject: s\n\nfür Jürgen und die Frösche\n".encode("latin-1")
    ours, theirs = "für Jürgen und die Frösche", "f\ufffdr J\ufffdrgen und die Fr\ufffdsche"
    assert kind("all_text", listed(ours), listed(theirs), raw) == "bytes above 127 that nothing declares"
    assert kind("all_text", listed(ours), listed("fr Jrgen und die Frsche"), raw) == "unexplained"


def test_a_part_that_is_missing_in_the_middle_is_not_one_at_the_end():
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n\nx\n--b--\n"
    assert kind("structure", "mixed(plain,plain)", "mixed(plain)", raw) == "unexplained"


@pytest.fixture
def panel(tmp_path):
    """Lay out a corpus of two messages and a golden that agrees with the first and not with the second."""
    (tmp_path / "corpus" / "own").mkdir(parents=True)
    (tmp_path / "corpus" / "own" / "plain.eml").write_bytes(b"Subject: s\n\nx\n")
    (tmp_path / "corpus" / "own" / "8bit.eml").write_bytes(b"Subject: f\xfcr J\xfcrgen\n\nx\n")
    (tmp_path / "score.py").write_text("def value(field, answer):\n    return answer[field]\n", encoding="utf-8")
    with gzip.open(tmp_path / "golden-other.jsonl.gz", "wt", encoding="utf-8") as lines:
        for file, subject in (("own/plain.eml", "s"), ("own/8bit.eml", "f\ufffdr J\ufffdrgen")):
            lines.write(json.dumps({"file": file, "subject": [subject, 0, 0], "structure": ["plain", 0, 0]}) + "\n")
    return tmp_path


def run(panel, monkeypatch, capsys):
    import goldens

    monkeypatch.setattr(sys, "argv", ["goldens.py", str(panel / "corpus"), str(panel)])
    return goldens.main(), capsys.readouterr().out


def test_the_runner_counts_and_explains(panel, monkeypatch, capsys):
    status, printed = run(panel, monkeypatch, capsys)
    assert status == 0
    rows = [line.split() for line in printed.splitlines()]
    assert ["other", "subject", "2", "1", "50.0", "%"] in rows
    assert ["other", "structure", "2", "2", "100.0", "%"] in rows
    assert "bytes above 127 that nothing declares: 1 fields of 1 messages (RFC 7103 7.6)" in printed
    assert "other own/8bit.eml subject" in printed
    assert "1 differences, 0 unexplained" in printed


def test_the_runner_fails_on_a_difference_that_no_kind_explains(panel, monkeypatch, capsys):
    (panel / "corpus" / "own" / "plain.eml").write_bytes(b"Subject: t\n\nx\n")
    status, printed = run(panel, monkeypatch, capsys)
    assert status == 1
    assert "2 differences, 1 unexplained" in printed

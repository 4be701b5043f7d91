"""The fuzzer itself: what an input says, and that a broken promise is found and made small."""

from __future__ import annotations

import importlib
import random
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "fuzz"
sys.path.append(str(FOLDER))
fuzz = importlib.import_module("fuzz")
targets = importlib.import_module("targets")
inputs = importlib.import_module("targets.inputs")

# The corpus is replayed for all of them by `.ci/run`; here without the one that looks at a clock.
TARGETS = [targets.load(name) for name in targets.NAMES if name != "linear"]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_promise_is_kept_for_each_input_of_the_corpus(target):
    known = fuzz.seeds(target)
    assert len(known) >= 9
    for data in known:
        target.check(data)


@pytest.mark.parametrize("name", targets.NAMES)
def test_each_target_begins_with_its_promise_in_one_sentence(name):
    module = importlib.import_module(f"targets.{name}")
    promise = module.__doc__.partition("\n")[0]
    assert promise.endswith(".")
    assert promise.count(". ") == 0
    assert f"| `{name}` |" in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("data", "content", "chunks"),
    [
        (b"", b"", []),
        (b"R", b"", []),
        (b"RABC", b"", []),
        (b"RAB@abcdefg", b"abcdefg", [b"a", b"bc", b"defg"]),
        (b"R@AAabc", b"abc", [b"abc"]),
        (b"MA@@\0\1\2\3", b"xyxy", [b"x", b"yxy"]),
    ],
)
def test_an_input_is_cut_as_its_orders_say(data, content, chunks):
    given = inputs.understood(data, (b"x", b"y"))
    assert given.content == content
    assert list(given.chunks()) == chunks
    assert inputs.understood(given.raw(), ()) == given


def test_content_is_bounded_whatever_the_words():
    given = inputs.understood(b"M@@@" + b"\0" * 1_000, (b"x" * 1_000,))
    assert len(given.content) == inputs.MAXIMUM_BYTES


def test_the_dictionary_is_read_as_libfuzzer_reads_it():
    lines = [line for line in inputs.DICTIONARY.read_text("ascii").splitlines() if line and not line.startswith("#")]
    found = inputs.words()
    assert len(found) == len(lines)
    assert all(0 < len(word) <= 64 for word in found)  # libFuzzer takes no longer ones
    assert b"Content-Disposition: attachment; filename*0*=utf-8''%2e%2e%2f" in inputs.words("mail")
    assert {b"\r\n", b'"', b"\\"} <= set(found)


def broken(data: bytes) -> None:
    content = inputs.understood(data, (b"a", b"b")).content
    assert not (b"a" in content and b"b" in content)


BROKEN = targets.Target("broken", "Never a and b.", broken, (b"a", b"b"), ("events",))


def test_a_broken_promise_is_kept_in_a_file_and_made_small(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError):
        fuzz.run(BROKEN, b"MAGZ" + bytes(range(100)))
    (crash,) = tmp_path.iterdir()
    fuzz.minimise(BROKEN, crash)
    small = crash.with_name(crash.name + ".min").read_bytes()
    assert sorted(small[inputs.ORDERS :]) == sorted(b"ab")
    assert inputs.understood(small, ()).content == small[inputs.ORDERS :]
    assert "AssertionError" in capsys.readouterr().out


def test_mutations_are_the_same_for_the_same_seed_and_bounded():
    seeds = fuzz.seeds(TARGETS[0])

    def made(seed: int) -> list[bytes]:
        chance = random.Random(seed)
        return [fuzz.mutated(chance.choice(seeds), seeds, TARGETS[0].vocabulary, chance) for _ in range(200)]

    assert made(1) == made(1)
    assert made(1) != made(2)
    assert all(inputs.ORDERS <= len(data) <= inputs.ORDERS + inputs.MAXIMUM_BYTES for data in made(1))


def test_inputs_that_reach_something_new_are_named(tmp_path, capsys):
    names = targets.load("names")
    (tmp_path / "known").write_bytes(fuzz.seeds(names)[0])
    fuzz.merge(names, tmp_path)
    assert "known" not in capsys.readouterr().out
    fuzz.merge(targets.Target("names", "", names.check, names.vocabulary, ()), tmp_path)
    assert "known" in capsys.readouterr().out

"""A file is written beside what is there, or not at all."""

from __future__ import annotations

import os
import stat
import sys

import pytest

from mimeparse import UsageError
from mimeparse.safety import saving
from mimeparse.safety.saving import open_exclusively, save_exclusively

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="a matter of POSIX file systems")


def test_a_file_is_written_for_its_owner_alone(tmp_path):
    path = save_exclusively(tmp_path, "a.txt", [b"one", b"", b"two"])
    assert path == tmp_path / "a.txt"
    assert path.read_bytes() == b"onetwo"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"mine")
    saved = [save_exclusively(tmp_path, "a.txt", [b"x"]).name for _ in range(3)]
    assert saved == ["a (2).txt", "a (3).txt", "a (4).txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"mine"


@posix_only
@pytest.mark.parametrize("target", ["outside", "missing"])
def test_a_link_is_not_followed(tmp_path, target):
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").symlink_to(tmp_path / target)
    path = save_exclusively(folder, "a.txt", [b"x"])
    assert path.name == "a (2).txt"
    assert outside.read_bytes() == b"mine"
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/b", "..", "", "con", "a\0b"])
def test_a_name_that_is_not_safe_does_not_leave_the_directory(tmp_path, name):
    folder = tmp_path / "folder"
    folder.mkdir()
    path = save_exclusively(folder, name, [b"x"])
    assert path.parent == folder
    assert [entry.name for entry in folder.iterdir()] == [path.name]
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_nothing_stays_behind_when_writing_fails(tmp_path):
    def chunks():
        yield b"half"
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        save_exclusively(tmp_path, "a.txt", chunks())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("relative", [True, False])
def test_nothing_stays_behind_when_the_disk_fails_on_closing(tmp_path, monkeypatch, relative):
    if not relative:
        monkeypatch.setattr(saving, "_RELATIVE", False)
    file = open_exclusively(tmp_path, "a.txt")
    close = os.close

    def full(descriptor):
        close(descriptor)
        if descriptor == file._descriptor:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "close", full)
    with pytest.raises(OSError, match="No space"), file:
        file.write(b"half")
    assert list(tmp_path.iterdir()) == []


def test_the_error_that_stopped_the_writing_is_the_one_that_is_seen(tmp_path):
    with pytest.raises(RuntimeError, match="the source broke"), open_exclusively(tmp_path, "a.txt") as file:
        file.path.unlink()
        raise RuntimeError("the source broke")


def test_a_missing_directory_is_said_with_the_remedy(tmp_path):
    with pytest.raises(UsageError, match=r"missing.*existing directory"):
        save_exclusively(tmp_path / "missing", "a", [b""])
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="existing directory"):
        save_exclusively(tmp_path / "file", "a", [b""])


@posix_only
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written_is_said_with_the_remedy(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="may write"):
        save_exclusively(tmp_path, "a", [b""])


@pytest.mark.parametrize(("present", "error"), [(2, False), (3, True), (4, True)])
def test_a_directory_full_of_one_name_is_an_error(tmp_path, monkeypatch, present, error):
    monkeypatch.setattr(saving, "_MAXIMUM_NUMBER", 3)
    for number in range(1, present + 1):
        (tmp_path / ("a" if number == 1 else f"a ({number})")).touch()
    if error:
        with pytest.raises(UsageError, match="another directory"):
            save_exclusively(tmp_path, "a", [b""])
    else:
        assert save_exclusively(tmp_path, "a", [b""]).name == "a (3)"


@posix_only
def test_descriptors_are_given_back(tmp_path):
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    for _ in range(10):
        save_exclusively(tmp_path, "a", [b"x"])
        with pytest.raises(UsageError):
            save_exclusively(tmp_path / "missing", "a", [b"x"])
    if before is not None:
        assert len(os.listdir("/proc/self/fd")) == before


def test_without_relative_opening_the_same_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(saving, "_RELATIVE", False)
    (tmp_path / "a").write_bytes(b"mine")
    with open_exclusively(tmp_path, "a") as file:
        file.write(b"x")
    assert file.path.name == "a (2)"
    with pytest.raises(RuntimeError), open_exclusively(tmp_path, "b"):
        raise RuntimeError
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a", "a (2)"]
    with pytest.raises(UsageError):
        open_exclusively(tmp_path / "missing", "a")

"""What archives and documents tell without being opened."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimeparse.safety import containers

RAR5 = b"Rar!\x1a\x07\x01\0"
RAR4 = b"Rar!\x1a\x07\0"


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def rar5_header(kind: int, *, extra: bytes = b"", data: bytes = b"") -> bytes:
    flags = bool(extra) | (2 if data else 0)
    fields = number(kind) + number(flags)
    fields += number(len(extra)) if extra else b""
    fields += number(len(data)) if data else b""
    return b"\0\0\0\0" + number(len(fields) + 3 + len(extra)) + fields + b"abc" + extra + data


def rar4_block(kind: int, flags: int, *, data: bytes = b"") -> bytes:
    size = 11 if data or kind == 0x74 else 7
    block = b"\0\0" + bytes([kind]) + flags.to_bytes(2, "little") + size.to_bytes(2, "little")
    return block + (len(data).to_bytes(4, "little") if size == 11 else b"") + data


RECORD_OF_TIME = number(2) + number(3) + b"t"
RECORD_OF_ENCRYPTION = number(2) + number(1) + b"e"


def test_both_lists_of_names_are_read():
    made = archive(one=b"1" * 1000, two=b"2")
    assert list(containers.zip_entries(made)) == [(b"one", False), (b"two", False)] * 2
    index = made.index(b"PK\x01\x02")
    assert list(containers.zip_entries(made[index:])) == [(b"one", False), (b"two", False)]


@pytest.mark.parametrize("which", [b"PK\x03\x04", b"PK\x01\x02"])
def test_one_flag_in_either_list_is_enough(which):
    made = bytearray(archive(one=b"1"))
    flags = made.index(which) + (6 if which == b"PK\x03\x04" else 8)
    made[flags] |= 1
    assert [encrypted for _, encrypted in containers.zip_entries(bytes(made))].count(True) == 1
    made[flags] ^= 1 | 2  # another flag is none of encryption
    assert not any(encrypted for _, encrypted in containers.zip_entries(bytes(made)))


@pytest.mark.parametrize(("length", "kept"), [(511, 511), (512, 512), (513, 512), (65_000, 512)])
def test_the_end_of_a_name_is_what_is_kept(length, kept):
    [(name, _), _] = containers.zip_entries(archive(**{"x" * (length - 4) + ".exe": b""}))
    assert len(name) == kept
    assert name.endswith(b".exe")


@pytest.mark.parametrize("distance", [2, 4, 10, 26, 29, 45])
@pytest.mark.parametrize("signature", [b"PK\x03\x04", b"PK\x01\x02"])
def test_a_false_signature_hides_no_header_behind_it(distance, signature):
    made = archive(name=b"")
    index = made.index(b"PK\x01\x02")
    false = signature[:distance].ljust(distance, b"\0")
    assert (b"name", False) in list(containers.zip_entries(false + made[index:]))


def test_a_name_that_is_cut_off_is_what_is_there_of_it():
    assert list(containers.zip_entries(archive(name=b"")[:32])) == [(b"na", False)]


@pytest.mark.parametrize(
    ("blocks", "encrypted"),
    [
        (RAR5 + rar5_header(1) + rar5_header(2), False),
        (RAR5 + rar5_header(4), True),
        (RAR5 + rar5_header(1) + rar5_header(2, extra=RECORD_OF_ENCRYPTION), True),
        (RAR5 + rar5_header(1) + rar5_header(2, extra=RECORD_OF_TIME), False),
        (RAR5 + rar5_header(1) + rar5_header(2, extra=RECORD_OF_TIME + RECORD_OF_ENCRYPTION), True),
        (RAR5 + rar5_header(2, data=b"x" * 300) + rar5_header(2, extra=RECORD_OF_ENCRYPTION, data=b"x"), True),
        (RAR5 + rar5_header(5) + rar5_header(2, extra=b"\0"), False),
        (RAR4 + rar4_block(0x73, 0) + rar4_block(0x74, 0), False),
        (RAR4 + rar4_block(0x73, 0x80), True),
        (RAR4 + rar4_block(0x73, 0) + rar4_block(0x74, 0x04, data=b"x"), True),
        (RAR4 + rar4_block(0x73, 0) + rar4_block(0x74, 0, data=b"x" * 99) + rar4_block(0x74, 4), True),
        (RAR4 + rar4_block(0x73, 0) + rar4_block(0x7A, 0x8000, data=b"x" * 99) + rar4_block(0x74, 4), True),
        (RAR4, False),
        (RAR5, False),
        (b"", False),
    ],
)
def test_rar_archives_tell_of_their_encryption(blocks, encrypted):
    assert containers.rar_encrypted(blocks) is encrypted


@pytest.mark.parametrize(("before", "seen"), [(62, True), (63, True), (64, False)])
@pytest.mark.parametrize("version", [4, 5])
def test_so_many_headers_of_a_rar_archive_are_looked_at(before, seen, version):
    if version == 5:
        data = RAR5 + rar5_header(2, data=b"x") * before + rar5_header(4)
    else:
        data = RAR4 + rar4_block(0x74, 0, data=b"x") * before + rar4_block(0x74, 4)
    assert containers.rar_encrypted(data) is seen


@pytest.mark.parametrize(
    ("trailer", "encrypted"),
    [
        (b"trailer << /Encrypt 12 0 R >>", True),
        (b"<</Encrypt<</Filter/Standard>>>>", True),
        (b"/Encrypt\r\n5 0 R", True),
        (b"/EncryptMetadata false", False),
        (b"(the word /Encrypt in a text)", False),
    ],
)
def test_the_trailer_of_a_pdf_tells_of_its_encryption(trailer, encrypted):
    assert containers.pdf_encrypted(b"%PDF-1.7\n" + trailer) is encrypted


@given(
    st.sampled_from([b"", RAR4, RAR5, b"PK\x03\x04", b"PK\x01\x02"]),
    st.lists(
        st.binary(max_size=40) | st.sampled_from([b"PK\x03\x04", b"PK\x01\x02", rar5_header(2), rar4_block(0x74, 0)])
    ),
)
def test_no_bytes_raise(head, pieces):
    data = head + b"".join(pieces)
    list(containers.zip_entries(data))
    for ask in (
        containers.rar_encrypted,
        containers.seven_zip_encrypted,
        containers.pdf_encrypted,
        containers.ole_encrypted,
        containers.ole_macro,
        containers.ole_installer,
    ):
        assert ask(data) in (True, False)

"""A decoder gives the same bytes and findings however its body is cut, and those of the stdlib where it finds nothing odd."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from typing import TYPE_CHECKING

from mimeparse.coding.charsets import Decoded, codec_name, decode_header_bytes, decode_text, decode_with, is_dangerous
from mimeparse.coding.flowed import unwrap
from mimeparse.coding.transfer import transfer_decoder
from targets.inputs import check_storable, understood, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimeparse.defects import Finding
    from targets.inputs import Given

GROUPS = ("code",)
FOLDERS = ("decoders",)

_ENCODINGS = ("base64", "quoted-printable", "x-uuencode", "7bit", "8bit")
_LINE_ENDS = (b"\n", b"\r\n")
_GROWTH = {"x-uuencode": 32}
"""A line says how many bytes it holds, 63 at most, and the blanks that stand for zeros may be gone from it."""
_UUENCODED_BYTES = 45  # in a line


def check(data: bytes) -> None:
    """Check the promise on one input: as a body in each encoding, as what an encoder is given, and as text."""
    given = understood(data, words(*GROUPS))
    for encoding in _ENCODINGS:
        decoded, findings = _decode(encoding, [given.content])
        assert _decode(encoding, given.chunks()) == (decoded, findings), encoding
        assert all(0 <= finding.position <= len(given.content) for finding in findings)
        assert len(decoded) <= len(given.content) * _GROWTH.get(encoding, 1)
        if not findings:
            _compare(encoding, given.content, decoded)
    _check_round_trips(given)
    _check_charsets(given)


def _decode(encoding: str, chunks: Iterable[bytes]) -> tuple[bytes, list[Finding]]:
    decoder = transfer_decoder(encoding)
    decoded = b"".join([decoder.feed(chunk) for chunk in chunks]) + decoder.close()
    return decoded, sorted(decoder.findings)


def _compare(encoding: str, body: bytes, decoded: bytes) -> None:
    """Compare with the stdlib, which is of one mind with us where nothing is odd."""
    if encoding == "base64":
        assert decoded == binascii.a2b_base64(body)
    elif encoding == "quoted-printable":
        assert decoded == binascii.a2b_qp(body)
    elif encoding == "x-uuencode":
        lines = body.replace(b"\r\n", b"\n").split(b"\n")
        begin = next(index for index, line in enumerate(lines) if line.startswith(b"begin "))
        end = next(index for index, line in enumerate(lines) if index > begin and line.strip() == b"end")
        assert decoded == b"".join(_uudecoded(line) for line in lines[begin + 1 : end])
    else:
        assert decoded == body


def _uudecoded(line: bytes) -> bytes:
    if not line.strip(b" `\r"):
        return b""
    size = (line[0] - 32) & 63
    # As the stdlib's own codec does: what follows the symbols that are counted is a checksum of broken encoders.
    return binascii.a2b_uu(line[: 1 + (size * 4 + 2) // 3])


def _check_round_trips(given: Given) -> None:
    """Check that what encoders make comes back, without a finding."""
    data, line_end = given.content, _LINE_ENDS[given.choice % 2]
    encoded = base64.encodebytes(data).replace(b"\n", line_end)
    assert _both_ways("base64", encoded, given) == (data, [])
    # Escaped where it is no text, since line ends are not data in quoted-printable.
    encoded = quopri.encodestring(data.replace(b"\r", b"").replace(b"\n", b"\xff"))
    decoded, findings = _both_ways("quoted-printable", encoded.replace(b"\n", line_end), given)
    assert (decoded, findings) == (data.replace(b"\r", b"").replace(b"\n", b"\xff"), [])
    lines = [
        binascii.b2a_uu(data[start : start + _UUENCODED_BYTES], backtick=bool(given.choice & 2))
        for start in range(0, len(data), _UUENCODED_BYTES)
    ]
    encoded = (b"begin 644 f\n" + b"".join(lines) + b"`\nend\n").replace(b"\n", line_end)
    assert _both_ways("x-uuencode", encoded, given) == (data, [])


def _both_ways(encoding: str, body: bytes, given: Given) -> tuple[bytes, list[Finding]]:
    whole = _decode(encoding, [body])
    cut = type(given)(body, given.sizes, given.choice).chunks()
    assert _decode(encoding, cut) == whole, encoding
    return whole


def _check_charsets(given: Given) -> None:
    """Check any bytes under any label: the first line names the charset."""
    first, _, body = given.content.partition(b"\n")
    label = first.decode("latin-1")
    is_dangerous(label)
    for declared, html in ((None, False), (None, True), (label, False), (label, True)):
        decoded = decode_text(body, declared, html=html)
        _check_text(body, decoded)
        check_storable(unwrap(decoded.text, delete_blanks=html))
    text, _ = decode_header_bytes(given.content)
    check_storable(text)
    with_label = decode_with(body, label)
    assert (with_label is None) == (codec_name(label) is None)
    if with_label is not None:
        check_storable(with_label[0])
        assert with_label[1] >= 0


def _check_text(body: bytes, decoded: Decoded) -> None:
    check_storable(decoded.text)
    assert decoded.replaced >= 0
    assert "\r\n" not in decoded.text
    for finding in decoded.findings:
        assert 0 <= finding.position <= len(body)
        assert finding.detail.isascii()
    try:
        theirs = body.decode(decoded.used)
    except UnicodeDecodeError:
        # Japanese mail is full of characters of vendors, which are read without a loss where the codec has none of them.
        assert decoded.replaced or decoded.used in ("euc-jp", "iso2022-jp-ext")
    else:
        # Nothing was lost, so that the codec by itself gives the same, but for marks, NULs, surrogates and line ends.
        assert decoded.used == "utf-7" or not decoded.replaced
        assert _letters(theirs) == _letters(decoded.text)


_IGNORED = re.compile("[\r\n\0\ufeff\ufffd\ud800-\udfff]")


def _letters(text: str) -> str:
    return _IGNORED.sub("", text)

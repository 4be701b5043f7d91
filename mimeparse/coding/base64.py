"""base64 (RFC 2045 6.8), whatever surrounds it.

One reading, stated once: everything outside the alphabet is skipped; an equals sign is padding where a quantum of four symbols can
end, and is skipped elsewhere; after padding the next quantum begins (two encoded files one after the other are both decoded).
"""

from __future__ import annotations

import binascii
import re
from functools import partial
from typing import TYPE_CHECKING

from mimeparse.defects import DefectCode, Finding

if TYPE_CHECKING:
    from collections.abc import Callable

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_SYMBOL = bytes(set(range(256)) - set(_ALPHABET) - set(b"="))
_JUNK = re.compile(rb"[^A-Za-z0-9+/= \t\r\n]")

# Quanta, from the start of one: runs of whole ones, of padded ones, and one that equals signs are scattered in. The runs are what
# keeps hostile input (nothing but padded quanta, say) from costing Python a step for each four bytes.
_QUANTA = re.compile(
    rb"(?P<whole>(?:[^=]{4})++)|(?P<one>(?:[^=]{2}==)++)|(?P<two>(?:[^=]{3}=)++)|(?P<stray>=++)"
    rb"|(?P<broken>[^=]=*+[^=](?:==|=?[^=].))"
)
_DISGUISES = (
    (DefectCode.BASE64_URLSAFE, (b"-", b"_")),  # symbols of RFC 4648 5
    (DefectCode.BODY_NUL, (b"\0",)),  # the end of the body to what is written in C
)
_SYMBOL = re.compile(rb"[A-Za-z0-9+/=]")
_BLANK_LINE = re.compile(rb"\n[ \t\r]*+\n")
_HIGHEST_BLANK = 0x20
_LF = 0x0A
_LONGEST_LINE = 1024  # lines longer than this are not worth the search for a regular pattern in them


def decoded_at_a_look(body: bytes) -> bytes | None:
    """Return a whole body decoded, or None where it is not symbols and line ends alone, with the padding that it needs."""
    symbols = bytearray()
    _take_symbols(body, symbols)
    try:
        return strict_decoder()(symbols)
    except ValueError:
        return None


class Base64Decoder:
    """Undo base64, piece by piece."""

    __slots__ = (
        "_blank_lines",
        "_carry",
        "_decode_strictly",
        "_padded",
        "_position",
        "_regular",
        "_reported",
        "_symbols",
        "findings",
    )

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._reported: set[DefectCode] = set()
        self._decode_strictly = strict_decoder()
        # Used for each block again: a fresh one is fresh memory, which the system hands out page by page.
        self._symbols = bytearray()
        self._carry = b""  # the symbols of an unfinished quantum, and behind two of them perhaps one equals sign
        self._padded = False
        self._position = 0
        self._blank_lines: _BlankLines | None = _BlankLines()
        self._regular = False  # whether the last data was nothing but lines of one length

    def feed(self, data: bytes, /) -> bytes:
        """Decode the next bytes of the body."""
        self._regular = False
        decoded = None if self._padded or b"=" in self._carry else self._feed_plain(data)
        if decoded is None:
            self._regular = False
            decoded = self._feed_odd(data)
        if self._blank_lines is not None:
            blank = self._blank_lines.feed(data, self._position, self._regular)
            if blank is not None:
                self._blank_lines = None
                self._report(DefectCode.BASE64_BLANK_LINE, blank)
        self._position += len(data)
        return decoded

    def close(self) -> bytes:
        """Decode the unfinished quantum; the body has ended."""
        symbols = self._carry.rstrip(b"=")
        self._carry = b""
        if len(symbols) == 1:
            # Six bits of a byte: nobody can tell which.
            self._report(DefectCode.BASE64_LENGTH, self._position)
            return b""
        if symbols:
            self._report(DefectCode.BASE64_PADDING_MISSING, self._position)
            return binascii.a2b_base64(symbols + b"=" * (4 - len(symbols)))
        return b""

    def _feed_plain(self, data: bytes) -> bytes | None:
        """Decode data that holds nothing but symbols and line ends, with padding at its end at most; None if it is not so."""
        symbols = self._symbols
        self._regular = _take_symbols(data, symbols)
        if self._carry:
            symbols[:0] = self._carry
        left_over = len(symbols) % 4
        carry = b""
        if left_over:
            carry = bytes(symbols[-left_over:])
            if carry.translate(None, _ALPHABET):
                return None
            del symbols[-left_over:]
        try:
            decoded = self._decode_strictly(symbols)
        except ValueError:
            return None
        if symbols.endswith(b"="):
            if carry:
                return None
            self._padded = True
            self._check_last_bits(bytes(symbols[-4:]), self._position + data.rindex(b"="))
        self._carry = carry
        return decoded

    def _feed_odd(self, data: bytes) -> bytes:
        """Decode data with whatever is in it."""
        symbols = data.translate(None, _NO_SYMBOL)
        junk = len(data) - len(symbols) - sum(map(data.count, (b" ", b"\t", b"\r", b"\n")))
        if junk and DefectCode.BASE64_INVALID_CHAR not in self._reported:
            first = _JUNK.search(data)
            assert first is not None
            self._report(DefectCode.BASE64_INVALID_CHAR, self._position + first.start())
        if junk:
            self._report_disguises(data)
        place = _Places(data, len(self._carry), self._position)
        symbols = self._carry + symbols
        decoded = bytearray()
        at = 0
        while (quanta := _QUANTA.match(symbols, at)) is not None:
            kind, run = quanta.lastgroup, quanta[0]
            if kind != "stray":
                self._check_start(kind, run, at, place)
            at = quanta.end()
            if kind == "whole":
                self._padded = False
                decoded += self._decode_strictly(run)
            elif kind == "stray":
                self._report_at(DefectCode.BASE64_PADDING_INTERNAL, place, quanta.start())
            else:
                decoded += self._decode_padded(kind, run, quanta.start(), place)
        self._take_carry(symbols[at:], at, place)
        return bytes(decoded)

    def _report_disguises(self, data: bytes) -> None:
        """Report junk that is more than that to some readers."""
        for code, characters in _DISGUISES:
            if code not in self._reported:
                found = [place for place in map(data.find, characters) if place >= 0]
                if found:
                    self._report(code, self._position + min(found))

    def _check_start(self, kind: str | None, run: bytes, start: int, place: _Places) -> None:
        if self._padded:
            self._report_after_padding(place, start)
        elif kind in ("one", "two") and len(run) > 4:
            self._report_after_padding(place, start + 4)

    def _decode_padded(self, kind: str | None, run: bytes, start: int, place: _Places) -> bytes:
        end = start + len(run)
        if kind == "broken":
            padding = b"==" if run.endswith(b"==") else b"=" if run.endswith(b"=") else b""
            self._report_stray(run, start, place)  # one there is: without it the quantum would be whole or a padded one
            run = run.replace(b"=", b"") + padding
            kind = ("whole", "two", "one")[len(padding)]
        self._padded = kind != "whole"
        if kind == "whole":
            return self._decode_strictly(run)
        # Decoded in C as if the padding were zero bits, of which each quantum then loses its one or two bytes again.
        filled = bytearray(self._decode_strictly(run.replace(b"=", b"A")))
        if DefectCode.BASE64_NONCANONICAL not in self._reported:
            self._check_run(filled, kind, end, place)
        if kind == "one":
            return bytes(filled[::3])
        del filled[2::3]
        return bytes(filled)

    def _check_run(self, filled: bytearray, kind: str | None, end: int, place: _Places) -> None:
        unused = filled[1::3] if kind == "one" else filled[2::3]
        first = next((index for index, byte in enumerate(unused) if byte), None) if any(unused) else None
        if first is not None:
            self._report_at(DefectCode.BASE64_NONCANONICAL, place, end - 4 * (len(unused) - first) + 3)

    def _report_stray(self, run: bytes, start: int, place: _Places) -> None:
        """Report the equals sign of a broken quantum at the byte where it becomes clear that it is no padding."""
        # Behind the first symbol that is the sign itself, behind the second the symbol that follows.
        index = 1 if run[1:2] == b"=" else run.index(b"=") + 1
        self._report_at(DefectCode.BASE64_PADDING_INTERNAL, place, start + index)

    def _take_carry(self, rest: bytes, start: int, place: _Places) -> None:
        """Keep the beginning of a quantum, without the equals signs that cannot be padding of it."""
        if rest and self._padded:
            self._report_after_padding(place, start)
            self._padded = False
        last = start + len(rest) - 1
        if rest[1:2] == b"=":
            self._report_at(DefectCode.BASE64_PADDING_INTERNAL, place, start + 1)
            rest = rest[:1] + rest[1:].lstrip(b"=")
        if b"=" in rest and not rest.endswith(b"="):  # two symbols, an equals sign and a third symbol
            self._report_at(DefectCode.BASE64_PADDING_INTERNAL, place, last)
            rest = rest.replace(b"=", b"")
        self._carry = rest

    def _check_last_bits(self, quantum: bytes, position: int) -> None:
        """Notice bits that a lenient decoder drops and a comparing one does not (RFC 4648 3.5)."""
        if binascii.b2a_base64(self._decode_strictly(quantum), newline=False) != quantum:
            # At its last symbol, which shows it.
            self._report(DefectCode.BASE64_NONCANONICAL, position)

    def _report_after_padding(self, place: _Places, index: int) -> None:
        """Report symbols behind padding, which thereby stands where none can be: to some readers an end, to others junk."""
        self._report_at(DefectCode.BASE64_AFTER_PADDING, place, index)
        self._report_at(DefectCode.BASE64_PADDING_INTERNAL, place, index)

    def _report_at(self, code: DefectCode, place: _Places, index: int) -> None:
        if code not in self._reported:
            self._report(code, place.of(index))

    def _report(self, code: DefectCode, position: int) -> None:
        if code not in self._reported:
            self._reported.add(code)
            self.findings.append(Finding(code, position))


class _BlankLines:
    """Find the first blank line that symbols stand before and behind. Some readers of uuencoded text, and of boundaries, end there."""

    __slots__ = ("_before", "_blank")

    def __init__(self) -> None:
        # What stands before the next data, in short: nothing that counts, a symbol, or one and the end of its line.
        self._before = b""
        self._blank: int | None = None  # where a blank line ended that stands behind a symbol

    def feed(self, data: bytes, position: int, regular: bool) -> int | None:
        """Return where the blank line ends, once a symbol is here that stands behind it.

        Nothing but its edges is looked at of `regular` data, which is lines of one length.
        """
        before = self._before
        searched = data
        if regular:
            if data[0] > _HIGHEST_BLANK and self._blank is None:
                self._before = b"=\n" if data[-1] == _LF else b"="
                return None
            searched = data[:_LONGEST_LINE]
        behind = 0
        if self._blank is None:
            first = 0 if before else _start_of_symbols(data)
            blank = _BLANK_LINE.search(before + searched, first) if first is not None else None
            if blank is None:
                if first is not None:
                    last = data if regular else data.rstrip(b" \t\r")
                    self._before = b"=\n" if (last or before).endswith(b"\n") else b"="
                return None
            behind = blank.end() - len(before)
            self._blank = position + behind - 1
        return self._blank if regular or _SYMBOL.search(data, behind) else None


def _start_of_symbols(data: bytes) -> int | None:
    found = _SYMBOL.search(data)
    return None if found is None else found.start()


class _Places:
    """Tell where in the body a symbol stood, given its place among the symbols of the chunk."""

    __slots__ = ("_data", "_position", "carried")

    def __init__(self, data: bytes, carried: int, position: int) -> None:
        self._data = data
        self.carried = carried
        self._position = position

    def of(self, index: int) -> int:
        """Return a position; asked for once for each code, so that its cost does not matter."""
        wanted = index - self.carried
        low, high = 0, len(self._data)
        while low < high:
            middle = (low + high) // 2
            if len(self._data[: middle + 1].translate(None, _NO_SYMBOL)) > wanted:
                high = middle
            else:
                low = middle + 1
        return self._position + low


def _take_symbols(data: bytes, symbols: bytearray) -> bool:
    """Put the bytes of `data` into `symbols`, without their line ends; return whether its lines are all of one length.

    Encoders write lines of one length. Two strided deletions take their line ends out five times as fast as `translate`, which
    has to look at each byte; where the pattern does not hold, `translate` does it.
    """
    first = data.find(b"\n", 0, _LONGEST_LINE)
    if first >= 0:
        second = data.find(b"\n", first + 1, first + _LONGEST_LINE)
        width = second - first
        if width > 2 and len(data) > 4 * width:
            symbols[:] = data
            if symbols[first::width] == b"\n" * len(range(first, len(data), width)):
                if data[second - 1] != 0x0D:
                    del symbols[first::width]
                    return True
                # Data that begins between the two has its first CR at the end of its first line.
                first_cr = first - 1 if first else width - 1
                if symbols[first_cr::width] == b"\r" * len(range(first_cr, len(data), width)):
                    del symbols[first::width]
                    del symbols[first_cr - (not first) :: width - 1]
                    return True
    symbols[:] = data.translate(None, b"\r\n")
    return False


def strict_decoder() -> Callable[[bytes | bytearray], bytes]:
    """Return a decoder of whole quanta that raises `ValueError` for anything else."""
    try:
        # Imported with the first base64 body, so that `import mimeparse` stays cheap.
        from pybase64 import b64decode
    except ImportError:  # no wheel for this platform: the same bytes, more slowly
        return _decode_with_stdlib
    return partial(b64decode, validate=True)


def _decode_with_stdlib(symbols: bytes | bytearray) -> bytes:
    return binascii.a2b_base64(symbols, strict_mode=True) if symbols else b""

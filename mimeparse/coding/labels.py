"""Which codec is meant by a charset label, as the labels of mail are written.

A closed table. A foreign name never reaches `codecs.lookup`: it imports modules by name, remembers each miss for ever (a message with
100,000 invented charsets would leak), and knows codecs that are no charsets, such as `rot13`, `zip` and `unicode_escape`.

Where the wild writes one name and means a superset of it (windows-1252 for ISO-8859-1, GB 18030 for GB 2312), the superset is the
codec, as in the WHATWG Encoding Standard 4.2.
"""

from __future__ import annotations

import re

_LONGEST_LABEL = 64  # the longest registered name has 45 characters; a label is cut off here and then not found
_LABEL = re.compile(r"(?:charset=|3d)?[\"'\\]*([a-z0-9][a-z0-9.:+()-]*)")

US_ASCII = "us-ascii"
UTF_8 = "utf-8"
FALLBACK = "windows-1252"

_ALIASES = {
    US_ASCII: "ascii us 646 iso646-us iso-646.irv:1991 iso-ir-6 ansi-x3.4-1968 ansi-x3.4-1986 ansi-x3-4-1968 cp367 ibm367 csascii "
    "us-askey usascii us-asc-ii",
    UTF_8: "utf8 utf uft-8 uft8 utf-8n utf-8-sig utf8mb4 utf8mb3 unicode-1-1-utf-8 unicode-2-0-utf-8 cp65001 csutf8 x-utf-8 utf-8-mac utf.8",
    "windows-1252": "iso-8859-1 latin-1 latin1 l1 iso-8859-1:1987 iso-ir-100 cp819 ibm819 csisolatin1 x-ansi ansi iso8859 iso-8859 "
    "iso-8859-1-windows-3.1-latin-1",
    "iso-8859-2": "latin-2 latin2 l2 iso-8859-2:1987 iso-ir-101 csisolatin2",
    "iso-8859-3": "latin-3 latin3 l3 iso-8859-3:1988 iso-ir-109 csisolatin3",
    "iso-8859-4": "latin-4 latin4 l4 iso-8859-4:1988 iso-ir-110 csisolatin4",
    "iso-8859-5": "cyrillic iso-8859-5:1988 iso-ir-144 csisolatincyrillic",
    "iso-8859-6": "arabic iso-8859-6:1987 iso-8859-6-e iso-8859-6-i iso-ir-127 csisolatinarabic ecma-114 asmo-708",
    "iso-8859-7": "greek greek8 iso-8859-7:1987 iso-ir-126 csisolatingreek ecma-118 elot-928 sun-eu-greek",
    "iso-8859-8": "hebrew iso-8859-8:1988 iso-8859-8-e iso-8859-8-i logical iso-ir-138 csisolatinhebrew csiso88598e csiso88598i visual",
    "windows-1254": "iso-8859-9 latin-5 latin5 l5 iso-8859-9:1989 iso-ir-148 csisolatin5 x-cp1254",
    "iso-8859-10": "latin-6 latin6 l6 iso-8859-10:1992 iso-ir-157 csisolatin6",
    "cp874": "windows-874 dos-874 tis-620 tis620 tis620-0 iso-8859-11 x-windows-874",
    "iso-8859-13": "latin-7 latin7 l7",
    "iso-8859-14": "latin-8 latin8 l8 iso-celtic iso-ir-199",
    "iso-8859-15": "latin-9 latin9 l9 latin-0 csisolatin9",
    "iso-8859-16": "latin-10 latin10 l10 iso-ir-226",
    "koi8-r": "koi koi8 koi8r cskoi8r",
    "koi8-u": "koi8u koi8-ru",
    "koi8-t": "",
    "windows-1250": "x-cp1250", "windows-1251": "x-cp1251", "windows-1253": "x-cp1253", "windows-1255": "x-cp1255",
    "windows-1256": "x-cp1256", "windows-1257": "x-cp1257", "windows-1258": "x-cp1258",
    "mac-roman": "macintosh mac macroman x-mac-roman csmacintosh",
    "mac-cyrillic": "x-mac-cyrillic maccyrillic x-mac-ukrainian",
    "mac-greek": "x-mac-greek macgreek", "mac-turkish": "x-mac-turkish macturkish", "mac-iceland": "x-mac-icelandic maciceland",
    "mac-latin2": "x-mac-ce x-mac-centraleurroman macce maclatin2 x-mac-croatian mac-croatian",
    "gb18030": "gb2312 gb-2312 gb-2312-80 gbk x-gbk cp936 ms936 windows-936 euc-cn euccn x-euc-cn eucgb2312-cn chinese csgb2312 csiso58gb231280 "
    "gb18030-2000 iso-ir-58",
    "hz": "hz-gb-2312 hz-gb hzgb",
    "big5hkscs": "big5 big-5 big5-hkscs cn-big5 csbig5 x-x-big5 big5-tw x-big5 hkscs big5-eten",
    "cp950": "windows-950 ms950 x-windows-950",
    "cp932": "shift-jis shift-jisx0213 shiftjis sjis s-jis x-sjis ms-kanji ms932 windows-31j windows-932 csshiftjis cswindows31j mskanji x-ms-cp932",
    "euc-jp": "eucjp x-euc-jp x-eucjp ujis u-jis cseucpkdfmtjapanese cp51932",
    "iso2022-jp-ext": "iso-2022-jp iso2022-jp iso2022jp csiso2022jp jis x-jis iso-2022-jp-1 cp50220 cp50221 cp50222 iso-2022-jp-ms x-iso-2022-jp",
    "iso2022-jp-2": "iso-2022-jp-2 csiso2022jp2", "iso2022-jp-3": "iso-2022-jp-3", "iso2022-jp-2004": "iso-2022-jp-2004",
    "cp949": "euc-kr euckr x-euc-kr cseuckr korean ks-c-5601 ks-c-5601-1987 ks-c-5601-1989 ksc5601 ksc-5601 ks-x-1001 kscs5601 uhc ms949 windows-949 "
    "csksc56011987 iso-ir-149",
    "iso2022-kr": "iso-2022-kr iso2022kr csiso2022kr",
    "johab": "cp1361 ms1361",
    "utf-7": "utf7 unicode-1-1-utf-7 unicode-2-0-utf-7 csunicode11utf7 csutf7 x-unicode-2-0-utf-7 cp65000 x-utf-7",
    "utf-16": "utf16 unicode ucs-2 ucs2 iso-10646-ucs-2 csunicode",
    "utf-16-le": "utf-16le utf16le ucs-2le unicodelittle unicodefffe x-utf-16le",
    "utf-16-be": "utf-16be utf16be ucs-2be unicodefeff unicodebig",
    "utf-32": "utf32 ucs-4 ucs4 iso-10646-ucs-4", "utf-32-le": "utf-32le utf32le", "utf-32-be": "utf-32be utf32be",
    "ptcp154": "pt154 cp154 cyrillic-asian", "kz1048": "rk1048 strk1048-2002", "hp-roman8": "roman8 r8",
}  # fmt: skip

# The code pages of DOS, under the names that vendors gave to one number.
_DOS_PAGES = (437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 1006, 1125)
_NUMBERED = re.compile(r"(?:x-)?(?:windows|win|cp|ms|ibm|dos|microsoft-cp|windows-cp)-?(\d{3,4})")
_ISO = re.compile(r"(?:x-)?(?:iso-?)?-?8859-?(\d{1,2})(?:-windows.*)?")


def _table() -> dict[str, str]:
    table = {codec: codec for codec in _ALIASES}
    for codec, aliases in _ALIASES.items():
        table.update(dict.fromkeys(aliases.split(), codec))
    for page in _DOS_PAGES:
        table[f"cp{page}"] = f"cp{page}"
    table["cscp866"] = "cp866"
    return table


_TABLE = _table()


def codec_name(label: str) -> str | None:
    """Return the name of the codec that a charset label means, or None for an unknown one.

    Case, quotes, blanks and the difference between hyphen and underscore do not matter.
    """
    codec = _TABLE.get(label)
    if codec is not None:
        return codec
    words = label[:_LONGEST_LABEL].lower().replace("_", "-").split()
    # "ISO 8859-1" is one name; of "utf-8 <div" only the beginning is.
    return _look_up("-".join(words)) or _look_up(words[0]) if words else None


def _look_up(written: str) -> str | None:
    cleaned = _LABEL.match(written)
    if cleaned is None:
        return None
    name = cleaned[1]
    return _TABLE.get(name) or _TABLE.get(name.removeprefix("x-")) or _by_number(name)


def _by_number(name: str) -> str | None:
    page = _NUMBERED.fullmatch(name)
    if page is not None:
        number = page[1]
        return _TABLE.get(f"windows-{number}") or _TABLE.get(f"cp{number}")
    part = _ISO.fullmatch(name)
    return _TABLE.get(f"iso-8859-{int(part[1])}") if part is not None else None

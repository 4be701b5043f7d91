"""Which codec is meant by a charset label, as the labels of mail are written.

A closed table. A foreign name never reaches `codecs.lookup`: it imports modules by name, remembers each miss for ever (a message with
100,000 invented charsets would leak), and knows codecs that are no charsets, such as `rot13`, `zip` and `unicode_escape`.

Where the wild writes one name and means a superset of it (windows-1252 for ISO-8859-1, GB 18030 for GB 2312), the superset is the
codec, as in the WHATWG Encoding Standard 4.2. The code pages of EBCDIC are left out: no mail is written in them, and they hide ASCII.
"""

from __future__ import annotations

import re

_LONGEST_LABEL = 64
"""RFC 2978 2.3 allows 40 characters; the rest is room for the junk before them. What follows is not even looked at."""

# QUIRK: labels come with quotes, with a second "charset=", with the "3D" of a quoted-printable "=", or with other text behind.
_LABEL = re.compile(
    r"[^A-Za-z0-9]*+(?:3D[\"']++)?(?:charset\s*+=[^A-Za-z0-9]*+)?(?P<name>(?:ISO )?+[A-Za-z0-9][A-Za-z0-9_.:-]*+)",
    re.IGNORECASE | re.ASCII,
)
_SEPARATORS = str.maketrans("", "", " _.:-")

US_ASCII = "us-ascii"
UTF_8 = "utf-8"
FALLBACK = "windows-1252"

# Without separators and in lower case. The `x-` of the unregistered and the `cs` that IANA gives to programs are taken off where nothing
# is found with them. A codec goes by a name that both Python and people know.
_ALIASES = {
    # QUIRK: us-askey, uft-8: what people type who write their own mailer
    US_ASCII: "usascii ascii us ansix341968 ansix341986 iso646us iso646irv1991 iso646irv1983 iso646 646 isoir6 usaskey",
    UTF_8: "utf8 unicode11utf8 unicode20utf8 utf8mb3 utf8mb4 utf8sig utf8bom utf8mac utf8n iso10646utf8 utf uft8",
    "utf-7": "utf7 unicode11utf7 unicode20utf7",
    "utf-16": "utf16 unicode ucs2 iso10646ucs2",
    "utf-16-le": "utf16le ucs2le unicodelittle unicodefeff",
    "utf-16-be": "utf16be ucs2be unicodebig unicodefffe",
    "utf-32": "utf32 ucs4 iso10646ucs4",
    "utf-32-le": "utf32le",
    "utf-32-be": "utf32be",
    FALLBACK: "iso88591 iso885911987 isolatin1 latin1 latin l1 isoir100 iso8859 8859 88591 ansi western iso88591windows31latin1",
    "windows-1254": "iso88599 iso885991989 isolatin5 latin5 l5 isoir148 88599 iso88599windowslatin5",
    "windows-1250": "iso88592windowslatin2",
    "iso-8859-2": "iso88592 iso885921987 isolatin2 latin2 l2 isoir101 88592",
    "iso-8859-3": "iso88593 iso885931988 isolatin3 latin3 l3 isoir109 88593",
    "iso-8859-4": "iso88594 iso885941988 isolatin4 latin4 l4 isoir110 88594",
    "iso-8859-10": "iso885910 iso8859101992 isolatin6 latin6 l6 isoir157",
    "iso-8859-13": "iso885913 latin7 l7 885913",
    "iso-8859-14": "iso885914 iso8859141998 isoceltic latin8 l8 isoir199 885914",
    "iso-8859-15": "iso885915 latin9 isolatin9 latin0 l9 885915",
    "iso-8859-16": "iso885916 iso8859162001 latin10 l10 isoir226 885916",
    "hp-roman8": "hproman8 roman8 r8",
    "koi8-r": "koi8r koi8 koi",
    "koi8-u": "koi8u koi8ru",
    "koi8-t": "koi8t",
    "iso-8859-5": "iso88595 iso885951988 isolatincyrillic cyrillic isoir144 88595",
    "ptcp154": "ptcp154 pt154 cp154 cyrillicasian",
    "kz1048": "kz1048 rk1048 strk10482002",
    "iso-8859-7": "iso88597 iso885971987 iso885972003 isolatingreek greek greek8 isoir126 elot928 ecma118 suneugreek 88597",
    # The suffixes say who puts Hebrew and Arabic in order, the writer or the reader (RFC 1556); the bytes mean the same.
    "iso-8859-8": "iso88598 iso88598i iso88598e iso885981988 isolatinhebrew hebrew isoir138 logical visual 88598",
    "iso-8859-6": "iso88596 iso88596i iso88596e iso885961987 isolatinarabic arabic isoir127 ecma114 asmo708 88596",
    "cp874": "tis620 tis6200 tis62025291 tis62025330 tis6202533 isoir166 iso885911 iso8859112001 thai",
    "gb18030": "gb18030 gb180302000 gb180302005 gb180302022 gbk gb2312 gb231280 gb23121980 gb gb2312charset chinese iso58gb231280 isoir58 "
    "euccn eucgb2312cn",
    "hz": "hz hzgb2312 hzgb",
    "big5hkscs": "big5hkscs big5 cnbig5 xbig5 big5eten big5tw hkscs",
    "cp932": "shiftjis windows31j mskanji sjis pck mscp932 ibm943 cp943",
    "shift-jis-2004": "shiftjis2004 shiftjisx0213 sjis2004",
    "euc-jp": "eucjp ujis eucjpms eucjpwin eucpkdfmtjapanese extendedunixcodepackedformatforjapanese",
    "euc-jis-2004": "eucjis2004 eucjisx0213",
    "iso2022-jp-ext": "iso2022jp iso2022jp1 iso2022jpext iso2022jpms jis",
    "iso2022-jp-2": "iso2022jp2",
    "iso2022-jp-3": "iso2022jp3",
    "iso2022-jp-2004": "iso2022jp2004",
    "cp949": "euckr uhc ksc5601 ksc56011987 ksc56011989 kscs5601 ksx1001 isoir149 korean",
    "johab": "johab",
    "iso2022-kr": "iso2022kr",
    "mac-roman": "macintosh mac macroman",
    "mac-cyrillic": "maccyrillic macukrainian",
    "mac-latin2": "macce maccentraleurope maccentraleurroman maclatin2 maccroatian",
    "mac-greek": "macgreek",
    "mac-turkish": "macturkish",
    "mac-iceland": "macicelandic maciceland",
}

# QUIRK: the numbers of Microsoft and IBM come with and without a name before them: cp-850, windows1252, ansi-1251, 65001.
_CODE_PAGES = {
    367: US_ASCII, 819: FALLBACK, 874: "cp874", 932: "cp932", 936: "gb18030", 949: "cp949", 950: "cp950", 1361: "johab",
    1200: "utf-16-le", 1201: "utf-16-be", 10000: "mac-roman", 20127: US_ASCII, 20866: "koi8-r", 21866: "koi8-u", 28591: FALLBACK,
    28599: "windows-1254", 50220: "iso2022-jp-ext", 50221: "iso2022-jp-ext", 50222: "iso2022-jp-ext", 50225: "iso2022-kr",
    51932: "euc-jp", 51949: "cp949", 52936: "hz", 54936: "gb18030", 65000: "utf-7", 65001: UTF_8,
    **{number: f"windows-{number}" for number in range(1250, 1259)},
    **{28590 + part: f"iso-8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 13, 15)},
    **{page: f"cp{page}" for page in (437, 720, 737, 775, 850, 852, 855, 857, 858, *range(860, 867), 869, 1006, 1125)},
}  # fmt: skip
_VENDORS = ("", "cp", "windows", "win", "ms", "ansi", "ibm", "dos", "windowscp", "microsoftcp")

_TABLE = {
    **{f"{vendor}{number}": codec for number, codec in _CODE_PAGES.items() for vendor in _VENDORS},
    **{alias: codec for codec, aliases in _ALIASES.items() for alias in aliases.split()},
}


def codec_name(label: str) -> str | None:
    """Return the name of the codec that a charset label means, or None for an unknown one.

    Case, quotes, separators and what follows the name do not matter. Constant time.
    """
    usual = AS_WRITTEN.get(label)
    if usual is not None:
        return usual
    found = _LABEL.match(label[:_LONGEST_LABEL])
    if found is None:
        return None
    key = found["name"].lower().translate(_SEPARATORS)
    codec = _TABLE.get(key)
    if codec is None and key.startswith("x"):
        codec = _TABLE.get(key[1:])
    elif codec is None and key.startswith("cs"):
        codec = _TABLE.get(key[2:])
    return codec


_USUAL = ("utf-8", "us-ascii", "iso-8859-1", "windows-1252", "iso-8859-15", "windows-1251", "koi8-r", "gb2312")

AS_WRITTEN: dict[str | None, str] = {
    None: US_ASCII,
    **{
        written: _TABLE[label.translate(_SEPARATORS)]
        for label in _USUAL
        for written in (label, label.upper(), label.capitalize())
    },
}
"""The usual labels as they are mostly written: in all of them ASCII is ASCII. Nothing declared means US-ASCII (RFC 2045 5.2)."""

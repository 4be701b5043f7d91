"""The registry of defects: each code with the smallest message that shows it, and the log that collects them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mimeparse
from mimeparse.defects import Defect, DefectCode, DefectLog, Finding, Kind, excerpt

C = DefectCode


def text(headers: bytes, body: bytes = b"x\n") -> bytes:
    """Return a message of the given header lines and body."""
    return headers + b"\n\n" + body


def content_type(value: bytes) -> bytes:
    return text(b"Content-Type: " + value)


def attachment(name: bytes) -> bytes:
    return text(b"Content-Disposition: attachment; filename=" + name)


def mixed(boundary: bytes, body: bytes = b"--b\n\nx\n--b--\n") -> bytes:
    return text(b"Content-Type: multipart/mixed; " + boundary, body)


def encoded(encoding: bytes, body: bytes) -> bytes:
    return text(b"Content-Transfer-Encoding: " + encoding, body)


def charset(name: bytes, body: bytes) -> bytes:
    return text(b"Content-Type: text/plain; charset=" + name, body)


SAMPLES: dict[str, bytes] = {
    # The header block
    "header-8bit": text(b"X: \xff"),
    "header-bare-cr": text(b"A: \rb"),
    "header-bare-lf": b"A: b\r\nC: d\n\r\n",
    "header-body-separator": b"A: b\nprose",
    "header-bom": text(b"\xef\xbb\xbfA: b"),
    "header-conflict-content-type": text(b"Content-Type: a/b\nContent-Type: a/c"),
    "header-conflict-cte": text(b"Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: 8bit"),
    "header-conflict-disposition": text(b"Content-Disposition: inline\nContent-Disposition: attachment"),
    "header-conflict-from": text(b"From: a@x\nFrom: b@x"),
    "header-control-char": content_type(b"text/plain; x=\x01"),
    "header-duplicate": text(b"Subject: x\nSubject: x"),
    "header-eof": b"A: b",
    "header-fold-empty": text(b"A: b\n \n c"),
    "header-fold-in-token": content_type(b"text/pl\n ain"),
    "header-fold-looks-like-header": text(b"A: b\n Content-Type: text/html"),
    "header-leading-blank": b"\nx",
    "header-leading-fold": text(b" a\nB: c"),
    "header-mbox-from": text(b"A: b\nFrom c\nX-D: e"),
    "header-missing-colon": text(b"A: b\nc\nX-D: e"),
    "header-missing-date": text(b"From: a@x"),
    "header-missing-from": text(b"A: b"),
    "header-name-empty": text(b"A: b\n:c"),
    "header-name-invalid": text(b"A: b\n\xe4: c"),
    "header-name-space": text(b"A : b"),
    "header-nul": text(b"A: \0"),
    "mime-version-missing": mixed(b"boundary=b"),
    "mime-version-unsupported": text(b"MIME-Version: 2.0"),
    # Content-Type, Content-Disposition and their parameters
    "boundary-conflict": mixed(b"boundary=b; boundary=c"),
    "boundary-encoded-word": mixed(b'boundary="=?x?q?b?="'),
    "boundary-rfc2231": mixed(b"boundary*=''b"),
    "charset-conflict": content_type(b"text/plain; charset=utf-8; charset=us-ascii"),
    "comment-unterminated": content_type(b"text/plain; x=y ("),
    "content-type-invalid": content_type(b"text"),
    "content-type-multiple-values": content_type(b"text/plain, text/html"),
    "disposition-encoded-word": text(b"Content-Disposition: =?x?q?inline?="),
    "disposition-invalid": text(b"Content-Disposition: ;"),
    "disposition-unknown": text(b"Content-Disposition: x"),
    "filename-conflict": text(b"Content-Type: a/b; name=c\nContent-Disposition: attachment; filename=d"),
    "filename-encoded-word": attachment(b'"=?utf-8?q?x?="'),
    "filename-percent": attachment(b"a%41"),
    "filename-suspicious-quote": attachment(rb'"a\"b"'),
    "param-comment": content_type(b"text/plain; x(c)=y"),
    "param-conflict": content_type(b"text/plain; x=y; x=z"),
    "param-fold-in-quotes": content_type(b'text/plain; x="y\n z"'),
    "param-invalid": content_type(b"text/plain; x"),
    "param-missing-separator": content_type(b"text/plain x=y"),
    "param-rfc2231-charset": content_type(b"text/plain; x*=y"),
    "param-rfc2231-duplicate": content_type(b"text/plain; x*0=y; x*0=z"),
    "param-rfc2231-gap": content_type(b"text/plain; x*1=y"),
    "param-rfc2231-index": content_type(b"text/plain; x*00=y"),
    "param-rfc2231-order": content_type(b"text/plain; x*1=y; x*0=z"),
    "param-rfc2231-percent": content_type(b"text/plain; x*=utf-8''%"),
    "param-rfc2231-quoted": content_type(b"text/plain; x*=\"utf-8''y\""),
    "param-single-quoted": content_type(b"text/plain; x='y'"),
    "param-space": content_type(b"text/plain; x =y"),
    "param-trailing-garbage": content_type(b"text/plain; x=y z"),
    "param-unquoted-special": content_type(b"text/plain; x=@"),
    "param-unterminated-quote": content_type(b'text/plain; x="y'),
    # Content-Transfer-Encoding
    "cte-comment": encoded(b"7bit (c)", b"x"),
    "cte-encoded-word": encoded(b"=?x?q?7bit?=", b"x"),
    "cte-mismatch": encoded(b"foo", b"aGVsbG8gaGVsbG8gaGVsbG8g\n"),
    "cte-multiple-values": encoded(b"7bit, 8bit", b"x"),
    "cte-nonstandard": encoded(b"x-y", b"x"),
    "cte-on-composite": text(b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64", b"eA=="),
    "cte-quoted": encoded(b'"7bit"', b"x"),
    "cte-unknown": encoded(b"y", b"x"),
    # Structure
    "alternative-contains-attachment": text(
        b"Content-Type: multipart/alternative; boundary=b", b"--b\nContent-Type: a/b\n\nx\n--b--\n"
    ),
    "boundary-after-close": mixed(b"boundary=b", b"--b\n\nx\n--b--\n--b\n"),
    "boundary-bare-cr": mixed(b"boundary=b", b"--b\n\nx\r--b\n--b--\n"),
    "boundary-case-mismatch": mixed(b"boundary=b", b"--B\n\nx\n--B--\n"),
    "boundary-close-missing": mixed(b"boundary=b", b"--b\n\nx\n"),
    "boundary-empty": mixed(b'boundary=""'),
    "boundary-ends-with-dashes": mixed(b"boundary=b--", b"--b--\n\nx\n--b----\n"),
    "boundary-invalid-char": mixed(b'boundary="a;b"'),
    "boundary-leading-space": mixed(b'boundary=" b"'),
    "boundary-line-leading-space": mixed(b"boundary=b", b"--b\n\nx\n --b\n--b--\n"),
    "boundary-line-trailing-garbage": mixed(b"boundary=b", b"--b\n\nx\n--b y\n--b--\n"),
    "boundary-missing": mixed(b""),
    "boundary-near-miss": mixed(b"boundary=b", b"--b\n\nx\ny--b\n--b--\n"),
    "boundary-not-found": mixed(b"boundary=b", b"x"),
    "boundary-on-leaf": content_type(b"text/plain; boundary=b"),
    "boundary-parent-interrupt": mixed(
        b"boundary=b", b"--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--b--\n"
    ),
    "boundary-prefix-overlap": mixed(
        b"boundary=b", b"--b\nContent-Type: multipart/mixed; boundary=bc\n\n--bc\n\nx\n--bc--\n--b--\n"
    ),
    "boundary-reused": mixed(b"boundary=b", b"--b\nContent-Type: multipart/mixed; boundary=b\n\n--b--\n"),
    "boundary-too-long": mixed(b"boundary=" + b"b" * 71),
    "boundary-trailing-space": mixed(b'boundary="b "'),
    "boundary-transport-padding": mixed(b"boundary=b", b"--b \n\nx\n--b--\n"),
    "content-id-duplicate": mixed(b"boundary=b", b"--b\nContent-ID: <a>\n\nx\n--b\nContent-ID: <a>\n\nx\n--b--\n"),
    "epilogue-looks-like-part": mixed(b"boundary=b", b"--b\n\nx\n--b--\nContent-Type: a/b\n"),
    "epilogue-text": mixed(b"boundary=b", b"--b\n\nx\n--b--\ny"),
    "message-empty": b"",
    "message-external-body": content_type(b"message/external-body"),
    "message-not-mail": b"%PDF-1.7\n",
    "message-partial": content_type(b"message/partial"),
    "message-utf16": b"\xff\xfea\0",
    "multipart-empty": mixed(b"boundary=b", b"--b--\n"),
    "part-empty": mixed(b"boundary=b", b"--b\n--b--\n"),
    "preamble-looks-like-part": mixed(b"boundary=b", b"Content-Type: a/b\n--b\n\nx\n--b--\n"),
    "preamble-text": mixed(b"boundary=b", b"y\n--b\n\nx\n--b--\n"),
    "related-start-missing": text(b"Content-Type: multipart/related; boundary=b; start=a", b"--b\n\nx\n--b--\n"),
    "signed-extra-part": text(b"Content-Type: multipart/signed; boundary=b", b"--b\n\nx\n--b\n\ny\n--b\n\nz\n--b--\n"),
    # Bodies
    "base64-after-padding": encoded(b"base64", b"eA==eA=="),
    "base64-blank-line": encoded(b"base64", b"eHh4\n\neHh4"),
    "base64-invalid-char": encoded(b"base64", b"eHh4!"),
    "base64-length": encoded(b"base64", b"e"),
    "base64-noncanonical": encoded(b"base64", b"eB=="),
    "base64-padding-internal": encoded(b"base64", b"e=Hh4eA=="),
    "base64-padding-missing": encoded(b"base64", b"eA"),
    "base64-urlsafe": encoded(b"base64", b"YQ-="),
    "body-8bit-in-7bit": encoded(b"7bit", b"\xff"),
    "body-bare-cr": text(b"A: b", b"x\ry"),
    "body-bare-lf": text(b"A: b", b"x\r\ny\nz"),
    "body-line-too-long": text(b"A: b", b"x" * 1001),
    "body-looks-like-message": text(b"A: b", b"From: a@x\nTo: b@x\nMessage-ID: <c@x>\n\nx\n"),
    "body-looks-like-multipart": text(b"A: b", b"--c\nContent-Type: a/b\n\nx\n"),
    "body-nul": text(b"A: b", b"\0"),
    "body-starts-with-header": text(b"A: b", b"Content-Type: a/b\n\nx\n"),
    "qp-invalid-escape": encoded(b"quoted-printable", b"=x"),
    "qp-line-too-long": encoded(b"quoted-printable", b"x" * 77),
    "qp-lowercase-hex": encoded(b"quoted-printable", b"=c3=BC"),
    "qp-raw-8bit": encoded(b"quoted-printable", b"\xff"),
    "qp-raw-control": encoded(b"quoted-printable", b"\x01"),
    "qp-soft-break-bare": b"Content-Transfer-Encoding: quoted-printable\r\n\r\nx\r\ny=\nz",
    "qp-soft-break-space": encoded(b"quoted-printable", b"x= \ny"),
    "qp-trailing-space": encoded(b"quoted-printable", b"x \n"),
    "qp-truncated": encoded(b"quoted-printable", b"=4"),
    "smtp-end-of-data-sequence": text(b"A: b", b"x\r.\ry"),
    "uu-bad-length": encoded(b"x-uuencode", b"begin 644 x\n#\n`\nend\n"),
    "uu-begin-missing": encoded(b"x-uuencode", b"x\n"),
    "uu-outside": encoded(b"x-uuencode", b"x\nbegin 644 x\n`\nend\n"),
    "uu-truncated": encoded(b"x-uuencode", b"begin 644 x\n"),
    "binhex-inline": text(b"A: b", b"(This file must be converted with BinHex 4.0)\n"),
    "uuencode-inline": text(b"A: b", b"begin 644 a\n#86)C\nend\n"),
    "yenc-inline": text(b"A: b", b"=ybegin line=128 size=1 name=a\n"),
    # Text
    "charset-bom-conflict": charset(b"us-ascii", b"\xef\xbb\xbfx"),
    "charset-dangerous": charset(b"utf-7", b"+AGE-"),
    "charset-endian": charset(b"utf-16", b"a\0"),
    "charset-invalid-bytes": charset(b"utf-8", b"\xff"),
    "charset-mismatch": charset(b"us-ascii", b"\xff"),
    "charset-unknown": charset(b"y", b"x"),
    "html-unclosed-across-parts": text(b"Content-Type: text/html", b"<img src="),
    # Encoded words
    "encoded-word-charset-unknown": text(b"Subject: =?y?q?x?="),
    "encoded-word-decoded-control": text(b"Subject: =?utf-8?q?=01?="),
    "encoded-word-decoded-special": text(b"From: =?utf-8?q?a=40x?= <b@x>"),
    "encoded-word-glued": text(b"Subject: x=?utf-8?q?x?="),
    "encoded-word-in-addr-spec": text(b"From: =?utf-8?q?x?=@x"),
    "encoded-word-in-quoted-string": text(b'From: "=?utf-8?q?x?=" <a@x>'),
    "encoded-word-malformed": text(b"Subject: =?utf-8?q?x"),
    "encoded-word-nested": text(b"Subject: =?utf-8?q?=3D=3Fx=3Fq=3Fx=3F=3D?="),
    "encoded-word-split-char": text(b"Subject: =?utf-8?q?=C3?= =?utf-8?q?=BC?="),
    "encoded-word-too-long": text(b"Subject: =?utf-8?q?" + b"x" * 64 + b"?="),
    # Addresses, dates and ids
    "address-comment": text(b"From: a(c)@x"),
    "address-comment-contains-address": text(b"From: a@x (b@x)"),
    "address-control-char": text(b"From: \x01@x"),
    "address-display-name-is-address": text(b'From: "a@x" <b@x>'),
    "address-display-name-is-sender": text(b"From: a@x.y <b@x.y>"),
    "address-domain-fws": text(b"From: a @x"),
    "address-group-in-from": text(b"From: g: a@x;"),
    "address-group-nested": text(b"To: g: h: a@x;;"),
    "address-invalid": text(b"From: a b"),
    "address-invalid-alabel": text(b"From: a@xn--0049.x"),
    "address-legacy-routing": text(b"From: a%b.cd@x"),
    "address-missing-domain": text(b"From: <a>"),
    "address-multiple-at": text(b"From: a@b@x"),
    "address-multiple-from": text(b"From: a@x, b@x"),
    "address-quoted-local-at": text(b'From: "a@b"@x'),
    "address-route": text(b"From: <@b:a@x>"),
    "address-trailing-text": text(b"From: <a@x> b"),
    "address-unbalanced": text(b"From: <a@x"),
    "address-unicode-overflow": text("From: a\u0140b.cd <a@x>".encode()),
    "address-unquoted-comma": text(b"From: b, c <a@x>"),
    "date-invalid": text(b"Date: x"),
    "message-id-invalid": text(b"Message-ID: x y"),
    # File names
    "filename-ads": attachment(b'"a:b"'),
    "filename-bidi": attachment("\u202e".encode()),
    "filename-control": attachment(b"a\x01"),
    "filename-double-extension": attachment(b"a.pdf.exe"),
    "filename-empty": attachment(b'""'),
    "filename-invisible": attachment("a\u200b".encode()),
    "filename-leading-dash": attachment(b"-a"),
    "filename-leading-dot": attachment(b".a"),
    "filename-nul": attachment(b'"a\0"'),
    "filename-padding": attachment(b'"a' + b" " * 40 + b'.b"'),
    "filename-path": attachment(b'"a/b"'),
    "filename-reserved": attachment(b"nul"),
    "filename-too-long": attachment(b"a" * 201),
    "filename-trailing": attachment(b"a."),
    # Types of files: these are among the risks of a part, which are looked for when somebody asks
    "type-active": content_type(b"image/svg+xml"),
    "type-archive-encrypted": text(b"Content-Type: application/pdf", b"%PDF-1.7 /Encrypt 5 0 R"),
    "type-archive-executable": text(
        b"Content-Type: application/zip", b"PK\x01\x02" + bytes(24) + b"\x05\0" + bytes(16) + b"x.exe" + b"PK\x05\x06"
    ).replace(b"\n\nPK", b"\n\nPK\x03\x04PK"),
    "type-executable": attachment(b"x.exe"),
    "type-extension-mismatch": content_type(b"image/png; name=x.pdf"),
    "type-macro": attachment(b"x.docm"),
    "type-mismatch": text(b"Content-Type: image/png", b"%PDF-1.7"),
    "type-smuggling": text(b"Content-Type: text/html", b"<script>new Blob([x])</script>"),
    # Guardrails
    "limit-comment-depth": text(b"Date: Tue, 24 Nov 2026 10:00:00 +0000 " + b"(" * 33 + b")" * 33),
    "limit-defects": content_type(b"text/plain; x=@"),
}

# Codes that no input raises. Each is a promise that is not kept: keep this list empty.
FEW = mimeparse.Limits(max_defects=1)


def defects_of(raw: bytes, **options) -> list[str]:
    return [str(defect.code) for defect in mimeparse.parse(raw, **options).defects]


def in_order(defects) -> list[Defect]:
    return sorted(defects, key=lambda defect: (defect.offset, defect.path, defect.code, defect.detail))


# The registry --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [code for code in SAMPLES if code != "limit-defects"])
def test_the_smallest_message_shows_its_defect(code):
    risks = [str(risk.code) for node in mimeparse.parse(SAMPLES[code]).walk() for risk in node.risks]
    assert (code in defects_of(SAMPLES[code])) != code.startswith("type-")
    assert not code.startswith("type-") or code in risks


@pytest.mark.parametrize("code", SAMPLES)
def test_a_stream_that_is_read_to_its_end_tells_of_the_same_defects(code):
    stream = mimeparse.stream(SAMPLES[code])
    for part in stream:
        if part.role is mimeparse.Role.BODY:
            part.text()
    assert in_order(stream.defects) == in_order(mimeparse.parse(SAMPLES[code]).defects)


def test_more_defects_than_are_kept_are_a_defect_themselves():
    raw = text(b"A: \xff\nB: \xff\nC: \xff")
    message = mimeparse.parse(raw, limits=FEW)
    assert "limit-defects" in defects_of(raw, limits=FEW)
    assert message.stats.defects["header-8bit"] == 3
    assert "limit-defects" not in defects_of(raw)


def test_every_code_has_its_sample():
    registered = {str(code) for code in DefectCode}
    assert SAMPLES.keys() <= registered
    assert registered == SAMPLES.keys()


def test_the_samples_stand_in_the_order_of_the_registry_but_for_the_alphabet():
    # One group of codes after the other, as the registry has them.
    order = [str(code) for code in DefectCode]
    groups = {code: re.match(r"[a-z0-9]+", code)[0] for code in order}
    assert list(dict.fromkeys(groups[code] for code in SAMPLES)) == list(dict.fromkeys(groups[code] for code in order))


def test_a_sound_message_has_no_defects():
    headers = b"From: a@example.com\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
    assert defects_of(headers + b"\r\nx\r\n") == []


def test_the_codes_are_unique_and_in_kebab_case():
    values = [code.value for code in DefectCode]
    assert len(values) == len(set(values)) == len(DefectCode.__members__)
    for code in DefectCode:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", code)
        assert code.name == code.value.upper().replace("-", "_")
        assert DefectCode(code.value) is code
        assert str(code) == f"{code}" == code.value


def test_the_codes_are_sorted_inside_of_their_groups():
    # A group is a run of codes with one first word. Two codes of uuencode stand the wrong way round.
    runs: list[list[str]] = []
    for code in map(str, DefectCode):
        if runs and runs[-1][0].partition("-")[0] == code.partition("-")[0]:
            runs[-1].append(code)
        else:
            runs.append([code])
    for run in runs:
        assert run == sorted(run)


@pytest.mark.parametrize("code", DefectCode)
def test_each_code_says_what_it_is_and_on_whose_word(code):
    assert isinstance(code.kind, Kind)
    assert code.source
    assert code.source == code.source.strip()
    assert code.source.isascii()
    assert (code.source == "-") == (code.kind is Kind.LIMIT)
    assert re.fullmatch(r"[A-Z].*[^. ]\.", code.sentence)
    assert len(code.sentence) <= 100


def test_the_sentences_differ():
    assert len({code.sentence for code in DefectCode}) == len(DefectCode)


@pytest.mark.parametrize("code", [code for code in SAMPLES if code != "limit-defects"])
def test_a_message_is_ambiguous_if_one_of_its_defects_is(code):
    message = mimeparse.parse(SAMPLES[code])
    assert message.ambiguous == any(defect.kind is Kind.AMBIGUOUS for defect in message.defects)
    if DefectCode(code).kind is Kind.AMBIGUOUS:
        assert message.ambiguous


@pytest.mark.parametrize("code", SAMPLES)
def test_a_defect_lies_in_the_message_and_its_detail_is_harmless(code):
    raw = SAMPLES[code]
    message = mimeparse.parse(raw)
    paths = {node.path for node in message.walk()}
    for defect in message.defects:
        assert 0 <= defect.offset <= len(raw)
        assert defect.path in paths
        assert all(" " <= character <= "~" for character in defect.detail)
        assert len(defect.detail) <= 300


# Findings, defects and excerpts --------------------------------------------------------------------------------------


def test_a_finding_needs_only_its_code():
    assert Finding(C.HEADER_NUL) == (C.HEADER_NUL, 0, "")


def test_a_defect_is_a_value():
    defect = Defect(C.HEADER_NUL, 5, (1,), "x")
    assert defect == Defect(C.HEADER_NUL, 5, (1,), "x")
    assert hash(defect) == hash(Defect(C.HEADER_NUL, 5, (1,), "x"))
    assert defect != Defect(C.HEADER_NUL, 6, (1,), "x")
    assert defect.kind is Kind.AMBIGUOUS
    assert (Defect(C.HEADER_NUL, 5).path, Defect(C.HEADER_NUL, 5).detail) == ((), "")
    with pytest.raises(AttributeError):
        defect.offset = 6  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("", ""),
        (b"", ""),
        ("plain ~", "plain ~"),
        (b"plain ~", "plain ~"),
        ("a\r\nb", r"a\x0d\x0ab"),
        (b"\x1b[2J\0", r"\x1b[2J\x00"),
        ("ü", r"\xfc"),
        (b"\xc3\xbc", r"\xc3\xbc"),
        ("\u202e", r"\u202e"),
        ("\U0001f600", r"\U0001f600"),
        ("\ud800", r"\ud800"),
        ("\x7f\x85", r"\x7f\x85"),
        ("x" * 59, "x" * 59),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 60 + "..."),
        (b"x" * 60, "x" * 60),
        (b"x" * 61, "x" * 60 + "..."),
        (b"x" * 1_000_000, "x" * 60 + "..."),
    ],
)
def test_an_excerpt_is_short_and_printable(given_text, expected):
    assert excerpt(given_text) == expected


@given(st.one_of(st.binary(max_size=200), st.text(st.characters(), max_size=200)))
def test_an_excerpt_of_anything_is_bounded_printable_ascii(given_text):
    shown = excerpt(given_text)
    assert all(" " <= character <= "~" for character in shown)
    assert len(shown) <= 60 * len(r"\U00010000") + len("...")


# The log -------------------------------------------------------------------------------------------------------------


def log_of(maximum: int, *codes: DefectCode) -> tuple[DefectLog, list[bool]]:
    log = DefectLog(maximum)
    return log, [log.add(Defect(code, offset)) for offset, code in enumerate(codes)]


def kept(log: DefectLog) -> list[tuple[DefectCode, int]]:
    return [(defect.code, defect.offset) for defect in log.kept]


def test_a_log_keeps_what_it_is_given_in_order():
    log, answers = log_of(3, C.QP_RAW_8BIT, C.HEADER_NUL, C.QP_RAW_8BIT)
    assert kept(log) == [(C.QP_RAW_8BIT, 0), (C.HEADER_NUL, 1), (C.QP_RAW_8BIT, 2)]
    assert answers == [True, True, True]
    assert log.counts == {C.QP_RAW_8BIT: 2, C.HEADER_NUL: 1}


def test_a_log_that_is_full_counts_and_says_once_that_it_is_full():
    log, answers = log_of(2, *[C.HEADER_8BIT] * 5)
    assert kept(log) == [(C.HEADER_8BIT, 0), (C.HEADER_8BIT, 1), (C.LIMIT_DEFECTS, 2)]
    assert answers == [True, True, False, False, False]
    assert log.counts == {C.HEADER_8BIT: 5, C.LIMIT_DEFECTS: 1}


def test_a_flood_does_not_hide_the_first_defect_of_another_code():
    log, answers = log_of(1, C.HEADER_8BIT, C.HEADER_8BIT, C.HEADER_NUL, C.HEADER_NUL)
    assert (C.HEADER_NUL, 2) in kept(log)
    assert answers == [True, False, True, False]
    assert log.ambiguous


@pytest.mark.parametrize("maximum", [0, 1, 2, 1000])
def test_a_log_is_bounded_by_its_maximum_and_the_number_of_codes(maximum):
    codes = [code for code in DefectCode if code is not C.LIMIT_DEFECTS]
    log, _ = log_of(maximum, *codes, *codes, *codes * 10)
    assert len(log.kept) <= maximum + len(DefectCode)
    assert {defect.code for defect in log.kept} >= set(codes)
    assert log.counts[codes[0]] == 12


def test_a_log_is_ambiguous_if_a_defect_is():
    assert not log_of(9)[0].ambiguous
    assert not log_of(9, *[code for code in DefectCode if code.kind is not Kind.AMBIGUOUS])[0].ambiguous
    for code in DefectCode:
        assert log_of(9, C.HEADER_8BIT, code)[0].ambiguous == (code.kind is Kind.AMBIGUOUS)


def test_what_a_log_gave_back_does_not_change():
    log, _ = log_of(9, C.HEADER_8BIT)
    before = log.kept
    log.add(Defect(C.HEADER_NUL, 0))
    assert len(before) == 1

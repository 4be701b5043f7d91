from __future__ import annotations

import pytest
from counting import calls_of
from feeding import codes, cut, events_of, feed, multipart, tree_of

from mimeparse import DefectCode, EndOfMessage, LimitExceeded, Limits, Parser, PartStart, Reading, UsageError
from mimeparse.wire.asked import OURS

TEXT = b"Content-Type: text/plain\r\n\r\n"


def test_a_plain_message_is_one_leaf():
    root = tree_of(b"Subject: hi\r\n\r\nHello\r\nworld\r\n")
    assert root.tree == "plain"
    assert root.body == b"Hello\r\nworld\r\n"
    assert root.start.headers["subject"] == "hi"


def test_the_line_end_before_a_delimiter_belongs_to_the_delimiter():
    root = tree_of(multipart(TEXT + b"one\r\n", TEXT + b"two"))
    assert [leaf.body for leaf in root.leaves()] == [b"one\r\n", b"two"]


def test_bare_line_feeds_end_lines_too():
    root = tree_of(multipart(TEXT + b"one", TEXT + b"two").replace(b"\r\n", b"\n"))
    assert [leaf.body for leaf in root.leaves()] == [b"one", b"two"]


def test_a_bare_cr_ends_no_line():
    root = tree_of(multipart(TEXT + b"one\r--b\rtwo"))
    assert [leaf.body for leaf in root.leaves()] == [b"one\r--b\rtwo"]


def test_longer_text_is_no_delimiter():
    root = tree_of(multipart(TEXT + b"one\r\n--bb\r\n--b x\r\n--b--x\r\n--b-\r\ntwo"))
    assert [leaf.body for leaf in root.leaves()] == [b"one\r\n--bb\r\n--b x\r\n--b--x\r\n--b-\r\ntwo"]


def test_lines_that_all_boundaries_begin_cost_each_of_them_once():
    levels = 40
    boundaries = ["b" * (level + 1) for level in range(levels)]
    head = "".join(f"Content-Type: multipart/mixed; boundary={name}\r\n\r\n--{name}\r\n" for name in boundaries)
    line = "--" + "b" * (levels + 1) + "\r\n"

    def parse_lines(count: str) -> None:
        feed((head + "\r\n" + line * int(count)).encode(), (100_000,))

    few, many = calls_of(parse_lines, "100"), calls_of(parse_lines, "200")
    assert many - few <= 7 * levels * 100


def test_blanks_behind_a_delimiter_are_padding():
    root = tree_of(multipart(TEXT + b"one", TEXT + b"two").replace(b"--b\r\n", b"--b \t\r\n"))
    assert [leaf.body for leaf in root.leaves()] == [b"one", b"two"]
    assert "boundary-transport-padding" in root.defects


@pytest.mark.parametrize(("blanks", "parts"), [(127, 2), (128, 2), (129, 1)])
def test_padding_is_bounded(blanks, parts):
    message = multipart(TEXT + b"one", TEXT + b"two")
    head, second = message.rsplit(b"--b\r\n", 1)
    padded = head + b"--b" + b" " * blanks + b"\r\n" + second
    assert len(tree_of(padded).leaves()) == parts


def test_preamble_and_epilogue_are_kept():
    message = multipart(TEXT + b"one", end=b"\r\nafter\r\n").replace(
        b"\r\n\r\n--b\r\n", b"\r\n\r\nbefore\r\n--b\r\n", 1
    )
    root = tree_of(message)
    assert root.preamble == b"before"
    assert root.epilogue == b"after\r\n"
    assert {"preamble-text", "epilogue-text"} <= set(root.defects)


def test_the_first_delimiter_may_follow_the_header_without_a_blank_line():
    message = multipart(TEXT + b"one").replace(b"\r\n\r\n--b", b"\r\n--b", 1)
    root = tree_of(message)
    # The multipart is not declared yet when its header block is read: the delimiter is a line that is no field.
    assert root.tree == "mixed(plain)"
    assert "header-missing-colon" in codes(root.start.defects)


def test_an_outer_delimiter_ends_inner_multiparts():
    inner = b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" + TEXT + b"deep"
    root = tree_of(multipart(inner, TEXT + b"next"))
    assert root.tree == "mixed(mixed(plain),plain)"
    assert root.children[0].defects == ["boundary-parent-interrupt"]
    assert [leaf.body for leaf in root.leaves()] == [b"deep", b"next"]


def test_a_boundary_that_begins_with_another_one_is_told_apart():
    inner = (
        b"Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n"
        + TEXT
        + b"one\r\n--bb\r\n"
        + TEXT
        + b"two\r\n--bb--"
    )
    root = tree_of(multipart(inner, TEXT + b"three"))
    assert root.tree == "mixed(mixed(plain,plain),plain)"
    assert [leaf.body for leaf in root.leaves()] == [b"one", b"two", b"three"]


def test_of_two_multiparts_with_one_boundary_the_inner_one_is_meant():
    inner = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    root = tree_of(multipart(inner, TEXT + b"two"))
    assert root.tree == "mixed(mixed(plain))"
    assert "boundary-reused" in root.children[0].defects


def test_a_boundary_that_ends_in_dashes_wins_over_a_closing_delimiter():
    inner = b'Content-Type: multipart/mixed; boundary="b--"\r\n\r\n--b--\r\n' + TEXT + b"one\r\n--b----"
    root = tree_of(multipart(inner, TEXT + b"two"))
    assert root.tree == "mixed(mixed(plain),plain)"


def test_an_attached_message_is_entered():
    inner = b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninside"
    root = tree_of(multipart(TEXT + b"outside", inner))
    assert root.tree == "mixed(plain,rfc822(plain))"
    assert root.children[1].children[0].start.headers["subject"] == "inner"
    assert [leaf.body for leaf in root.leaves()] == [b"outside", b"inside"]


def test_an_encoded_attached_message_is_a_decoded_leaf():
    inner = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeAoKeQo="
    root = tree_of(multipart(inner))
    assert root.tree == "mixed(rfc822)"
    assert root.leaves()[0].body == b"Subject: x\n\ny\n"
    assert "cte-on-composite" in root.children[0].defects


def test_parts_of_a_digest_are_messages_by_default():
    root = tree_of(multipart(b"\r\nSubject: one\r\n\r\n1", b"\r\nSubject: two\r\n\r\n2", subtype=b"digest"))
    assert root.tree == "digest(rfc822(plain),rfc822(plain))"


@pytest.mark.parametrize("subtype", [b"rfc822", b"global", b"news"])
def test_these_messages_are_entered(subtype):
    inner = b"Content-Type: message/" + subtype + b"\r\n\r\nSubject: caf\xc3\xa9\r\n\r\ninside"
    root = tree_of(multipart(inner))
    assert root.tree == f"mixed({subtype.decode()}(plain))"
    assert root.children[0].children[0].start.headers["subject"] == "café"


@pytest.mark.parametrize(
    "subtype",
    [
        b"partial",
        b"external-body",
        b"delivery-status",
        b"disposition-notification",
        b"global-delivery-status",
        b"global-headers",
        b"global-disposition-notification",
        b"x-unheard-of",
    ],
)
def test_other_messages_are_leaves(subtype):
    root = tree_of(multipart(b"Content-Type: message/" + subtype + b"\r\n\r\nSubject: x\r\n\r\nbody"))
    assert root.tree == f"mixed({subtype.decode()})"
    assert root.leaves()[0].body == b"Subject: x\r\n\r\nbody"


@pytest.mark.parametrize("subtype", [b"alternative", b"parallel", b"related", b"report", b"x-unheard-of"])
def test_a_multipart_of_any_kind_is_taken_apart(subtype):
    root = tree_of(multipart(TEXT + b"one", TEXT + b"two", subtype=subtype))
    assert root.tree == f"{subtype.decode()}(plain,plain)"


def test_a_part_that_begins_with_a_blank_line_is_plain_text():
    root = tree_of(multipart(b"\r\nNot-A-Field: x"))
    assert root.tree == "mixed(plain)"
    assert root.leaves()[0].body == b"Not-A-Field: x"
    assert root.children[0].defects == []


def test_boundaries_differ_in_case():
    root = tree_of(multipart(TEXT + b"one\r\n--bound\r\ntwo", boundary=b"Bound"))
    assert [leaf.body for leaf in root.leaves()] == [b"one\r\n--bound\r\ntwo"]


def test_an_outer_delimiter_ends_an_attached_message_and_what_is_open_in_it():
    deep = b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" + TEXT + b"deep"
    root = tree_of(multipart(b"Content-Type: message/rfc822\r\n\r\n" + deep, TEXT + b"next"))
    assert root.tree == "mixed(rfc822(mixed(plain)),plain)"
    assert [leaf.body for leaf in root.leaves()] == [b"deep", b"next"]
    assert "boundary-parent-interrupt" in root.children[0].children[0].defects


def test_the_label_of_an_encoded_multipart_is_ignored():
    message = multipart(TEXT + b"=41").replace(b"MIME-", b"Content-Transfer-Encoding: quoted-printable\r\nMIME-")
    root = tree_of(message)
    assert root.leaves()[0].body == b"=41"
    assert "cte-on-composite" in root.defects


@pytest.mark.parametrize("encoding", [b"x-unheard-of", b"utf-8", b"base64, 7bit"])
def test_a_body_of_an_unknown_encoding_keeps_its_bytes_and_its_type(encoding):
    # RFC 2045 6.4 would have it called application/octet-stream.
    raw = b"Content-Type: text/html\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\nPGI+"
    root = tree_of(raw)
    assert (root.start.content_type, root.body) == ("text/html", b"PGI+")
    assert {"cte-unknown", "cte-nonstandard", "cte-multiple-values"} & set(root.defects)


@pytest.mark.parametrize("kind", [b"message/rfc822", b"multipart/mixed; boundary=c"])
def test_an_encoding_that_a_composite_may_not_have_is_reported_where_its_header_begins(kind):
    part = b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    message = multipart(part)
    [found] = [one for one in events_of(message)[-1].defects if one.code is DefectCode.CTE_ON_COMPOSITE]
    assert (found.offset, found.path, found.detail) == (message.index(part), (0,), "base64")


def test_a_missing_closing_delimiter_is_a_defect_and_loses_nothing():
    message = multipart(TEXT + b"one", TEXT + b"two\r\n")
    cut_off = message[: message.rindex(b"\r\n--b--")]
    root = tree_of(cut_off)
    assert [leaf.body for leaf in root.leaves()] == [b"one", b"two\r\n"]
    assert root.defects == ["boundary-close-missing"]


def test_a_multipart_without_its_delimiter_keeps_its_bytes():
    root = tree_of(b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\ntext\r\n--c\r\nmore\r\n")
    assert root.tree == "mixed()"
    assert root.preamble == b"text\r\n--c\r\nmore\r\n"
    assert {"boundary-not-found", "preamble-text"} <= set(root.defects)


@pytest.mark.parametrize("parameter", [b"", b"; boundary=", b'; boundary=""'])
def test_a_multipart_without_a_boundary_is_a_leaf(parameter):
    root = tree_of(b"Content-Type: multipart/mixed" + parameter + b"\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n")
    assert root.start.leaf
    assert root.body == b"--b\r\n\r\nx\r\n--b--\r\n"
    assert {"boundary-missing", "boundary-empty"} & set(root.defects)


def test_a_boundary_of_ten_thousand_bytes_works_and_is_a_defect():
    root = tree_of(multipart(TEXT + b"one", boundary=b"x" * 10_000))
    assert root.tree == "mixed(plain)"
    assert "boundary-too-long" in root.defects


def test_a_delimiter_ends_a_header_block():
    root = tree_of(multipart(b"Content-Type: text/html", TEXT + b"two"))
    assert root.tree == "mixed(html,plain)"
    assert root.children[0].body == b""
    assert "header-body-separator" in root.children[0].defects


def test_an_empty_part_is_kept():
    root = tree_of(multipart(b"\r\n", TEXT + b"two").replace(b"--b\r\n\r\n\r\n", b"--b\r\n"))
    assert root.tree == "mixed(plain,plain)"
    assert "part-empty" in root.children[0].defects


def test_a_part_without_a_blank_line_keeps_its_text():
    root = tree_of(multipart(b"Content-Type: text/plain\r\nNo blank line came before this.\r\nmore"))
    assert root.leaves()[0].body == b"No blank line came before this.\r\nmore"
    assert "header-body-separator" in root.children[0].defects


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n\r\n", b"\n" * 1000])
def test_input_without_anything_is_an_empty_message(data):
    events = events_of(data)
    assert isinstance(events[0], PartStart)
    assert isinstance(events[-1], EndOfMessage)
    assert "message-empty" in codes(events[-1].defects)
    assert events[-1].size == len(data)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + bytes(range(256)) * 4,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
        b"%PDF-1.7\n%\xe2\xe3\n1 0 obj",
    ],
)
def test_input_that_is_no_mail_is_one_leaf_and_says_so(data):
    root = tree_of(data)
    assert root.start.leaf
    assert root.body == data
    assert root.start.content_type == "application/octet-stream"
    assert "message-not-mail" in root.defects


def test_text_without_any_header_is_body():
    data = b"Hello there,\r\nthis is no mail at all.\r\n\r\nBye\r\n"
    root = tree_of(data)
    assert root.body == data
    assert {"header-missing-colon", "header-body-separator"} <= set(root.defects)


def test_a_body_without_end_that_follows_no_blank_line_is_no_oversized_header():
    data = b"Subject: x\r\n" + b"no field here\r\n" * 1000
    root = tree_of(data, limits=Limits(max_header_bytes=1000))
    assert root.body == b"no field here\r\n" * 1000


def test_half_a_field_at_the_limit_of_a_header_passes_for_no_line_of_a_body():
    field = b"Subject: x\r\n"
    with pytest.raises(LimitExceeded, match="max_header_bytes"):
        events_of(field * 100, limits=Limits(max_header_bytes=10 * len(field) + len(b"Subj")))


def test_a_header_block_of_the_largest_size_may_be_ended_by_a_delimiter_that_comes_byte_by_byte():
    root = tree_of(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + b"X: ".ljust(100, b"a") + b"\r\n--b--\r\n",
        limits=Limits(max_header_bytes=100),
    )
    assert root.children[0].start.headers["x"] == 97 * "a"


def test_a_message_without_fields_fits_a_limit_of_none():
    limits = Limits(max_header_count=0)
    assert tree_of(b"\r\nbody", limits=limits).body == b"body"
    with pytest.raises(LimitExceeded, match="max_header_count"):
        events_of(b"A: b\r\n\r\nbody", limits=limits)


def test_the_first_event_of_a_file_that_is_no_mail_comes_with_its_signature():
    parser = Parser()
    parser.feed(b"PK\x03\x04" + bytes(100))
    assert isinstance(parser.next_event(), PartStart)


def test_what_was_fed_and_is_not_used_up_can_be_looked_at_and_is_read_all_the_same():
    parser = Parser()
    parser.feed(b"Subject: x\r\n\r\nbody")
    assert isinstance(parser.next_event(), PartStart)
    assert [parser.peek(size) for size in (0, 3, 4, 5)] == [b"", b"bod", b"body", b"body"]
    assert parser.offset == len(b"Subject: x\r\n\r\n")
    assert parser.next_event().data == b"body"


@pytest.mark.parametrize("blank", [b"\n\n", b"\n\r\n", b"\n\r\r\n", b"\r\n\r\r\n", b"\r\r\n\r\r\n"])
def test_a_blank_line_is_found_wherever_it_is_cut_in_two(blank):
    # QUIRK: gateways that add a CR to each line end. Longer than what has to be there before anything is looked at.
    root = tree_of(b"Subject: a field of some length" + blank + b"A: body" + blank)
    assert root.body == b"A: body" + blank
    assert [field.name for field in root.start.headers] == ["Subject"]


def test_a_line_of_three_crs_is_no_blank_line():
    root = tree_of(b"Subject: a field of some length\r\n\r\r\r\nContent-Type: text/html\r\n\r\nbody")
    assert (root.start.content_type, root.body) == ("text/html", b"body")
    assert "header-bare-cr" in root.defects


def test_input_that_ends_in_the_header_says_so():
    root = tree_of(b"From: a@b.example\r\nSubject: cut")
    assert root.start.headers["subject"] == "cut"
    assert "header-eof" in root.defects


def test_offsets_and_gaps_tile_the_input():
    message = multipart(TEXT + b"one", b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nin", end=b"\r\nafter")
    root = tree_of(message, decode=False)
    covered = [(root.start.offset, root.start.body_offset)]
    for leaf in root.leaves():
        assert leaf.end is not None
        assert message[leaf.start.body_offset : leaf.end.offset] == leaf.body
    assert covered[0][0] == 0
    assert message[: root.start.body_offset].endswith(b"\r\n\r\n")


def test_feeding_after_close_is_a_mistake_that_names_the_remedy():
    parser = Parser()
    parser.close()
    with pytest.raises(UsageError, match="new Parser"):
        parser.feed(b"x")


@pytest.mark.parametrize("data", ["text", 1, None, ["x"]])
def test_feeding_anything_but_bytes_is_a_mistake(data):
    with pytest.raises(UsageError, match="takes bytes"):
        Parser().feed(data)


def test_bytearrays_and_memoryviews_may_be_changed_after_they_were_fed():
    parser = Parser()
    data = bytearray(b"Subject: x\r\n\r\nbody")
    parser.feed(memoryview(data))
    data[:] = bytes(len(data))
    parser.close()
    assert b"".join(event.data for event in parser.events() if hasattr(event, "data")) == b"body"


def test_events_may_be_abandoned_and_taken_up_again():
    parser = Parser()
    parser.feed(multipart(TEXT + b"one", TEXT + b"two"))
    parser.close()
    first = next(parser.events())
    rest = list(parser.events())
    assert isinstance(first, PartStart)
    assert isinstance(rest[-1], EndOfMessage)
    assert parser.next_event() is None


def test_a_message_is_cut_into_the_sizes_that_are_given_over_and_over():
    assert list(cut(b"abcdef", (1, 2))) == [b"a", b"bc", b"d", b"ef"]


def test_parts_before_one_blank_line_do_not_each_search_for_it(monkeypatch):
    """Five thousand delimiters and no blank line: each byte is searched once, and not once for each part."""
    searched = 0
    pattern = OURS.blank_line

    class Counting:
        def search(self, data, start):
            nonlocal searched
            found = pattern.search(data, start)
            searched += (len(data) if found is None else found.end()) - start
            return found

    monkeypatch.setattr(OURS, "blank_line", Counting())
    raw = multipart().replace(b"--b--\r\n", b"--b\r\n" * 5_000)
    assert len(tree_of_whole(raw)) == 5_001
    assert len(raw) <= searched + 5_000 <= 3 * len(raw)


def tree_of_whole(raw):
    return [event for event in feed(raw, (len(raw),)) if isinstance(event, PartStart)]


# Readers that believe bodies and not labels ---------------------------------------------------------------------------

SNIFFING = Reading.of("contents=sniffed")


def sniffed(content_type: bytes, body: bytes) -> list[tuple[str, bool]]:
    """Return the type of each entity, and whether it is a leaf, as those have it who look at the beginnings of bodies."""
    parser = Parser(reading=SNIFFING)
    parser.feed(b"Content-Type: " + content_type + b"\r\n\r\n" + body)
    parser.close()
    return [(event.content_type, event.leaf) for event in parser.events() if isinstance(event, PartStart)]


LABELLED_PART = b"--x\r\nContent-Type: text/html\r\n\r\n<b>\r\n--x--\r\n"
MAIL = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\n\r\nbody"


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        (b"text/plain", b"hello", [("text/plain", True)]),
        (b"text/plain", LABELLED_PART, [("multipart/mixed", False), ("text/html", True)]),
        (b"multipart/related", LABELLED_PART, [("multipart/related", False), ("text/html", True)]),
        (b"multipart/related", MAIL, [("multipart/related", True)]),
        (b"text/plain", MAIL, [("text/plain", False), ("text/plain", True)]),
    ],
)
def test_a_body_is_what_its_beginning_is_to_those_who_sniff(content_type, body, expected):
    assert sniffed(content_type, body) == expected


@pytest.mark.parametrize(("surplus", "leaf"), [(-1, False), (0, False), (1, True)])
def test_those_who_sniff_look_at_64_kilobytes(surplus, leaf):
    line = b"--x\r\n\r\n"
    body = (b"y" * (64 * 1024 - len(line) - 2 + surplus) + b"\r\n") + line
    assert sniffed(b"multipart/mixed", body)[0] == ("multipart/mixed", leaf)

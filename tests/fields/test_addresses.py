"""Address fields: what the grammar allows, what is written instead, and what is forged."""

from __future__ import annotations

import email.utils
import string

import pytest
from counting import calls_of
from hypothesis import given, settings
from hypothesis import strategies as st

from mimeparse.fields.addresses import parse_addresses
from mimeparse.fields.mailboxes import Address, AddressList, Group

UNTIMED = settings(deadline=None)  # machines are slow at times


def pairs(value: str) -> list[tuple[str, str]]:
    """Names and addresses of the mailboxes, after a look at what holds for every list."""
    return [(mailbox.name, mailbox.address) for mailbox in checked(value).mailboxes]


def codes(value: str) -> set[str]:
    return {str(finding.code) for finding in checked(value).findings}


def checked(value: str) -> AddressList:
    """Parse, and check what is promised for every text."""
    parsed = parse_addresses(value)
    flat: list[Address] = []
    for entry in parsed.entries:
        flat.extend(entry.members if isinstance(entry, Group) else [entry])
    # `<>` is an entry, with the bytes that it came as, and no mailbox.
    assert tuple(one for one in flat if one.name or one.address) == parsed.mailboxes
    for mailbox in flat:
        assert mailbox.raw in value
        assert 0 < len(mailbox.raw) <= 998
        assert not set(_unquoted(mailbox.address)) & set(" \t\r\n,;<>()")
        assert not any(character < " " or character == "\x7f" for character in mailbox.address)
    assert len({finding.code for finding in parsed.findings}) == len(parsed.findings)
    assert {finding.position for finding in parsed.findings} <= {0}  # they are not known
    assert all(finding.detail.isascii() and finding.detail.isprintable() for finding in parsed.findings)
    return parsed


def _unquoted(address: str) -> str:
    return address[address.rfind('"') + 1 :]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", []),
        (" ", []),
        (",", []),
        ("a@b", [("", "a@b")]),
        ("<a@b>", [("", "a@b")]),
        ("Alice <a@b>", [("Alice", "a@b")]),
        ("Alice  B.\tSmith <a@b>", [("Alice B. Smith", "a@b")]),
        ("Alice<a@b>", [("Alice", "a@b")]),
        ('"Alice" <a@b>', [("Alice", "a@b")]),
        ('"Smith, Alice" <a@b>', [("Smith, Alice", "a@b")]),
        ('"Alice \\"B\\" \\\\" <a@b>', [('Alice "B" \\', "a@b")]),
        ('"Alice" B. "Smith" <a@b>', [("Alice B. Smith", "a@b")]),
        ('"" <a@b>', [("", "a@b")]),
        ('A B "C" D E <a@b>', [("A B C D E", "a@b")]),
        ('=?utf-8?q?a?= "b" =?utf-8?q?c?= <a@b>', [("a b c", "a@b")]),
        ("Xa@b <Xa@b>", [("Xa@b", "Xa@b")]),
        ("u%.x@good.example", [("", "u%.x@good.example")]),
        ("a@b (Alice)", [("Alice", "a@b")]),
        ("(Alice) a@b", [("Alice", "a@b")]),
        ("<a@b> (Alice (B) \\) Smith)", [("Alice (B) ) Smith", "a@b")]),
        ("Alice (work) <a@b> (home)", [("Alice", "a@b")]),
        ("a@b, c@d", [("", "a@b"), ("", "c@d")]),
        ("A <a@b>,\r\n\tC <c@d>", [("A", "a@b"), ("C", "c@d")]),
        (",a@b,,c@d,", [("", "a@b"), ("", "c@d")]),
        ("a@b, (nobody), c@d", [("", "a@b"), ("", "c@d")]),
        ("a.b+c/d=e@f-g.example", [("", "a.b+c/d=e@f-g.example")]),
        ("A.B@EXAMPLE.Com", [("", "A.B@EXAMPLE.Com")]),
        ('"a b"@c', [("", '"a b"@c')]),
        ('"a\\"b".c@d', [("", '"a\\"b".c@d')]),
        ("a@[127.0.0.1]", [("", "a@[127.0.0.1]")]),
        ("a@[ IPv6:::1 ]", [("", "a@[IPv6:::1]")]),
        ("a@bücher.example", [("", "a@bücher.example")]),
        ("a@xn--bcher-kva.example", [("", "a@xn--bcher-kva.example")]),
        ("ü@example.com", [("", "ü@example.com")]),
        ("=?utf-8?q?J=C3=BCrgen?= <a@b>", [("Jürgen", "a@b")]),
        ("=?utf-8?q?J=C3=BC?= =?utf-8?q?rgen?= K. <a@b>", [("Jürgen K.", "a@b")]),
        ("=?utf-8?q?M=C3=BCller=2C_J?= <a@b>, c@d", [("Müller, J", "a@b"), ("", "c@d")]),
        ("=?utf-8?q?M=C3=BCller,_J?= <a@b>, c@d", [("Müller, J", "a@b"), ("", "c@d")]),
        ("a@b (=?utf-8?q?J=C3=BCrgen?=)", [("Jürgen", "a@b")]),
        ("undisclosed-recipients:;", []),
        ("Team: a@b, C <c@d>;, e@f", [("", "a@b"), ("C", "c@d"), ("", "e@f")]),
        ("a@b <A@B>", [("a@b", "A@B")]),
        ("'a@b' <a@b>", [("'a@b'", "a@b")]),
    ],
)
def test_what_the_grammar_allows_is_read_without_a_finding(value: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(value) == expected
    assert codes(value) == set()


@pytest.mark.parametrize(
    ("value", "expected", "expected_codes"),
    [
        # RFC 7103 7.1, and what else is merely clumsy
        ("<a@b", [("", "a@b")], {"address-unbalanced"}),
        ("a@b>", [("", "a@b")], {"address-unbalanced"}),
        ("<<a@b>>", [("", "a@b")], {"address-unbalanced"}),
        ('"Alice <a@b>', [('"Alice', "a@b")], {"address-unbalanced"}),
        ('"A <a@b>, B <c@d>', [('"A', "a@b"), ("B", "c@d")], {"address-unbalanced"}),
        ("Alice Smith a@b", [("Alice Smith", "a@b")], {"address-unbalanced"}),
        ("(A <a@b>", [("(A", "a@b")], {"comment-unterminated"}),
        ("A) <a@b>", [("A)", "a@b")], {"comment-unterminated"}),
        ("<a@b, c@d>", [("", "a@b"), ("", "c@d")], {"address-invalid", "address-unbalanced"}),
        ("Doe, John <j@x>", [("Doe, John", "j@x")], {"address-unquoted-comma"}),
        ("a@b, Doe, John, PhD <j@x>", [("", "a@b"), ("Doe, John, PhD", "j@x")], {"address-unquoted-comma"}),
        ("g: Doe, John <j@x>;", [("Doe, John", "j@x")], {"address-unquoted-comma"}),
        ('"Doe", John <j@x>', [("Doe, John", "j@x")], {"address-unquoted-comma"}),
        ("Doe, <j@x>", [("Doe", ""), ("", "j@x")], {"address-missing-domain"}),
        ("Doe Ray, <j@x>", [("Doe Ray", ""), ("", "j@x")], {"address-invalid"}),
        ("Doe, John", [("Doe", ""), ("John", "")], {"address-missing-domain"}),
        ("Doe, j@x", [("Doe", ""), ("", "j@x")], {"address-missing-domain"}),
        ("Doe, g: j@x;", [("Doe", ""), ("", "j@x")], {"address-missing-domain"}),
        ("Doe; John <j@x>", [("Doe", ""), ("John", "j@x")], {"address-missing-domain", "address-invalid"}),
        ("bob", [("bob", "")], {"address-missing-domain"}),
        ("root (Cron Daemon)", [("root", "")], {"address-missing-domain"}),
        ("Bob <bob>", [("Bob", "bob")], {"address-missing-domain"}),
        ("a@", [("a@", "")], {"address-missing-domain"}),
        ("Bounce <>", [("Bounce", "")], {"address-missing-domain"}),
        ("a@b; c@d", [("", "a@b"), ("", "c@d")], {"address-invalid"}),
        ("mailto:a@b", [("", "a@b")], {"address-invalid"}),
        ("A <MAILTO:a@b>", [("A", "a@b")], {"address-invalid"}),
        ("a . b @ c . d", [("", "a.b@c.d")], {"address-domain-fws"}),
        ("a(x)@b", [("x", "a@b")], {"address-comment"}),
        ("A <a@b> B", [("A", "a@b")], {"address-trailing-text"}),
        ("<@a,@b:c@d>", [("", "c@d")], {"address-route"}),
        ("A: B: a@b;;", [("", "a@b")], {"address-group-nested"}),
        # What is lost nowhere
        ("some text", [("some text", "")], {"address-invalid"}),
        ("(nobody)", [("nobody", "")], {"address-invalid"}),
        ("<>", [], {"address-missing-domain"}),
        ('""', [('""', "")], {"address-invalid"}),
        ("***", [("***", "")], {"address-invalid"}),
        ("a@b c@d", [("a@b c@d", "")], {"address-invalid", "address-display-name-is-address"}),
        ("<a b@c>", [("a b@c", "")], {"address-invalid"}),
        ("<a:b@c>", [("", "a:b@c")], {"address-invalid"}),
        ("user%evil.example@good.example", [("", "user%evil.example@good.example")], {"address-legacy-routing"}),
        ("evil.example!user@good.example", [("", "evil.example!user@good.example")], {"address-legacy-routing"}),
        ("50%off@example.com, a!@b", [("", "50%off@example.com"), ("", "a!@b")], set()),
        ("a@xn--mnchen-3ya.example", [("", "a@xn--mnchen-3ya.example")], set()),
        ("a@xn--0049.example", [("", "a@xn--0049.example")], {"address-invalid-alabel"}),
        ("a@xn--" + "a" * 60 + ".example", [("", "a@xn--" + "a" * 60 + ".example")], {"address-invalid-alabel"}),
        ("good\u0140example.com <a@b>", [("good\u0140example.com", "a@b")], {"address-unicode-overflow"}),
        ("\u0140 <a@b>", [("\u0140", "a@b")], set()),
        ("<a@b:c>", [("a@b:c", "")], {"address-invalid"}),
        ("<a;b@c>", [("a;b@c", "")], {"address-invalid"}),
        ("<@a,@b>", [("@a,@b", "")], {"address-invalid"}),
        ("A \\(B <a@b>", [("A (B", "a@b")], {"address-invalid"}),
        ("<a@[127.0.0.1].b>", [("a@[127.0.0.1].b", "")], {"address-invalid"}),
        ('<"a"b@c>', [("ab@c", "")], {"address-invalid"}),
        ("a@xn--abc-.example", [("", "a@xn--abc-.example")], {"address-invalid-alabel"}),
        (
            '"u%evil.example@x"@good.example',
            [("", '"u%evil.example@x"@good.example')],
            {"address-quoted-local-at"},
        ),
        ("<a@b@c>", [("", "a@b@c")], {"address-multiple-at"}),
        ("g: a@b", [("", "a@b")], {"address-invalid"}),
        (":;a@b", [("", "a@b")], {"address-invalid"}),
    ],
)
def test_what_breaks_the_grammar_is_read_and_reported(
    value: str, expected: list[tuple[str, str]], expected_codes: set[str]
) -> None:
    assert pairs(value) == expected
    assert codes(value) == expected_codes


@pytest.mark.parametrize(
    ("value", "expected", "expected_codes"),
    [
        ("a@x <b@y>", [("a@x", "b@y")], {"address-display-name-is-address"}),
        ('"a@x" <b@y>', [("a@x", "b@y")], {"address-display-name-is-address"}),
        (
            "=?utf-8?q?a=40x?= <b@y>",
            [("a@x", "b@y")],
            {"address-display-name-is-address", "encoded-word-decoded-special"},
        ),
        ('"a\uff20x" <b@y>', [("a\uff20x", "b@y")], {"address-display-name-is-address"}),
        ('"a\ufe6bx" <b@y>', [("a\ufe6bx", "b@y")], {"address-display-name-is-address"}),
        ('"a@x via List" <b@y>', [("a@x via List", "b@y")], {"address-display-name-is-address"}),
        ("a@x: b@y;", [("", "b@y")], {"address-display-name-is-address"}),
        # A decoded word is a name, never an address, and never more than one entry.
        (
            "=?utf-8?B?PGdvb2RAZXhhbXBsZS5jb20+?=,<evil@example.net>",
            [("<good@example.com>", ""), ("", "evil@example.net")],
            {"encoded-word-decoded-special", "address-display-name-is-address", "address-invalid"},
        ),
        ("<a@x>\\,<b@y>", [("", "a@x"), ("", "b@y")], {"address-invalid", "address-trailing-text"}),
        ("<a@x>b@y", [("", "a@x")], {"address-trailing-text"}),
        ("<a@x> <b@y>", [("", "a@x"), ("", "b@y")], {"address-trailing-text"}),
        ("A <a@x> B <b@y>", [("A", "a@x"), ("B", "b@y")], {"address-trailing-text"}),
        ("a@x( <b@y>", [("a@x(", "b@y")], {"comment-unterminated", "address-display-name-is-address"}),
        ("<(a@x>", [("(a@x", "")], {"comment-unterminated", "address-invalid"}),
        ('"a@x y"@z', [("", '"a@x y"@z')], {"address-quoted-local-at"}),
        # Without its comment the domain would be `x.evil`.
        ("a@x(c).evil", [("c", "a@x.evil")], {"address-comment"}),
        ('"a"@x(c)evil', [("a@x evil", "")], {"address-invalid", "address-display-name-is-address"}),
        (
            "a@x (c (d) <b@y> e)",
            [("c (d) <b@y> e", "a@x")],
            {"address-comment-contains-address", "address-display-name-is-address"},
        ),
        ("A <a@x> (b@y)", [("A", "a@x")], {"address-comment-contains-address"}),
        ("<a@x .y>", [("", "a@x.y")], {"address-domain-fws"}),
        ("<a@x y>", [("a@x y", "")], {"address-invalid"}),
        ("a@x@y", [("", "a@x@y")], {"address-multiple-at"}),
        ("a!b\\@x@y", [("a!b\\@x@y", "")], {"address-invalid", "address-display-name-is-address"}),
        ("a@[x", [("a@[x", "")], {"address-invalid", "address-display-name-is-address"}),
        (
            "a@[<img src=x>]",
            [("a@[", "")],
            {"address-invalid", "address-trailing-text"},
        ),
        (
            '"a\r\nRCPT TO:<x>"@y',
            [("a  RCPT TO:<x>@y", "")],
            {"address-control-char", "address-display-name-is-address"},
        ),
        ("a\x07@x", [("a\x07@x", "")], {"address-control-char", "address-display-name-is-address"}),
        ("<a@x\u200b>", [("a@x\u200b", "")], {"address-control-char"}),
        ("<a@x\xa0>", [("a@x", "")], {"address-control-char"}),
        ("a\u202e@x", [("a\u202e@x", "")], {"address-control-char", "address-display-name-is-address"}),
        (
            "=?utf-8?q?a=40x=3e=00?=b@y",
            [("", "=?utf-8?q?a=40x=3e=00?=b@y")],
            {
                "encoded-word-in-addr-spec",
                "encoded-word-glued",
                "encoded-word-decoded-control",
                "encoded-word-decoded-special",
            },
        ),
        ("<=?utf-8?q?a?=@x>", [("", "=?utf-8?q?a?=@x")], {"encoded-word-in-addr-spec", "encoded-word-glued"}),
    ],
)
def test_what_forgers_write_shows_no_address_that_is_not_there(
    value: str, expected: list[tuple[str, str]], expected_codes: set[str]
) -> None:
    assert pairs(value) == expected
    assert codes(value) == expected_codes


def test_an_encoded_word_may_hold_blanks_and_closed_quotes_and_hides_no_address_by_an_open_one() -> None:
    assert pairs('=?iso-8859-1?Q? "=F6tzi" ?= <a@b>') == [('"\u00f6tzi"', "a@b")]
    assert pairs('=?utf-8?q?"?= <a@b>, =?utf-8?q?c?= <c@d>')[-1] == ("c", "c@d")


def test_a_group_keeps_its_name_and_its_members() -> None:
    assert checked('"The; Team": a@b, C <c@d>; , e@f').entries == (
        Group("The; Team", (Address("", "a@b", "a@b"), Address("C", "c@d", "C <c@d>"))),
        Address("", "e@f", "e@f"),
    )


def test_an_empty_group_is_an_entry_without_mailboxes() -> None:
    assert checked("undisclosed-recipients: ;") == AddressList((Group("undisclosed-recipients", ()),), (), ())


def test_semicolons_in_quotes_end_no_group() -> None:
    assert checked('Team: "a;b" <c@d>;').entries == (Group("Team", (Address("a;b", "c@d", '"a;b" <c@d>'),)),)


def test_a_group_name_may_be_an_encoded_word() -> None:
    assert checked("=?utf-8?q?=C3=9Cber?=:;").entries == (Group("Über", ()),)


@pytest.mark.parametrize("value", [";", ";;;;", ":;", ":;:;"])
def test_groups_without_name_and_members_are_no_entries(value: str) -> None:
    assert checked(value).entries == ()


@pytest.mark.parametrize(
    ("value", "raws"),
    [
        (" Alice  <a@b> , c@d", ["Alice  <a@b>", "c@d"]),
        ("Doe, John <j@x>, c@d", ["Doe, John <j@x>", "c@d"]),
        ("(x) a@b (y), z", ["(x) a@b (y)", "z"]),
        ("=?utf-8?q?a?= <@r:a@b> rest", ["=?utf-8?q?a?= <@r:a@b> rest"]),
        ("A <a@b> B <c@d>", ["A <a@b>", "B <c@d>"]),
        ("mailto:a@b", ["mailto:a@b"]),
        ("g: a@b;", ["a@b"]),
        ("a@b; c@d", ["a@b", "c@d"]),
    ],
)
def test_the_raw_entry_shows_what_stood_there(value: str, raws: list[str]) -> None:
    assert [mailbox.raw for mailbox in checked(value).mailboxes] == raws


@pytest.mark.parametrize("template", ["{}@b", "{} <a@b>", "{}", "x {}@b"])
@pytest.mark.parametrize("length", [997, 998, 999])
def test_the_raw_entry_is_cut_after_a_line(template: str, length: int) -> None:
    value = template.format("a" * (length - len(template) + 2))
    assert checked(value).mailboxes[0].raw == value[:998]


@pytest.mark.parametrize(
    ("tag", "size", "readable"), [(63, 255, True), (64, 255, False), (63, 256, False), (1, 1, True)]
)
def test_a_domain_literal_has_a_greatest_length(tag: int, size: int, *, readable: bool) -> None:
    address = f"a@[{'t' * tag}:{'x' * size}]"
    assert bool(checked(address).mailboxes[0].address) is readable


def test_hidden_characters_may_stand_in_a_name() -> None:
    assert pairs("A\u200bB <a@b>") == [("A\u200bB", "a@b")]


# Properties ----------------------------------------------------------------------------------------------------------

ATOMS = st.text(string.ascii_letters + string.digits + "!#$%&'*+-/^_`{|}~", min_size=1, max_size=6)
DOT_ATOMS = st.lists(ATOMS, min_size=1, max_size=3).map(".".join)
ADDRESSES = st.builds("{}@{}".format, DOT_ATOMS, DOT_ATOMS)
WORDS = st.lists(ATOMS, min_size=1, max_size=3).map(" ".join)
QUOTED = st.text(string.ascii_letters + string.digits + " ,;:.<>()[]", min_size=1).map(lambda text: f'"{text}"')
MAILBOXES = st.one_of(
    ADDRESSES,
    ADDRESSES.map("<{}>".format),
    st.builds("{} <{}>".format, WORDS | QUOTED, ADDRESSES),
    st.builds("{} ({})".format, ADDRESSES, WORDS),
)
# fmt: off
SCRAPS = [
    "a@b", "<a@b>", "<", ">", "(", ")", '"', ",", ";", ":", "\\", "@", "[", "]", ".", " ", "\t", "\r\n ", "x", "y z", "\0",
    "ü", "\u200b", "mailto:", "[1.2.3.4]", "=?utf-8?q?c=40d?=", "=?", "?=",
]
REPEATED = [
    "(", ")", "()", "(()", "\\", "\\(", "<", ">", "<>", "<a", "<(", "(<", '"', '"a,', '"\\"', ",", "a,", "a@b,", "a b <c@d>,",
    ":;", "a:;", "a:", ";", "[", "a@[", "a@[1", "a ", "@", "@a,", "<@a,", "a(x)", "Doe, ", "=?", "=?x?q?", "=?utf-8?q?a?= ",
    "mailto:", "<mailto:", " ", ".", "a.", '"a"@b ', "<x> y ", "\u200b",
]
# fmt: on
HOSTILE = st.lists(st.sampled_from(SCRAPS) | st.text(max_size=3)).map("".join)


@UNTIMED
@given(st.lists(MAILBOXES, max_size=5))
def test_plain_lists_are_read_as_the_standard_library_reads_them(mailboxes: list[str]) -> None:
    value = ", ".join(mailboxes)
    expected = [(name.strip(), address) for name, address in email.utils.getaddresses([value]) if address]
    assert pairs(value) == expected
    assert codes(value) <= {"address-display-name-is-address", "address-invalid-alabel", "address-legacy-routing"}


@UNTIMED
@given(st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="@\uff20\ufe6b"), min_size=1), ADDRESSES)
def test_what_the_standard_library_writes_is_read_back(name: str, address: str) -> None:
    assert pairs(email.utils.formataddr((name, address))) == [(name, address)]


@UNTIMED
@given(st.lists(MAILBOXES, min_size=1, max_size=3))
def test_the_fast_path_reads_what_the_slow_one_reads(mailboxes: list[str]) -> None:
    value = ", ".join(mailboxes)
    slowly = ", ".join(f"() {mailbox}" for mailbox in mailboxes)  # a comment is no business of the fast path
    assert pairs(slowly) == pairs(value)
    assert codes(slowly) == codes(value)


@pytest.mark.parametrize(
    ("value", "name"),
    [("@< b@x>", "@"), ("Alice @ Work <b@x>", "Alice @ Work"), ("@alice <b@x>", "@alice"), ("a@ <b@x>", "a@")],
)
def test_an_at_sign_alone_in_a_name_is_reported(value: str, name: str) -> None:
    assert pairs(value) == [(name, "b@x")]
    assert codes(value) == {"address-invalid"}


@pytest.mark.parametrize("value", ['"Alice @ Work" <b@x>', "b@x <b@x>", "Alice b@x <b@x>", "Alice <b@x>"])
def test_an_at_sign_in_quotes_or_in_an_address_is_not(value: str) -> None:
    assert codes(value) == set()


@UNTIMED
@given(HOSTILE)
def test_any_text_is_read(value: str) -> None:
    checked(value)


@UNTIMED
@given(st.text('ab@<>,; "\\[].', max_size=40))
def test_nothing_is_lost(value: str) -> None:
    entries = checked(value).entries
    flat = [one for entry in entries for one in (entry.members if isinstance(entry, Group) else (entry,))]
    raws = "".join(one.raw for one in flat)
    assert [raws.count(letter) for letter in "ab@"] == [value.count(letter) for letter in "ab@"]


@UNTIMED
@given(HOSTILE, st.sampled_from(["a@b", "<a@b>", "Alice <a@b>"]))
def test_no_text_hides_the_mailbox_behind_a_group(value: str, mailbox: str) -> None:
    harmless = value.translate(dict.fromkeys(map(ord, '"(<[\\=')))
    assert "a@b" in [address for _, address in pairs(f"{harmless};;, {mailbox}")]


def calls(value: str) -> int:
    return calls_of(parse_addresses, value)


@pytest.mark.parametrize("before", ["", "x ", '"', "<x ", "(", "g: "])
@pytest.mark.parametrize("unit", REPEATED)
def test_work_is_linear(unit: str, before: str) -> None:
    few, many = calls(before + unit * 300), calls(before + unit * 600)
    assert many <= 2 * few + 50
    # Does not come to an end in a lifetime if a scan is quadratic.
    parse_addresses(before + unit * (65_536 // len(unit)))

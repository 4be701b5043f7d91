"""HTML from strangers runs nothing, loads nothing, and can be read as text."""

from __future__ import annotations

import re
import sys

import pytest
from attacks import ATTACKS
from bleach import html5lib_shim
from bleach._vendor import html5lib
from hypothesis import given
from hypothesis import strategies as st

from mimeparse import MissingLibrary, UsageError, sanitize_html, text_from_html
from mimeparse.safety import html as room
from mimeparse.safety.html_tokens import _ATTRIBUTE, _MAXIMUM_ATTRIBUTES, MAXIMUM_NESTING, Tag, flattened, tokens

ENGINES = ["bleach", "nh3"]

XHTML = "{http://www.w3.org/1999/xhtml}"
# None of them is needed to show a letter; each runs something, loads something, or changes how the rest is read.
DANGEROUS_ELEMENTS = frozenset(
    "applet area audio base bgsound button canvas dialog embed form frame frameset iframe image input isindex keygen layer link "
    "listing map marquee math meta noembed noframes noscript object option param picture plaintext portal script select "
    "slot source style svg template textarea title track video xml xmp".split()
)
# Those that name what is loaded, and those with which the sender takes the place of something of the page's own.
DANGEROUS_ATTRIBUTES = frozenset(
    "action archive autofocus background class classid code codebase content contenteditable data datasrc download "
    "dynsrc fill form formaction http-equiv icon id is longdesc lowsrc manifest name ping popover poster profile "
    "slot srcdoc srcset tabindex target usemap xmlns".split()
)
NAMES_OF_PAGES = frozenset({"html", "head", "body"})


def elements_of(html: str, *, scripting: bool) -> list[tuple[str, dict[str, str]]]:
    """Return what a browser makes of a page, the three elements that every page has left out."""
    # Without a body in front, comments would come to stand outside of the tree.
    page = html5lib.parse("<!DOCTYPE html><body>" + html, treebuilder="etree", scripting=scripting)
    found = []
    for element in page.iter():
        assert isinstance(element.tag, str), f"a comment is left: {element.text!r}"
        assert element.tag.startswith(XHTML), f"an element that is none of HTML is left: {element.tag}"
        name = element.tag.removeprefix(XHTML)
        if name in NAMES_OF_PAGES:
            assert not element.attrib
        else:
            found.append((name, dict(element.attrib)))
    return found


def assert_harmless(html: str, *, remote: bool = False) -> None:
    elements = elements_of(html, scripting=True)
    assert elements_of(html, scripting=False) == elements, "it is read in two ways"
    for tag, attributes in elements:
        assert tag in room._TAGS - DANGEROUS_ELEMENTS, tag
        for name, value in attributes.items():
            assert name in (room._ATTRIBUTES - DANGEROUS_ATTRIBUTES) | {"rel"}, name
            assert not name.startswith(("on", "data-")), name
            shown = re.sub(r"[\x00-\x20\u200b]", "", value).lower()
            if name in ("href", "cite"):
                assert re.match(r"(https?://|mailto:|tel:)", shown), value
            if name == "src":
                assert tag == "img"
                allowed = r"cid:|data:image/(png|jpe?g|gif|webp);base64,[a-z0-9+/=]*\Z"
                assert re.match(allowed + "|https?://" if remote else allowed, shown), value
            if name == "style":
                # A colour is the only function; the names are those of properties, not what a font may be called.
                assert not re.search(
                    r"(?<!rgb)(?<!rgba)\(|[\\@{}<>]|(^|;)(position|float|opacity|animation|transform|content|cursor|--)",
                    shown,
                ), value
        if tag == "a":
            assert attributes.get("rel") == "noopener noreferrer nofollow"


def test_the_parser_of_these_tests_sees_what_runs():
    """A test that sees nothing passes everything: each group is caught before it is cleaned."""
    caught = 0
    for attack in ATTACKS:
        try:
            assert_harmless(attack.encode("utf-8", "replace").decode().replace("\0", "\ufffd"))
        except AssertionError:
            caught += 1
    # The others are harmless to a browser of today: text that only looks like markup, and what old ones resolved twice.
    assert caught >= 0.9 * len(ATTACKS)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_out_harmless(attack, engine):
    clean = sanitize_html(attack, engine=engine)
    assert_harmless(clean)
    assert sanitize_html(clean, engine=engine) == clean
    assert_harmless(sanitize_html(f"<div><table><tr><td>{attack}</td></tr></table>", engine=engine))
    assert_harmless(sanitize_html(attack, engine=engine, allow_remote=True), remote=True)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_image_of_the_message_stays_in_front_of_an_attack(attack, engine):
    image = '<img src="cid:1@x.example" alt="x">'
    assert sanitize_html(image + attack, engine=engine).startswith(image)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_takes_hold_of_what_follows_it(attack, engine):
    """EFAIL: an attribute that one part leaves open sends what the next part says to wherever the first wants it."""
    page = sanitize_html(attack, engine=engine) + "<p>confidential</p>\"'`><i>--></i>"
    assert_harmless(page)
    elements = elements_of(page, scripting=True)
    assert [name for name, _attributes in elements][-2:] == ["p", "i"]
    assert not any("confidential" in value for _name, attributes in elements for value in attributes.values())


@pytest.mark.parametrize("engine", ENGINES)
def test_links_that_a_browser_moves_out_of_a_table_stay_harmless(engine):
    """Written again, they stand in one another, which no page can say: the second reading differs from the first."""
    clean = "<a><table><a href=javascript:alert(1) onclick=alert(1)>x</table></a>"
    for _time in range(3):
        clean = sanitize_html(clean, engine=engine)
        assert_harmless(clean)


@pytest.mark.parametrize("engine", ENGINES)
@given(html=st.lists(st.sampled_from([*ATTACKS, "<p>", "</p>", "<table>", "<td>", "'", '"', ">", "<", "&", "<a href=", "<!--", "-->", " ", "x"]), max_size=6).map("".join) | st.text())  # fmt: skip
def test_anything_comes_out_harmless(html, engine):
    assert_harmless(sanitize_html(html, engine=engine))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ('<img src="cid:1@x" alt="x">', '<img src="cid:1@x" alt="x">'),
        ('<p style="color: red; font-weight: bold">a</p>', '<p style="color: red; font-weight: bold">a</p>'),
        ('<p style="color: rgb(1, 2, 3)">a</p>', '<p style="color: rgb(1, 2, 3)">a</p>'),
        ("a < b & c", "a &lt; b &amp; c"),
        ("a &lt;b&gt;", "a &lt;b&gt;"),
        ("<p>caf&eacute; 日本</p>", "<p>café 日本</p>"),
        ("<html><head><title>t</title></head><body>x</body></html>", "x"),
        ("<o:p>x</o:p>", "x"),
    ],
)
def test_what_is_harmless_stays(html, clean, engine):
    assert sanitize_html(html, engine=engine) == clean


@pytest.mark.parametrize("engine", ENGINES)
def test_remote_images_stay_if_they_are_allowed(engine):
    html = '<img src="https://x.example/a.png">'
    assert "https" not in sanitize_html(html, engine=engine)
    assert "https" in sanitize_html(html, engine=engine, allow_remote=True)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "&",
        "<!--",
        "<a ",
        "<b>",
        "<div>",
        "<td>",
        "<script>",
        "</b>",
        "<a href='",
        "&#9999999999",
        "<p x=1 ",
        "<!",
        "</",
        "<svg>",
    ],
)
def test_floods_are_taken(unit, engine):
    assert_harmless(sanitize_html(unit * 20_000, engine=engine))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("character", ["\xa0", "£", "é", "日"])
def test_any_character_is_passed_once(character, engine):
    # Were it more often, this would take minutes.
    text = character * 500_000
    assert sanitize_html(f'<p title="{text}">{text}</p>', engine=engine) == f'<p title="{text}">{text}</p>'


@pytest.mark.parametrize("engine", ENGINES)
def test_endless_numbers_are_no_characters(engine):
    assert sanitize_html("&#" + "9" * 100_000 + ";x", engine=engine) == "\ufffdx"
    assert text_from_html("&#x" + "f" * 100_000 + ";x") == "\ufffdx"
    assert text_from_html("&#0000000065;") == "A"


@pytest.mark.parametrize(("depth", "kept"), [(MAXIMUM_NESTING - 1, -1), (MAXIMUM_NESTING, 0), (MAXIMUM_NESTING + 1, 0)])
def test_nesting_is_bounded_and_text_is_not_lost(depth, kept):
    flat = flattened("<div>" * depth + "text", frozenset({"div"}))
    assert flat.count("<div>") == MAXIMUM_NESTING + kept
    assert flat.endswith("text")


@pytest.mark.parametrize("count", [_MAXIMUM_ATTRIBUTES - 1, _MAXIMUM_ATTRIBUTES, _MAXIMUM_ATTRIBUTES + 1])
def test_attributes_of_a_tag_are_bounded(count):
    tag = Tag("p", ends=False, attributes=" a=b" * count)
    assert len(list(tag.pairs())) == min(count, _MAXIMUM_ATTRIBUTES)


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_beyond_a_bound_html_is_shown_as_its_text(more, monkeypatch):
    monkeypatch.setattr(room, "_MAXIMUM_CHARACTERS", 100)
    html = "<p>a&lt;b</p>".ljust(100 + more, "x")
    assert sanitize_html(html).startswith("<pre>" if more > 0 else "<p>")
    assert_harmless(sanitize_html(html))


@pytest.mark.parametrize("wrong", [b"<p>", None, 5])
def test_anything_but_a_string_is_refused_with_the_remedy(wrong):
    with pytest.raises(UsageError, match="str"):
        sanitize_html(wrong)


def test_an_unknown_engine_is_refused_with_the_choices():
    with pytest.raises(UsageError, match="'bleach', 'nh3'"):
        sanitize_html("", engine="lxml")  # type: ignore[arg-type]


def test_a_missing_engine_is_said_with_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "nh3", None)
    with pytest.raises(MissingLibrary, match="pip install"):
        sanitize_html("<p>", engine="nh3")


# To text ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("  one \n two\t three ", "one two three"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("<a href='http://x.example/'>click</a>", "click <http://x.example/>"),
        ("<a href='http://x.example/'>http://x.example/</a>", "http://x.example/"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
        ("<a href='javascript:x'>click</a>", "click"),
        ("<a href='http://x.example/'>click </a>here", "click <http://x.example/> here"),
        ("<a href='http://x.example/'>never closed", "never closed <http://x.example/>"),
        ("<a href='https:x.example'>click</a>", "click"),
        ("<img alt='A logo' src=x>", "A logo"),
        ("<img alt='A\n\n\nlogo'>", "A logo"),
        ("a <b> b</b> c", "a b c"),
        ("a<b> </b>b", "a b"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("<div>one<br></div><div>two</div>", "one\ntwo"),
        ("one<br><br><br><br>two", "one\n\ntwo"),
        ("<p>one</p>\n<p>&nbsp;</p>\n<p>two</p>", "one\n\ntwo"),
        ("<ul>\n <li><p>one</p></li>\n <li>two</li></ul>after", "- one\n\n- two\n\nafter"),
        ("<ul><li></ul>after", "after"),
        ("<pre>a\r\n\tb </pre>c", "a\n\tb\n\nc"),
        ("<tr> <td> a </td> <td></td> <td> b </td> </tr>", "a b"),
        ("<head><title>t</title><style>x{}</style></head>body<script>x</script>", "body"),
        ("<script>never closed", ""),
        ("a<!-- comment -->b", "ab"),
        ("caf&eacute; &lt;tag&gt; &#8364;", "café <tag> €"),
        ("1 < 2", "1 < 2"),
        ("<p it's>fine</p>", "fine"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("x&#0;y&#xD800;z", "x\ufffdy\ufffdz"),
        ("", ""),
    ],
)
def test_html_becomes_readable_text(html, text):
    assert text_from_html(html) == text


@given(st.text() | st.lists(st.sampled_from(ATTACKS), max_size=5).map("".join))
def test_any_html_becomes_text_that_can_be_stored(html):
    text = text_from_html(html)
    text.encode("utf-8")
    assert "\0" not in text


@pytest.mark.parametrize(
    "unit", ["<", "<!--", "<a ", "<a href='", "<td>", "&", "<script>", '<p a="', "</", "<li>", "<a href=http://x>y"]
)
def test_each_character_is_passed_once(unit):
    """Twice the input gives at most twice the tokens, and they cover no more than the input."""
    for size in (1_000, 2_000):
        found = list(tokens(unit * size))
        assert len(found) <= 3 * size + 1
        assert sum(len(token[-1]) for token in found) <= len(unit) * size


@pytest.mark.parametrize(
    "unit", ["<", "<a href='", "<!--", "&", "<div>", "<td>", "</", "x<br>", "<a href=http://x>y", '<p ="']
)
def test_text_of_a_megabyte_of_anything_grows_no_faster_than_it(unit):
    """Of twice as much, twice the text at most (two characters more for each line end at either side)."""
    count = 500_000 // len(unit)
    once, twice = (len(text_from_html(unit * number)) for number in (count, 2 * count))
    assert twice <= 2 * once + 4
    assert twice <= 2_000_000


# What an audit found ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("url", ["c id:/../../logout", "c\u200bid:/../../logout", "d ata:image/png;base64,/x"])
def test_an_image_that_only_resembles_one_of_the_message_loads_no_path_of_the_page(url, engine):
    assert sanitize_html(f'<img src="{url}">', engine=engine) == "<img>"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("url", ["https:logout", "https:/../logout", "HTTP:/logout", "ht\ntps:\t/\tlogout", "https:?x"])
def test_a_link_without_a_host_leads_to_no_path_of_the_page(url, engine):
    html = f'<img src="{url}"><a href="{url}">x</a>'
    assert sanitize_html(html, engine=engine, allow_remote=True) == f'<img><a rel="{room._REL}">x</a>'


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "style", ["margin: -9px", "margin-top: 0 - 9px", "margin-left: 1px -.5em", "text-indent: -9em"]
)
def test_a_style_draws_nothing_outside_of_its_place(style, engine):
    html = f'<p style="{style}; letter-spacing: -1px">x</p>'
    assert sanitize_html(html, engine=engine) == '<p style="letter-spacing: -1px">x</p>'


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["onclick", "id", "class", "rel"])
def test_the_value_of_rel_lets_no_other_attribute_in(name, engine):
    assert sanitize_html(f'<b {name}="{room._REL}">x</b>', engine=engine) == "<b>x</b>"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_parameters_of_a_link_are_no_references(engine):
    html = '<a href="http://x.example/?a=1&region=us&copy=2&amp;b=3&lt">x</a>'
    assert 'href="http://x.example/?a=1&amp;region=us&amp;copy=2&amp;b=3&lt;"' in sanitize_html(html, engine=engine)
    assert text_from_html(html) == "x <http://x.example/?a=1&region=us&copy=2&b=3<>"


@pytest.mark.parametrize(
    "html", ["<head><meta charset=utf-8><body>shown", "<!-->shown", "<!--->shown", "<object>shown"]
)
def test_what_a_browser_shows_is_not_lost(html):
    assert text_from_html(html) == "shown"
    assert sanitize_html(html) == "shown"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("tag", ["li", "p", "div", "b"])
@pytest.mark.parametrize("inside", ["", "<tr>"])
def test_what_a_table_must_not_hold_is_shown_in_front_of_it(inside, tag, engine):
    clean = sanitize_html(f"one<table>{inside}<{tag}>two</{tag}><td>three</table>four</article>five", engine=engine)
    assert clean.startswith(f"one<{tag}>two</{tag}><table>")
    assert clean.endswith("<td>three</td></tr></tbody></table>fourfive")


@pytest.mark.parametrize("zeros", [3, 8, 5_000])
@pytest.mark.parametrize(("reference", "text"), [("&#{}65;", "A"), ("&#x{}41;", "A"), ("&#{};x", "\ufffdx")])
def test_leading_zeros_of_a_reference_are_endless_without_harm(reference, text, zeros):
    html = reference.format("0" * zeros)
    assert text_from_html(html) == text
    assert sanitize_html(html) == text


def test_an_attribute_without_a_value_is_passed_once():
    """The name is tried where it begins and nowhere else, so the engine of the expression finds nothing inside it."""
    assert [match[0] for match in _ATTRIBUTE.finditer("abc abc=1 x" + " " * 9 + "y=2")] == ["abc=1", "y=2"]
    assert text_from_html("<a " + "x" * 1_000_000 + ">y") == "y"  # hours if each character began a name


@pytest.mark.parametrize("engine", ENGINES)
def test_unended_paragraphs_and_items_do_not_nest(engine):
    count = 2 * MAXIMUM_NESTING
    assert sanitize_html("<p>a" * count + "<b>x</b>", engine=engine).endswith("<p>a<b>x</b></p>")
    assert sanitize_html("<ul>" + "<li>a" * count + "</ul>", engine=engine).count("<li>") == count


@pytest.mark.parametrize(
    ("html", "flat"),
    [
        ("<b></i>" * 3, "<b><b><b>"),
        ("<p><i>x<p>y", "<p><i>x</i></p><p>y"),
        ("<div><table><tr><td></div>x</td></tr></table>", "<div><table><tr><td>x</td></tr></table>"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("<plaintext>a<b>c</b>", "a<b>c</b>"),
    ],
)
def test_tags_come_out_in_pairs(html, flat):
    assert flattened(html, room._TAGS) == flat


@pytest.mark.parametrize("unit", ["<span></i>", "<p><font color=1>", "<b><p>", "<td><table>", "<div></p>"])
def test_no_more_is_open_than_is_counted(unit):
    flat = flattened(unit * 1_000, room._TAGS)
    depth = deepest = 0
    for token in tokens(flat):
        depth += -1 if token.ends else 1
        deepest = max(deepest, depth)
        assert depth >= 0
    assert deepest <= MAXIMUM_NESTING


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_beyond_a_number_of_tags_bleach_is_not_asked(more, monkeypatch):
    monkeypatch.setattr(room, "_MAXIMUM_BRACKETS", 10)
    html = "<br>" * (10 + more) + "x"
    assert sanitize_html(html).startswith("<pre>" if more > 0 else "<br>")
    assert sanitize_html(html, engine="nh3").startswith("<br>")


@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<b>", "</b>", "a", "<table>", "<td>", "<li>", "<ul>", "<br>", "</ul>", " "]),
        max_size=20,
    )
)
def test_bleach_walks_over_a_tree_as_with_its_own_walker(pieces):
    html = "".join(pieces)
    ours = sanitize_html(html)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "_walker", lambda: html5lib_shim.getTreeWalker("etree"))
        assert sanitize_html(html) == ours


def test_bleach_counts_no_siblings():
    counted, siblings = [], 100

    def note(_frame, event, argument):
        if event == "c_call" and argument.__name__ == "index" and len(argument.__self__) >= siblings:
            counted.append(argument)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        sanitize_html("<p><b></b></p>" * siblings)
    finally:
        sys.setprofile(before)
    assert counted == []

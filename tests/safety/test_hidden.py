"""What programs read and people do not see is told apart from the rest."""

from __future__ import annotations

import re

import pytest
from attacks import ATTACKS
from counting import calls_of
from hypothesis import given
from hypothesis import strategies as st

from mimeparse import HiddenSpan, UsageError, hidden_text, invisible_characters, text_from_html
from mimeparse.safety import styles
from mimeparse.safety.html_tokens import MAXIMUM_NESTING


def found(html: str) -> list[tuple[str, str]]:
    return [(str(span.reason), span.text) for span in hidden_text(html)]


def reasons(html: str) -> list[str]:
    return [reason for reason, _text in found(html)]


def is_seen(html: str) -> bool:
    return not found(html)


@pytest.mark.parametrize(
    ("style", "reason"),
    [
        ("display:none", "display-none"),
        ("DISPLAY : NONE ! important", "display-none"),
        ("display:none;display:x", "display-none"),  # what is no value is ignored
        ("display:none!important;display:block", "display-none"),
        ("dis\\70lay:n\\6f ne", "display-none"),
        ("/* x */display/**/:/**/none", "display-none"),
        ("color:red;;:;x;display:none", "display-none"),
        ("background:url(data:image/png;base64,x);display:none", "display-none"),
        ("display&colon;none", "display-none"),
        ("content-visibility:hidden", "display-none"),
        ("visibility:hidden", "visibility-hidden"),
        ("visibility:collapse", "visibility-hidden"),
        ("opacity:0", "opacity-zero"),
        ("opacity:0.0", "opacity-zero"),
        ("opacity:0%", "opacity-zero"),
        ("opacity:.01", "opacity-zero"),
        ("filter:alpha(opacity=0)", "opacity-zero"),
        ("filter:blur(1px) opacity(0%)", "opacity-zero"),
        ("font-size:0", "font-size-zero"),
        ("font-size:1px", "font-size-zero"),
        ("font-size:0.00000001px", "font-size-zero"),
        ("font-size:.05em", "font-size-zero"),
        ("font-size:0%", "font-size-zero"),
        ("font:0/0 a", "font-size-zero"),
        ("font:bold 1px/1 Arial", "font-size-zero"),
        ("width:0;overflow:hidden", "size-zero"),
        ("height:0px;overflow:hidden", "size-zero"),
        ("max-height:0;overflow-y:hidden", "size-zero"),
        ("max-width:1px;overflow:clip", "size-zero"),
        ("transform:scale(0)", "size-zero"),
        ("text-indent:-9999px", "off-screen"),
        ("text-indent:-999em", "off-screen"),
        ("position:absolute;left:-9999px", "off-screen"),
        ("position:fixed;top:-1000px", "off-screen"),
        ("position:relative;right:5000px", "off-screen"),
        ("margin-left:-9999px", "off-screen"),
        ("margin:-9999px 0 0 0", "off-screen"),
        ("transform:translateX(-9999px)", "off-screen"),
        ("position:absolute;clip:rect(0,0,0,0)", "clipped"),
        ("clip:rect(1px 1px 1px 1px)", "clipped"),
        ("clip-path:inset(50%)", "clipped"),
        ("clip-path:inset(100%)", "clipped"),
        ("clip-path:circle(0)", "clipped"),
        ("clip-path:polygon(0 0, 0 0, 0 0)", "clipped"),
        ("color:#fff", "background-colour"),
        ("color:#FFFFFF", "background-colour"),
        ("color:white", "background-colour"),
        ("color:rgb(255, 255, 255)", "background-colour"),
        ("color:rgb(100% 100% 100% / 1)", "background-colour"),
        ("color:hsl(0, 0%, 100%)", "background-colour"),
        ("color:#fefefe", "background-colour"),
        ("color:snow", "background-colour"),
        ("color:transparent", "background-colour"),
        ("color:rgba(0,0,0,0)", "background-colour"),
        ("color:#00000001", "background-colour"),
        ("-webkit-text-fill-color:transparent", "background-colour"),
        ("color:#fff;color:#zzz", "background-colour"),
        ("color:#333;background:#333", "background-colour"),
        ("color:navy;background-color:#000080", "background-colour"),
        ("color:initial;background:black", "background-colour"),
        ("mso-hide:all", "mso-hide"),
    ],
)
def test_a_style_that_hides_is_named(style, reason):
    assert found(f'a <p style="{style}">to be read</p> b') == [(reason, "to be read")]


@pytest.mark.parametrize(
    "style",
    [
        "display:block",
        "display:none;display:block",
        "font-family:'x;display:none;y'",
        "x:(;display:none;)",
        "display:none none none x",
        "visibility:visible",
        "opacity:.5",
        "opacity:x",
        "filter:alpha(opacity=50)",
        "filter:opacity(0.9)",
        "font-size:12px",
        "font-size:2px",
        "font-size:-1px",
        "font:bold 12px/0 Arial",
        "font:100 12px Arial",
        "line-height:0",
        "width:0",  # the text stands out of the box
        "height:0;overflow:visible",
        "width:100%;overflow:hidden",
        "max-height:none;overflow:hidden",
        "transform:scale(0.5)",
        "text-indent:-20px",
        "left:-9999px",  # nothing moves without a position
        "position:static;left:-9999px",
        "position:absolute;left:-20px",
        "margin:0 auto",
        "clip:auto",
        "clip:rect(0,auto,auto,0)",
        "clip:rect(0,100px,100px,0)",
        "clip-path:inset(10%)",
        "clip-path:polygon(0 0, 100% 0, 0 100%)",
        "color:#000",
        "color:#eee",
        "color:rgba(0,0,0,.2)",
        "color:#fff;background:#000",
        "color:#fff;background:url(cid:x)",
        "color:#fff;background-image:linear-gradient(red,blue)",
        "color:#fff;background:var(--x)",
        "color:var(--x)",
        "color:chartreuse2",
        "color:rgb(255,255)",
        "mso-hide:none",
    ],
)
def test_a_style_that_shows_is_not_named(style):
    assert is_seen(f'<p style="{style}">to be read</p>')


@pytest.mark.parametrize(
    ("html", "spans"),
    [
        ("<p hidden>x</p>", [("hidden-attribute", "x")]),
        ("<p HIDDEN=''>x</p>", [("hidden-attribute", "x")]),
        ("<p hidden=until-found>x</p>", [("hidden-attribute", "x")]),
        ("<p hidden/>x</p>", [("hidden-attribute", "x")]),
        ("<p data-hidden aria-hidden=true class=hidden title='a hidden b'>x</p>", []),
        ("<p hidden style=display:block>x</p>", []),
        ("<template><p>x<b>y</template>z", [("unshown-element", "x y")]),
        ("<noscript>x</noscript><iframe>y</iframe>", [("unshown-element", "xy")]),
        ("<datalist>x</datalist>", [("unshown-element", "x")]),
        ("<dialog>x</dialog><dialog open>y</dialog>", [("unshown-element", "x")]),
        ("<title>a &amp; b</title>x", [("title", "a & b")]),
        ("<title>x", [("title", "x")]),
        ("<!-- x --><!--[if mso]>x<![endif]--><script>x</script><style>x</style>", []),
        ("<font color=white>x</font>", [("background-colour", "x")]),
        ("<font color=ffffff>x</font>", [("background-colour", "x")]),
        ("<font color='#FFFFFF' style='color:#000'>x</font>", []),
        ("<body bgcolor=#336699><p style='color:#369'>x", [("background-colour", "x")]),
        ("<body bgcolor=black text=black>x", [("background-colour", "x")]),
        ("<table bgcolor=black><tr><td><font color=white>x", []),
        ("<table bgcolor=black><tr><td><font color=black>x", [("background-colour", "x")]),
        ("<table bgcolor=black><tr><td style='background:transparent'><font color=black>x", [("background-colour", "x")]),
        ("<table bgcolor=black><tr><td bgcolor=white><font color=white>x", [("background-colour", "x")]),
        ("<td background=http://x.example/p.gif><font color=white>x", []),
        ("<p style='background:rgba(0,0,0,.5)'><font color=#808080>x", [("background-colour", "x")]),
        ("<p style=color:#fff><a href=http://x.example>blue</a>x", [("background-colour", "x")]),
        ("<p style=color:#fff><a>x</a>", [("background-colour", "x")]),
        ("<p style=color:#fff><a href=x style=color:inherit>x</a>", [("background-colour", "x")]),
        ("<p style=color:#fff><mark>black on yellow</mark>", []),
        ("<img width=1 height=1 alt='to be read'>", [("size-zero", "to be read")]),
        ("<img style=display:none alt=x><img style=width:0 alt=y>", [("display-none", "x"), ("size-zero", "y")]),
        ("<p style=font-size:0><img alt=seen></p><img alt=''>", []),
        ("<p style=display:none><img alt=x></p>", [("display-none", "x")]),
        ("<p style=display:none title=x", []),
        (f"<p {' '.join(f'a{number}=b' for number in range(99))} style=display:none>x", [("display-none", "x")]),
        ("<p style=display:none style=display:block>x", [("display-none", "x")]),
        ("<p title='x'style='display:none'>x", [("display-none", "x")]),
    ],
)  # fmt: skip
def test_elements_and_attributes_hide(html, spans):
    assert found(html) == spans


@pytest.mark.parametrize(
    ("html", "spans"),
    [
        ("<div style=display:none><p style=display:block>x</p></div>y", [("display-none", "x")]),
        ("<div style=opacity:0><p style=opacity:1>x", [("opacity-zero", "x")]),
        ("<div style=display:none><p style=opacity:0>x", [("display-none", "x")]),
        ("<div style=visibility:hidden>x<p style=visibility:visible>y</p>z", [("visibility-hidden", "x"), ("visibility-hidden", "z")]),
        ("<td style=font-size:0><div style=font-size:13px>x</div></td>", []),
        ("<td style=font-size:0><div style=font-size:2em>x</div></td>", [("font-size-zero", "x")]),
        ("<td style=font-size:0><font size=1>x", []),
        ("<div style=font-size:99999999999999999999999999999999999999px><p style=font-size:0%>x", [("font-size-zero", "x")]),
        ("<div style=text-indent:-9999px><p style=text-indent:0>x</p>y", [("off-screen", "y")]),
        ("<p style=display:none>x<p>y", [("display-none", "x")]),
        ("<p style=display:none>x<div>y", [("display-none", "x")]),
        ("<ul><li style=display:none>x<li>y</ul>", [("display-none", "x")]),
        ("<table><tr><td style=display:none>x<td>y<tr><td>z", [("display-none", "x")]),
        ("<div style=display:none><table><tr><td></div>x</table></div>y", [("display-none", "x")]),
        ("<div style=display:none></span>x</div>y", [("display-none", "x")]),
        ("<b style=display:none><i>x</b>y", [("display-none", "x")]),
        ("<div style=display:none />x", [("display-none", "x")]),
        ("<br style=display:none>x<hr style=display:none>y", []),
    ],
)  # fmt: skip
def test_what_stands_inside_inherits(html, spans):
    assert found(html) == spans


@pytest.mark.parametrize(
    ("css", "element", "is_hidden"),
    [
        (".x{display:none}", "<p class=x>", True),
        (".x{display:none}", "<p class='a X b'>", True),
        (".x{display:none}", "<p class=y>", False),
        ("#x{display:none}", "<p id=x>", True),
        ("p{display:none}", "<p>", True),
        ("*{display:none}", "<p>", True),
        ("p.x{display:none}", "<p class=x>", True),
        ("*.x{display:none}", "<p class=x>", True),
        ("div.x{display:none}", "<p class=x>", False),
        ("p#x{display:none}", "<p id=x>", True),
        ("a , .x,b{display:none}", "<p class=x>", True),
        ("<!-- .x{display:none} -->", "<p class=x>", True),
        ("/* } */ .x{/* } */display:none}", "<p class=x>", True),
        ("a{content:'}'} .x{display:none}", "<p class=x>", True),
        ("} .x{display:none}", "<p class=x>", True),
        (".x{display:none", "<p class=x>", True),
        ("@charset 'x'; .x{display:none}", "<p class=x>", True),
        ("@media screen{.x{display:none}}", "<p class=x>", True),
        ("@media only screen, print{a{b:c} .x{display:none}}", "<p class=x>", True),
        ("@supports (display:none){.x{display:none}}", "<p class=x>", True),
        ("@media print{.x{display:none}}", "<p class=x>", False),
        ("@media (max-width:600px){a{b:c} .x{display:none}}", "<p class=x>", False),
        ("@media print{a{b:c}} .x{display:none}", "<p class=x>", True),
        ("@font-face{a:b} .x{display:none}", "<p class=x>", True),
        (".x{color:red; b{display:none}}", "<p class=x>", False),
        (".\\78{display:none}", "<p class=x>", True),
        # No more of the cascade than the kinds of selectors.
        ("p{display:none}.x{display:block}", "<p class=x>", False),
        (".x{display:block}p{display:none}", "<p class=x>", False),
        (".x{display:none}", "<p class=x style=display:block>", False),
        (".x{display:none!important}", "<p class=x style=display:block>", True),
        (".x{display:none}.x{display:block}", "<p class=x>", False),
        (".x{visibility:hidden}", "<p class=x>", True),
        ("p{color:#fff}", "<p>", True),
        ("body{background:#000}p{color:#fff}", "<body><p>", False),
        # What is not seen.
        ("b .x{display:none}", "<p class=x>", False),
        ("b>.x{display:none}", "<p class=x>", False),
        ("[class=x]{display:none}", "<p class=x>", False),
        (".x:not(a){display:none}", "<p class=x>", False),
        (".a.x{display:none}", "<p class='a x'>", False),
    ],
)
def test_simple_rules_of_style_elements_are_followed(css, element, is_hidden):
    assert bool(hidden_text(f"<style>{css}</style>{element}text")) is is_hidden
    if "</" not in css:
        # Rules hold for what stands before them, too.
        assert bool(hidden_text(f"{element}text<style>{css}</style>")) is is_hidden


@pytest.mark.parametrize(("media", "is_hidden"), [("", True), (" media=screen", True), (" media=print", False)])
def test_a_style_element_for_other_media_hides_nothing(media, is_hidden):
    assert bool(hidden_text(f"<style{media}>p{{display:none}}</style><p>x")) is is_hidden


def test_a_style_element_inside_a_comment_hides_nothing():
    assert is_seen("<!-- <style>p{display:none}</style> --><p>x")


def test_a_span_says_where_the_text_stands():
    html = "<p>seen</p><p style='display:none'> \n Ig<b>no</b>re &amp; obey<br>me </p><p>seen</p>"
    (span,) = hidden_text(html)
    assert html[span.start : span.end] == "Ig<b>no</b>re &amp; obey<br>me"
    assert span.text == "Ignore & obey me"
    assert span == HiddenSpan(span.start, span.end, span.reason, span.text)


def test_what_is_seen_is_what_the_spans_leave():
    html = "<h1>Offer</h1><span style=font-size:0>ham</span><p>Buy<p hidden>poetry</p>"
    left = html
    for span in reversed(hidden_text(html)):
        left = left[: span.start] + left[span.end :]
    assert text_from_html(html) == "Offer\n\nham\n\nBuy\n\npoetry"
    assert text_from_html(left) == "Offer\n\nBuy"


def test_padding_of_a_preview_is_no_text():
    padding = "&zwnj;&nbsp;&#847; \u00ad" * 50
    assert is_seen(f"<div style=display:none>{padding}</div>")
    assert found(f"<div style=display:none>Sale{padding}</div>")[0][0] == "display-none"


# Bounds -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_beyond_a_depth_nothing_is_examined(more):
    html = "<div>" * (MAXIMUM_NESTING + more - 1) + "<p style=display:none>x</p>y"
    expected = [("not-examined", "x")] if more > 0 else [("display-none", "x")]
    assert found(html) == expected


def test_what_is_hidden_at_the_bound_is_hidden_beyond_it():
    html = "<div style=opacity:0>" + "<div>" * (2 * MAXIMUM_NESTING) + "x" + "</div>" * (2 * MAXIMUM_NESTING + 1) + "y"
    assert found(html) == [("opacity-zero", "x")]


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_beyond_a_number_of_rules_no_rule_is_read(more, monkeypatch):
    monkeypatch.setattr(styles, "MAXIMUM_RULES", 10)
    css = "".join(f".a{number}{{display:none}}" for number in range(10 + more - 1)) + ".x{display:none}"
    html = f"<style>p{{unread:1}}{css}</style><p class=x>text"
    spans = hidden_text(html)
    if more > 0:
        assert [(span.reason, html[span.start : span.end]) for span in spans] == [
            ("not-examined", f"p{{unread:1}}{css}")
        ]
    else:
        assert [(span.reason, span.text) for span in spans] == [("display-none", "text")]


@pytest.mark.parametrize("more", [-1, 0, 1, 5])
@pytest.mark.parametrize(("function", "unit"), [(hidden_text, "<p hidden>x</p>y"), (hidden_text, "a\u200b"), (invisible_characters, "a\u200b")])  # fmt: skip
def test_beyond_a_number_of_spans_one_says_so(function, unit, more, monkeypatch):
    for room in ("invisible", "hidden"):
        monkeypatch.setattr(f"mimeparse.safety.{room}.MAXIMUM_SPANS", 10)
    text = unit * (10 + more)
    spans = function(text)
    assert len(spans) == min(10 + more, 11)
    if more > 0:
        assert (spans[-1].reason, spans[-1].end, spans[-1].text) == ("not-examined", len(text), "")


@pytest.mark.parametrize(
    "unit",
    [
        *("<p hidden>x", "<b style=display:none>x</b>", "<p style=display:none>x</p>\n", "<i hidden>x</i><!-- x -->"),
        *("\u200b", "&#8203;", "\U000e0041", "\u202e"),
    ],
)
def test_a_flood_is_one_span(unit):
    spans = hidden_text("a" + unit * 5_000)
    assert len(spans) == 1
    if unit.isprintable() and "<" not in unit:
        assert spans[0].end == 1 + 5_000 * len(unit)


@pytest.mark.parametrize(
    ("start", "unit"),
    [
        *[("", unit) for unit in ("<", "<b>", "<div>", "</b>", "&", "&#8203;a", "<p hidden>x", "<style>", "<title>", "<!--", "<td><table>")],
        ("<b>" + "<div>" * 190, "</span>"),
        *[("<style>", unit) for unit in ("{", "}", "a{", "a{display:none}", ".a,", "@media{", "/*", "'", "\\", "<!--")],
        ("<style>.a{display:none}</style>", "<b class='a a'>"),
        *[("<p style='", unit) for unit in ("display:none;", ":", ";", "(", "/*", "!", " ", "\\61 ", "color:a(", "clip:rect(", "font:1 ")],
        *[("<p style='color:red", unit) for unit in (" ", "! ", "(", "rgb(")],
        *[("<p style='filter:", unit) for unit in ("opacity ", "opacity(", "alpha(opacity=")],
        *[("<p ", unit) for unit in ("hidden ", "style=a ", "class='a' ", "=", "'")],
    ],
)  # fmt: skip
def test_twice_the_input_takes_twice_the_calls(start, unit):
    once, twice = (calls_of(hidden_text, start + unit * count) for count in (1_000, 2_000))
    assert twice <= 2 * once + 50


@pytest.mark.parametrize(
    "html", ["<p style='color:red" + " " * 1_000_000 + "x'>y", "<p " + "x" * 1_000_000 + " hidden>y", "<p style='" + "(" * 1_000_000]
)  # fmt: skip
def test_a_megabyte_of_one_character_is_passed_once(html):
    hidden_text(html)  # hours if blanks or names were tried again from each of their characters


# Promises ---------------------------------------------------------------------------------------------------------------

PIECES = ["<p hidden>", "</p>", "<div style='", "display:none", "color:#fff", ";", "'>", "<style>", ".x{", "}", "</style>", "<b class=x>", "<td>", "<table>", "&#8203;", "&zwnj;", "\u200b", "\U000e0041", "\ufe0f", "\ud800", "\0", "<title>", "<template>", "<!--", "-->", "text", " "]  # fmt: skip


@given(st.lists(st.sampled_from([*PIECES, *ATTACKS]), max_size=12).map("".join) | st.text())
def test_any_html_gives_spans_in_order_that_can_be_stored(html):
    end = 0
    for span in hidden_text(html):
        assert end <= span.start < span.end <= len(html)
        end = span.end
        span.text.encode("utf-8")
        assert "\0" not in span.text
        assert re.fullmatch("[a-z]+(-[a-z]+)+|title", span.reason)


@given(st.text(alphabet="abc <&;\u00e9\u65e5"))
def test_text_alone_is_seen(text):
    assert hidden_text(text.replace("<", "&lt;")) == ()
    assert invisible_characters(text) == ()


@pytest.mark.parametrize("wrong", [b"<p>", None, 5])
@pytest.mark.parametrize("function", [hidden_text, invisible_characters])
def test_anything_but_a_string_is_refused_with_the_remedy(function, wrong):
    with pytest.raises(UsageError, match="str"):
        function(wrong)

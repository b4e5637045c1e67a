"""What users write becomes safe HTML, quickly, and reads as they meant it."""

import os
import re
import signal
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from itertools import islice, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.at_once import at_once
from wiki import markup
from wiki.markup import (
    Attachment,
    Heading,
    Link,
    MarkupError,
    Request,
    TooComplex,
    render,
    render_within,
)
from wiki.rendering_limit import OutOfTime, Worker, WorkerLost

VOID = {"br", "hr", "img"}
TAGS = VOID | {
    *("a", "blockquote", "code", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol"),
    *("p", "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    *("figcaption", "figure", "small"),
}
VALUES = {
    ("a", "href"): r"(?i:https?:|mailto:|tel:|/|#|\?).*",
    ("a", "title"): r".*",
    ("a", "class"): r"missing",
    ("a", "rel"): r"nofollow|noopener nofollow ugc",
    ("div", "class"): r"table-scroll",
    ("div", "role"): r"group",
    ("div", "tabindex"): r"0",
    ("div", "aria-label"): r"Tabelle",
    ("figure", "class"): r"picture",
    ("img", "src"): r"/dateien/[a-z2-9]{10}/vorschau/[0-9]+\?v=[0-9]+",
    ("img", "srcset"): r"(/dateien/[a-z2-9]{10}/vorschau/[0-9]+\?v=[0-9]+ [0-9]+w(, )?)+",
    ("img", "sizes"): r"\(min-width: 48rem\) 42rem, 100vw",
    ("img", "width"): r"[0-9]+",
    ("img", "height"): r"[0-9]+",
    ("img", "alt"): r".*",
    ("img", "title"): r".*",
    ("img", "loading"): r"lazy",
    ("ol", "start"): r"[0-9]+",
    ("th", "scope"): r"col",
    ("th", "align"): r"left|center|right",
    ("td", "align"): r"left|center|right",
    **{(f"h{level}", "id"): r"abschnitt[a-z0-9-]*" for level in range(1, 7)},
}


class Reader(HTMLParser):
    """What a page consists of, as a browser would find it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")


def assert_safe(html: str) -> None:
    for tag, attributes in Reader(html).elements:
        assert tag in TAGS, html
        for name, value in attributes.items():
            assert (tag, name) in VALUES, html
            assert re.fullmatch(VALUES[tag, name], value, re.DOTALL), html


def html_of(text: str, **options: object) -> str:
    return render(text, **options).html


def links_in(html: str) -> list[dict[str, str]]:
    return [attributes for tag, attributes in Reader(html).elements if tag == "a"]


def pictures_in(html: str) -> list[dict[str, str]]:
    return [attributes for tag, attributes in Reader(html).elements if tag == "img"]


def known(title: str) -> Link:
    return Link(f"/wiki/{title.lower()}")


def unknown(title: str) -> Link:
    return Link(f"/neu/rezept?titel={title}", missing=True)


# Everyday text


def test_bold_italics_and_german_quotes_read_as_written() -> None:
    html = html_of("Das ist **wichtig**, sagt *Anke*: „Los geht’s!“ – 10 % & mehr.")

    assert html == (
        "<p>Das ist <strong>wichtig</strong>, sagt <em>Anke</em>: "
        "„Los geht’s!“ – 10 % &amp; mehr.</p>"
    )


def test_a_list_may_follow_its_introduction_directly() -> None:
    html = html_of("Wir brauchen:\n- Papier\n- Stifte\n\nFertig.")

    assert html == (
        "<p>Wir brauchen:</p>\n<ul>\n<li>Papier</li>\n<li>Stifte</li>\n</ul>\n<p>Fertig.</p>"
    )


@pytest.mark.parametrize("indentation", ["  ", "   ", "    ", "\t"])
def test_lists_nest_by_two_spaces_or_more(indentation: str) -> None:
    html = html_of(f"- Material\n{indentation}- Papier\n- Raum").replace("\n", "")

    assert html == "<ul><li>Material<ul><li>Papier</li></ul></li><li>Raum</li></ul>"


@pytest.mark.parametrize("bullet", ["*", "-", "+", "•", "\uf0b7"])
def test_bullets_of_word_make_a_list(bullet: str) -> None:
    html = html_of(f"{bullet} Papier\n{bullet}\tStifte").replace("\n", "")

    assert html == "<ul><li>Papier</li><li>Stifte</li></ul>"


@pytest.mark.parametrize("number", ["{}.", "{})"])
def test_numbers_make_a_list_that_keeps_its_start(number: str) -> None:
    text = "\n".join(f"{number.format(n)} Schritt" for n in (3, 4))

    assert html_of(text).startswith('<ol start="3">\n<li>Schritt</li>')


def test_bullets_and_numbers_in_a_row_are_two_lists() -> None:
    html = html_of("- Papier\n1. Auslegen").replace("\n", "")

    assert html == "<ul><li>Papier</li></ul><ol><li>Auslegen</li></ol>"


@pytest.mark.parametrize(
    "date",
    [
        "12. Mai 2025 in Soest",
        "3. Oktober",
        "24. bis 26. Juni",
        "12. 5. 2025",
        "12.05.2025, 18 Uhr",
    ],
)
def test_a_date_at_the_beginning_is_no_list(date: str) -> None:
    assert html_of(date) == f"<p>{date}</p>"
    assert html_of(f"- {date}") == f"<ul>\n<li>{date}</li>\n</ul>"
    assert Reader(html_of(f"> {date}")).elements == [("blockquote", {}), ("p", {})]


def test_a_number_in_a_sentence_broken_over_lines_is_no_list() -> None:
    assert html_of("Die Werkstatt gibt es seit\n2019. Sie ist offen.").startswith("<p>Die")


@pytest.mark.parametrize("text", ["Teilnehmer*innen und Bürger*innen", "a_b_c und 2*3*4", "#labor"])
def test_stars_underscores_and_hashes_in_words_stay(text: str) -> None:
    assert html_of(text) == f"<p>{text}</p>"


def test_spaces_before_pasted_text_do_not_make_code() -> None:
    assert html_of("    Aus Word eingefügt") == "<p>Aus Word eingefügt</p>"


def test_a_line_that_looks_like_a_reference_does_not_vanish() -> None:
    assert html_of("[Anke]: gern!") == "<p>[Anke]: gern!</p>"


def test_a_table_scrolls_in_a_frame_of_its_own() -> None:
    html = html_of("| Ding | Menge |\n|------|------:|\n| Papier | 5 |")

    assert html.startswith(
        '<div aria-label="Tabelle" class="table-scroll" role="group" tabindex="0"><table>'
    )
    assert '<th align="right" scope="col">Menge</th>' in html
    assert '<td align="right">5</td>' in html


def test_code_quotes_rules_and_line_breaks_are_kept() -> None:
    html = html_of("```python\nif a < b:\n    pass\n```\n\n> Zitat\n\n---\n\noben<br>unten")

    assert "<pre><code>if a &lt; b:\n    pass\n</code></pre>" in html
    assert "<blockquote>\n<p>Zitat</p>\n</blockquote>" in html
    assert "<hr>" in html
    assert "oben<br>" in html


def test_html_is_shown_as_it_was_typed() -> None:
    assert html_of("<b>fett</b>") == "<p>&lt;b&gt;fett&lt;/b&gt;</p>"


def test_lines_from_a_form_end_like_all_others() -> None:
    assert html_of("# Eins\r\n\r\nZwei\r\n- drei") == html_of("# Eins\n\nZwei\n- drei")


def test_no_text_is_no_html() -> None:
    assert render(" \n") == markup.Rendered("")
    assert render_within("") == markup.Rendered("")


# Headings


@pytest.mark.parametrize(
    ("level", "shown"), [(1, ["h1", "h2", "h6"]), (2, ["h2", "h3", "h6"]), (5, ["h5", "h6", "h6"])]
)
def test_headings_are_shifted_under_those_of_the_page(level: int, shown: list[str]) -> None:
    html = html_of("# A\n## B\n###### C", heading_level=level)

    assert [tag for tag, _ in Reader(html).elements] == shown


def test_headings_make_a_table_of_contents() -> None:
    rendered = render("# Ablauf & *Äußeres*\nText\n## Ablauf & Äußeres\n## `a<b` 你好\n# 你好")

    assert rendered.headings == (
        Heading(2, "abschnitt-ablauf-aeusseres", "Ablauf & Äußeres"),
        Heading(3, "abschnitt-ablauf-aeusseres-2", "Ablauf & Äußeres"),
        Heading(3, "abschnitt-a-b", "a<b 你好"),
        Heading(2, "abschnitt", "你好"),
    )
    for heading in rendered.headings:
        assert f'<h{heading.level} id="{heading.id}">' in rendered.html


def test_heading_ids_differ_over_all_texts_of_a_page() -> None:
    texts = {"a": Request("# Tipp\n# Tipp 2"), "b": Request("# Tipp\n# Tipp", heading_level=3)}

    rendered = markup.render_all(texts)

    ids = [heading.id for text in rendered.values() for heading in text.headings]
    assert ids[0] == "abschnitt-tipp"
    assert len(set(ids)) == 4


@pytest.mark.parametrize("title", ["results", "__proto__", '" onclick="x', "{#id}", "{: #id }"])
def test_a_heading_cannot_take_an_id_of_the_page(title: str) -> None:
    rendered = render(f"# {title}")

    assert_safe(rendered.html)
    assert all(heading.id.startswith("abschnitt") for heading in rendered.headings)


# Wiki links


def test_a_wiki_link_leads_to_its_page() -> None:
    rendered = render("Siehe [[Blitzlicht]] und [[ Blitzlicht |die *Methode*]].", links=known)

    assert rendered.html == (
        '<p>Siehe <a href="/wiki/blitzlicht">Blitzlicht</a> '
        'und <a href="/wiki/blitzlicht">die *Methode*</a>.</p>'
    )
    assert rendered.links == ("Blitzlicht",)


def test_a_wiki_link_to_a_missing_page_says_so() -> None:
    assert links_in(html_of("[[Neues]]", links=unknown)) == [
        {"class": "missing", "href": "/neu/rezept?titel=Neues", "rel": "nofollow"}
    ]


def test_a_title_nobody_knows_stays_text() -> None:
    assert html_of("[[Neues]]", links={}) == "<p>Neues</p>"


def test_wiki_links_work_in_tables_lists_and_headings() -> None:
    rendered = render(
        "# [[A]]\n| x | y |\n|---|---|\n| [[B|b]] | [[C\\|c]] |\n\n- [[D]]", links=known
    )

    assert rendered.links == ("A", "B", "C", "D")
    assert rendered.headings[0].text == "A"
    assert [link["href"] for link in links_in(rendered.html)] == [f"/wiki/{t}" for t in "abcd"]


@pytest.mark.parametrize("text", ["`[[A|b]]`", "```\n[[A|b]]\n```", "\\[[A|b]]"])
def test_a_wiki_link_in_code_or_escaped_stays_as_written(text: str) -> None:
    rendered = render(text, links=known)

    assert rendered.links == ()
    assert "".join(Reader(rendered.html).words).strip() == "[[A|b]]"


@pytest.mark.parametrize("text", ["[[]]", "[[ ]]", "[[|b]]", "[[A\nB]]", "[A]]", "[[[A"])
def test_what_has_no_title_is_no_wiki_link(text: str) -> None:
    assert render(text, links=known).links == markup.wiki_titles(text) == ()


def test_titles_with_signs_of_markdown_and_html_are_found_whole() -> None:
    title = 'Wer* ist _da_ "<b>" & wo?'
    rendered = render(f"[[{title}]]", links=lambda found: Link("/wiki/x?" + found))

    assert rendered.links == markup.wiki_titles(f"[[{title}]]") == (title,)
    assert Reader(rendered.html).words == [title]
    assert_safe(rendered.html)


def test_wiki_links_reach_the_worker() -> None:
    texts = {"tip": Request("[[A]]"), "text": Request("[[B|b]] `[[C]]`")}
    asked = []

    def link(title: str) -> Link:
        asked.append(title)
        return known(title)

    rendered = markup.render_all(texts, links=link)

    assert asked == ["A", "B", "C"]
    assert rendered["tip"] == render("[[A]]", links=known)
    assert rendered["text"].links == ("B",)


# Addresses and pictures


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("Mehr: https://labor.example/a_b?c=d&e=f#g.", "https://labor.example/a_b?c=d&e=f#g"),
        (
            "(https://de.wikipedia.org/wiki/Soest_(Stadt))",
            "https://de.wikipedia.org/wiki/Soest_(Stadt)",
        ),
        ("„https://labor.example“", "https://labor.example"),
        ("**https://labor.example**", "https://labor.example"),
        ("www.labor.example!", "https://www.labor.example"),
        ("<https://labor.example>", "https://labor.example"),
        ("[x](www.labor.example)", "https://www.labor.example"),
        ("[x](//labor.example)", "https://labor.example"),
        (r"[x](/\\labor.example)", "https://labor.example"),
    ],
)
def test_addresses_elsewhere_become_links_we_do_not_vouch_for(text: str, href: str) -> None:
    assert links_in(html_of(text)) == [{"href": href, "rel": "noopener nofollow ugc"}]


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("info@stadt-soest.example.", "mailto:info@stadt-soest.example"),
        ("<info@soest.example>", "mailto:info@soest.example"),
        ("[x](info@soest.example)", "mailto:info@soest.example"),
        ("[x](tel:+492921)", "tel:+492921"),
        ("[x](/wiki/a)", "/wiki/a"),
        ("[x](#abschnitt-a)", "#abschnitt-a"),
        ("[x](?personen=24)", "?personen=24"),
    ],
)
def test_mail_telephone_and_own_addresses_are_plain_links(text: str, href: str) -> None:
    assert links_in(html_of(text)) == [{"href": href}]


@pytest.mark.parametrize("address", ["seite.html", "../x", "ftp://x", "file:///etc/passwd", "x:y"])
def test_addresses_that_lead_nowhere_leave_their_text(address: str) -> None:
    assert html_of(f"[Text]({address})") == "<p>Text</p>"


def test_no_address_is_linked_twice_or_in_code() -> None:
    html = html_of("[https://a.example](https://b.example) `https://c.example` a://www.x.example")

    assert [link["href"] for link in links_in(html)] == ["https://b.example"]


@pytest.mark.parametrize(
    "address",
    [
        *("https://elsewhere.example/x.png", "//elsewhere.example/x.png", "/abmelden"),
        *(
            "/\\elsewhere.example/x.png",
            "&#47;&#47;elsewhere.example/x.png",
            "/dateien/../abmelden",
        ),
        *("/dateien/%2e%2e/abmelden", "/dateien/..\\..\\x", "/dateien//elsewhere.example"),
        *("data:image/png;base64,AAAA", "HTTP://elsewhere.example/x.png"),
    ],
)
def test_no_picture_but_our_own_is_fetched(address: str) -> None:
    html = html_of(f"![Kinder im Labor]({address})")

    assert pictures_in(html) == []
    assert Reader(html).words == ["Kinder im Labor"]
    assert_safe(html)


def test_a_picture_elsewhere_is_a_link_to_it() -> None:
    html = html_of("![Plakat](https://elsewhere.example/x.png)")

    assert links_in(html)[0]["href"] == "https://elsewhere.example/x.png"


PREVIEW = "/dateien/abcdefghjk/vorschau"
PICTURE = Attachment(
    href="/dateien/abcdefghjk/bank.jpg",
    src=f"{PREVIEW}/640?v=3",
    srcset=f"{PREVIEW}/320?v=3 320w, {PREVIEW}/640?v=3 500w",
    width=500,
    height=300,
    alt="Eine Bank",
    credit='Mara "M" <Muster>',
    licence="CC0",
    licence_href="https://creativecommons.org/publicdomain/zero/1.0/deed.de",
)
FILES = {"abcdefghjk": PICTURE, "bbbbbbbbbb": Attachment("/dateien/bbbbbbbbbb/Plan.pdf")}


def test_our_own_picture_stands_in_fitting_sizes_with_its_caption() -> None:
    html = html_of('![Kinder löten](dateien/abcdefghjk/bank.jpg "Im *Labor*")', files=FILES)

    (picture,) = pictures_in(html)
    assert picture == {
        "src": f"{PREVIEW}/640?v=3",
        "srcset": f"{PREVIEW}/320?v=3 320w, {PREVIEW}/640?v=3 500w",
        "sizes": markup.PICTURE_SIZES,
        "width": "500",
        "height": "300",
        "alt": "Kinder löten",
        "loading": "lazy",
    }
    assert Reader(html).words == ["Im *Labor*", 'Mara "M" <Muster>, ', "CC0"]
    assert [tag for tag, _attributes in Reader(html).elements] == [
        *("figure", "img", "figcaption", "small", "a")
    ]
    assert_safe(html)


def test_a_picture_without_words_has_those_of_its_file() -> None:
    assert pictures_in(html_of("![](/dateien/abcdefghjk/anders.png)", files=FILES))[0]["alt"] == (
        "Eine Bank"
    )


def test_pictures_on_lines_of_their_own_are_figures_and_others_stay_in_the_line() -> None:
    mention = "![x](dateien/abcdefghjk/a.jpg)"

    assert html_of(f"{mention}\n{mention}", files=FILES).count("<figure") == 2
    for text in (f"Wort {mention}", f"- {mention}", f"{mention} Wort", f"# {mention}"):
        html = html_of(text, files=FILES)
        assert "<figure" not in html
        assert len(pictures_in(html)) == 1


def test_a_file_is_linked_and_an_unknown_one_is_words_alone() -> None:
    html = html_of(
        "![Plan](dateien/bbbbbbbbbb/Plan.pdf) [Blatt](dateien/bbbbbbbbbb/x) "
        "![Weg](dateien/cccccccccc/a.jpg) [Fort](/dateien/cccccccccc/a.jpg)",
        files=FILES,
    )

    assert [link["href"] for link in links_in(html)] == ["/dateien/bbbbbbbbbb/Plan.pdf"] * 2
    assert Reader(html).words == ["Plan", " ", "Blatt", " Weg Fort"]
    assert pictures_in(html) == []


def test_files_that_are_shown_are_named_and_those_in_code_are_not() -> None:
    text = (
        "![](dateien/abcdefghjk/a.jpg) [x](dateien/bbbbbbbbbb/a.pdf)\n\n"
        "`![](dateien/dddddddddd/a.jpg)`"
    )

    assert markup.file_ids(text) == ("abcdefghjk", "bbbbbbbbbb", "dddddddddd")
    assert render(text, files=FILES).files == ("abcdefghjk", "bbbbbbbbbb")


@pytest.mark.parametrize(
    "address",
    [
        *("dateien/abcdefghjk/../x", "dateien/abcdefghjk/a/b", "dateien/ABCDEFGHJK/a.jpg"),
        *("x/dateien/abcdefghjk/a.jpg", "//dateien/abcdefghjk/a.jpg", "dateien/abcdefghjk/"),
        *("https://a.example/dateien/abcdefghjk/a.jpg", "dateien/abcdefghjk\\a.jpg"),
        *("javascript:dateien/abcdefghjk/a.jpg", "dateien/abcdefghjk/a.jpg?x=1#y"),
    ],
)
def test_nothing_but_the_name_of_a_file_is_one(address: str) -> None:
    html = html_of(f"![x]({address}) [y]({address})", files=FILES)

    assert pictures_in(html) == []
    assert not any("vorschau" in link["href"] for link in links_in(html))
    assert_safe(html)


@pytest.mark.parametrize(
    "attributes",
    [
        {"src": "https://evil.example/x.png"},
        {"srcset": "https://evil.example/x.png 640w"},
        {"srcset": f"{PREVIEW}/320?v=3 320w, //evil.example/x 1w"},
        {"licence_href": "javascript:alert(1)"},
        {"href": "javascript:alert(1)"},
        {"alt": '"><script>alert(1)</script>'},
        {"licence": "<script>alert(1)</script>"},
    ],
)
def test_what_is_said_about_a_file_is_cleaned_like_the_text(attributes: dict[str, str]) -> None:
    files = {"abcdefghjk": replace(PICTURE, **attributes)}

    assert_safe(html_of("![](dateien/abcdefghjk/a) [x](dateien/abcdefghjk/a)", files=files))
    assert_safe(html_of("![](dateien/abcdefghjk/a)", files=files))


def test_the_picture_at_the_head_of_a_page_is_not_lazy() -> None:
    html = markup.cover(PICTURE)

    assert html.startswith('<figure class="cover">')
    assert "loading" not in pictures_in(html)[0]


def test_too_many_files_are_too_complex() -> None:
    ids = ["".join(letters) for letters in islice(product("abc", repeat=10), 2_001)]
    mentions = [f"dateien/{each}/x" for each in ids]

    assert markup.file_ids(*mentions[:-1]) == tuple(ids[:-1])
    with pytest.raises(TooComplex):
        markup.file_ids(*mentions)


# Attacks

ATTACKS = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](java&#9;script:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](\\javascript:alert(1))",
    "[x](j\\avascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](view-source:javascript:alert(1))",
    "[x](blob:https://a/b)",
    '[x](http://a"onmouseover=alert(1))',
    "[x](https://a 'b\" onmouseover=\"alert(1)')",
    '[x](/a "t\\" onclick=alert(1) x=\\"")',
    "![x](javascript:alert(1))",
    '![x" onerror=alert(1) y="](/dateien/1/x.png)',
    '![x](/dateien/1/x.png "a\\" onerror=\\"alert(1)")',
    '![x](/dateien/1/x.png"onerror=alert(1))',
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[![x](javascript:a)](javascript:b)",
    "[a]: javascript:alert(1)\n\n[a] [x][a] ![x][a]",
    "[a]: /x 'onclick=\"alert(1)\"'\n\n[a]",
    "<javascript://%0aalert(1)>",
    "<vbscript://a@b>",
    "<javascript:alert(1)@b>",
    '<a@b"onclick=alert(1)>',
    'http://a"onclick=alert(1)',
    "https://a'><script>alert(1)</script>",
    'www.a.b"><img/src/onerror=alert(1)>',
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='/dateien/1/x.png' onload=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=a>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<style>@import '//evil.example';</style>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)>",
    "<embed src=//evil.example>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example>",
    "<form action=//evil.example><input name=password></form>",
    "<div data-hx-get=/abmelden hx-on::load=alert(1) id=results class=x>x</div>",
    "<a href=javascript:alert(1) id=main name=body>x</a>",
    "<template><script>alert(1)</script></template>",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php alert(1) ?>",
    "<!DOCTYPE html>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "`<script>alert(1)</script>`",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    "```{.x onclick=alert(1) #results}\na\n```",
    '``` "><script>alert(1)</script>\na\n```',
    "# x {: onclick=alert(1) }\n",
    "| <script> | x |\n|---|---|\n| <img src=x onerror=alert(1)> | `</td><script>` |",
    "[[javascript:alert(1)]]",
    "[[javascript:alert(1)|x]]",
    "[[x|<img src=x onerror=alert(1)>]]",
    '[["><script>alert(1)</script>]]',
    '[[x" onclick="alert(1)]]',
    "`[[<script>alert(1)</script>]]`",
    "![[[<img src=x onerror=alert(1)>]]](/dateien/1/x.png)",
    '[x](/a "[[\' onclick=alert(1) \\"]]")',
    '[x](https://a/[[javascript:" onclick=alert(1)]])',
    "\x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03 \x02amp\x03lt; \x040\x04 [[\x040\x04]]",
    "*a*\x02klzzwxh:0001\x03 `<b>`",
    "\x00<scr\x00ipt>alert(1)</script>",
    "\ud800<script>\udfff",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_no_attack_gets_through(text: str) -> None:
    for around in ("{}", "- {}", "> {}", "# {}", "**{}**", "[{}](/a)", "| {} | b |\n|---|---|\n"):
        for links in (None, unknown, Link) if "[[" in text else (None,):
            html = html_of(around.format(text), links=links)
            assert_safe(html)
            assert markup.sanitise(html) == html


@pytest.mark.parametrize("text", ATTACKS)
def test_html_from_elsewhere_is_cleaned_the_same_way(text: str) -> None:
    assert_safe(markup.sanitise(text))


def test_the_sanitiser_alone_lets_no_foreign_picture_class_or_id_through() -> None:
    html = markup.sanitise(
        '<img src="//evil.example/x"><img src="https://evil.example/x"><p id="a" class="b">c'
        '<h2 id="results">d</h2><a class="x" rel="opener" href="x.html" target="_blank">e</a>'
    )

    assert html == "<img><img><p>c</p><h2>d</h2><a>e</a>"


def test_the_sanitiser_stands_any_depth() -> None:
    for tag in ("<b>", "<blockquote>", "<ul><li>", "<table><tr><td>"):
        assert_safe(markup.sanitise(tag * 2_000))


FRAGMENTS = st.sampled_from(
    [
        *("[", "]", "(", ")", "![", "](", "[[", "]]", "|", "\\", "*", "**", "_", "`", "```", "~~~"),
        *("<", ">", "&", "&#", ";", '"', "'", "\n", "\n\n", "\r\n", " ", "    ", "\t", "- ", "1. "),
        *("> ", "# ", "---", "===", "|---|---|", "a", "Ä", "x.de", "http://", "www.", "a@b.de"),
        *("javascript:", "//", "/dateien/1/a", "<br>", "<b>", "<!--", "\x02", "\x03", "\x04", "0"),
        *("klzzwxh:", "wzxhzdk:", "\u2028", "•", "12. Mai", "{", "}", "  \n", "=", "\x0b"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(FRAGMENTS, max_size=40).map("".join))


@given(text=TEXTS, level=st.integers(1, 6))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_renders_to_html_the_sanitiser_leaves_alone(text: str, level: int) -> None:
    rendered = render(text, heading_level=level, links=unknown)

    assert markup.sanitise(rendered.html) == rendered.html
    assert_safe(rendered.html)
    assert set(rendered.links) <= set(markup.wiki_titles(text))
    ids = [a["id"] for tag, a in Reader(rendered.html).elements if "id" in a]
    assert ids == [heading.id for heading in rendered.headings]
    assert len(set(ids)) == len(ids)


@given(text=TEXTS)
@settings(max_examples=150, deadline=None)
def test_any_text_has_plain_words(text: str) -> None:
    assert "\n" not in markup.plain_text(text)


# Limits

BOMBS = [
    *("![[]()", "[", "![", "[[", "[[a|", "[a](", "[a](<", "[a]((", "![a](", "[]", "[](", "]"),
    *("*a_", "**", "** a", "*a ", "_a*b ", "***a", "*_", "*a_b**c__", "**a** ", "a*", "_"),
    *("`", "`a", "`a`", "``a`", "\\", "\\*", "\\`", "<", "<!--", "<a ", "<a@", "<br>", "</"),
    *("&", "&a", "&#1", "&amp;", ">", "> ", "> a\n\n", ">\n", "> - ", "- ", "* - ", "1. "),
    *("- a\n", "- a\n\n", "1. a\n", "1. a\n\n", "- [ ] a\n", "|", "|a", "|-", "|\n", "a|b\n"),
    *("#", "# ", "# a\n", "# a\n\n", "a\n=\n", "a\n---\n", "---\n", "***\n", "- - - \n", "=\n"),
    *("```\n", "```a\n", "~~~a\n\n", "````", "http://", "http://a.de ", "<http://", "www."),
    *("a@", "a@b.", "a@b.de ", "a.b-", "x", "ä ", "W", "[a]: b\n", "[a]:", "[a]: b 'c\n"),
    *("[[a]]", "[[a]] ", "[a](b) ", '[a](b "c) ', '[a](b "', "[a](b 'c\" d) ", "a  \n"),
    *("\n", " ", "\t", "\t\n", "\u2028", "12. Mai\n", "•\t", "\x04", "\x04" + "0", "'", '"'),
]
SHAPES = {
    "lists nested by indentation": lambda n: "".join(
        "  " * i + "- a\n" for i in range(min(n, 300))
    ),
    "loose lists nested": lambda n: "".join("    " * i + "- a\n\n" for i in range(min(n, 200))),
    "quotes nested": lambda n: "".join(">" * i + " a\n" for i in range(min(n, 400))),
    "runs of backticks": lambda n: "".join("`" * i + " " for i in range(min(n // 20, 440))),
    "closing emphasis": lambda n: "*a " * n + "a* " * n,
    "nested emphasis": lambda n: "**a *b " * n + "b* a** " * n,
    "nested brackets": lambda n: "[" * n + "]" * n,
    "nested links": lambda n: "[" * n + "a" + "](b)" * n,
    "parentheses": lambda n: "[a](" + "(" * n + ")" * n,
    "a long address": lambda n: "http://a" + ")" * n,
    "a wide table": lambda n: "|" * n + "\n" + "|-" * n + "\n" + "a\n" * n,
    "a long table": lambda n: "|a" * 45 + "\n" + "|-" * 45 + "\n" + "a\n" * min(n // 4, 4_900),
    "ticks in a table": lambda n: "`a ``b" * n + "|\n-|-\n",
    "the same heading": lambda n: "# a\n\n" * min(n, 2_400),
}


def assert_quick(text: str) -> None:
    render_within("Text")  # so that a worker runs, also after one was killed
    rendered = markup.Rendered("")
    started = time.monotonic()
    with suppress(MarkupError):
        rendered = render_within(text, links=unknown)
    assert time.monotonic() - started < 2.5
    assert_safe(rendered.html)


@pytest.mark.parametrize("size", [10, 100, 1000, 20_000])
@pytest.mark.parametrize("pattern", BOMBS)
def test_repeated_patterns_end_soon(pattern: str, size: int) -> None:
    assert_quick((pattern * size)[: markup.MAX_CHARACTERS])


@pytest.mark.parametrize("size", [10, 100, 1000, 20_000])
@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_that_grow_faster_than_their_text_end_soon(shape: str, size: int) -> None:
    assert_quick(SHAPES[shape](size))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * 100_001, "length"),
        ("\n" * 20_000, "lines"),
        ("> " * 11 + "a", "nesting"),
        ("- " * 11 + "a", "nesting"),
        ("".join("  " * depth + "- a\n" for depth in range(11)), "nesting"),
        ("|" * 51, "columns"),
        ("[" * 20_000, "markers"),
        ("[a](" * 20_000, "markers"),
        ("![[]()" * 2_000, "markers"),
        ("*a " * 20_000, "markers"),
        ("``a`" * 20_000, "markers"),
        ("```a\n\n" * 2_000, "markers"),
        ("[[a]]\n\n" * 2_001, "markers"),
    ],
)
def test_bombs_are_refused_before_the_parser_sees_them(text: str, reason: str) -> None:
    started = time.monotonic()

    with pytest.raises(TooComplex) as refused:
        render(text)

    assert refused.value.reason == reason
    assert time.monotonic() - started < 1


def test_long_honest_texts_are_not_refused() -> None:
    item = "- **Lab {0}**: siehe [Seite {0}](https://labor.example/{0}) und [[Rezept {0}]] (neu)\n"
    links = "".join(item.format(number) for number in range(900))
    table = "| Ding | Menge | Wer |\n|---|---|---|\n" + "| Papier | 5 | *Labor* |\n" * 500
    prose = ("Wir treffen uns im Labor (zweiter Stock). " * 12 + "\n\n") * 150
    code = "```\nx = [1]\n```\n\n" * 100

    for text in (links, table, prose, code, "-" * 200, "- " * 40, "> " * 9 + "Zitat"):
        assert render_within(text, links=known).html


def test_too_much_names_the_text_it_is_in() -> None:
    texts = {"tip": Request("kurz"), "pitfall": Request("[" * 9_000), "text": Request("kurz")}

    with pytest.raises(TooComplex) as refused:
        markup.render_all(texts)

    assert (refused.value.reason, refused.value.field) == ("markers", "pitfall")


SLOW = "".join("`" * i + " " for i in range(440))


def test_a_text_that_takes_too_long_is_named_and_the_next_one_renders() -> None:
    texts = {"tip": Request("kurz"), "text": Request(SLOW), "pitfall": Request("kurz")}

    with pytest.raises(TooComplex) as refused:
        markup.render_all(texts, seconds=0.5)

    assert (refused.value.reason, refused.value.field) == ("time", "text")
    assert render_within("**da**").html == "<p><strong>da</strong></p>"


def test_a_parser_out_of_stack_or_memory_is_too_complex(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (RecursionError, MemoryError):

        def fail(*_: object, error: type[Exception] = error) -> str:
            raise error

        monkeypatch.setattr("markdown.Markdown.convert", fail)
        with pytest.raises(TooComplex):
            render("Text")


# The worker


def test_a_killed_worker_is_replaced() -> None:
    render_within("Text")
    assert markup._WORKER._process is not None
    os.kill(markup._WORKER._process.pid, signal.SIGKILL)

    assert render_within("Text").html == "<p>Text</p>"


def test_a_worker_that_always_ends_is_given_up() -> None:
    with pytest.raises(WorkerLost):
        Worker("os", "_exit").ask(1, seconds=5)


def test_a_worker_is_killed_at_its_limit() -> None:
    worker = Worker("time", "sleep")

    with pytest.raises(OutOfTime):
        worker.ask(60, seconds=0.1)

    assert worker._process is None


def test_a_worker_ends_with_its_parent() -> None:
    worker = Worker("wiki.markup", "answer")
    worker.ask(([], {}, {}), seconds=5)
    assert worker._process is not None
    assert worker._connection is not None

    worker._connection.close()  # what the kernel does when the parent dies

    assert worker._process.wait(timeout=5) == 0
    worker._connection = None


def test_a_fork_leaves_the_worker_to_its_parent() -> None:
    render_within("Text")
    child = os.fork()
    if child == 0:
        os._exit(0 if render_within("Kind").html == "<p>Kind</p>" else 1)

    assert os.waitpid(child, 0)[1] == 0
    assert render_within("Text").html == "<p>Text</p>"


def test_threads_get_each_their_own_answer() -> None:
    answers = at_once(*(partial(render_within, f"Text {number}") for number in range(20)))

    assert [answer.html for answer in answers] == [f"<p>Text {number}</p>" for number in range(20)]


def test_a_page_of_sixty_short_texts_renders_at_once() -> None:
    text = "Kurzer **Text** mit [Link](https://labor.example):\n- eins\n- [[zwei]]"
    page = {str(number): Request(text) for number in range(60)}
    markup.render_all(page)

    started = time.monotonic()
    assert len(markup.render_all(page, links=known)) == 60
    assert time.monotonic() - started < 1


# Plain words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("## Ablauf\n\nErst **fett**, dann *kursiv*.", "Ablauf Erst fett, dann kursiv."),
        ("- eins\n  * zwei\n> drei", "eins zwei drei"),
        ("[Text](https://a.example/(b)) ![Kinder](/dateien/1/a.jpg)", "Text Kinder"),
        ("[[Blitzlicht]] und [[Blitzlicht|die Methode]]", "Blitzlicht und die Methode"),
        ("| Ding | Menge |\n|---|--:|\n| Papier | 5 |", "Ding Menge Papier 5"),
        ("```python\na_b = 1\n```", "a_b = 1"),
        ("Teilnehmer*innen, 2 * 3, a_b, _kursiv_", "Teilnehmer*innen, 2 * 3, a_b, kursiv"),
        ("12. Mai 2025, „Anführung“ &amp; mehr", "12. Mai 2025, „Anführung“ & mehr"),
        ("\\*kein Stern\\* \\# x<br>y", "*kein Stern* # x y"),
        ("<https://a.example> https://b.example", "https://a.example https://b.example"),
        ("", ""),
    ],
)
def test_plain_words_are_what_a_reader_would_read(text: str, words: str) -> None:
    assert markup.plain_text(text) == words


@pytest.mark.parametrize("pattern", BOMBS)
def test_plain_words_take_linear_time(pattern: str) -> None:
    started = time.monotonic()

    markup.plain_text((pattern * 100_000)[:100_000])

    assert time.monotonic() - started < 1

"""One section of an article: found by its heading's id, edited alone, put back into the whole."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tests.conftest import Cast, make_page
from tests.forms import filled, form_in
from wiki.db import db
from wiki.labs.models import Lab
from wiki.markup import render
from wiki.pages.drafts import EditDraft
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.sections import Section, sections_of, text_of, with_links, with_section
from wiki.pages.writing import revision_of

Browsers = Callable[[str], FlaskClient]
BODY = """Vorneweg ein Satz.

## Erstens

Ein Absatz.

### Darunter

Noch einer.

## Zweitens

Schluss."""
EDIT = "/wiki/barcamp/bearbeiten"


def sections(body: str) -> list[Section]:
    toc = [[heading.level, heading.id, heading.text] for heading in render(body).headings]
    return sections_of(body, toc)


def texts(body: str) -> dict[str, str]:
    """The id of each section and its text."""
    return {section.id: text_of(body, section) for section in sections(body)}


def test_a_section_ends_where_the_next_of_its_level_begins() -> None:
    assert texts(BODY) == {
        "abschnitt-erstens": "## Erstens\n\nEin Absatz.\n\n### Darunter\n\nNoch einer.",
        "abschnitt-darunter": "### Darunter\n\nNoch einer.",
        "abschnitt-zweitens": "## Zweitens\n\nSchluss.",
    }


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("# *Kursiv* und [[Barcamp|Link]] #\n\na", ["# *Kursiv* und [[Barcamp|Link]] #\n\na"]),
        ("```\n# Code\n```\n\n# Echt", ["# Echt"]),
        (
            "Titel\n=====\n\na\n\nUnter\n---\n\nb",
            ["Titel\n=====\n\na\n\nUnter\n---\n\nb", "Unter\n---\n\nb"],
        ),
        ("> # Im Zitat\n\n# Echt", ["# Echt"]),
        ("# Gleich\n\na\n\n# Gleich\n\nb", ["# Gleich\n\na", "# Gleich\n\nb"]),
        ("#hashtag\n\n# Echt", ["# Echt"]),
        ("Text\n# Direkt darunter\nmehr", ["# Direkt darunter\nmehr"]),
        ("# 3. Oktober & mehr\n\n#\n\n# *", ["# 3. Oktober & mehr", "#", "# *"]),
        ("# a" + " " * 20_000 + "b #", ["# a" + " " * 20_000 + "b #"]),
        ("kein Abschnitt", []),
    ],
)
def test_headings_are_found_as_they_are_rendered(body: str, found: list[str]) -> None:
    assert [text_of(body, section) for section in sections(body)] == found


LINES = st.lists(
    st.sampled_from(
        ["# A", "## B", "## B", "### C *x*", "Text", "", "- x", "> # Q", "```", "===", "---"]
    ),
    max_size=30,
)


@given(LINES, st.data())
def test_putting_a_section_back_changes_nothing_else(lines: list[str], data: st.DataObject) -> None:
    body = "\n".join(lines).strip("\n")
    found = sections(body)
    for section in found:
        assert with_section(body, section, text_of(body, section)) == body
    if found:
        section = data.draw(st.sampled_from(found))
        changed = with_section(body, section, "NEU")
        before, after = changed.split("NEU")
        rows = body.split("\n")
        assert before.strip("\n") == "\n".join(rows[: section.start]).strip("\n")
        assert after.strip("\n") == "\n".join(rows[section.end :]).strip("\n")


def test_an_emptied_section_is_taken_out() -> None:
    darunter = sections(BODY)[1]

    assert with_section(BODY, darunter, " \n") == BODY.replace(
        "### Darunter\n\nNoch einer.\n\n", ""
    )


def test_links_stand_after_headings_and_nothing_gets_out_of_them() -> None:
    html = render('## A "<b>" & c\n\n### B').html
    section = Section("abschnitt-a-b-c", 'A "<b>" & c', 0, 1)

    linked = with_links(html, [section], "/x?abschnitt=", "Bearbeiten")

    assert linked.count("<a ") == 1
    assert 'href="/x?abschnitt=abschnitt-a-b-c"' in linked
    assert "Bearbeiten: A &#34;&lt;b&gt;&#34; &amp; c</span></a></p>" in linked
    assert re.sub(r'<p class="page-tools.*?</p>', "", linked) == html


@pytest.fixture
def article(cast: Cast, labs: dict[str, Lab]) -> Page:
    return make_page("Barcamp", by=cast.anke, lab=labs["soest"], kind="article", body=BODY)


def section_form(browser: FlaskClient, name: str, **more: object) -> MultiDict[str, str]:
    address = f"{EDIT}?abschnitt={name}"
    return filled(form_in(browser.get(address).text, address), **more)


def body_of(page: Page, number: int) -> str:
    return str(content_of(revision_of(page, number)).to_json()["body"])


def test_each_heading_leads_to_its_section_for_who_may_edit(
    article: Page, signed_in: Browsers, client: FlaskClient
) -> None:
    links = re.findall(
        r'href="[^"]*\?abschnitt=([^"]+)"', signed_in("bilal").get("/wiki/barcamp").text
    )

    assert links == ["abschnitt-erstens", "abschnitt-darunter", "abschnitt-zweitens"]
    for reader in (client, signed_in("gabi")):
        assert "?abschnitt=" not in reader.get("/wiki/barcamp").text


def test_only_the_section_is_edited_and_the_rest_stays(article: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    fields = section_form(browser, "abschnitt-darunter", do="publish")
    assert fields["body"] == "### Darunter\n\nNoch einer."
    new = "### Anders\r\n\r\nUnd länger."

    browser.post(EDIT, data=filled(fields, body=new))

    wanted = BODY.replace("### Darunter\n\nNoch einer.", "### Anders\n\nUnd länger.")
    assert body_of(article, 2) == wanted


def test_two_people_in_two_sections_are_merged(article: Page, signed_in: Browsers) -> None:
    anke, bilal = signed_in("anke"), signed_in("bilal")
    hers = section_form(anke, "abschnitt-darunter", do="publish", body="### Darunter\n\nVon Anke.")
    his = section_form(bilal, "abschnitt-zweitens", do="publish", body="## Zweitens\n\nVon Bilal.")
    anke.post(EDIT, data=hers)
    bilal.post(EDIT, data=his)

    assert "Von Anke." in body_of(article, 3)
    assert "Von Bilal." in body_of(article, 3)


def test_a_section_somebody_renamed_meanwhile_is_still_saved(
    article: Page, signed_in: Browsers
) -> None:
    anke, bilal = signed_in("anke"), signed_in("bilal")
    his = section_form(bilal, "abschnitt-erstens", do="publish")
    hers = section_form(anke, "abschnitt-zweitens", body="## Umbenannt\n\nSchluss.", do="publish")
    anke.post(EDIT, data=hers)
    bilal.post(EDIT, data=filled(his, body=his["body"].replace("Ein Absatz.", "Zwei Absätze.")))

    assert "## Umbenannt" in body_of(article, 3)
    assert "Zwei Absätze." in body_of(article, 3)


def test_a_section_that_is_gone_gives_the_whole_page_with_a_notice(
    article: Page, signed_in: Browsers
) -> None:
    answer = signed_in("bilal").get(f"{EDIT}?abschnitt=abschnitt-gibt-es-nicht")

    assert "Diesen Abschnitt gibt es nicht mehr" in answer.text
    assert form_in(answer.text, EDIT)["body"] == BODY


def test_a_text_whose_section_cannot_be_found_is_kept_and_not_saved(
    article: Page, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    fields = section_form(browser, "abschnitt-erstens", do="publish", body="Mein Text")

    answer = browser.post(EDIT, data=filled(fields, abschnitt="abschnitt-gibt-es-nicht"))

    assert answer.status_code == 422
    assert "Diesen Abschnitt gibt es in dieser Version der Seite nicht." in answer.text
    assert ">Mein Text</textarea>" in answer.text
    assert body_of(article, 1) == BODY


def test_a_section_too_long_for_the_page_is_an_error_beside_it(
    article: Page, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    fields = section_form(browser, "abschnitt-erstens", do="publish", body="lang " * 20_000)

    answer = browser.post(EDIT, data=fields)

    assert answer.status_code == 422
    assert 'id="f-body-error"' in answer.text


def test_the_preview_of_a_section_is_the_whole_page(article: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    fields = section_form(browser, "abschnitt-erstens", do="preview", body="## Erstens\n\nNeu.")

    answer = browser.post(EDIT, data=fields)

    assert "<p>Neu.</p>" in answer.text
    assert "<p>Schluss.</p>" in answer.text
    assert ">## Erstens\n\nNeu.</textarea>" in answer.text


def test_a_draft_of_a_section_goes_on_as_a_section(article: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    browser.post(EDIT, data=section_form(browser, "abschnitt-erstens", do="keep", body="Halb"))
    (draft,) = db.session.query(EditDraft)

    answer = browser.get(f"/zwischenstaende/{draft.key}", follow_redirects=True)

    assert "ein Abschnitt" in browser.get("/zwischenstaende").text
    fields = form_in(answer.text, f"{EDIT}?abschnitt=abschnitt-erstens")
    assert (fields["body"], fields["abschnitt"]) == ("Halb", "abschnitt-erstens")


def test_a_recipe_has_no_sections(page: Page, signed_in: Browsers) -> None:
    answer = signed_in("bilal").get("/wiki/smartphone-stunde/bearbeiten?abschnitt=abschnitt-x")

    assert "Diesen Abschnitt gibt es nicht mehr" in answer.text

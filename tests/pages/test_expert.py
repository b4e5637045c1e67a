"""The expert editor: a page as one text, checked like the form."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.conftest import Cast, make_page
from tests.forms import filled, form_in
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.labs.models import Lab
from wiki.pages.drafts import EditDraft
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.textform import to_text
from wiki.pages.writing import revision_of

Browsers = Callable[[str], FlaskClient]
FORM = "/wiki/smartphone-stunde/bearbeiten"
TEXT = f"{FORM}/text"


def text_form(browser: FlaskClient, address: str = TEXT, **more: object) -> MultiDict[str, str]:
    return filled(form_in(browser.get(address).text, address), **more)


def test_the_text_is_the_pages_canonical_one(page: Page, signed_in: Browsers) -> None:
    text = text_form(signed_in("bilal"))["page_text"]

    assert text == to_text("format", content_of(revision_of(page, 1)))


def test_what_is_changed_in_the_text_is_changed_on_the_page(
    page: Page, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    fields = text_form(browser, do="publish", note="per Text")
    text = fields["page_text"].replace("- Minuten: 10", "- Minuten: 15")
    browser.post(TEXT, data=filled(fields, page_text=text.replace("\n", "\r\n")))

    revision = revision_of(page, 2)
    steps = content_of(revision).to_json()["steps"]
    assert [(step["key"], step["minutes"]) for step in steps] == [("kaa", 15), ("kbb", 50)]
    assert revision.note == "per Text"


def test_an_unchanged_text_makes_no_version(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    browser.post(TEXT, data=text_form(browser, do="publish"))

    assert db.session.get_one(Page, page.id).current_number == 1


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ("- Minuten: 10", "- Minuten: zehn", "„Minuten“ ist eine Zahl."),
        ("- Minuten: 10", "- Minuten: -1", "„Minuten“ ist mindestens 0."),
        ("### Ankommen {#kaa}", "### Ankommen {#KAA}", "„KAA“ ist kein Schlüssel"),
        ("Sprache: de", "Sprache: sehr deutsch", "Sprache: Das passt hier nicht."),
    ],
)
def test_an_error_names_its_line_and_the_reason(
    page: Page, signed_in: Browsers, right: str, wrong: str, reason: str
) -> None:
    browser = signed_in("bilal")
    fields = text_form(browser, do="publish")
    text = fields["page_text"].replace(right, wrong)
    line = text.split("\n").index(wrong) + 1

    answer = browser.post(TEXT, data=filled(fields, page_text=text))

    assert answer.status_code == 422
    assert f'href="#f-page_text" data-line="{line}"' in answer.text
    assert f"Zeile {line} („{wrong}“): {reason}" in answer.text
    assert form_in(answer.text, TEXT)["page_text"] == text


def test_a_text_of_another_kind_is_refused(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    text = "---\nArt: hintergrund\nTitel: Anders\n---\n"

    answer = browser.post(TEXT, data=text_form(browser, do="publish", page_text=text))

    assert answer.status_code == 422
    assert "Möglich: format, methode." in answer.text


def test_a_recipe_becomes_a_method_by_its_word(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    fields = text_form(browser, do="publish")
    text = fields["page_text"].replace("Art: format", "Art: methode")
    browser.post(TEXT, data=filled(fields, page_text=text))

    assert db.session.get_one(Page, page.id).kind == "method"


def test_from_form_to_text_and_back_nothing_is_lost(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    typed = {"note": "viel Neues", "materials": ["kmm"], "materials.kmm.item": "Kabel"}
    fields = filled(form_in(browser.get(FORM).text, FORM), summary="Nur getippt", **typed)

    as_text = form_in(browser.post(FORM, data=filled(fields, do="text")).text, TEXT)
    back = form_in(browser.post(TEXT, data=filled(as_text, do="form")).text, FORM)

    assert "### Kabel {#kmm}" in as_text["page_text"]
    names = set(fields) - {"csrf_token"}
    assert {n: back.getlist(n) for n in names} == {n: fields.getlist(n) for n in names}
    assert db.session.get_one(Page, page.id).current_number == 1


def test_a_form_that_does_not_fit_yet_stays_a_form(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    fields = filled(form_in(browser.get(FORM).text, FORM), title="", summary="Bleibt", do="text")

    answer = browser.post(FORM, data=fields)

    assert answer.status_code == 422
    assert form_in(answer.text, FORM)["summary"] == "Bleibt"


def test_a_new_page_can_be_written_as_text(cast: Cast, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    fields = text_form(browser, "/neu/rezept/text", do="publish")
    assert fields["page_text"].startswith("---\nArt: format\nTitel: ''\n")
    text = fields["page_text"].replace("''", "Aus einem Text")

    answer = browser.post("/neu/rezept/text", data=filled(fields, page_text=text))

    assert answer.location == "/wiki/aus-einem-text"


def test_the_preview_shows_the_page_and_keeps_the_text(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    fields = text_form(browser, do="preview")
    text = fields["page_text"].replace("Alle kommen an.", "Alle kommen **pünktlich** an.")

    answer = browser.post(TEXT, data=filled(fields, page_text=text))

    assert "<strong>pünktlich</strong>" in answer.text
    assert "**pünktlich**" in form_in(answer.text, TEXT)["page_text"]


def test_two_people_are_merged_and_asked_as_with_the_form(page: Page, signed_in: Browsers) -> None:
    anke, bilal = signed_in("anke"), signed_in("bilal")
    his = text_form(bilal, do="publish")
    hers = filled(form_in(anke.get(FORM).text, FORM), summary="Ankes Satz", do="publish")
    anke.post(FORM, data=filled(hers, **{"steps.kbb.minutes": "45"}))
    text = his["page_text"].replace("Zum Ausprobieren.", "Bilals Satz")

    asked = bilal.post(TEXT, data=filled(his, page_text=text))
    assert asked.status_code == 409
    answer = filled(form_in(asked.text, FORM), do="resolve", **{"pick.summary": "mine"})
    bilal.post(FORM, data=answer)

    merged = content_of(revision_of(page, 3)).to_json()
    assert (merged["summary"], merged["steps"][1]["minutes"]) == ("Bilals Satz", 45)


def test_a_text_too_deep_to_render_is_an_error(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    fields = text_form(browser, do="publish")
    text = fields["page_text"].replace("Alle kommen an.", ">" * 500 + "tief")

    answer = browser.post(TEXT, data=filled(fields, page_text=text))

    assert answer.status_code == 422
    assert "zu lang oder zu verschachtelt" in answer.text
    assert ">" * 500 in form_in(answer.text, TEXT)["page_text"]


def test_the_licence_is_agreed_to_here_as_well(page: Page, cast: Cast, signed_in: Browsers) -> None:
    with writing() as session:
        session.get_one(User, cast.bilal).agreed_at = None
    browser = signed_in("bilal")
    fields = text_form(browser, do="publish")
    text = fields["page_text"].replace("Zum Ausprobieren.", "Neu")

    assert browser.post(TEXT, data=filled(fields, page_text=text)).status_code == 422
    assert browser.post(TEXT, data=filled(fields, page_text=text, agree="1")).status_code == 303


def test_a_draft_of_a_text_goes_on_as_a_text(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    browser.post(TEXT, data=text_form(browser, do="keep", page_text="---\nTitel: Halb"))
    (draft,) = db.session.query(EditDraft)

    answer = browser.get(f"/zwischenstaende/{draft.key}")

    assert answer.location.startswith(TEXT)
    assert form_in(browser.get(answer.location).text, TEXT)["page_text"] == "---\nTitel: Halb"
    assert browser.get(answer.location.replace("/text", "")).status_code == 404


def test_who_may_not_edit_gets_no_text(
    page: Page, cast: Cast, labs: dict[str, Lab], signed_in: Browsers, client: FlaskClient
) -> None:
    make_page("Geheim", by=cast.anke, lab=labs["soest"], publish=False)

    assert signed_in("gabi").get(TEXT).status_code == 403
    assert signed_in("carla").get("/wiki/geheim/bearbeiten/text").status_code == 404
    assert client.get(TEXT).location.startswith("/anmelden?next=")

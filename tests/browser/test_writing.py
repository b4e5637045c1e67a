"""Writing with JavaScript: nothing typed is lost, and what is shown is what will be there."""

import re

from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import BrowserOf, becomes
from tests.browser.library import Library

# What a preview cannot have: the page's tools, who may do what, its version.
# The page itself, without what one can do with it and what others say of it.
COMPARED = """sheet => {
  const copy = sheet.cloneNode(true);
  const tools = ".page-tools, .imprint-line, form, .actions, .more-actions, .banner";
  const own = tools + ", .evidence, .backlinks, .freshness, .run-at-once";
  for (const part of copy.querySelectorAll(own)) part.remove();
  return copy.innerHTML.replace(/>\\s+/g, ">").replace(/\\s+</g, "<").replace(/\\s+/g, " ");
}"""


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).last.click()


def test_rows_come_and_go_and_nothing_typed_is_lost(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    steps, materials = page.locator("#rows-steps li.row"), page.locator("#rows-materials li.row")
    page.goto("/neu/rezept")
    page.get_by_label("Titel").fill("Fahrradwerkstatt")
    steps.first.get_by_label("Schritt", exact=True).fill("Ankommen")
    page.locator("summary", has_text="Material und Werkzeuge").click()
    press(page, "Material hinzufügen")
    materials.first.get_by_label("Was", exact=True).fill("Flickzeug")
    page.locator("#f-tools").fill("Luftpumpe")

    press(page, "Schritt hinzufügen")
    steps.nth(1).get_by_label("Schritt", exact=True).fill("Schrauben")
    steps.nth(1).locator(".more > summary").click()
    steps.nth(1).get_by_label("Tipp").fill("Handschuhe")
    press(page, "Material hinzufügen")
    materials.nth(1).get_by_label("Was", exact=True).fill("Öl")
    steps.nth(1).get_by_role("button", name="nach oben").click()
    expect(steps.first.locator(".row-title")).to_have_text("1. Schrauben")
    page.get_by_role("button", name="„Flickzeug“ entfernen").click()
    expect(materials).to_have_count(1)

    expect(page.get_by_label("Titel")).to_have_value("Fahrradwerkstatt")
    expect(page.locator("#f-tools")).to_have_value("Luftpumpe")
    expect(materials.first.get_by_label("Was", exact=True)).to_have_value("Öl")
    expect(steps.first.get_by_label("Tipp")).to_have_value("Handschuhe")
    expect(steps.first.get_by_label("Tipp")).to_be_visible()
    expect(steps.nth(1).get_by_label("Schritt", exact=True)).to_have_value("Ankommen")


def test_a_row_opened_to_write_in_stays_open_while_others_come(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    rows = page.locator("#rows-steps li.row")
    page.goto("/neu/rezept")
    rows.first.get_by_label("Schritt", exact=True).fill("Ankommen")
    rows.first.locator(".more > summary").click()
    rows.first.get_by_label("Leitfrage").fill("Was ist kaputt?")

    press(page, "Schritt hinzufügen")
    expect(rows).to_have_count(2)

    expect(rows.first.get_by_label("Leitfrage")).to_be_visible()
    expect(rows.first.get_by_label("Leitfrage")).to_have_value("Was ist kaputt?")


def test_steps_are_ordered_by_keys_where_one_writes(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("anke")
    titles = page.locator("#rows-steps .row-title")
    page.goto(f"{library.recipe}/bearbeiten")
    before = titles.all_inner_texts()
    text = page.locator("#rows-steps .row").nth(3).get_by_label("Was passiert")
    field_id = text.get_attribute("id")
    text.press("ControlOrMeta+Home")
    page.keyboard.type("Zuerst ")

    page.keyboard.press("Alt+ArrowUp")
    expect(titles.nth(2)).to_have_text("3. Schrift größer stellen")
    expect(page.locator("#status")).to_have_text("„Schrift größer stellen“: 3 von 7")
    expect(page.locator(f"#{field_id}")).to_be_focused()
    page.keyboard.type("dann ")
    expect(page.locator(f"#{field_id}")).to_have_value(re.compile("^Zuerst dann Alle sitzen"))
    page.keyboard.press("Alt+ArrowDown")
    expect(titles.nth(3)).to_have_text("4. Schrift größer stellen")
    down = page.locator("#rows-steps .row").first.get_by_role("button", name="nach unten")
    down.press("Enter")
    expect(titles.nth(1)).to_have_text(before[0].replace("1.", "2."))
    page.keyboard.press("Enter")
    expect(titles.nth(2)).to_have_text(before[0].replace("1.", "3."))


def test_a_long_list_is_ordered_by_its_names(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke", width=360, height=740)
    rows, titles = page.locator("#rows-steps .row"), page.locator("#rows-steps .row-title")
    page.goto(f"{library.recipe}/bearbeiten")
    page.get_by_label("Ordnen: nur die Namen zeigen").first.check()
    expect(rows.first.get_by_label("Schritt", exact=True)).to_be_hidden()
    expect(rows.first.locator(".row-note")).to_have_text("10 min")

    rows.nth(5).locator("summary").first.click()
    rows.nth(5).get_by_label("An Stelle").fill("2")
    rows.nth(5).get_by_label("An Stelle").press("Enter")
    expect(titles.nth(1)).to_have_text("2. Ein Foto verschicken")
    expect(titles.nth(1)).to_be_focused()
    expect(rows.first.get_by_label("Schritt", exact=True)).to_be_hidden()
    rows.nth(1).locator("summary").first.click()
    rows.nth(1).get_by_role("button", name="Verdoppeln").click()
    expect(titles.nth(2)).to_have_text("3. Ein Foto verschicken")
    page.get_by_label("Ordnen: nur die Namen zeigen").first.uncheck()
    rows.nth(2).get_by_label("Schritt", exact=True).fill("Noch ein Foto verschicken")
    press(page, "Speichern")

    expect(page.locator(".steps h3").nth(1)).to_have_text("Ein Foto verschicken")
    expect(page.locator(".steps h3").nth(2)).to_have_text("Noch ein Foto verschicken")


def test_sections_open_and_close_and_keep_their_text(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    page.goto("/neu/rezept")
    section = page.locator("summary", has_text="Danach kann ich")
    section.click()
    page.locator("#f-goals").fill("einen Schlauch flicken")
    section.click()
    expect(page.locator("#f-goals")).to_be_hidden()
    page.get_by_label("Titel").fill("Fahrradwerkstatt")
    press(page, "Als Entwurf speichern")

    expect(page.locator(".goals li")).to_have_text(["einen Schlauch flicken"])


def test_a_title_that_exists_is_noticed_while_it_is_typed(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("anke")
    page.goto("/neu/rezept")

    page.get_by_label("Titel").press_sequentially("Smartphone-Sprech")

    expect(page.locator("#similar a")).to_have_text(["Smartphone-Sprechstunde"])
    expect(page.get_by_label("Titel")).to_be_focused()
    expect(page.get_by_label("Titel")).to_have_value("Smartphone-Sprech")
    expect(page.locator("#status")).to_contain_text("Es gibt schon eine ähnliche Seite.")


def test_what_is_noticed_does_not_hide_the_field_one_is_in(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("anke", height=560)
    page.goto("/neu/rezept")
    title, summary = page.get_by_label("Titel"), page.get_by_label("Worum geht es?")
    title.scroll_into_view_if_needed()
    # As far down as it can stand and still be seen: what comes above it pushes it on.
    push = "field => { const bar = document.querySelector('.save-bar').getBoundingClientRect().top;"
    push += " scrollBy(0, field.getBoundingClientRect().bottom + 4 - bar); }"
    title.press_sequentially("Smartphone Sprechstunden")
    title.press("Tab")
    summary.evaluate(push)
    expect(page.locator("#similar a")).to_have_text(["Smartphone-Sprechstunde"])

    expect(summary).to_be_focused()
    seen = "field => { const at = field.getBoundingClientRect();"
    seen += " return field.contains(document.elementFromPoint(at.x + 20, at.bottom - 6)); }"
    becomes(summary, seen, True)


def test_a_row_is_called_what_is_typed(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    page.goto("/neu/rezept")
    row = page.locator("#rows-steps li.row").first
    name = row.get_by_label("Schritt", exact=True)
    name.fill("Ankommen")
    expect(row.locator(".row-title")).to_have_text("1. Ankommen")
    row.get_by_label("Minuten", exact=True).fill("20")
    expect(row.locator(".row-title")).to_have_text("1. Ankommen")
    name.fill("")
    expect(row.locator(".row-title")).to_have_text("1. noch ohne Namen")


def test_the_preview_is_what_is_published(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("bilal")
    page.goto(f"{library.recipe}/bearbeiten")
    page.get_by_label("Worum geht es?").fill("Ein *anderer* Satz & mehr.")
    page.get_by_label("Was passiert").first.fill("Erst **das**.\n\n1. dann\n2. dies\n\n<b>so</b>")

    press(page, "Vorschau")
    preview = page.locator("#preview .sheet").evaluate(COMPARED)
    press(page, "Speichern")
    expect(page.locator(".messages")).to_contain_text("Gespeichert.")

    assert page.locator("#page_body .sheet").evaluate(COMPARED) == preview


def test_the_preview_of_an_article_is_what_is_published(browser_of: BrowserOf) -> None:
    page = browser_of("bilal")
    page.goto("/neu/hintergrund")
    page.get_by_label("Titel").fill("Was ein Labor kann")
    page.get_by_label("Text", exact=True).fill("## Eins\n\nText\n\n## Zwei\n\n- a\n\n## Drei\n\nx")

    press(page, "Vorschau")
    expect(page.locator("#preview .toc a")).to_have_text(["Eins", "Zwei", "Drei"])
    preview = page.locator("#preview .sheet").evaluate(COMPARED)
    press(page, "Veröffentlichen")
    expect(page.locator(".messages")).to_contain_text("Veröffentlicht.")

    assert page.locator("#page_body .sheet").evaluate(COMPARED) == preview


def test_leaving_with_unsaved_changes_asks_first(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto("/neu/rezept")
    page.get_by_label("Titel").press_sequentially("Fahrrad")
    page.get_by_role("link", name="Abbrechen").click()
    expect(page.get_by_label("Titel")).to_have_value("Fahrrad")
    assert asked == ["beforeunload"]
    press(page, "Als Entwurf speichern")
    expect(page.locator(".messages")).to_contain_text("Als Entwurf gespeichert.")

    assert asked == ["beforeunload"]


def test_leaving_after_a_preview_asks_too(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto("/neu/rezept")
    page.get_by_label("Titel").fill("Fahrradwerkstatt")
    press(page, "Vorschau")
    expect(page.locator("#preview")).to_be_visible()
    page.get_by_role("link", name="Abbrechen").click()
    expect(page.get_by_label("Titel")).to_have_value("Fahrradwerkstatt")

    assert asked == ["beforeunload"]


def test_leaving_an_untouched_form_does_not_ask(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/neu/rezept")
    page.locator("summary", has_text="Danach kann ich").click()
    page.get_by_role("link", name="Abbrechen").click()

    expect(page).to_have_url(re.compile(r"/$"))
    assert asked == []


def test_enter_in_a_field_moves_and_removes_nothing(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("anke")
    page.goto(f"{library.method}/bearbeiten")
    page.get_by_label("Titel").fill("Karten abfragen")
    page.get_by_label("Titel").press("Enter")

    expect(page.get_by_label("Titel")).to_have_value("Karten abfragen")
    expect(page.locator("#rows-steps .row-title")).to_have_text(["1. Ankommen", "2. Machen"])


def test_two_tabs_at_one_place_lose_nothing(browser_of: BrowserOf, library: Library) -> None:
    first = browser_of("anke")
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"{library.recipe}/bearbeiten")
    first.get_by_label("Worum geht es?").fill("Satz im ersten Fenster.")
    first.get_by_label("Minuten", exact=True).first.fill("33")
    second.get_by_label("Worum geht es?").fill("Satz im zweiten Fenster.")
    second.get_by_label("Minuten", exact=True).first.fill("44")
    second.get_by_label("Minuten", exact=True).nth(1).fill("55")
    press(first, "Speichern")
    expect(first.locator(".messages")).to_contain_text("Gespeichert.")
    press(second, "Speichern")

    expect(second.get_by_role("heading", name="Zwei Menschen, eine Stelle")).to_be_visible()
    places = second.locator(".conflict")
    expect(places).to_have_count(2)
    expect(places.first.locator("blockquote")).to_have_text(
        ["Satz im zweiten Fenster.", "Satz im ersten Fenster."]
    )
    places.first.get_by_label("Beides zusammen, so:").check()
    text = "Satz im zweiten und im ersten Fenster."
    places.first.get_by_label("Zusammengefasster Text").fill(text)
    places.nth(1).get_by_label("Der andere Text").check()
    press(second, "So speichern")

    expect(second.locator(".lead")).to_have_text(text)
    expect(second.locator(".step-time b").nth(0)).to_have_text("33 min")
    expect(second.locator(".step-time b").nth(1)).to_have_text("55 min")


def test_changes_at_different_places_come_together(browser_of: BrowserOf, library: Library) -> None:
    anke, bilal = browser_of("anke"), browser_of("bilal")
    for page in (anke, bilal):
        page.goto(f"{library.recipe}/bearbeiten")
    anke.get_by_label("Worum geht es?").fill("Ankes Satz.")
    bilal.get_by_label("Minuten", exact=True).first.fill("77")
    press(anke, "Speichern")
    expect(anke.locator(".messages")).to_contain_text("Gespeichert.")
    press(bilal, "Speichern")

    expect(bilal.locator(".messages")).to_contain_text("zusammengeführt: „Worum geht es?“")
    expect(bilal.locator(".lead")).to_have_text("Ankes Satz.")
    expect(bilal.locator(".steps li").first).to_contain_text("77 min")


def test_a_lost_connection_is_said_and_loses_nothing(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    page.goto("/neu/rezept")
    with page.expect_response(lambda answer: "title=" in answer.url):
        page.get_by_label("Titel").fill("Fahrradwerkstatt")
    page.route("**/neu/rezept", lambda route: route.abort())
    press(page, "Schritt hinzufügen")

    expect(page.locator("#alert")).to_contain_text("Das hat nicht geklappt.")
    expect(page.get_by_label("Titel")).to_have_value("Fahrradwerkstatt")
    page.unroute_all()
    press(page, "Schritt hinzufügen")
    expect(page.locator("#rows-steps li.row")).to_have_count(2)
    expect(page.locator("#alert")).to_be_empty()

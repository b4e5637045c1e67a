"""What is typed survives reloads, closed tabs, lost connections and expired sign-ins."""

from playwright.sync_api import Dialog, Page, Request, Route, expect

from tests.browser.conftest import BrowserOf, becomes, sign_in
from tests.browser.library import Library
from tests.browser.test_axe import barriers, barriers_at
from tests.durability.serving import wait_for
from wiki.db import db
from wiki.pages.drafts import EditDraft

COPIES = "Object.keys(localStorage).filter(name => name.startsWith('laborwiki-text:')).length"


def send_now(page: Page) -> None:
    """As when the connection is back: what waits is sent at once instead of in three seconds."""
    page.evaluate("dispatchEvent(new Event('online'))")


def refuse_to_write(route: Route, asked: Request) -> None:
    if asked.method == "GET":
        route.continue_()
    else:
        route.abort()


def leave(dialog: Dialog) -> None:
    dialog.accept()


def typed_titles() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(EditDraft.title)))


def test_what_is_typed_is_kept_and_offered_after_a_reload(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/neu/rezept")
    page.get_by_label("Titel").fill("Fahrradwerkstatt")

    expect(page.locator("#draft")).to_contain_text("Zwischenstand gesichert")
    expect(page.locator("#status")).to_contain_text("Zwischenstand gesichert")
    becomes(page, COPIES, 0)
    page.reload()
    page.get_by_role("link", name="Weiterschreiben").click()

    expect(page.get_by_label("Titel")).to_have_value("Fahrradwerkstatt")
    assert asked == []


def test_a_tab_that_closes_while_typing_sends_what_it_has(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    page.on("dialog", leave)
    page.goto("/neu/rezept")
    page.get_by_label("Titel").fill("Eben noch getippt")
    page.goto("/zwischenstaende")
    # The request outlives its page and may come after the next one.
    wait_for(typed_titles, 15)
    page.reload()

    expect(page.locator(".offered")).to_contain_text("Eben noch getippt")


def test_without_a_connection_the_text_stays_on_this_device(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    page.on("dialog", leave)
    page.goto("/neu/rezept")
    page.route("**/neu/rezept", refuse_to_write)
    page.get_by_label("Titel").fill("Im Funkloch")
    send_now(page)
    expect(page.locator("#draft")).to_contain_text("Gerade nicht gesichert")
    page.reload()
    offer = page.locator(".offered", has_text="Auf diesem Gerät")
    expect(offer).to_contain_text("Im Funkloch · ")
    page.unroute_all()
    offer.get_by_role("button", name="Diesen Text verwenden").click()

    expect(page.get_by_label("Titel")).to_have_value("Im Funkloch")
    expect(page.locator("#draft")).to_contain_text("Zwischenstand gesichert")
    becomes(page, COPIES, 0)
    assert typed_titles() == ["Im Funkloch"]


def test_after_signing_in_again_elsewhere_the_form_goes_on(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    page.goto("/neu/rezept")
    page.get_by_label("Titel").fill("Über Nacht offen")
    page.context.clear_cookies()
    send_now(page)
    expect(page.locator("#draft")).to_contain_text("Die Anmeldung ist abgelaufen")
    expect(page.locator("#alert").get_by_role("link", name="Anmelden")).to_be_visible()
    told = page.locator("#alert").bounding_box()
    buttons = page.locator(".save-bar").bounding_box()
    assert told
    assert buttons
    assert told["y"] + told["height"] < buttons["y"]

    sign_in(page.context.new_page(), "anke")
    send_now(page)
    expect(page.locator("#draft")).to_contain_text("Zwischenstand gesichert")
    page.get_by_role("button", name="Als Entwurf speichern").click()

    expect(page.locator(".messages")).to_contain_text("Als Entwurf gespeichert.")


def test_who_signs_out_leaves_no_text_on_the_device(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    page.on("dialog", leave)
    page.goto("/neu/rezept")
    page.route("**/neu/rezept", refuse_to_write)
    page.get_by_label("Titel").fill("Vertraulich")
    becomes(page, COPIES, 1)
    page.goto("/zu-tun")
    page.evaluate("document.querySelector('form[action$=\"/abmelden\"]').requestSubmit()")
    expect(page.get_by_role("link", name="Anmelden").first).to_be_visible()

    becomes(page, COPIES, 0)


def test_an_error_in_the_text_leads_to_its_line(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")
    page.goto(f"{library.recipe}/bearbeiten/text")
    area = page.get_by_label("Text der Seite")
    area.fill(area.input_value().replace("Sprache: de", "Sprache: sehr deutsch"))
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.locator("a[data-line]").click()

    expect(area).to_be_focused()
    selected = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert area.evaluate(selected) == "Sprache: sehr deutsch"


def test_nobody_meets_a_barrier_or_a_page_too_wide(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke", width=320)
    page.on("dialog", leave)
    page.goto("/neu/rezept")
    page.get_by_label("Titel").fill("Fahrradwerkstatt")
    page.get_by_role("button", name="Vorschau").last.click()
    expect(page.locator("#preview")).to_be_visible()
    found = []
    for address in (
        "/neu/rezept",
        "/zwischenstaende",
        f"{library.recipe}/bearbeiten/text",
        library.article,
        f"{library.article}/bearbeiten?abschnitt=abschnitt-gibt-es-nicht",
    ):
        found += barriers_at(page, address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    page.goto("/neu/rezept")
    page.context.clear_cookies()
    page.get_by_role("button", name="Als Entwurf speichern").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Der Text ist noch da")
    found += barriers(page)

    assert not found, "\n".join(found)

"""Taking a plan along: ticks that stay on the device, and sheets that fit on paper."""

import re
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library, keep_plan, keep_template
from wiki.db import db, writing
from wiki.plans.models import Plan


def kit(plan: Plan, part: str) -> str:
    return f"/plan/{plan.read_secret}/mitnehmen/{part}"


def with_blocks(plan: Plan, *blocks: dict[str, object]) -> Plan:
    """The plan with these blocks alone, on one day."""
    keyed = [{"key": f"k{n:03d}", "sort": "free", "minutes": 15, **b} for n, b in enumerate(blocks)]
    with writing() as session:
        session.get_one(Plan, plan.id).content = {"title": "Werkstatt", "blocks": keyed}
    return db.session.get_one(Plan, plan.id)


def pages_on_paper(page: Page, folder: Path) -> list[str]:
    """What each sheet says when the page is printed."""
    path = folder / "paper.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    pdf = pypdfium2.PdfDocument(path)
    try:
        return [sheet.get_textpage().get_text_bounded() for sheet in pdf]
    finally:
        pdf.close()


def test_ticks_stay_on_this_device_until_they_are_removed(
    browser_of: BrowserOf, library: Library
) -> None:
    plan = keep_plan(library)
    page = browser_of()
    page.goto(kit(plan, "packliste"))
    boxes = page.get_by_role("checkbox")

    boxes.first.focus()
    page.keyboard.press("Space")
    boxes.nth(1).check()
    page.goto(kit(plan, "raum"))
    page.goto(kit(plan, "packliste"))

    expect(boxes.first).to_be_checked()
    expect(boxes.nth(1)).to_be_checked()
    expect(boxes.nth(2)).not_to_be_checked()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert plan.read_secret not in kept
    page.get_by_role("button", name="Alle Haken entfernen").click()
    page.reload()
    expect(boxes.first).not_to_be_checked()
    assert "laborwiki-ticks" not in page.evaluate("JSON.stringify(localStorage)")


def test_ticks_go_by_themselves_when_nobody_used_them_for_long(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of()
    page.goto(kit(keep_plan(library), "packliste"))
    box = page.get_by_role("checkbox").first
    box.check()
    months_later = """days => {
      const name = Object.keys(localStorage).find(name => name.startsWith("laborwiki-ticks:"));
      const kept = JSON.parse(localStorage[name]);
      localStorage[name] = JSON.stringify({ ...kept, at: kept.at - days * 86400000 });
    }"""
    # Looking at the list is using it.
    for _month in range(2):
        page.evaluate(months_later, 20)
        page.reload()
        expect(box).to_be_checked()
    page.evaluate(months_later, 31)
    page.goto("/")

    assert page.evaluate("Object.keys(localStorage).join()") == ""


def test_lists_are_of_use_without_javascript(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of(script=False)
    page.goto(f"/plan/{keep_plan(library).read_secret}")
    page.get_by_role("link", name="Mitnehmen").click()
    page.get_by_role("link", name=re.compile("^Packliste")).click()

    page.get_by_role("checkbox").first.check()

    expect(page.get_by_role("checkbox").first).to_be_checked()
    expect(page.get_by_role("button", name="Alle Haken entfernen")).to_be_hidden()


@pytest.mark.parametrize(
    ("count", "title"),
    [
        (3, "Ankommen"),
        (12, "Ankommen und Kaffee im Foyer"),
        (25, "Gruppenarbeit zu den Fragen vom Vormittag"),
        (25, "Was die Stadt bis zum nächsten Frühjahr anders machen soll, und wer mit anpackt"),
    ],
)
def test_a_day_for_the_wall_is_one_sheet(
    browser_of: BrowserOf, library: Library, tmp_path: Path, count: int, title: str
) -> None:
    plan = with_blocks(keep_plan(library), *({"title": title} for _ in range(count)))
    page = browser_of()
    page.goto(kit(plan, "wand"))

    (sheet,) = pages_on_paper(page, tmp_path)

    assert sheet.count(title.split()[0]) == count


def test_a_day_on_which_nothing_happens_has_no_sheet(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of()
    page.goto(kit(keep_plan(library), "wand"))

    expect(page.locator(".wall")).to_have_count(1)
    expect(page.locator(".wall")).to_contain_text("WLAN einschalten")


def test_what_there_is_to_take_stands_in_even_rows(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of()
    page.goto(f"{keep_template(library)}/mitnehmen")

    rows = page.locator(".take-choices").evaluate_all(
        "all => all.map(list => [...list.querySelectorAll('a')].map("
        "a => [a, a.getBoundingClientRect()].pop()).map("
        "box => [Math.round(box.width), Math.round(box.top), Math.round(box.height)]))"
    )

    assert len({width for boxes in rows for width, _top, _height in boxes}) == 1
    for boxes in rows:
        heights = {top: {height for _w, at, height in boxes if at == top} for _w, top, _h in boxes}
        assert all(len(of_row) == 1 for of_row in heights.values())
        assert sum(top == boxes[-1][1] for _w, top, _h in boxes) > 1


def test_cards_are_four_on_a_sheet_and_nothing_stands_beyond_its_card(
    browser_of: BrowserOf, library: Library, tmp_path: Path
) -> None:
    long = "Alle schreiben Karten und lesen sie einander vor, bis jede Person dran war. " * 13
    texts = ["", "Kurz.", long[:400], long[:430], long[:690], long]
    titles = ["Kurz", "Ein Titel, der über mehrere Zeilen einer Karte geht, weil er so viel sagt"]
    blocks = [
        {"title": title, "text": text.strip(), "leads": "Anke", "social_form": "plenary"}
        for title in titles
        for text in texts
    ]
    page = browser_of()
    page.goto(kit(with_blocks(keep_plan(library), *blocks), "karten"))

    beyond = page.locator(".step-card").evaluate_all(
        "all => all.filter(card => card.scrollHeight > card.clientHeight).length"
    )
    sheets = pages_on_paper(page, tmp_path)

    assert beyond == 0
    assert len(sheets) == 3
    assert [sheet.count("15 min") for sheet in sheets] == [4, 4, 4]


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_is_wider_than_a_phone(browser_of: BrowserOf, library: Library, width: int) -> None:
    plan, template = keep_plan(library), keep_template(library)
    page = browser_of(width=width)
    for part in ("", "packliste", "raum", "vorbereitung", "einladung", "wand", "karten"):
        for address in (kit(plan, part), f"{template}/mitnehmen/{part}"):
            page.goto(address.rstrip("/"))

            assert page.evaluate("document.documentElement.scrollWidth") <= width, address

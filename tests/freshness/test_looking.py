"""Pages are looked at again, and readers see when that last happened."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from tests.adaptations.test_adapting import edit
from tests.conftest import Cast, make_page, token
from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.errors import NotAllowed
from wiki.freshness import looking
from wiki.freshness.looking import DayOutOfRange, confirm, due_pages, freshness_of
from wiki.freshness.models import Confirmation
from wiki.labs.models import Lab
from wiki.pages.models import Page, Revision
from wiki.pages.writing import purge, retire, revision_of

Browsers = Callable[[str], FlaskClient]


def person(number: int) -> User:
    return db.session.get_one(User, number)


def written(page: Page, days_ago: int) -> Page:
    """The page as if it had been saved so many days ago."""
    then = now() - timedelta(days=days_ago)
    with writing() as session:
        session.execute(db.update(Revision).values(created_at=then))
    return page


def due() -> list[str]:
    db.session.rollback()
    return [one.page.title for one in due_pages(Page.id > 0)]


@pytest.mark.parametrize(("days", "is_due"), [(0, False), (364, False), (366, True)])
def test_a_page_is_due_a_year_after_its_last_version(page: Page, days: int, is_due: bool) -> None:
    assert due() == []
    written(page, days)

    assert due() == ["Smartphone-Stunde"] * is_due
    assert freshness_of(page, revision_of(page, 1)).is_due is is_due


def test_one_tap_confirms_it_and_readers_see_that(
    signed_in: Browsers, client: FlaskClient, page: Page
) -> None:
    written(page, 400)
    before = client.get(f"/wiki/{page.slug}")
    assert "Zuletzt bestätigt" not in before.text
    editor = signed_in("anke")
    assert "Stimmt das noch?" in editor.get("/zu-tun").text
    data = {"csrf_token": token(editor, "/zu-tun"), "next": "/zu-tun"}

    answer = editor.post(f"/wiki/{page.slug}/bestaetigung", data=data)

    assert answer.location == "/zu-tun"
    assert due() == []
    assert "Stimmt das noch?" not in editor.get("/zu-tun").text
    shown = client.get(f"/wiki/{page.slug}")
    assert "Zuletzt bestätigt am" in shown.text
    assert "csrf_token" not in shown.text


def test_a_later_version_is_a_look_of_its_own(client: FlaskClient, page: Page, cast: Cast) -> None:
    confirm(page, person(cast.anke))
    edit(page, summary="Ganz neu.")

    assert "Zuletzt bestätigt" not in client.get(f"/wiki/{page.slug}").text


def test_a_lab_sets_the_day(signed_in: Browsers, page: Page, cast: Cast) -> None:
    day = now().date() + timedelta(days=30)
    browser = signed_in("anke")
    data = {"csrf_token": token(browser, f"/wiki/{page.slug}"), "due_on": day.isoformat()}
    browser.post(f"/wiki/{page.slug}/bestaetigung", data=data)

    assert db.session.get_one(Confirmation, page.id).due_on == day
    with writing():
        db.session.get_one(Confirmation, page.id).due_on = now().date()
    assert due() == ["Smartphone-Stunde"]
    assert page.lab is not None
    home = browser.get(f"/labore/{page.lab.slug}").text
    assert f'action="/wiki/{page.slug}/bestaetigung"' in home


@pytest.mark.parametrize("typed", ["2000-01-01", "9999-12-31", "morgen", "2026-13-45"])
def test_a_day_that_makes_no_sense_is_refused(signed_in: Browsers, page: Page, typed: str) -> None:
    browser = signed_in("anke")
    data = {"csrf_token": token(browser, f"/wiki/{page.slug}"), "due_on": typed}
    answer = browser.post(f"/wiki/{page.slug}/bestaetigung", data=data)

    assert "muss in der Zukunft liegen" in browser.get(answer.location).text
    assert db.session.get(Confirmation, page.id) is None


def test_only_who_may_edit_confirms(page: Page, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        confirm(page, person(cast.gabi))
    with pytest.raises(DayOutOfRange):
        confirm(page, person(cast.anke), now().date())
    retire(page, person(cast.anke))
    with pytest.raises(NotAllowed):
        confirm(page, person(cast.anke))


def test_drafts_reports_and_what_was_retired_are_never_due(
    page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("Entwurf", by=cast.anke, lab=labs["soest"], publish=False)
    make_page("Bericht", by=cast.anke, lab=labs["soest"], kind="outcome")
    retire(page, person(cast.anke))
    written(page, 500)

    assert due() == []


def test_others_are_not_asked(signed_in: Browsers, client: FlaskClient, page: Page) -> None:
    written(page, 400)

    assert "Stimmt das noch?" not in signed_in("carla").get("/zu-tun").text
    assert page.lab is not None
    assert "Noch richtig" not in client.get(f"/labore/{page.lab.slug}").text


def test_a_purged_page_keeps_no_confirmation(page: Page, cast: Cast) -> None:
    confirm(page, person(cast.anke))
    purge(page, person(cast.vera))

    assert db.session.get(Confirmation, page.id) is None


def test_the_longest_overdue_comes_first(
    page: Page, cast: Cast, labs: dict[str, Lab], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_page("Älter", by=cast.anke, lab=labs["soest"])
    written(page, 400)
    with writing() as session:
        then = datetime.now(tz=now().tzinfo) - timedelta(days=800)
        about = Revision.page_id == other.id
        session.execute(db.update(Revision).where(about).values(created_at=then))

    assert due() == ["Älter", "Smartphone-Stunde"]
    assert timedelta(days=365) == looking.LOOKED_AT_AGAIN
    assert due_pages(Page.id == page.id)[0].due_on < date.today()

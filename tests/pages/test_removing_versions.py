"""A name that should never have been there goes out of a page's history."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page, token
from tests.stages import database_of
from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import NotAllowed
from wiki.labs.models import Lab
from wiki.pages import history
from wiki.pages.history import history_of
from wiki.pages.kinds import kinds
from wiki.pages.models import Page, Rendering, Revision
from wiki.pages.rendering import content_of
from wiki.pages.writing import (
    Contribution,
    EditConflict,
    purge_versions,
    revision_of,
    save_edit,
)

SignIn = Callable[[str], FlaskClient]
NAME = "Hildegard Xylander"


@pytest.fixture
def page(cast: Cast, labs: dict[str, Lab]) -> Page:
    """Versions 2 and 3 name somebody, in the text, the title and the note; 4 does not."""
    page = make_page("Sprechstunde", by=cast.anke, lab=labs["soest"])
    save(page, cast.bilal, title=f"Sprechstunde mit {NAME}", note=f"{NAME} hilft")
    save(page, cast.bilal, plain_summary=f"{NAME} hilft.")
    save(page, cast.bilal, title="Sprechstunde", plain_summary="", note="Ohne Namen")
    return page


def save(page: Page, by: int, base: int = 0, note: str = "", **fields: object) -> None:
    base = base or page.current_number
    old = content_of(revision_of(page, base))
    content = type(old).model_validate({**old.to_json(), **fields})
    contribution = Contribution(by=db.session.get_one(User, by), note=note)
    save_edit(page, kinds().named(page.kind), content, contribution, base=base, publish=False)
    db.session.refresh(page)


def stored(app: Flask) -> bytes:
    return b"".join(path.read_bytes() for path in database_of(app).parent.glob("*.sqlite3*"))


def test_an_editor_removes_what_some_versions_say(
    app: Flask, page: Page, signed_in: SignIn, client: FlaskClient
) -> None:
    anke, address = signed_in("anke"), f"/wiki/{page.slug}/versionen"
    assert NAME.encode() in stored(app)
    assert NAME in content_of(revision_of(page, 2)).title, "this process remembers it now"
    assert client.get("/wiki/sprechstunde-mit-hildegard-xylander").status_code == 301
    assert f"{address}/2/entfernung" in anke.get(f"{address}/2").text
    form = anke.get(f"{address}/2/entfernung").text
    assert "Die aktuelle Version 4 bleibt." in form

    sent = {"csrf_token": token(anke, f"{address}/2/entfernung"), "von": "2", "bis": "3"}
    answer = anke.post(f"{address}/2/entfernung", data=sent, follow_redirects=True)

    assert "2 Versionen sind endgültig entfernt." in answer.text
    assert NAME.encode() not in stored(app)
    assert b"xylander" not in stored(app)
    assert content_of(revision_of(page, 2)).title == "Sprechstunde"
    assert client.get("/wiki/sprechstunde-mit-hildegard-xylander").status_code == 404
    listed = client.get(address).text
    assert "2 Versionen, endgültig entfernt" in listed
    assert listed.count("Bilal") == 2, "who and when stays"
    assert f"{address}/2" not in listed
    assert "von=3" not in listed
    assert '<option value="2"' not in listed
    assert "Sprechstunde" in client.get(f"/wiki/{page.slug}").text
    for reader in (client, anke):
        for gone in ("versionen/2", "versionen/3", "vergleich?von=1&bis=3"):
            said = reader.get(f"/wiki/{page.slug}/{gone}")
            assert said.status_code == 410
            assert "Diese Version wurde entfernt" in said.text
        assert reader.get(f"/wiki/{page.slug}/vergleich?von=1&bis=4").status_code == 200
    assert anke.post(f"{address}/2/wiederherstellung", data=sent).status_code == 410
    assert anke.get(f"{address}/2/entfernung").status_code == 410
    feed = client.get(f"{address}.atom").text
    assert feed.count("<entry>") == 2
    assert client.get("/aenderungen.atom").text.count("<entry>") == 2
    rendered = db.select(Revision.number).join(Rendering).where(Revision.page_id == page.id)
    assert set(db.session.scalars(rendered)) == {1, 4}


def test_addresses_of_titles_that_are_left_stay(
    page: Page, cast: Cast, client: FlaskClient, labs: dict[str, Lab]
) -> None:
    make_page("Sprechstunde mit Hilfe")
    for title in ("Sprechstunde mit Hilfe", "Handysprechstunde"):
        save(page, cast.bilal, title=title)
    assert client.get("/wiki/sprechstunde-mit-hilfe-2").location == "/wiki/handysprechstunde"
    purge_versions(page, 2, 3, db.session.get_one(User, cast.anke))

    for slug in ("sprechstunde", "sprechstunde-mit-hilfe-2"):
        assert client.get(f"/wiki/{slug}").location == "/wiki/handysprechstunde"
    purge_versions(page, 5, 5, db.session.get_one(User, cast.anke))
    assert client.get("/wiki/sprechstunde-mit-hilfe-2").status_code == 404
    assert client.get("/wiki/sprechstunde-mit-hilfe").status_code == 200


def test_the_current_version_stays(page: Page, signed_in: SignIn) -> None:
    anke, address = signed_in("anke"), f"/wiki/{page.slug}/versionen"
    assert "entfernung" not in anke.get(f"{address}/4").text
    assert anke.get(f"{address}/4/entfernung").status_code == 404
    sent = {"csrf_token": token(anke, f"{address}/1/entfernung")}

    everything = anke.post(f"{address}/1/entfernung", data={**sent, "von": "9" * 30, "bis": "0"})
    assert everything.location == address
    assert [r.is_purged for r in page.revisions] == [True, True, True, False]
    again = anke.post(f"{address}/1/entfernung", data=sent, follow_redirects=True)
    assert "Dort gibt es nichts zu entfernen." in again.text
    assert anke.get(f"/wiki/{page.slug}").status_code == 200


def test_only_who_looks_after_a_page_removes_its_versions(page: Page, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        purge_versions(page, 2, 3, db.session.get_one(User, cast.bilal))

    assert not any(revision.is_purged for revision in page.revisions)


def test_who_goes_on_from_a_removed_version_loses_nothing(page: Page, cast: Cast) -> None:
    save(page, cast.bilal, summary="Von Bilal.")
    purge_versions(page, 1, 4, db.session.get_one(User, cast.anke))

    # Anke had opened version 4 before, and typed meanwhile.
    mine = content_of(revision_of(page, 5)).model_copy(update={"summary": "Von Anke."})
    by_anke = Contribution(by=db.session.get_one(User, cast.anke))
    with pytest.raises(EditConflict) as caught:
        save_edit(page, kinds().named(page.kind), mine, by_anke, base=4, publish=False)
    (conflict,) = caught.value.merge.conflicts
    assert (conflict.mine, conflict.theirs) == ("Von Anke.", "Von Bilal.")


def test_a_long_history_comes_in_parts(
    page: Page, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "SHOWN", 3)
    save(page, cast.anke, summary="Fünf.")
    numbers = [
        [revision.number for group in part.groups for revision in group.revisions]
        for part in (history_of(page, None, number) for number in (0, 1, 2, 99))
    ]
    assert numbers == [[5, 4, 3], [5, 4, 3], [2, 1], [2, 1]]
    first, second = (
        client.get(f"/wiki/{page.slug}/versionen?seite={number}").text for number in (1, 2)
    )
    assert "Erste Version" not in first
    assert "Erste Version" in second
    assert f"/wiki/{page.slug}/versionen?seite=2" in first
    # The newest can be compared with any.
    assert second.count("<option") == 2 * len({5, 2, 1})
    assert client.get(f"/wiki/{page.slug}/versionen.atom").text.count("<entry>") == 2

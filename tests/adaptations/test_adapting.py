"""Pages made from others: what they remember, what goes over and what goes back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.at_once import at_once
from tests.conftest import Cast, make_page, token
from tests.forms import filled, form_in
from tests.pages.test_merging import three_versions
from tests.proposals.test_answering import lines_in, quick
from wiki.accounts.models import User
from wiki.adaptations.adapting import (
    OWN_FIELDS,
    Kinship,
    NothingChosen,
    Undecided,
    adapt,
    adaptations_of,
    kinship_of,
    leave,
    merged_with,
    offered,
    take_over,
)
from wiki.adaptations.models import Adaptation
from wiki.db import db
from wiki.errors import NotAllowed, NotFound
from wiki.labs.models import Lab
from wiki.pages.content import Content
from wiki.pages.kinds import kinds
from wiki.pages.merging import UnresolvedConflicts
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import (
    Contribution,
    Saved,
    purge,
    purge_versions,
    retire,
    revision_of,
    save_edit,
)
from wiki.proposals.models import Proposal

Browsers = Callable[[str], FlaskClient]


def says(page: Page) -> Content:
    return content_of(revision_of(page, page.current_number))


def edit(page: Page, **fields: Any) -> None:
    content = type(says(page)).model_validate(says(page).to_json() | fields)
    contribution = Contribution(by=None, is_operator=True)
    kind = kinds().named(page.kind)
    save_edit(page, kind, content, contribution, base=page.current_number, publish=True)


def person(number: int) -> User:
    return db.session.get_one(User, number)


@pytest.fixture
def adapted(page: Page, cast: Cast, labs: dict[str, Lab]) -> Page:
    """Carla's version, in Menden, of the page of Soest."""
    return adapt(page, 1, labs["menden"], person(cast.carla), "Labor", "Angepasst.")


def test_a_page_of_the_network_is_adapted_too(signed_in: Browsers, cast: Cast) -> None:
    page = make_page("Aus dem Netz", by=cast.vera)
    address = f"/wiki/{page.slug}/anpassen"
    carla = signed_in("carla")

    made = carla.post(address, data=form_in(carla.get(address).text, address))

    assert "Aus dem Netz" in carla.get(made.location).text
    adapted = db.session.query(Adaptation).one().page
    assert [creator.name for creator in says(adapted).creators] == [
        "Laborwiki",
        "Werkstatt Beispiel",
    ]


def kin(page: Page) -> Kinship:
    found = kinship_of(page)
    assert found is not None
    return found


def take(page: Page, fields: list[str], by: int, **more: Any) -> Saved:
    kinship = kin(page)
    number = more.pop("number", kinship.source.current_number)
    return take_over(kinship, fields, person(by), number=number, note="Übernommen.", **more)


def test_it_is_a_draft_of_ones_own_that_names_who_made_the_source(
    client: FlaskClient, page: Page, adapted: Page, labs: dict[str, Lab]
) -> None:
    content = says(adapted)

    assert (adapted.lab, adapted.is_draft) == (labs["menden"], True)
    assert content.title == f"Smartphone-Stunde ({labs['menden'].name})"
    assert [creator.name for creator in content.creators] == ["Labor", labs["menden"].name]
    assert content.to_json()["steps"] == says(page).to_json()["steps"]
    assert client.get(f"/wiki/{adapted.slug}").status_code == 404
    assert "Fassungen" not in client.get(f"/wiki/{page.slug}").text, "a draft is nobody else's"


def test_both_show_each_other_once_it_is_published(
    signed_in: Browsers, client: FlaskClient, page: Page
) -> None:
    browser = signed_in("carla")
    shown = browser.get(f"/wiki/{page.slug}").text
    assert f'href="/wiki/{page.slug}/anpassen?version=1"' in shown
    address = f"/wiki/{page.slug}/anpassen"
    form = form_in(browser.get(f"{address}?version=1").text, address)
    client.get(f"/wiki/{page.slug}")

    opened = browser.post(address, data=filled(form))
    edited = form_in(browser.get(opened.location).text, opened.location)
    browser.post(opened.location, data=filled(edited, summary="Für Menden.", do="publish"))

    source = client.get(f"/wiki/{page.slug}").text
    slug = opened.location.split("/")[2]
    assert f'href="/wiki/{slug}"' in source, "nothing kept of the source is shown"
    assert "Angepasst aus" in client.get(f"/wiki/{slug}").text
    kinship = client.get(f"/wiki/{page.slug}/fassungen").text
    assert "anders: Worum geht es?" in kinship
    assert "Für Menden." in client.get(f"/wiki/{slug}/fassungen").text


def test_what_is_new_in_the_source_is_taken_over_field_by_field(
    page: Page, adapted: Page, cast: Cast
) -> None:
    edit(adapted, summary="Für Menden.")
    edit(page, topics=["Telefon"], pitfalls="Kabel!")
    assert [part.name for part in kin(adapted).news] == ["topics", "pitfalls"]

    take(adapted, ["pitfalls"], cast.carla)

    assert says(adapted).to_json()["pitfalls"] == "Kabel!"
    assert says(adapted).summary == "Für Menden."
    assert says(adapted).topics == []
    assert [part.name for part in kin(adapted).news] == ["topics"]


def test_what_is_left_is_offered_again_only_when_it_changes(
    page: Page, adapted: Page, cast: Cast
) -> None:
    edit(page, pitfalls="Kabel!")
    leave(kin(adapted), ["pitfalls"], page.current_number, person(cast.carla))
    assert kin(adapted).news == []
    edit(page, summary="Neu.")
    assert [part.name for part in kin(adapted).news] == ["summary"]
    edit(page, pitfalls="Kabel und Strom!")
    assert [part.name for part in kin(adapted).news] == ["summary", "pitfalls"]


def test_a_row_in_which_both_agree_is_no_news(page: Page, adapted: Page) -> None:
    one, two = says(page).to_json()["steps"]
    new = {"key": "kzz", "title": "Aufräumen", "minutes": 10, "text": "Alle räumen auf."}
    edit(adapted, steps=[one | {"minutes": 20}, two, new])
    edit(page, steps=[one | {"minutes": 20}, two, new])
    assert kin(adapted).news == []
    edit(page, steps=[one | {"minutes": 20}, two | {"minutes": 70}, new])
    (news,) = kin(adapted).news
    assert [change.key for change in news.changes] == ["kbb"]
    assert kin(adapted).improvements == []
    edit(adapted, steps=[one | {"minutes": 20}, two, new | {"minutes": 15}])
    (better,) = kin(adapted).improvements
    assert [change.key for change in better.changes] == ["kzz"]
    edit(adapted, steps=[two, new])
    edit(page, steps=[two | {"minutes": 70}, new])
    (news,) = kin(adapted).news
    assert [change.key for change in news.changes] == ["kbb"], "both removed the first"


def test_where_the_version_it_began_with_was_removed_the_next_one_counts(
    page: Page, adapted: Page, cast: Cast
) -> None:
    edit(adapted, pitfalls="Kabel!")
    edit(page, topics=["Telefon"])
    edit(page, plain_summary="Kurz.")
    purge_versions(page, 1, 1, person(cast.anke))

    assert [part.name for part in kin(adapted).news] == ["plain_summary"]
    assert "pitfalls" in {part.name for part in kin(adapted).improvements}
    take(adapted, ["plain_summary"], cast.carla)
    assert (says(adapted).plain_summary, says(adapted).to_json()["pitfalls"]) == ("Kurz.", "Kabel!")


def test_nothing_is_offered_that_nobody_chose(
    signed_in: Browsers, page: Page, adapted: Page
) -> None:
    edit(adapted, summary="Für Menden.", pitfalls="Kabel!")
    edit(page, topics=["Telefon"], plain_summary="Kurz.")

    text = signed_in("carla").get(f"/wiki/{adapted.slug}/fassungen").text

    ticked = re.findall(r'id="(neu|anders)-(\w+)"[^>]*checked', text)
    assert ticked == [("neu", "plain_summary"), ("neu", "topics")]
    assert 'id="anders-pitfalls"' in text


def test_lines_of_both_stay_when_both_changed_a_text(page: Page, adapted: Page, cast: Cast) -> None:
    edit(page, pitfalls="Eins\n\nZwei\n\nDrei")
    take(adapted, ["pitfalls"], cast.carla)
    edit(page, pitfalls="Eins neu\n\nZwei\n\nDrei")
    edit(adapted, pitfalls="Eins\n\nZwei\n\nDrei hier")

    take(adapted, ["pitfalls"], cast.carla)

    assert says(adapted).to_json()["pitfalls"] == "Eins neu\n\nZwei\n\nDrei hier"


def test_the_same_place_asks(signed_in: Browsers, page: Page, adapted: Page, cast: Cast) -> None:
    edit(page, summary="Im Original.")
    edit(adapted, summary="In Menden.")
    browser, address = signed_in("carla"), f"/wiki/{adapted.slug}/fassungen/uebernahme"
    shown = browser.get(f"/wiki/{adapted.slug}/fassungen").text
    form = form_in(shown, address)

    asked = browser.post(address, data=filled(form, do="take"))
    assert asked.status_code == 409
    assert "In Menden." in asked.text
    assert "Im Original." in asked.text
    choice = form_in(asked.text, address)
    both = {"pick.summary": "own", "own.summary": "In Menden wie im Original."}
    browser.post(address, data=filled(choice, **both))

    db.session.rollback()
    assert says(adapted).summary == "In Menden wie im Original."
    assert kin(adapted).news == []


def test_without_a_decision_nothing_is_saved(page: Page, adapted: Page, cast: Cast) -> None:
    edit(page, summary="Im Original.")
    edit(adapted, summary="In Menden.")
    with pytest.raises(Undecided):
        take(adapted, ["summary"], cast.carla)
    with pytest.raises(UnresolvedConflicts):
        take(adapted, ["summary"], cast.carla, picks={"steps": "mine"})
    with pytest.raises(NothingChosen):
        take(adapted, ["pitfalls", "title", "gibt es nicht"], cast.carla)
    with pytest.raises(NotFound):
        take(adapted, ["summary"], cast.carla, number=99)

    assert says(adapted).summary == "In Menden."


def test_titles_and_makers_go_neither_way(page: Page, adapted: Page) -> None:
    edit(page, title="Ganz anders", creators=[{"name": "Jemand"}])

    assert kin(adapted).news == kin(adapted).improvements == []


def test_improvements_go_back_as_a_proposal(
    signed_in: Browsers, cast: Cast, labs: dict[str, Lab], page: Page
) -> None:
    mine = adapt(page, 1, labs["nachbar"], person(cast.gabi), "Labor", "Angepasst.")
    edit(mine, summary="Für Nachbarn.", pitfalls="Kabel!")
    browser, address = signed_in("gabi"), f"/wiki/{mine.slug}/fassungen/angebot"
    form = form_in(browser.get(f"/wiki/{mine.slug}/fassungen").text, address)
    form.setlist("field", ["pitfalls"])

    assert browser.post(address, data=filled(form)).status_code == 422
    browser.post(address, data=filled(form, reason="Kabel fehlen immer."))

    proposal = db.session.scalars(db.select(Proposal)).one()
    assert (proposal.page_id, proposal.by_id) == (page.id, cast.gabi)
    assert proposal.content["pitfalls"] == "Kabel!"
    assert proposal.content.get("summary") == says(page).summary
    assert proposal.content["title"] == page.title


def test_who_may_edit_the_source_goes_on_in_its_form(
    signed_in: Browsers, page: Page, adapted: Page
) -> None:
    edit(adapted, pitfalls="Kabel!")
    edit(page, summary="Inzwischen anders.")
    browser, address = signed_in("carla"), f"/wiki/{adapted.slug}/fassungen/angebot"
    form = form_in(browser.get(f"/wiki/{adapted.slug}/fassungen").text, address)

    step = browser.post(address, data=filled(form))
    to_form = f"/wiki/{page.slug}/bearbeiten"
    opened = browser.post(to_form, data=filled(form_in(step.text, to_form), do="back"))
    saved = browser.post(to_form, data=filled(form_in(opened.text, to_form), do="publish"))

    assert saved.status_code == 303
    db.session.rollback()
    assert says(page).to_json()["pitfalls"] == "Kabel!"
    assert says(page).summary == "Inzwischen anders."
    assert kin(adapted).improvements == []


def test_only_whose_it_is_takes_over(page: Page, adapted: Page, cast: Cast) -> None:
    edit(page, summary="Neu.")
    with pytest.raises(NotAllowed):
        take(adapted, ["summary"], cast.gabi)
    with pytest.raises(NotAllowed):
        leave(kin(adapted), ["summary"], page.current_number, person(cast.gabi))
    assert [part.name for part in kin(adapted).news] == ["summary"]


def test_one_does_not_adapt_ones_own_nor_a_draft_nor_a_report(
    page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    draft = make_page("Entwurf", by=cast.anke, lab=labs["soest"], publish=False)
    report = make_page("Bericht", by=cast.anke, lab=labs["soest"], kind="outcome")
    menden, carla = labs["menden"], person(cast.carla)
    for source, lab, who in (
        (page, labs["soest"], person(cast.anke)),
        (page, labs["soest"], carla),
        (draft, menden, carla),
        (report, menden, carla),
    ):
        with pytest.raises(NotAllowed):
            adapt(source, 1, lab, who, "Labor", "")
    with pytest.raises(NotFound):
        adapt(page, 2, menden, carla, "Labor", "")
    assert db.session.scalars(db.select(Adaptation)).all() == []


def test_a_version_before_publishing_stays_with_its_lab(cast: Cast, labs: dict[str, Lab]) -> None:
    source = make_page("Erst geheim", by=cast.anke, lab=labs["soest"], publish=False)
    edit(source, summary="Jetzt für alle.")

    with pytest.raises(NotFound):
        adapt(source, 1, labs["menden"], person(cast.carla), "Labor", "")


def test_a_retired_source_stays_named_of_a_purged_one_only_that_there_was_one(
    client: FlaskClient, page: Page, adapted: Page, cast: Cast
) -> None:
    edit(adapted, summary="Für Menden.")
    retire(page, person(cast.vera))
    assert "Angepasst aus" in client.get(f"/wiki/{adapted.slug}").text
    purge(page, person(cast.vera))

    for address in (f"/wiki/{adapted.slug}", f"/wiki/{adapted.slug}/fassungen"):
        shown = client.get(address)
        assert shown.status_code == 200
        assert "Angepasst aus" not in shown.text
        assert "die Vorlage wurde entfernt" in shown.text
    purge(adapted, person(cast.vera))
    assert db.session.scalars(db.select(Adaptation)).all() == []


def test_of_two_who_take_over_at_once_one_finds_nothing_new(
    app: Flask, page: Page, adapted: Page, cast: Cast
) -> None:
    edit(page, summary="Neu.")
    number = adapted.id

    def take_it() -> Saved:
        return take(db.session.get_one(Page, number), ["summary"], cast.carla)

    outcomes = at_once(take_it, take_it, app=app, expected=(NothingChosen,))

    db.session.rollback()
    wrote = [one for one in outcomes if isinstance(one, Saved) and one.revision is not None]
    assert len(wrote) == 1
    assert says(adapted).summary == "Neu."
    assert db.session.get_one(Page, number).current_number == 2


def test_a_reader_sees_the_kin_without_buttons(
    client: FlaskClient, page: Page, adapted: Page
) -> None:
    edit(adapted, summary="Für Menden.")
    shown = client.get(f"/wiki/{adapted.slug}/fassungen")

    assert "Für Menden." in shown.text
    assert "csrf_token" not in shown.text
    assert len(adaptations_of(page, None)) == 1


@quick
@given(three_versions, st.data())
def test_no_line_is_lost_whichever_fields_are_taken(
    versions: tuple[Content, Content, Content], data: st.DataObject
) -> None:
    """What the adaptation or a chosen field of the source brought is kept, or asked about."""
    ancestor, own, theirs = versions
    names = data.draw(st.sets(st.sampled_from(sorted(type(own).model_fields))))
    taken = {name: getattr(theirs, name) for name in names - OWN_FIELDS}
    changed = ancestor.model_copy(update=taken)

    merged = merged_with(ancestor, own, theirs, names)

    asked = [text for one in merged.conflicts for text in (one.mine, one.theirs)]
    kept = "\n".join([*lines_in(merged.values), *asked])
    for side, other in ((own, changed), (changed, own)):
        came = set(lines_in(side.to_json())) - set(lines_in(ancestor.to_json()))
        gone = set(lines_in(ancestor.to_json())) - set(lines_in(other.to_json()))
        for line in came - gone:
            assert line in kept


def test_what_is_offered_says_nothing_else(page: Page, adapted: Page) -> None:
    edit(adapted, summary="Für Menden.", pitfalls="Kabel!")

    content = offered(kin(adapted), ["pitfalls"])

    assert content == says(page).model_copy(update={"pitfalls": "Kabel!"})
    with pytest.raises(NothingChosen):
        offered(kin(adapted), ["title"])


def test_nothing_from_before_publishing_goes_anywhere(
    client: FlaskClient, signed_in: Browsers, cast: Cast, labs: dict[str, Lab]
) -> None:
    source = make_page(
        "Erst geheim", by=cast.anke, lab=labs["soest"], publish=False, summary="Eisvogel"
    )
    edit(source, summary="Für alle.")
    carla, vera = person(cast.carla), person(cast.vera)
    mine = adapt(source, 2, labs["menden"], carla, "Labor", "Angepasst.")
    edit(mine, summary="Für Menden.")
    edit(source, summary="Neu für alle.")
    for way in (
        lambda: take(mine, ["summary"], cast.carla, number=1, picks={"summary": "theirs"}),
        lambda: leave(kin(mine), ["summary"], 1, carla),
        lambda: adapt(source, 1, labs["menden"], carla, "Labor", ""),
        lambda: adapt(source, 10**30, labs["menden"], carla, "Labor", ""),
    ):
        with pytest.raises(NotFound):
            way()
    assert vera.is_admin
    assert "Eisvogel" not in client.get(f"/wiki/{mine.slug}/fassungen").text
    browser = signed_in("carla")
    data = {"csrf_token": token(browser, f"/wiki/{mine.slug}/fassungen"), "version": "9" * 30}
    assert browser.post(f"/wiki/{source.slug}/anpassen", data=data).status_code == 404


def test_a_page_with_very_many_makers_is_adapted_too(cast: Cast, labs: dict[str, Lab]) -> None:
    makers = [{"name": f"Mensch {number}"} for number in range(200)]
    source = make_page("Viele", by=cast.anke, lab=labs["soest"], creators=makers)

    mine = adapt(source, 1, labs["menden"], person(cast.carla), "Labor", "Angepasst.")

    assert len(says(mine).creators) == 200


def test_what_was_typed_at_a_conflict_stays(signed_in: Browsers, page: Page, adapted: Page) -> None:
    edit(page, summary="Im Original.", pitfalls="Laut.")
    edit(adapted, summary="In Menden.", pitfalls="Leise.")
    browser, address = signed_in("carla"), f"/wiki/{adapted.slug}/fassungen/uebernahme"
    form = form_in(browser.get(f"/wiki/{adapted.slug}/fassungen").text, address)
    choice = form_in(browser.post(address, data=filled(form, do="take")).text, address)

    again = browser.post(
        address, data=filled(choice, **{"pick.summary": "own", "own.summary": "Beides zusammen."})
    )

    assert again.status_code == 409
    assert "Beides zusammen." in again.text
    assert "wird eine Wahl gebraucht" in again.text


def test_the_choice_stays_when_the_reason_is_missing(
    signed_in: Browsers, cast: Cast, labs: dict[str, Lab], page: Page
) -> None:
    mine = adapt(page, 1, labs["nachbar"], person(cast.gabi), "Labor", "Angepasst.")
    edit(mine, summary="Für Nachbarn.", pitfalls="Kabel!")
    browser, address = signed_in("gabi"), f"/wiki/{mine.slug}/fassungen/angebot"
    form = form_in(browser.get(f"/wiki/{mine.slug}/fassungen").text, address)
    form.setlist("field", ["pitfalls"])

    again = form_in(browser.post(address, data=filled(form)).text, address)

    assert again.getlist("field") == ["pitfalls"]

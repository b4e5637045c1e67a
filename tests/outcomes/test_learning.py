"""What runs taught: open until a version of the recipe takes it up or somebody says why not."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from tests.at_once import Act, prepared_at_once
from tests.conftest import Cast, make_page, token
from tests.forms import filled, form_in
from tests.outcomes.test_outcomes import report
from wiki.accounts.exporting import data_about
from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import NotAllowed, NotFound
from wiki.labs.models import Lab
from wiki.outcomes.content import Again, OutcomeContent
from wiki.outcomes.evidence import Run
from wiki.outcomes.learning import decline, lessons_of, open_lessons_of, take_up
from wiki.outcomes.models import LearningAnswer
from wiki.outcomes.timeline import MOST, timeline
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, purge, retire, revision_of, save_edit
from wiki.recipes.content import RecipeContent

Browsers = Callable[[str], FlaskClient]


@pytest.fixture
def learned(page: Page) -> Page:
    """A report with a line to each sort, one of them at a step of the recipe."""
    return report(
        page,
        worked=[{"key": "kw1", "text": "Zu zweit an einem Gerät."}],
        failed=[{"key": "kf1", "text": "Es fehlten Kabel.", "step": "Machen"}],
        ideas=[{"key": "ki1", "text": "Mit Kuchen anfangen.", "step": "Etwas anderes"}],
    )


def texts(page: Page) -> list[str]:
    return [lesson.learning.text for lesson in lessons_of(page).open]


def edit(
    page: Page, *, base: int | None = None, takes_up: tuple[str, ...] = (), **fields: object
) -> None:
    before = content_of(revision_of(page, base or page.current_number))
    content = type(before).model_validate(before.to_json() | fields)
    anke = db.session.scalars(db.select(User).order_by(User.id)).first() or User()
    contribution = Contribution(
        by=None,
        is_operator=True,
        together_with=lambda number: take_up(page, number, takes_up, anke) if number else None,
    )
    kind = kinds().named(page.kind)
    save_edit(page, kind, content, contribution, base=base or page.current_number, publish=True)


def test_each_line_of_a_report_is_open_on_its_recipe_and_at_its_lab(
    client: FlaskClient, page: Page, learned: Page, cast: Cast
) -> None:
    assert texts(page) == ["Es fehlten Kabel.", "Mit Kuchen anfangen.", "Zu zweit an einem Gerät."]

    shown = client.get(f"/wiki/{page.slug}/gelernt").text
    assert shown.index("<h3>Machen</h3>") < shown.index("Es fehlten Kabel.")
    assert shown.index("Zum Ganzen") < shown.index("Mit Kuchen anfangen.")
    assert "3 Hinweise aus Durchführungen sind noch offen" in client.get(f"/wiki/{page.slug}").text
    assert page.lab is not None
    home = client.get(f"/labore/{page.lab.slug}").text
    assert "Gelernt und noch offen" in home
    assert "Alle 3" in home
    assert "Es fehlten Kabel." in client.get(f"/labore/{page.lab.slug}/gelernt").text
    assert "Es fehlten Kabel." not in client.get(f"/labore/{other_lab(page).slug}/gelernt").text


def other_lab(page: Page) -> Lab:
    return db.session.scalars(db.select(Lab).where(Lab.id != page.lab_id)).first() or Lab()


def test_one_click_leads_from_a_learning_into_the_version_that_takes_it_up(
    signed_in: Browsers, client: FlaskClient, page: Page, learned: Page
) -> None:
    browser = signed_in("anke")
    name = f"{learned.id}.failed.kf1"
    overview = browser.get(f"/wiki/{page.slug}/gelernt").text
    address = f"/wiki/{page.slug}/bearbeiten?uebernimmt={name}"
    assert f'href="{address}"' in overview

    opened = browser.get(address).text
    row = opened.split('id="row-kbb"')[1].split("</ol>")[0]
    assert "Es fehlten Kabel." in row
    assert f'value="{name}" checked' in row
    form = form_in(opened, f"/wiki/{page.slug}/bearbeiten")
    assert form.getlist("takes_up") == [name]
    browser.post(
        f"/wiki/{page.slug}/bearbeiten",
        data=filled(form, **{"steps.kbb.text": "Kabel liegen bereit."}, do="publish"),
    )

    assert texts(page) == ["Mit Kuchen anfangen.", "Zu zweit an einem Gerät."]
    recipe = client.get(f"/wiki/{page.slug}").text
    assert "Aus einer Durchführung gelernt" in recipe
    assert "Es fehlten Kabel." in recipe
    versions = client.get(f"/wiki/{page.slug}/versionen").text
    assert "aus einer Durchführung gelernt" in versions
    assert f'href="/wiki/{learned.slug}"' in versions


def test_without_a_tick_or_a_change_nothing_is_taken_up(page: Page, learned: Page) -> None:
    edit(page, summary="Neu.")
    edit(page, takes_up=(f"{learned.id}.failed.kf1",))

    assert len(texts(page)) == 3


def test_what_is_not_there_is_passed_over(page: Page, learned: Page) -> None:
    edit(page, summary="Neu.", takes_up=("", "0.failed.x", f"{learned.id}.failed.kf1' OR 1"))

    assert len(texts(page)) == 3


def test_a_tick_survives_an_error_a_row_button_a_preview_and_the_text_form(
    signed_in: Browsers, page: Page, learned: Page
) -> None:
    browser = signed_in("anke")
    address, name = f"/wiki/{page.slug}/bearbeiten", f"{learned.id}.failed.kf1"
    ticked = f'value="{name}" checked'
    form = form_in(browser.get(f"{address}?uebernimmt={name}").text, address)

    assert ticked in browser.post(address, data=filled(form, title="", do="publish")).text
    assert ticked in browser.post(address, data=filled(form, do="preview")).text
    assert ticked in browser.post(address, data=filled(form, do="down.steps.kaa")).text
    assert ticked in browser.post(address, data=filled(form, do="text")).text
    gone = browser.post(
        address, data=filled(form, do="remove.steps.kbb"), headers={"HX-Request": "true"}
    ).text
    assert ticked in gone, "the step is removed, what was learned about it is not"


def test_a_tick_survives_two_people_at_one_place(
    signed_in: Browsers, page: Page, learned: Page
) -> None:
    browser = signed_in("anke")
    address, name = f"/wiki/{page.slug}/bearbeiten", f"{learned.id}.failed.kf1"
    form = form_in(browser.get(f"{address}?uebernimmt={name}").text, address)
    edit(page, summary="Von jemand anderem.")

    asked = browser.post(address, data=filled(form, summary="Von mir.", do="publish"))
    assert asked.status_code == 409
    choice = form_in(asked.text, address)
    browser.post(address, data=filled(choice, **{"pick.summary": "mine"}, do="resolve"))

    assert "Es fehlten Kabel." not in texts(page)


def test_declining_takes_one_tap_and_can_be_taken_back(
    signed_in: Browsers, client: FlaskClient, page: Page, learned: Page
) -> None:
    browser = signed_in("anke")
    overview, name = f"/wiki/{page.slug}/gelernt", f"{learned.id}.failed.kf1"
    csrf = token(browser, overview)
    before = client.get(f"/wiki/{page.slug}").headers["ETag"]

    browser.post(f"{overview}/{name}/absage", data={"csrf_token": csrf, "do": "Steht schon drin"})

    shown = client.get(overview).text
    assert shown.index("Bewusst nicht eingearbeitet") < shown.index("Es fehlten Kabel.")
    assert "Steht schon drin" in shown
    assert "2 Hinweise" in client.get(f"/wiki/{page.slug}").text
    assert client.get(f"/wiki/{page.slug}").headers["ETag"] != before
    browser.post(f"{overview}/{name}/rueckkehr", data={"csrf_token": csrf})
    assert len(texts(page)) == 3


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_who_declines_says_why(signed_in: Browsers, page: Page, learned: Page, reason: str) -> None:
    browser = signed_in("anke")
    overview, name = f"/wiki/{page.slug}/gelernt", f"{learned.id}.failed.kf1"
    data = {"csrf_token": token(browser, overview), "reason": reason}

    answer = browser.post(f"{overview}/{name}/absage", data=data)

    assert answer.status_code == 422
    assert "Es fehlt, warum nicht" in answer.text
    assert reason.strip() in answer.text
    assert len(texts(page)) == 3


def test_a_stranger_and_a_made_up_name_change_nothing(
    page: Page, learned: Page, cast: Cast
) -> None:
    name = f"{learned.id}.failed.kf1"
    guest, editor = (db.session.get_one(User, one) for one in (cast.gabi, cast.anke))
    with pytest.raises(NotAllowed):
        decline(page, name, "Nein.", guest)
    with pytest.raises(NotFound):
        decline(page, f"{learned.id}.failed.nie", "Nein.", editor)
    elsewhere = make_page("Ein anderes Rezept", by=cast.anke, lab=page.lab)
    with pytest.raises(NotFound):
        decline(elsewhere, name, "Nein.", editor)
    assert len(texts(page)) == 3


def test_only_one_of_two_answers_at_once_counts(
    app: Flask, page: Page, learned: Page, cast: Cast
) -> None:
    name, reasons = f"{learned.id}.failed.kf1", ("Erstens.", "Zweitens.")
    # Read here: two threads must not load the same object of a third one's session.
    number = page.id

    def answer(reason: str) -> Act:
        recipe, editor = db.session.get_one(Page, number), db.session.get_one(User, cast.anke)
        return partial(decline, recipe, name, reason, editor)

    outcomes = prepared_at_once(
        *(partial(answer, reason) for reason in reasons), app=app, expected=(NotFound,)
    )

    (kept_reason,) = [
        reason
        for reason, outcome in zip(reasons, outcomes, strict=True)
        if not isinstance(outcome, NotFound)
    ]
    db.session.rollback()
    (kept,) = db.session.scalars(db.select(LearningAnswer))
    assert kept.reason == kept_reason


def test_an_answer_holds_when_recipe_or_line_get_other_words(page: Page, learned: Page) -> None:
    edit(page, summary="Neu.", takes_up=(f"{learned.id}.failed.kf1",))
    edit(page, title="Ganz anders genannt")
    edit(learned, failed=[{"key": "kf1", "text": "Es fehlten drei Kabel.", "step": "Machen"}])

    assert [one.learning.text for one in lessons_of(page).taken_up] == ["Es fehlten drei Kabel."]


def test_a_step_renamed_since_the_run_still_has_its_learning(page: Page, learned: Page) -> None:
    steps = content_of(revision_of(page, 1)).to_json()["steps"]
    edit(page, steps=[{**step, "title": step["title"] + " gemeinsam"} for step in steps])
    recipe = content_of(revision_of(page, page.current_number))
    assert isinstance(recipe, RecipeContent)

    by_step = lessons_of(page).by_step(recipe)

    assert [lesson.learning.text for lesson in by_step["steps.kbb"]] == ["Es fehlten Kabel."]


def test_only_published_reports_teach(page: Page, learned: Page, cast: Cast) -> None:
    editor = db.session.get_one(User, cast.vera)
    retire(learned, editor)
    assert texts(page) == []
    assert page.lab is not None
    assert open_lessons_of(page.lab) == []


def test_a_purged_report_and_a_purged_recipe_leave_nothing(
    page: Page, learned: Page, cast: Cast
) -> None:
    editor = db.session.get_one(User, cast.vera)
    edit(page, summary="Neu.", takes_up=(f"{learned.id}.failed.kf1",))
    again = report(page, failed=[{"key": "kf9", "text": "Zu laut."}])
    edit(page, summary="Neuer.", takes_up=(f"{again.id}.failed.kf9",))

    purge(learned, editor)
    assert [one.learning.text for one in lessons_of(page).taken_up] == ["Zu laut."]
    purge(page, editor)
    assert db.session.scalars(db.select(LearningAnswer)).all() == []


def test_an_older_version_with_more_lines_brings_them_back_as_they_were(
    page: Page, learned: Page
) -> None:
    edit(page, summary="Neu.", takes_up=(f"{learned.id}.failed.kf1",))
    edit(learned, failed=[])
    assert lessons_of(page).taken_up == []
    edit(learned, failed=[{"key": "kf1", "text": "Es fehlten Kabel."}])
    assert [one.learning.text for one in lessons_of(page).taken_up] == ["Es fehlten Kabel."]


def test_real_minutes_are_taken_over_in_the_form_and_saved_only_there(
    signed_in: Browsers, page: Page
) -> None:
    for minutes in (60, 70, 90):
        report(page, times=[{"key": "kbb", "step": "Machen", "minutes": minutes}])
    browser = signed_in("anke")
    address = f"/wiki/{page.slug}/bearbeiten"
    overview = browser.get(f"/wiki/{page.slug}/gelernt").text
    offered = form_in(overview, address)

    opened = browser.post(address, data=filled(offered, do="back")).text
    form = form_in(opened, address)

    assert (form["steps.kaa.minutes"], form["steps.kbb.minutes"]) == ("10", "70")
    assert content_of(revision_of(page, page.current_number)).to_json()["steps"][1]["minutes"] == 50
    browser.post(address, data=filled(form, do="publish"))
    assert "Zeiten aus Erfahrung" not in browser.get(f"/wiki/{page.slug}/gelernt").text


def test_readers_get_no_token_and_no_buttons(
    client: FlaskClient, page: Page, learned: Page
) -> None:
    shown = client.get(f"/wiki/{page.slug}/gelernt")

    assert "csrf_token" not in shown.text
    assert "Einarbeiten" not in shown.text
    assert "Set-Cookie" not in shown.headers


def test_an_article_has_nothing_to_learn_from_runs(client: FlaskClient, cast: Cast) -> None:
    article = make_page("Ein Hintergrund", kind="article", by=cast.anke)

    assert client.get(f"/wiki/{article.slug}/gelernt").status_code == 404


def runs_on(*days: str, again: Again = Again.YES) -> list[Run]:
    outcomes = [OutcomeContent(held_on=day, again=again) for day in days]
    return [Run(Page(), outcome, None) for outcome in outcomes]


def test_the_chart_takes_months_quarters_or_years(app: Flask) -> None:
    with app.test_request_context():
        months = timeline(runs_on("2026-01-31", "2026-03-01", "2026-03-31"))
        quarters = timeline(runs_on("2024-12-31", "2026-11-01"))
        years = timeline(runs_on("2019-05-01", "2026-11-01"))

    assert [period.runs for period in months] == [1, 0, 2]
    assert [period.label for period in quarters][::8] == ["4. Quartal 2024", "4. Quartal 2026"]
    assert [period.label for period in years][:2] == ["2019", "2020"]


def test_the_chart_tells_what_failed_and_needs_a_day(app: Flask) -> None:
    with app.test_request_context():
        periods = timeline([*runs_on("2026-03-01"), *runs_on("2026-03-02", again=Again.NO)])
        assert timeline([Run(Page(), OutcomeContent(), None)]) == []

    assert [(period.runs, period.good, period.failed) for period in periods] == [(2, 1, 1)]


@given(st.lists(st.dates(date(1990, 1, 1)), min_size=1, max_size=30))
def test_the_chart_has_no_gap_and_no_more_columns_than_fit(days: list[date]) -> None:
    with EMPTY.test_request_context():
        periods = timeline(runs_on(*map(str, days)))

    assert len(periods) <= MOST
    assert sum(period.runs for period in periods) <= len(days)
    assert periods[-1].runs > 0, "the latest run is always shown"
    if max(days).year - min(days).year < MOST:
        assert sum(period.runs for period in periods) == len(days)


EMPTY = Flask("chart")
Babel(EMPTY)


@pytest.mark.parametrize(
    "reason", ["<b onclick=alert(1)>x</b>", "Klappt zu 90%", "50 %d", "%(title)s", "{{ 7 * 7 }}"]
)
def test_a_reason_is_shown_as_it_was_typed(
    client: FlaskClient, page: Page, learned: Page, cast: Cast, reason: str
) -> None:
    decline(page, f"{learned.id}.failed.kf1", reason, db.session.get_one(User, cast.anke))

    for language in ("de", "en"):
        shown = client.get(f"/wiki/{page.slug}/gelernt?sprache={language}")
        assert shown.status_code == 200
        assert escape(reason) in shown.text
        assert "<b onclick" not in shown.text


def test_enter_in_the_sentence_sends_the_sentence(
    signed_in: Browsers, page: Page, learned: Page
) -> None:
    shown = signed_in("anke").get(f"/wiki/{page.slug}/gelernt").text
    form = shown.split("/absage")[1].split("</form>")[0]

    assert form.index('name="reason"') < form.index("<button") < form.index('name="do"')


def test_a_tick_without_a_change_says_that_nothing_was_taken_up(
    signed_in: Browsers, page: Page, learned: Page
) -> None:
    browser, address = signed_in("anke"), f"/wiki/{page.slug}/bearbeiten"
    opened = browser.get(f"{address}?uebernimmt={learned.id}.failed.kf1").text
    answer = browser.post(address, data=filled(form_in(opened, address), do="publish"))

    assert "ist weiter offen" in browser.get(answer.location).text
    assert len(texts(page)) == 3


def test_lines_about_anything_but_a_recipe_wait_nowhere(
    client: FlaskClient, cast: Cast, labs: dict[str, Lab]
) -> None:
    article = make_page("Ein Hintergrund", kind="article", by=cast.anke, lab=labs["soest"])
    report(article, failed=[{"text": "Zu lang."}])

    assert open_lessons_of(labs["soest"]) == []
    assert "Zu lang." not in client.get("/labore/soest").text


def test_ones_answers_are_in_ones_data(page: Page, learned: Page, cast: Cast) -> None:
    anke = db.session.get_one(User, cast.anke)
    decline(page, f"{learned.id}.failed.kf1", "Lag am Wetter.", anke)

    assert [answer["grund"] for answer in data_about(anke)["gelernt"]] == ["Lag am Wetter."]

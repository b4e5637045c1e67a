"""At which step something happened: chosen from those of the version that was run."""

import re

from tests.conftest import Cast, make_page
from tests.forms import filled, form_in
from tests.outcomes.test_learning import edit
from tests.outcomes.test_outcomes import FORM, Browsers, report
from wiki.pages.models import Page


def step_fields(html: str) -> list[str]:
    """How the report asks at which step something happened."""
    return re.findall(r'<(input|select)[^>]*name="(?:worked|failed|ideas)\.\w+\.step"', html)


def steps_offered(html: str, group: str = "failed") -> list[str]:
    part = re.split(rf'<select[^>]*name="{group}\.\w+\.step"[^>]*>', html)[1].split("</select>")[0]
    return re.findall(r"<option (selected)?>([^<]*)<", part)


def test_the_step_is_chosen_from_those_of_the_version_that_was_run(
    signed_in: Browsers, page: Page
) -> None:
    edit(page, steps=[{"key": "kaa", "title": "Begrüßen", "minutes": 10}])
    browser = signed_in("carla")
    old = browser.get(f"{FORM}?rezept={page.id}&version=1").text
    new = browser.get(f"{FORM}?rezept={page.id}").text

    assert step_fields(old) == ["select", "select"]
    assert steps_offered(old)[0][1] == "Ankommen"
    assert steps_offered(new) == [("", "Begrüßen")]


def test_what_is_chosen_is_kept_and_can_be_changed(signed_in: Browsers, page: Page) -> None:
    browser = signed_in("carla")
    form = form_in(browser.get(f"{FORM}?rezept={page.id}&version=1").text, FORM)
    key = form.getlist("failed")[0]
    said = {f"failed.{key}.text": "Zu lang.", f"failed.{key}.step": "Ankommen"}
    slug = browser.post(FORM, data=filled(form, **said, do="publish")).headers["Location"]
    edit(page, steps=[{"key": "kaa", "title": "Begrüßen", "minutes": 10}])

    again = browser.get(f"{slug}/bearbeiten").text

    assert ("selected", "Ankommen") in steps_offered(again)
    assert "bei „Ankommen“" in browser.get(slug).text


def test_a_step_of_no_list_stays_what_was_typed(signed_in: Browsers, page: Page) -> None:
    told = report(page, page.lab, failed=[{"text": "Lärm.", "step": "Umbau <b>"}])

    offered = steps_offered(signed_in("anke").get(f"/wiki/{told.slug}/bearbeiten").text)

    assert offered[-1] == ("selected", "Umbau &lt;b&gt;")


def test_without_a_recipe_the_step_is_typed(signed_in: Browsers, page: Page) -> None:
    browser = signed_in("carla")
    form = form_in(browser.get(FORM).text, FORM)
    add = {"do": "add.failed"}

    assert step_fields(browser.get(FORM).text) == ["input", "input"]
    nowhere = browser.post(FORM, data=filled(form, recipe="Gibt es nicht", **add)).text
    assert set(step_fields(nowhere)) == {"input"}
    named = browser.post(FORM, data=filled(form, recipe=f" {page.title} ", **add)).text
    assert set(step_fields(named)) == {"select"}


def test_steps_of_a_draft_are_offered_to_nobody(signed_in: Browsers, cast: Cast) -> None:
    secret = [{"key": "kaa", "title": "Geheimer Schritt", "minutes": 10}]
    make_page("Noch nicht fertig", publish=False, steps=secret)
    browser = signed_in("carla")
    form = form_in(browser.get(FORM).text, FORM)

    shown = browser.post(FORM, data=filled(form, recipe="Noch nicht fertig", do="add.failed")).text

    assert "Geheimer Schritt" not in shown

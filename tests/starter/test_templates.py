"""The starter's workshop templates: real agendas of starter recipes, ready to be planned with."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.stages import made_once
from wiki.pages.kinds import kinds
from wiki.pages.links import published_pages
from wiki.pages.rendering import markdown_fields
from wiki.pages.textform import from_text
from wiki.plans.agenda import Agenda
from wiki.plans.content import Sort, clock_minutes
from wiki.plans.hints import hints_for
from wiki.recipes.computing import minutes_of
from wiki.recipes.content import Phase, RecipeContent
from wiki.starter.loading import CONTENT, load_pages
from wiki.workshops.content import WorkshopContent
from wiki.workshops.planning import agenda_in

FILES = [path for path in sorted(CONTENT.glob("*.md")) if "Art: vorlage\n" in path.read_text()]
ESSENTIAL = (
    "summary",
    "topics",
    "audiences",
    "settings",
    "group_min",
    "people",
    "group_max",
    "start",
    "end",
    "lead_days",
)
each = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@pytest.fixture
def starter(app: Flask) -> Flask:
    """A wiki with all starter pages."""
    made_once(app, "starter pages", load_pages)
    return app


def template_in(path: Path) -> WorkshopContent:
    _word, content = from_text(path.read_text(), kinds().models())
    assert isinstance(content, WorkshopContent)
    return content


def recipes() -> list[RecipeContent]:
    read = [from_text(path.read_text(), kinds().models())[1] for path in CONTENT.glob("*.md")]
    return [content for content in read if isinstance(content, RecipeContent)]


def agenda(path: Path) -> Agenda:
    return agenda_in(template_in(path))


def test_there_are_twelve_and_each_is_made_of_recipes(app: Flask) -> None:
    templates = [template_in(path) for path in FILES]

    assert len(templates) >= 12
    assert [one.title for one in templates if not any(block.recipe for block in one.blocks)] == []
    assert [one.title for one in templates if "vorlage" in one.title.casefold()] == []


@each
def test_each_says_what_a_stranger_needs(app: Flask, path: Path) -> None:
    template = template_in(path)
    texts = {"plain_summary", "purpose", "preparation", "pitfalls", "invitation"}

    assert texts <= set(markdown_fields(template))
    said = dict(template)
    assert [name for name in ESSENTIAL if not said[name]] == []
    assert "[Datum]" in template.invitation
    assert re.search(r"\[(Ort|Ort, [^\]]+|Labor)\]", template.invitation)


def test_their_topics_and_audiences_are_those_of_the_recipes(app: Flask) -> None:
    pages = [from_text(path.read_text(), kinds().models())[1] for path in CONTENT.glob("*.md")]
    others = [page for page in pages if not isinstance(page, WorkshopContent)]
    for words in ("topics", "audiences"):
        known = {word for page in others for word in getattr(page, words)}
        used = {word for path in FILES for word in getattr(template_in(path), words)}

        assert used - known == set()


@each
def test_each_block_has_minutes_and_its_own_ones_say_what_to_do(app: Flask, path: Path) -> None:
    blocks = template_in(path).blocks

    assert [block.title or block.step for block in blocks if not block.minutes] == []
    own = [block for block in blocks if not block.recipe and not block.is_break]
    assert own
    assert [block.title for block in own if len(block.text) < 80] == []


@each
def test_each_named_step_is_found(starter: Flask, path: Path) -> None:
    template = template_in(path)
    pages = published_pages({block.recipe for block in template.blocks if block.recipe})
    lines = {line.key: line for line in agenda(path).lines}

    for block in template.blocks:
        line = lines[block.key]
        if block.recipe:
            assert line.block.sort is Sort.STEP, (block.recipe, block.step)
            assert line.block.page == pages[block.recipe][0]
            assert line.step is not None
            assert line.step.title == block.step
        else:
            assert line.block.sort is (Sort.BREAK if block.is_break else Sort.FREE)
        assert line.block.lasts == block.minutes
        assert line.block.track == block.track


@each
def test_each_keeps_to_its_clock(starter: Flask, path: Path) -> None:
    template = template_in(path)
    planned = (clock_minutes(template.end) or 0) - (clock_minutes(template.start) or 0)
    for day in agenda(path).days:
        assert [line.title for line in day.lines if line.timed.late or line.timed.gap] == []
        assert day.timed is not None
        assert (day.overlong, day.timed.late) == (0, 0)
        assert planned - 5 <= day.timed.minutes <= planned


@each
def test_no_hint_has_anything_to_say(starter: Flask, path: Path) -> None:
    assert hints_for(agenda(path)) == []


@each
def test_each_begins_with_an_arrival(starter: Flask, path: Path) -> None:
    words = re.compile("ankommen|teamrunde", re.IGNORECASE)
    for day in agenda(path).days:
        first = day.lines[0]
        assert first.phase is Phase.ARRIVE or words.search(first.title), first.title


@each
def test_its_groups_of_each_size_suit_the_recipes(starter: Flask, path: Path) -> None:
    """Groups that work side by side have a size of their own, which the hints look at."""
    template = template_in(path)
    sizes = [template.group_min or 0, template.people or 0, template.group_max or 0]
    assert sizes == sorted(sizes)
    for line in agenda(path).lines:
        if line.pinned is not None and not line.block.track:
            recipe = line.pinned.recipe
            fits = [(recipe.group_min or 0) <= size <= (recipe.group_max or 0) for size in sizes]
            assert all(fits), recipe.title


@each
def test_a_step_with_less_time_than_in_its_recipe_says_how(starter: Flask, path: Path) -> None:
    template = template_in(path)
    shown = agenda(path)
    lasting: dict[tuple[str, str], int] = {}
    for block in template.blocks:
        key = (block.recipe, block.step)
        lasting[key] = lasting.get(key, 0) + (block.minutes or 0)
    lines = {line.key: line for line in shown.lines}
    silent = []
    for block in template.blocks:
        line = lines[block.key]
        if line.step is None:
            continue
        people = shown.content.people_in(block.track) or 0
        short = lasting[block.recipe, block.step] < minutes_of(line.step, people)
        if short and not block.text:
            silent.append((block.step, block.minutes, minutes_of(line.step, people)))

    assert silent == []


@each
def test_each_is_shown_with_its_recipes(starter: Flask, client: FlaskClient, path: Path) -> None:
    shown = client.get(f"/wiki/{path.stem}").text
    template = template_in(path)

    assert shown.count('class="plan-time"') == len(template.blocks)
    assert 'class="plan-source"' in shown
    for name in {block.recipe for block in template.blocks if block.recipe}:
        assert f">{name}</a>" in shown

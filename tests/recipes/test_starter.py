"""The starter content: complete, in the canonical text form, and good to print."""

from pathlib import Path

import pytest
from flask import Flask

from wiki.pages.kinds import kinds
from wiki.pages.rendering import markdown_fields
from wiki.pages.textform import from_text, to_text
from wiki.recipes.computing import Wishes, minutes_of, run_for
from wiki.recipes.content import RecipeContent
from wiki.starter.loading import CONTENT, is_first_start, load_labs, load_pages

FILES = sorted(CONTENT.glob("*.md"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_is_in_the_canonical_text_form(app: Flask, path: Path) -> None:
    text = path.read_text()

    assert to_text(*from_text(text, kinds().models())) == text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_recipe_says_what_a_stranger_needs(app: Flask, path: Path) -> None:
    _word, content = from_text(path.read_text(), kinds().models())

    assert content.summary
    assert [creator.name for creator in content.creators] == ["Laborwiki-Startpaket"]
    if isinstance(content, RecipeContent):
        assert content.goals
        assert content.materials
        assert content.roles
        assert content.group_min
        assert content.minutes_setup is not None
        assert all(minutes_of(step, 10) and step.text for step in content.steps)
        assert {"invitation", "handout", "legal", "debrief"} <= set(markdown_fields(content))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_recipe_can_be_shortened(app: Flask, path: Path) -> None:
    _word, content = from_text(path.read_text(), kinds().models())
    if isinstance(content, RecipeContent):
        planned = run_for(content, Wishes()).planned

        assert run_for(content, Wishes(minutes=round(planned * 0.8))).too_long_by == 0


def test_all_of_it_comes_into_an_empty_wiki(app: Flask) -> None:
    assert is_first_start()

    assert (load_labs(), load_pages()) == (5, len(FILES))


def test_loading_again_changes_nothing(app: Flask) -> None:
    load_labs()
    load_pages()

    assert (load_labs(), load_pages()) == (0, 0)

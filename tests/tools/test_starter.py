"""The starter tools: what a lab must know of each, dated, and linked from the recipes."""

from pathlib import Path

from flask import Flask

from wiki.pages.kinds import kinds
from wiki.pages.rendering import markdown_fields
from wiki.pages.textform import from_text
from wiki.recipes.content import RecipeContent
from wiki.starter.loading import CONTENT
from wiki.tools.content import Account, ToolContent

FILES = [path for path in sorted(CONTENT.glob("*.md")) if "Art: werkzeug" in path.read_text()]
ESSENTIAL = (
    "summary",
    "topics",
    "uses",
    "provider",
    "cost",
    "account",
    "under_16",
    "data_place",
    "open_source",
    "software_licence",
    "devices",
    "offline",
    "pros",
    "cons",
    "checked_on",
)


def tool_in(path: Path) -> ToolContent:
    _word, content = from_text(path.read_text(), kinds().models())
    assert isinstance(content, ToolContent)
    return content


def test_each_tool_says_what_a_lab_must_know(app: Flask) -> None:
    for tool in map(tool_in, FILES):
        unsaid = [name for name in ESSENTIAL if not getattr(tool, name)]
        texts = {"plain_summary", "data_protection", "accessibility", "tips"}

        assert (tool.title, unsaid) == (tool.title, [])
        assert tool.address.startswith("https://"), tool.title
        assert texts <= set(markdown_fields(tool)), tool.title


def test_what_costs_or_asks_for_an_account_says_how(app: Flask) -> None:
    for tool in map(tool_in, FILES):
        assert tool.cost_note or tool.cost == "free", tool.title
        assert "Konto" in tool.data_protection or tool.account in (Account.NONE, Account.LEAD)


def test_fifteen_tools_come_and_recipes_lead_to_some(app: Flask) -> None:
    titles = {tool_in(path).title for path in FILES}
    used = set()
    for path in CONTENT.glob("*.md"):
        _word, content = from_text(path.read_text(), kinds().models())
        if isinstance(content, RecipeContent):
            used |= titles.intersection(content.tools)

    assert len(titles) >= 15
    assert used >= {"Etherpad", "Ollama", "OpenSCAD", "OpenStreetMap", "PrusaSlicer"}


def test_every_alternative_has_a_page(app: Flask) -> None:
    tools = [tool_in(path) for path in FILES]

    assert {name for tool in tools for name in tool.alternatives} <= {t.title for t in tools}

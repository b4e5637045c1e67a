"""A real index in a temporary folder, and documents to put into it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from search import Document, SearchIndex, Synonyms, first
from search.analysis import German
from search.lexicon import Lexicon
from search.synonyms import NONE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return Lexicon(tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="session")
def german(lexicon: Lexicon) -> German:
    return German(lexicon)


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    return SearchIndex(tmp_path / "index")


@pytest.fixture
def filled(index: SearchIndex) -> SearchIndex:
    """An index of twenty documents, each of which says "Werkstatt"."""
    index.rebuild([numbered(number) for number in range(20)], position=1)
    return index


def document(title: str, text: str = "", **values: object) -> Document:
    """A document whose id is its title unless given."""
    return Document(**({"id": title, "revision": 1, "title": title, "text": text} | values))


def numbered(number: int, revision: int = 1) -> Document:
    text = f"Werkstatt mit Nummer nr{number} und Fassung fassung{revision}"
    return document(f"Seite {number}", text, id=f"id-{number}", revision=revision)


def found(index: SearchIndex, words: str, synonyms: Synonyms = NONE) -> list[str]:
    """The ids of the hits, best first."""
    return [hit.id for hit in index.search(words, first(1000), synonyms=synonyms).hits]


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Starts Python code in a process of its own; `index` and `numbered` are at hand there."""
    head = (
        "import sys; from pathlib import Path; from search import *;"
        "from tests.search.conftest import numbered, document;"
        f"index = SearchIndex(Path({str(tmp_path / 'index')!r}))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}

    def run(code: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", head + code],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return run

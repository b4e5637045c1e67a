"""Two hundred times the power goes while somebody saves."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Select, func, select, text

from search import SearchIndex
from tests.conftest import Cast
from wiki.config import Settings
from wiki.db import db
from wiki.finding.indexing import Follower, out_of_step
from wiki.pages.models import Change, Page, PageFacts, Rendering, Revision

ROOT = Path(__file__).parents[2]
KILLS = 200


@dataclass(frozen=True)
class Said:
    """What the savers said before they were killed: one list of lines each."""

    lines: list[list[list[str]]]

    @property
    def confirmed(self) -> dict[tuple[int, int], str]:
        """Page and number → the summary that was saved."""
        return {
            (int(line[1]), int(line[2])): line[3]
            for lines in self.lines
            for line in lines
            if line[0] == "saved"
        }

    @property
    def failed(self) -> list[list[str]]:
        return [line for lines in self.lines for line in lines if line[0] == "failed"]

    @property
    def killed_while_saving(self) -> int:
        return sum(1 for lines in self.lines if lines and lines[-1] == ["begun"])


@pytest.fixture
def said(settings: Settings, cast: Cast) -> Said:
    db.session.remove()
    program = [sys.executable, "-m", "tests.durability.savers"]
    done = subprocess.run(
        [*program, str(settings.data), "anke@example.org", str(KILLS)],
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return Said(json.loads(done.stdout))


def test_a_confirmed_save_survives_two_hundred_kills(said: Said, app: Flask):
    assert len(said.lines) >= KILLS
    assert said.failed == []
    assert len(said.confirmed) >= KILLS
    assert said.killed_while_saving >= KILLS / 4

    everything_confirmed_is_there(said)
    versions_are_numbered_without_gaps()
    each_version_is_whole()
    the_database_is_sound()
    the_index_can_follow(app.extensions["laborwiki-search"])


def everything_confirmed_is_there(said: Said) -> None:
    kept = {(r.page_id, r.number): r.content["summary"] for r in db.session.scalars(all_versions())}
    lost = {place: told for place, told in said.confirmed.items() if kept.get(place) != told}
    assert lost == {}


def versions_are_numbered_without_gaps() -> None:
    numbers: dict[int, list[int]] = {}
    for version in db.session.scalars(all_versions()):
        numbers.setdefault(version.page_id, []).append(version.number)
    for page in db.session.scalars(select(Page)):
        assert numbers[page.id] == list(range(1, page.current_number + 1))


def each_version_is_whole() -> None:
    """Each has its HTML and exactly one line in the log, each page its facts and its stamp."""
    versions = [(version.page_id, version.number) for version in db.session.scalars(all_versions())]
    changes = db.session.scalars(select(Change).where(Change.what == "saved").order_by(Change.seq))
    logged = Counter((change.page_id, change.revision_number) for change in changes)
    assert logged == Counter(versions)
    rendered = set(db.session.scalars(select(Rendering.revision_id)))
    assert rendered == set(db.session.scalars(select(Revision.id)))
    newest = dict(
        db.session.execute(
            select(Change.page_id, func.max(Change.seq)).group_by(Change.page_id)
        ).all()
    )
    assert {page.id: page.touched for page in db.session.scalars(select(Page))} == newest
    assert set(db.session.scalars(select(PageFacts.page_id))) == set(newest)


def the_database_is_sound() -> None:
    assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
    assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []


def the_index_can_follow(index: SearchIndex) -> None:
    follower = Follower(index)
    while follower.follow():
        pass
    assert out_of_step(index) == ([], [])


def all_versions() -> Select[Revision]:
    return select(Revision).order_by(Revision.page_id, Revision.number)

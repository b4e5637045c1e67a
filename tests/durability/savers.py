"""Savers that are killed while they save: `python -m tests.durability.savers DATA MAIL KILLS`.

Everything is imported once; each saver is a fork of this process and saves as the person with
this mail address. It says "begun" before each save and page, number and summary after it
returned. What all of them said is printed as JSON.
"""

import gc
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from wiki import create_app
from wiki.accounts.people import find_person
from wiki.config import Settings
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.writing import Contribution, create_page, save_edit
from wiki.recipes.content import RecipeContent

AT_ONCE = 2
SHORTEST_SAVE = 0.03  # seconds


def main() -> None:
    data, mail, kills = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    app = create_app(Settings(data=data, testing=True, secret_key="a secret for tests"))
    with app.app_context():
        pages = [write_page(recipe(), mail).id for _ in range(AT_ONCE)]
        # The first save is slow; let it not be the one of every saver.
        save(pages[0], mail, 1, recipe())
        db.session.remove()
        # A fork must not share a database connection, so none is open from here on.
        db.engine.dispose()
    gc.freeze()

    said: list[list[list[str]]] = []
    while len(said) < kills:
        savers = [Saver(app, mail, page_id) for page_id in pages]
        said += [saver.kill_at_a_random_moment() for saver in savers]
    json.dump(said, sys.stdout)


class Saver:
    """A process that saves, one version after the other, until it is killed."""

    def __init__(self, app: Flask, mail: str, page_id: int) -> None:
        self.ear, mouth = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.ear)
            try:
                save_for_ever(app, mail, page_id, mouth)
            except BaseException as error:
                tell(mouth, "failed", type(error).__name__)
            finally:
                # Whatever happens, a saver never goes on as a second spawner.
                os._exit(1)
        os.close(mouth)

    def kill_at_a_random_moment(self) -> list[list[str]]:
        """After up to two saves and somewhere in the next; what it had said, line by line."""
        with os.fdopen(self.ear) as said:
            lines = [said.readline().split()]
            begun = time.monotonic()
            for _saved_and_begun in range(2 * random.randint(0, 2)):
                lines.append(said.readline().split())
            saves = len(lines) // 2
            one_save = (time.monotonic() - begun) / saves if saves else SHORTEST_SAVE
            time.sleep(random.uniform(0, one_save))
            os.kill(self.pid, signal.SIGKILL)
            lines += [line.split() for line in said]
        _pid, status = os.waitpid(self.pid, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return lines if killed else [*lines, ["failed", str(status)]]


def save_for_ever(app: Flask, mail: str, page_id: int, mouth: int) -> None:
    with app.app_context():
        number = db.session.get_one(Page, page_id).current_number
        while True:
            content = recipe()
            tell(mouth, "begun")
            number = save(page_id, mail, number, content)
            tell(mouth, "saved", page_id, number, content.summary)
            if number % 5 == 0:
                content = recipe()
                tell(mouth, "begun")
                new = write_page(content, mail)
                tell(mouth, "saved", new.id, new.current_number, content.summary)


def save(page_id: int, mail: str, base: int, content: RecipeContent) -> int:
    page, by = db.session.get_one(Page, page_id), Contribution(by=find_person(mail))
    saved = save_edit(page, kinds().named("format"), content, by, base=base, publish=True)
    assert saved.revision is not None
    return saved.revision.number


def write_page(content: RecipeContent, mail: str) -> Page:
    by = Contribution(by=find_person(mail), lab=db.session.scalar(select(Lab)))
    return create_page(kinds().named("format"), content, by, publish=True)


def recipe() -> RecipeContent:
    """Its summary is said nowhere else. No Markdown: that would start a process per saver."""
    return RecipeContent.model_validate(
        {
            "title": "Smartphone-Stunde",
            "summary": uuid4().hex,
            "topics": ["Digitales"],
            "steps": [{"key": f"k{n:02}", "title": "Machen", "minutes": n} for n in range(5)],
        }
    )


def tell(mouth: int, *words: object) -> None:
    # One write below the pipe's capacity is never cut in two.
    os.write(mouth, (" ".join(map(str, words)) + "\n").encode())


if __name__ == "__main__":
    main()

"""Load the starter content from its files in the text form."""

from pathlib import Path

import yaml
from sqlalchemy import select

from wiki.db import db, writing
from wiki.finding.words import SynonymGroup
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import PageSlug
from wiki.pages.textform import from_text
from wiki.pages.writing import Contribution, create_page

HERE = Path(__file__).parent
CONTENT = HERE / "content"


def is_empty() -> bool:
    """Whether nothing was ever written or set up here."""
    return db.session.scalar(select(PageSlug.slug)) is None and (
        db.session.scalar(select(Lab.id)) is None
    )


def load_labs() -> int:
    """The labs of `labs.yaml` that are not there yet; returns how many came."""
    wanted = yaml.safe_load((HERE / "labs.yaml").read_text())
    with writing() as session:
        known = set(session.scalars(select(Lab.slug)))
        new = [Lab(**lab) for lab in wanted if lab["slug"] not in known]
        session.add_all(new)
    return len(new)


def load_pages() -> int:
    """The pages of `content/` whose address is free; they belong to the network."""
    loaded = 0
    for path in sorted(CONTENT.glob("*.md")):
        if db.session.get(PageSlug, path.stem) is not None:
            continue
        word, content = from_text(path.read_text(), kinds().models())
        kind = kinds().with_word(word)
        assert kind is not None
        create_page(kind, content, Contribution(by=None), publish=True, slug=path.stem)
        loaded += 1
    return loaded


def load_words() -> int:
    """The groups of words that mean the same, where there never was one; returns how many came."""
    lines = (HERE / "words.txt").read_text().splitlines()
    with writing() as session:
        if session.scalar(select(SynonymGroup.id)) is not None:
            return 0
        session.add_all([SynonymGroup(words=line) for line in lines])
    return len(lines)

"""Load the starter content from its files in the text form."""

from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.finding.words import SynonymGroup
from wiki.labs.examples import of_example
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Page, PageSlug
from wiki.pages.textform import from_text
from wiki.pages.writing import Contribution, create_page
from wiki.reuse.models import Import

HERE = Path(__file__).parent
CONTENT = HERE / "content"


def is_first_start() -> bool:
    """Whether nobody was ever here: no account, nothing imported, nothing but starter content.

    Of that some may be here: a first start that was stopped goes on. Its last step is an account.
    """
    if any(db.session.scalar(select(table.id).limit(1)) for table in (User, Import)):
        return False
    pages = select(PageSlug.slug).join(Page, Page.id == PageSlug.page_id)
    labs = select(Lab.slug).where(~Lab.is_example)
    return set(db.session.scalars(pages.where(~of_example(Page.lab_id)))) <= {
        path.stem for path in CONTENT.glob("*.md")
    } and set(db.session.scalars(labs)) <= {lab["slug"] for lab in _labs()}


def load_labs() -> int:
    """The labs of `labs.yaml` that are not there yet; returns how many came."""
    wanted = _labs()
    with writing() as session:
        known = set(session.scalars(select(Lab.slug)))
        new = [Lab(**lab) for lab in wanted if lab["slug"] not in known]
        session.add_all(new)
    return len(new)


def _labs() -> Any:
    return yaml.safe_load((HERE / "labs.yaml").read_text())


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

"""Founding a lab and writing its home."""

from http import HTTPStatus

from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki import markup
from wiki.db import db, writing
from wiki.errors import LaborwikiError, NotFound
from wiki.labs.content import LabContent, NewLab, content_of
from wiki.labs.models import Lab
from wiki.slugs import slug_for

# Addresses beside those of labs: /labore/neu, /labore/farben.css.
RESERVED = {"neu", "farben"}


class NameTaken(LaborwikiError):
    """The name's address belongs to another lab, or to no lab ever."""

    status = HTTPStatus.CONFLICT


class LabChanged(LaborwikiError):
    """Somebody saved the lab meanwhile: `stored` is what they wrote, as version `version`."""

    status = HTTPStatus.CONFLICT

    def __init__(self, stored: LabContent, version: int) -> None:
        super().__init__("lab changed")
        self.stored = stored
        self.version = version


def find_lab(slug: str) -> Lab:
    """The lab at this address.

    Raises:
        NotFound: there is none.
    """
    lab = db.session.scalar(select(Lab).where(Lab.slug == slug))
    if lab is None:
        raise NotFound
    return lab


def create_lab(new: NewLab) -> Lab:
    """A new lab, mobile lab or guest at the address its name gives.

    Raises:
        NameTaken: the address is not free.
    """
    with writing() as session:
        return add_lab(session, new)


def add_lab(session: Session, new: NewLab) -> Lab:
    """As `create_lab`, inside a transaction of the caller's."""
    slug = slug_for(new.name, otherwise="labor")
    if slug in RESERVED or session.scalar(select(Lab.id).where(Lab.slug == slug)):
        raise NameTaken
    lab = Lab(slug=slug, name=new.name, kind=new.kind.value, place=new.place)
    session.add(lab)
    session.flush()
    return lab


def save_lab(lab: Lab, content: LabContent, *, base: int) -> None:
    """Replace the home of the lab that was read as version `base`.

    Raises:
        LabChanged: somebody else saved something different since.
        TooComplex: the text cannot be rendered in time.
    """
    html = markup.render_within(content.text).html
    values = content.model_dump() | {"position": content.position or 0}
    with writing() as session:
        current = session.get_one(Lab, lab.id)
        stored = content_of(current)
        if stored.model_dump() == values:
            return
        if current.version != base:
            raise LabChanged(stored, current.version)
        for name, value in values.items():
            setattr(current, name, value)
        current.text_html = html
        current.version += 1

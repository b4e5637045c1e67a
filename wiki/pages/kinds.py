"""Kinds of page. The core knows none: each kind is a folder that registers itself here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app

from wiki.accounts.models import User
from wiki.errors import NotFound
from wiki.language import N_, translations
from wiki.pages.content import Content
from wiki.pages.models import Page


@dataclass(frozen=True)
class FormSection:
    """A folded part of a form under one heading."""

    title: str
    fields: tuple[str, ...]


COVER_SECTION = FormSection(N_("Titelbild"), ("cover",))


def about_section(*own: str) -> FormSection:
    """The last section of every form: a kind's own fields of this sort, then the common ones."""
    common = ("plain_summary", "language", "licence", "creators", "source", "other_licence")
    return FormSection(N_("Themen, Sprache, Lizenz"), (*own, *common))


@dataclass(frozen=True)
class Facts:
    """What lists and finders ask about a page; a kind fills what it knows.

    Minutes are those of the steps for no participants; `minutes_per_person` comes on top for
    each one. `minutes_shortest` and `shortest_per_person` are what is left of both when
    everything is cut that may be cut.
    """

    minutes: int | None = None
    minutes_per_person: float | None = None
    minutes_shortest: int | None = None
    shortest_per_person: float | None = None
    group_min: int | None = None
    group_ideal: int | None = None
    group_max: int | None = None
    level: int | None = None
    wifi: str | None = None
    cost_fixed: float | None = None
    cost_per_person: float | None = None
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def no_facts(_content: Content) -> Facts:
    return Facts()


def nothing_more(_content: Content, _wishes: Mapping[str, str]) -> dict[str, Any]:
    return {}


def nothing_known(_query: Mapping[str, str], _person: User) -> dict[str, Any]:
    return {}


def nothing_offered(_typed: Mapping[str, Any], _person: User) -> Mapping[str, Sequence[str]]:
    return {}


def nothing_kept(_page: Page, _content: Content) -> None:
    pass


def nothing_lacks(_content: Content) -> tuple[str, str] | None:
    return None


@dataclass(frozen=True)
class Kind:
    """What a kind adds to a page: a content model, a form, a view, its facts.

    name: how it is stored; word: how addresses and files call it; write_word: the address of
    its form, shared by kinds with the same content model, among which a page may change.
    view: what the templates need beside the content, from the address's query. prefill: what stands
    in the form of a new page, from the address's query. offer: what lines of the form are chosen
    from, by what is typed in it so far (see `forms.Form`). lacks: the field without which the
    content says nothing, and what to write there, to be translated. record: what the kind keeps of
    a page beside its content, made anew inside the transaction that saves it. preview: a line of
    plain words for the search, beside the summary. is_adaptable: whether another lab may start from
    such a page. ages: whether what it says may become wrong with time.
    """

    name: str
    word: str
    label: str
    plural: str
    content: type[Content]
    write_word: str
    write_label: str
    view_template: str
    write_lead: str = N_("Titel und ein Satz genügen. Alles andere kann später kommen.")
    start_rows: tuple[str, ...] = ()
    first_fields: tuple[str, ...] = ("title", "summary")
    sections: tuple[FormSection, ...] = ()
    row_first_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    print_template: str = "pages/print.html"
    facts: Callable[[Any], Facts] = no_facts
    view: Callable[[Any, Mapping[str, str]], dict[str, Any]] = nothing_more
    prefill: Callable[[Mapping[str, str], User], dict[str, Any]] = nothing_known
    offer: Callable[[Mapping[str, Any], User], Mapping[str, Sequence[str]]] = nothing_offered
    lacks: Callable[[Any], tuple[str, str] | None] = nothing_lacks
    record: Callable[[Page, Any], None] = nothing_kept
    preview: Callable[[Any], str] | None = None
    writable: bool = True
    is_adaptable: bool = True
    ages: bool = True


class Kinds:
    """The kinds of one application, in the order they registered."""

    def __init__(self) -> None:
        self._by_name: dict[str, Kind] = {}

    def add(self, kind: Kind) -> None:
        self._by_name[kind.name] = kind

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._by_name.values())

    def named(self, name: str) -> Kind:
        """The kind stored under this name.

        Raises:
            NotFound: no such kind is registered.
        """
        try:
            return self._by_name[name]
        except KeyError:
            raise NotFound from None

    def with_word(self, word: str) -> Kind | None:
        return next((kind for kind in self if kind.word == word), None)

    def written_at(self, write_word: str) -> list[Kind]:
        """The kinds that share the form `/neu/<write_word>`.

        Raises:
            NotFound: there is no such form.
        """
        found = [kind for kind in self if kind.write_word == write_word and kind.writable]
        if not found:
            raise NotFound
        return found

    def first_write_word(self) -> str:
        """The address of the form that a link to a missing page leads to."""
        return next((kind.write_word for kind in self if kind.writable), "")

    def models(self) -> dict[str, type[Content]]:
        """Word → content model, as the text form asks for it."""
        return {kind.word: kind.content for kind in self}


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-kinds"] = Kinds()


def add_kind(app: Flask, kind: Kind) -> None:
    kinds: Kinds = app.extensions["laborwiki-kinds"]
    kinds.add(kind)


def kinds() -> Kinds:
    """The kinds of the running application."""
    found: Kinds = current_app.extensions["laborwiki-kinds"]
    return found


def forms_to_write() -> list[tuple[str, str]]:
    """Word and label of each form that writes a page: `rezept`, „Rezept schreiben“."""
    forms = ((kind.write_word, kind.write_label) for kind in kinds() if kind.writable)
    return list(dict.fromkeys(forms))


def label_of(name: str) -> str:
    """What a kind is called on the screen, in the reader's language."""
    return translations()(kinds().named(name).label)

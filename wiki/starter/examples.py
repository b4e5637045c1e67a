"""The examples: a recipe that went once round, told by two labs that nobody belongs to.

They come with the starter content and let a newcomer see the whole circle. What happened stands in
`examples/verlauf.yaml` and is done here by what people's own forms call.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.adaptations.adapting import adapt
from wiki.db import db, writing, writing_together
from wiki.labs.examples import nobody_of
from wiki.labs.models import Lab
from wiki.outcomes.learning import decline, take_up
from wiki.pages.content import Content
from wiki.pages.kinds import Kind, kinds
from wiki.pages.models import Page, PageSlug
from wiki.pages.rendering import content_of
from wiki.pages.textform import from_text
from wiki.pages.writing import Contribution, create_page, revision_of, save_edit
from wiki.proposals.answering import Picks, accept
from wiki.proposals.content import ReasonsOfReader
from wiki.proposals.proposing import Change, propose
from wiki.starter.loading import HERE
from wiki.talk import saying
from wiki.talk.content import RemarkContent

EXAMPLES = HERE / "examples"
COURSE = EXAMPLES / "verlauf.yaml"
Event = Mapping[str, Any]


def load_examples() -> int:
    """The examples, all of them or none; returns how many pages came.

    None where they were before: the address of the first stays reserved when they are removed.
    """
    told = yaml.safe_load(COURSE.read_text())
    with writing_together():
        first = told["course"][0]["publish"]
        taken = select(Lab.id).where(Lab.slug.in_([lab["slug"] for lab in told["labs"]]))
        if db.session.get(PageSlug, first) or db.session.scalar(taken):
            return 0
        return _Telling(told["labs"]).tell(told["course"])


class _Telling:
    """Does one thing after the other as the labs whose it is; what it writes names nobody."""

    def __init__(self, labs: Sequence[Event]) -> None:
        self._labs = {lab["slug"]: Lab(**lab, is_example=True) for lab in labs}
        with writing() as session:
            session.add_all(self._labs.values())
        self._pages: dict[str, Page] = {}

    def tell(self, course: Sequence[Event]) -> int:
        told: dict[str, Callable[[Event], None]] = {
            "publish": self._publish,
            "edit": self._edit,
            "decline": self._decline,
            "adapt": self._adapt,
            "propose": self._propose,
            "say": self._say,
        }
        for event in course:
            told[next(iter(event))](event)
        return len(self._pages)

    def _publish(self, event: Event) -> None:
        slug = event["publish"]
        word, content = from_text((EXAMPLES / f"{slug}.md").read_text(), kinds().models())
        kind = kinds().with_word(word)
        assert kind is not None
        contribution = Contribution(by=None, lab=self._labs[event["lab"]])
        self._pages[slug] = create_page(kind, content, contribution, publish=True, slug=slug)

    def _edit(self, event: Event) -> None:
        page = self._pages[event["edit"]]
        by, names = self._editor_of(page), [self._learning(name) for name in event["takes_up"]]

        def settle(number: int | None) -> None:
            assert number is not None
            take_up(page, number, names, by)

        contribution = Contribution(by, page.lab, event["note"], together_with=settle)
        self._save(page, event["changes"], contribution)

    def _decline(self, event: Event) -> None:
        name = self._learning(event["decline"])
        report = self._pages[event["decline"].partition(".")[0]]
        recipe = next(
            page for page in self._pages.values() if page.title == _content(report).recipe
        )
        decline(recipe, name, event["reason"], self._editor_of(recipe))

    def _adapt(self, event: Event) -> None:
        source, lab = self._pages[event["adapt"]], self._labs[event["lab"]]
        by = nobody_of(lab)
        page = adapt(source, source.current_number, lab, by, source.owner_name, event["note"])
        self._pages[page.slug] = page
        self._save(page, event["changes"], Contribution(by, lab, event["then"]))

    def _propose(self, event: Event) -> None:
        page = self._pages[event["propose"]]
        change = Change(
            _kind(page), _changed(_content(page), event["changes"]), page.current_number
        )
        reasons = ReasonsOfReader(
            reason=event["reason"], evidence=event["evidence"], proposer_name=event["name"]
        )
        proposal = propose(page, change, reasons, None, "")
        if "accept" in event:
            fields = frozenset(path.partition(".")[0] for path in event["changes"])
            picks = Picks(fields, {}, {}, note=event["accept"])
            accept(proposal, picks, self._editor_of(page))

    def _say(self, event: Event) -> None:
        page = self._pages[event["say"]]
        by = self._editor_of(page)
        remark = saying.say(page, _remark(event), None)
        saying.publish(remark, by)
        for answer in event.get("answers", ()):
            saying.publish(saying.answer(remark.thread, _remark(answer), None), by)

    def _save(self, page: Page, changes: Event, contribution: Contribution) -> None:
        content = _changed(_content(page), changes)
        base = page.current_number
        save_edit(page, _kind(page), content, contribution, base=base, publish=True)

    def _editor_of(self, page: Page) -> User:
        assert page.lab is not None
        return nobody_of(page.lab)

    def _learning(self, name: str) -> str:
        slug, _dot, path = name.partition(".")
        return f"{self._pages[slug].id}.{path}"


def _kind(page: Page) -> Kind:
    return kinds().named(page.kind)


def _content(page: Page) -> Any:
    return content_of(revision_of(page, page.current_number))


def _remark(event: Event) -> RemarkContent:
    return RemarkContent(text=event["text"], step=event.get("step", ""), name=event["name"])


def _changed(content: Content, changes: Event) -> Content:
    """The content with other values at some paths: `summary`, `steps.fwlau.minutes`."""
    values: Any = content.to_json()
    for path, value in changes.items():
        *above, name = path.split(".")
        place = values
        for part in above:
            place = _row(place, part) if isinstance(place, list) else place[part]
        if isinstance(place, list):
            place.remove(_row(place, name))
        else:
            place[name] = value
    return type(content).model_validate(values)


def _row(rows: list[dict[str, Any]], key: str) -> dict[str, Any]:
    return next(row for row in rows if row["key"] == key)

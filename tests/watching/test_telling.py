"""Who hears of what, once, and only while it is theirs to see."""

import pytest
from flask import Flask
from sqlalchemy import delete, event, update

from tests.at_once import at_once
from tests.conftest import Cast, make_page
from tests.watching.stage import edit, follow, lines, news, person, watch_page
from wiki.accounts.closing import close_account
from wiki.accounts.exporting import data_about
from wiki.adaptations.adapting import adapt
from wiki.db import db, now, writing
from wiki.labs.models import Lab, Membership
from wiki.language import in_language
from wiki.outcomes.learning import take_up
from wiki.pages.kinds import kinds
from wiki.pages.models import Change, Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import (
    Contribution,
    NewPage,
    add_pages,
    bring_back,
    purge,
    retire,
    revision_of,
    save_edit,
)
from wiki.proposals.answering import Picks, accept, decline
from wiki.proposals.commenting import comment, take_back
from wiki.proposals.content import CommentContent, Reasons
from wiki.proposals.models import Proposal
from wiki.proposals.proposing import Change as ProposedChange
from wiki.proposals.proposing import propose
from wiki.talk import saying
from wiki.talk.content import QuestionContent, RemarkContent
from wiki.watching.lines import count_unread, mark_all_read
from wiki.watching.models import Notice, ToldUpTo, Watching
from wiki.watching.telling import KEPT, forget_old, tell, tell_of_changes
from wiki.watching.watching import Target, watch


def read_all(number: int) -> None:
    mark_all_read(person(number), 10**9)


def test_several_changes_are_one_line_until_somebody_looks(page: Page, cast: Cast) -> None:
    watch_page(cast.carla, page)
    edit(page, cast.anke, summary="Zwei.")
    follow()
    edit(page, cast.bilal, summary="Drei.")

    [line] = lines(cast.carla)

    assert (line.title, line.text, line.by) == (page.title, "hat 2 neue Versionen", "Bilal")
    assert line.compare.endswith("/vergleich?von=1&bis=3")
    read_all(cast.carla)
    edit(page, cast.anke, summary="Vier.")
    assert news(cast.carla) == [
        "Smartphone-Stunde: hat eine neue Version",
        "Smartphone-Stunde: hat 2 neue Versionen",
    ]
    assert count_unread(person(cast.carla)) == 1


def test_nobody_hears_of_themselves_nor_of_what_they_do_not_watch(page: Page, cast: Cast) -> None:
    watch_page(cast.anke, page)

    edit(page, cast.anke, summary="Zwei.")

    assert news(cast.anke) == news(cast.carla) == []


def test_a_lab_brings_what_it_publishes_and_changes_but_no_drafts(
    cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("Schon da", by=cast.anke, lab=labs["soest"])
    for number in (cast.bilal, cast.carla):
        watch(person(number), Target(lab_id=labs["soest"].id))
    make_page("Smartphone-Stunde", by=cast.anke, lab=labs["soest"])
    draft = make_page("Leise", by=cast.anke, lab=labs["soest"], publish=False)
    make_page("Anderswo", by=cast.anke, lab=labs["menden"])
    follow()
    assert news(cast.bilal) == news(cast.carla) == ["Smartphone-Stunde: wurde veröffentlicht"]

    edit(draft, cast.anke, summary="Laut.")

    assert news(cast.carla)[0] == "Leise: wurde veröffentlicht"
    assert lines(cast.carla)[0].why == labs["soest"].name


def test_a_page_counts_for_the_lab_it_belongs_to_now(
    page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    follow()
    watch(person(cast.gabi), Target(lab_id=labs["menden"].id))
    with writing() as session:
        session.get_one(Page, page.id).lab_id = labs["menden"].id
    edit(page, cast.anke, summary="Umgezogen.")

    assert news(cast.gabi) == ["Smartphone-Stunde: hat eine neue Version"]


def test_who_may_no_longer_see_a_draft_is_told_nothing_of_it(
    cast: Cast, labs: dict[str, Lab]
) -> None:
    draft = make_page("Streng geheim", by=cast.anke, lab=labs["soest"], publish=False)
    watch_page(cast.bilal, draft)
    edit(draft, cast.anke, publish=False, summary="Zwei.")
    assert news(cast.bilal) == ["Streng geheim: hat eine neue Version"]
    with writing() as session:
        session.execute(delete(Membership).where(Membership.user_id == cast.bilal))

    assert news(cast.bilal) == []
    assert count_unread(person(cast.bilal)) == 0
    edit(draft, cast.anke, publish=False, summary="Drei.")
    follow()
    assert db.session.query(Notice).one().count == 1


def test_a_retired_page_says_so_and_a_purged_one_is_forgotten(page: Page, cast: Cast) -> None:
    watch_page(cast.carla, page)
    retire(page, person(cast.anke))
    assert news(cast.carla) == ["Smartphone-Stunde: wurde zurückgezogen"]

    bring_back(page, person(cast.anke))
    assert news(cast.carla) == ["Smartphone-Stunde: wurde veröffentlicht"]

    purge(page, person(cast.anke))

    assert news(cast.carla) == []
    assert db.session.query(Notice).count() == db.session.query(Watching).count() == 0


def test_a_page_purged_before_anybody_told_of_it_is_told_to_nobody(page: Page, cast: Cast) -> None:
    watch_page(cast.carla, page)
    edit(page, cast.anke, summary="Zwei.")
    purge(page, person(cast.anke))
    follow()

    assert db.session.query(Notice).count() == 0


def test_an_import_is_one_line(cast: Cast, labs: dict[str, Lab], page: Page) -> None:
    follow()
    watch(person(cast.carla), Target(lab_id=labs["soest"].id))
    kind = kinds().named("format")
    by = Contribution(by=person(cast.anke), lab=labs["soest"], is_bulk=True)
    html = {"html": {}, "toc": [], "links": {}, "files": []}
    with writing():
        add_pages(
            [
                NewPage(kind, kind.content.model_validate({"title": f"Nr. {n}"}), html, by, True)
                for n in range(450)
            ]
        )

    assert news(cast.carla) == [
        f"{labs['soest'].name}: 450 Seiten kamen neu dazu oder haben sich geändert"
    ]
    assert count_unread(person(cast.carla)) == 1


def test_who_spoke_who_wrote_the_page_and_who_watches_hear_an_answer(
    page: Page, cast: Cast
) -> None:
    watch_page(cast.bilal, page)
    first = saying.say(page, RemarkContent(text="Wie lange?"), person(cast.carla))
    saying.answer(first.thread, RemarkContent(text="Eine Stunde."), person(cast.gabi))

    told = "Smartphone-Stunde: hat Neues in der Diskussion"
    assert news(cast.anke) == news(cast.bilal) == news(cast.carla) == [told]
    assert news(cast.gabi) == []
    assert lines(cast.carla)[0].address.endswith(f"#gespraech-{first.thread_id}")
    assert db.session.query(Notice).filter_by(user_id=cast.anke).one().count == 2


def test_a_remark_that_waits_is_news_once_it_is_published_and_none_once_it_is_removed(
    page: Page, cast: Cast
) -> None:
    watch_page(cast.carla, page)
    remark = saying.say(page, RemarkContent(text="Ohne Konto."), None)
    assert news(cast.carla) == []

    saying.publish(remark, person(cast.anke))
    assert news(cast.carla) == ["Smartphone-Stunde: hat Neues in der Diskussion"]

    saying.remove(remark, person(cast.anke))
    assert news(cast.carla) == []
    assert count_unread(person(cast.carla)) == 0


def test_who_asked_all_labs_hears_of_the_answer(cast: Cast, labs: dict[str, Lab]) -> None:
    asked = QuestionContent(title="Wer hat Lötkolben?")
    thread = saying.ask(asked, labs["menden"], person(cast.carla))
    saying.answer(thread, RemarkContent(text="Wir."), person(cast.anke))

    [line] = lines(cast.carla)

    assert (line.title, line.text) == ("Wer hat Lötkolben?", "hat neue Antworten")
    assert line.address == f"/fragen/{thread.id}"
    with writing() as session:
        session.execute(delete(Membership).where(Membership.user_id == cast.carla))
    assert news(cast.carla) == []


def test_who_is_mentioned_finds_it_under_zu_tun_alone(page: Page, cast: Cast) -> None:
    watch_page(cast.carla, page)
    saying.say(page, RemarkContent(text="@Carla, stimmt das?"), person(cast.bilal))

    assert news(cast.carla) == []
    assert news(cast.anke) == ["Smartphone-Stunde: hat Neues in der Diskussion"]


def proposal_of(page: Page, by: int) -> Proposal:
    content = content_of(revision_of(page, page.current_number)).model_copy(
        update={"summary": "Besser."}
    )
    change = ProposedChange(kinds().named(page.kind), content, page.current_number)
    return propose(page, change, Reasons(reason="Darum."), person(by), "")


@pytest.mark.parametrize(
    ("is_accepted", "told"),
    [
        (True, "hat den Vorschlag dazu übernommen"),
        (False, "hat eine Antwort auf den Vorschlag dazu"),
    ],
)
def test_an_answered_proposal_is_told_once(
    page: Page, cast: Cast, is_accepted: bool, told: str
) -> None:
    watch_page(cast.gabi, page)
    proposal = proposal_of(page, cast.gabi)
    if is_accepted:
        accept(proposal, Picks(frozenset({"summary"}), {}, {}), person(cast.anke))
    else:
        decline(proposal, "Steht schon da.", person(cast.anke))

    [line] = lines(cast.gabi)

    assert (line.text, line.by) == (told, "Anke")
    assert line.address == f"/wiki/{page.slug}/vorschlaege/{proposal.id}"


def test_what_is_said_about_a_proposal_concerns_those_who_talk_about_it(
    page: Page, cast: Cast
) -> None:
    """Carla asks, Gabi answers; Anke, the editor, will answer the proposal; Bilal only might."""
    proposal = proposal_of(page, cast.gabi)
    comment(proposal, CommentContent(text="Bei wie vielen?"), person(cast.carla))
    [told] = lines(cast.gabi)
    assert (told.text, told.by) == ("hat einen neuen Kommentar zu einem Vorschlag", "Carla")
    assert told.address == f"/wiki/{page.slug}/vorschlaege/{proposal.id}"

    comment(proposal, CommentContent(text="Bei zwölf."), person(cast.gabi))
    assert [line.by for line in lines(cast.carla)] == ["Gabi"]
    assert [line.by for line in lines(cast.anke)] == ["Gabi"]
    assert not lines(cast.bilal)


def test_a_comment_that_was_taken_back_is_no_news(page: Page, cast: Cast) -> None:
    proposal = proposal_of(page, cast.gabi)
    said = comment(proposal, CommentContent(text="Quatsch."), person(cast.carla))
    assert lines(cast.gabi)

    take_back(said.id, person(cast.carla))
    assert not lines(cast.gabi)


def test_who_made_a_page_from_another_hears_that_it_went_on(
    page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    own = adapt(page, 1, labs["menden"], person(cast.carla), "Labor", "Angepasst.")
    watch_page(cast.carla, page)
    edit(page, cast.anke, summary="Weiter.")

    [line] = lines(cast.carla)

    assert line.text == f"hat sich geändert; daraus ist „{own.title}“ angepasst"
    assert line.address == f"/wiki/{own.slug}/fassungen"


def test_a_report_is_news_for_the_recipe_and_what_it_taught_for_the_reporter(
    page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    watch_page(cast.bilal, page)
    about = {"recipe": page.title, "failed": [{"key": "kf1", "text": "Zu laut."}]}
    report = make_page("Am Markt", by=cast.carla, lab=labs["menden"], kind="outcome", **about)
    told = "Am Markt: ist ein neuer Erfahrungsbericht zu „Smartphone-Stunde“"
    assert news(cast.bilal) == news(cast.anke) == [told]

    content = content_of(revision_of(page, 1)).model_copy(update={"summary": "Leiser."})
    anke = person(cast.anke)
    save_edit(
        page,
        kinds().named(page.kind),
        content,
        Contribution(
            by=anke,
            together_with=lambda n: take_up(page, n or 0, {f"{report.id}.failed.kf1"}, anke),
        ),
        base=1,
        publish=False,
    )

    assert news(cast.carla) == ["Smartphone-Stunde: hat etwas aus „Am Markt“ aufgenommen"]


def cut_off(*_connection: object) -> None:
    raise OSError("killed")


def test_killed_before_its_commit_the_follower_starts_where_it_stood(
    page: Page, cast: Cast
) -> None:
    watch_page(cast.carla, page)
    edit(page, cast.anke, summary="Zwei.")
    event.listen(db.engine, "commit", cut_off)
    with pytest.raises(OSError, match="killed"):
        tell()
    event.remove(db.engine, "commit", cut_off)
    db.session.rollback()
    assert db.session.query(Notice).count() == 0
    follow()
    assert not tell_of_changes()

    [notice] = db.session.query(Notice).all()

    assert notice.count == 1
    newest = db.session.scalar(db.select(db.func.max(Change.seq)))
    assert db.session.get_one(ToldUpTo, "changes").seq == newest


def test_two_background_processes_tell_everything_once(app: Flask, page: Page, cast: Cast) -> None:
    watch_page(cast.carla, page)
    for number in range(5):
        edit(page, cast.anke, summary=f"Fassung {number}.")

    def work() -> None:
        while tell():
            pass

    at_once(work, work, app=app)
    db.session.rollback()

    assert db.session.query(Notice).one().count == 5


def test_closing_an_account_forgets_and_the_export_has_it(
    app: Flask, page: Page, cast: Cast
) -> None:
    watch_page(cast.carla, page)
    edit(page, cast.anke, summary="Zwei.")
    follow()
    with in_language("de"):
        data = data_about(person(cast.carla))
    assert data["beobachtungen"][0]["beobachtet"] == page.title
    assert data["neuigkeiten"][0]["was"] == "hat eine neue Version"
    assert data["mails"] == {"neuigkeiten": "daily", "wochenrückblick": False}

    with writing():
        close_account(person(cast.carla))
    edit(page, cast.anke, summary="Drei.")
    follow()

    assert db.session.query(Notice).count() == db.session.query(Watching).count() == 0


def test_what_is_half_a_year_old_goes(page: Page, cast: Cast) -> None:
    watch_page(cast.carla, page)
    edit(page, cast.anke, summary="Zwei.")
    follow()
    forget_old()
    assert db.session.query(Notice).count() == 1
    with writing() as session:
        session.execute(update(Notice).values(at=now() - KEPT))

    forget_old()

    assert db.session.query(Notice).count() == 0

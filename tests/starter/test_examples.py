"""The examples: the whole circle for a newcomer, counted nowhere else, gone without a trace."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.conftest import Cast, make_page, token
from tests.finding.test_finder import counts, titles
from tests.outcomes.test_outcomes import evidence, report
from tests.stages import database_of, everything_in, made_once
from wiki.accounts.models import User
from wiki.adaptations.adapting import adapt
from wiki.adaptations.models import Adaptation
from wiki.config import Settings
from wiki.db import db, writing, writing_together
from wiki.errors import NotAllowed
from wiki.finding.catalogue import catalogue
from wiki.finding.indexing import Follower
from wiki.freshness.looking import due_pages
from wiki.labs.models import Lab, Membership
from wiki.outcomes.evidence import IDEA, IN_LABS, TRIED
from wiki.outcomes.learning import lessons_of, open_lessons_of
from wiki.pages.kinds import kinds
from wiki.pages.models import Bookmark, Page, Revision
from wiki.pages.textform import from_text, to_text
from wiki.pages.writing import protect, purge, retire
from wiki.proposals.proposing import waiting_for
from wiki.reuse.exporting import exported_pages
from wiki.starter.examples import COURSE, EXAMPLES, load_examples
from wiki.starter.loading import load_labs
from wiki.starter.removing import count_examples, remove_examples
from wiki.talk import saying
from wiki.talk.content import RemarkContent
from wiki.watching.watching import Target, watch, watched_by

Browsers = Callable[[str], FlaskClient]
RECIPE = "beispiel-formular-werkstatt"
ADAPTED = "formular-werkstatt-zweites-beispiellabor"
STAND = f"{RECIPE}-marktplatz"
FILES = sorted(EXAMPLES.glob("*.md"))
ROOT = Path(__file__).parents[2]


@pytest.fixture
def examples(app: Flask, cast: Cast) -> dict[str, Page]:
    """All of them, by their addresses, beside the labs and people of the cast."""
    made_once(app, "examples", load_examples)
    follow(app)
    return by_slug()


def follow(app: Flask) -> None:
    """Bring the index up, in a session of its own."""
    with app.app_context():
        Follower(app.extensions["laborwiki-search"]).follow()


def by_slug() -> dict[str, Page]:
    pages = select(Page).join(Lab, Lab.id == Page.lab_id).where(Lab.is_example)
    return {page.slug: page for page in db.session.scalars(pages.order_by(Page.id))}


def person(number: int) -> User:
    return db.session.get_one(User, number)


def example_lab(slug: str = "beispiellabor") -> Lab:
    return db.session.scalars(select(Lab).where(Lab.slug == slug)).one()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_is_in_the_canonical_text_form(app: Flask, path: Path) -> None:
    written = path.read_text()

    assert to_text(*from_text(written, kinds().models())) == written


def test_each_file_has_its_place_in_the_course() -> None:
    course = yaml.safe_load(COURSE.read_text())["course"]

    assert sorted(e["publish"] for e in course if "publish" in e) == sorted(
        path.stem for path in FILES
    )


def test_a_newcomer_sees_the_whole_circle(client: FlaskClient, examples: dict[str, Page]) -> None:
    start = client.get("/").text
    assert f'So funktioniert der Kreislauf: <a href="/wiki/{RECIPE}">' in start

    recipe = client.get(f"/wiki/{RECIPE}").text
    assert "4× erprobt" in recipe
    assert "in 2 Laboren, mit 5–14 Personen" in recipe
    assert "in mehreren Laboren erprobt · auch gescheitert" in recipe
    assert "Aus 3 Durchführungen gelernt" in recipe
    assert "4 Hinweise aus Durchführungen sind noch offen" in recipe
    assert f'<a href="/wiki/{ADAPTED}">' in recipe
    assert "Zu „Stellen sammeln“" in client.get(f"/wiki/{RECIPE}/diskussion").text

    versions = client.get(f"/wiki/{RECIPE}/versionen").text
    learned = versions.split("aus 3 Durchführungen gelernt")[1].split("</details>")[0]
    assert learned.count(f'href="/wiki/{RECIPE}-') == 3
    assert "Vorschlag von Zweites Beispiellabor" in versions


def test_learnings_are_in_all_three_states(client: FlaskClient, examples: dict[str, Page]) -> None:
    learned = client.get(f"/wiki/{RECIPE}/gelernt").text

    still_open = learned.split('id="offen"')[1].split("</section>")[0]
    taken_up = learned.split('id="eingearbeitet"')[1].split("</section>")[0]
    declined = learned.split('id="nicht"')[1].split("</section>")[0]
    assert "Anderthalb Stunden bleibt am Markttag niemand stehen." in still_open
    assert "25 Minuten reichen nicht" in taken_up
    assert "Mit Preisen für den schlimmsten Satz würde es lustiger." in declined
    assert "stellt die bloß, die ihn geschrieben haben" in declined


def test_the_adaptation_can_still_take_something_over(
    client: FlaskClient, examples: dict[str, Page]
) -> None:
    kin = client.get(f"/wiki/{ADAPTED}/fassungen").text

    assert "Die Blätter hängen danach im Bürgerbüro" in kin.split("Neu im Original")[1]
    assert "Personen höchstens" in kin.split("Anders in dieser Fassung")[1]
    assert "1× erprobt" in client.get(f"/wiki/{ADAPTED}").text


def test_one_proposal_waits_and_one_is_accepted(
    signed_in: Browsers, examples: dict[str, Page]
) -> None:
    proposals = signed_in("vera").get(f"/wiki/{RECIPE}/vorschlaege").text

    assert "Am Marktstand ist es gescheitert." in proposals.split("Beantwortet</h2>")[0]
    assert "Wer mitgemacht hat, will sehen" in proposals.split("Beantwortet</h2>")[1]


def test_nobody_is_named_and_nobody_can_sign_in_for_them(examples: dict[str, Page]) -> None:
    people = {user.name for user in db.session.scalars(select(User))}

    assert people == {"Anke", "Bilal", "Carla", "Gabi", "Vera"}
    authors = db.session.scalars(select(Revision.author_id).where(Revision.lab_id.is_not(None)))
    assert set(authors) == {None}
    members = select(Membership).join(Lab, Lab.id == Membership.lab_id).where(Lab.is_example)
    assert db.session.scalars(members).all() == []


# Where a link to an example stands, „Beispiel“ stands, too.


class Marks(HTMLParser):
    """The links of a page to examples that stand in no item, heading or paragraph with a mark."""

    BLOCKS = ("li", "article", "p", "h1", "h2", "h3")

    def __init__(self, slugs: set[str]) -> None:
        super().__init__()
        self._slugs = slugs
        self._open: list[tuple[str, list[str], list[bool]]] = []
        self.unmarked: list[str] = []
        self.links = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in self.BLOCKS:
            self._open.append((tag, [], []))
        slug = re.fullmatch(r"/(?:wiki|labore)/([^/?#]+)", given.get("href") or "")
        if tag == "a" and slug and slug[1] in self._slugs:
            self.links += 1
            if self._open:
                self._open[-1][1].append(slug[1])
            else:
                self.unmarked.append(slug[1])
        if "example-mark" in (given.get("class") or "") and self._open:
            self._open[-1][2].append(True)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            return
        _tag, slugs, marks = self._open.pop()
        if not self._open:
            self.unmarked += slugs if not marks else []
        else:
            # A card holds its kicker and its heading: they are looked at together.
            self._open[-1][1].extend(slugs)
            self._open[-1][2].extend(marks)


LISTS = (
    "/labore",
    "/labore/beispiellabor",
    "/labore/beispiellabor/gelernt",
    "/labore/zweites-beispiellabor",
    "/suche?q=Formular",
    "/suche?labor=beispiellabor",
    "/aenderungen?labor=beispiellabor",
    "/verwaiste-seiten",
    f"/wiki/{RECIPE}/gelernt",
    f"/wiki/{RECIPE}/verweise",
    f"/wiki/{RECIPE}/fassungen",
    f"/wiki/{ADAPTED}",
    f"/wiki/{ADAPTED}/fassungen",
)


@pytest.mark.parametrize("address", LISTS)
def test_each_list_marks_the_examples(
    client: FlaskClient, examples: dict[str, Page], address: str
) -> None:
    shown = client.get(address)
    assert shown.status_code == 200
    main = re.sub(r'<nav class="crumbs".*?</nav>', "", shown.text, flags=re.DOTALL)
    marks = Marks({*examples, "beispiellabor", "zweites-beispiellabor"})
    marks.feed(main.split("<main")[1].split("</main>")[0])

    assert marks.unmarked == []


@pytest.mark.parametrize("slug", [RECIPE, ADAPTED, STAND])
@pytest.mark.parametrize("view", ["", "/druck", "/versionen", "/versionen/2", "/mitnehmen"])
def test_each_view_of_an_example_says_so(
    client: FlaskClient, examples: dict[str, Page], slug: str, view: str
) -> None:
    if (slug, view) == (STAND, "/versionen/2"):
        view = "/versionen/1"
    shown = client.get(f"/wiki/{slug}{view}").text.split("<main")[1]

    assert '<span class="example-mark">Beispiel</span>' in shown


def test_feeds_and_the_line_that_travels_along_say_so(
    client: FlaskClient, examples: dict[str, Page]
) -> None:
    assert (
        "<title>Beispiel: Formular-Werkstatt"
        in client.get("/aenderungen.atom?labor=beispiellabor").text
    )
    assert "Beispiel: „Formular-Werkstatt“" in client.get(f"/wiki/{RECIPE}/mitnehmen").text
    assert "Beispiel: „Formular-Werkstatt“" in client.get(f"/wiki/{RECIPE}/druck").text


def test_what_is_no_example_has_no_mark(
    client: FlaskClient, examples: dict[str, Page], page: Page
) -> None:
    for address in (f"/wiki/{page.slug}", f"/wiki/{page.slug}/druck", "/labore/soest", "/"):
        assert "example-mark" not in client.get(address).text


# They count among themselves alone.


def told_by_example(recipe: Page) -> Page:
    return report(
        recipe,
        example_lab(),
        people=9,
        again="no",
        failed=[{"key": "kfa", "text": "Zu laut.", "step": "Machen"}],
        times=[{"key": "kbb", "step": "Machen", "minutes": 90}],
    )


def test_an_example_report_changes_nothing_of_a_real_recipe(
    client: FlaskClient, examples: dict[str, Page], page: Page, labs: dict[str, Lab]
) -> None:
    told_by_example(page)

    assert evidence(page).maturity == IDEA
    assert lessons_of(page).all == []
    assert open_lessons_of(labs["soest"]) == []
    assert "noch ohne Erfahrungsbericht" in client.get(f"/wiki/{page.slug}").text
    assert page.title not in titles(client, reife="erprobt")
    assert page.title in titles(client, reife="idee")
    assert "Am meisten erprobt" not in client.get("/labore/soest").text
    assert "Noch keine Durchführung" in client.get(f"/wiki/{page.slug}/gelernt").text


def test_beside_real_reports_it_does_not_count_either(
    client: FlaskClient, examples: dict[str, Page], page: Page, labs: dict[str, Lab]
) -> None:
    report(page, labs["menden"], people=20)
    told_by_example(page)

    found = evidence(page)
    assert (found.maturity, len(found.runs), found.group) == (TRIED, 1, (20, 20))
    assert not found.has_failed
    assert "1× erprobt" in client.get(f"/wiki/{page.slug}").text
    assert counts(client, "reife", labor="soest") == {"erprobt": 1}


def test_what_a_lab_really_tells_counts_on_an_example_too(
    examples: dict[str, Page], labs: dict[str, Lab]
) -> None:
    before = evidence(examples[ADAPTED])
    report(examples[ADAPTED], labs["soest"])

    after = evidence(examples[ADAPTED])
    assert (before.maturity, after.maturity) == (TRIED, IN_LABS)


def test_the_network_and_its_start_page_know_nothing_of_them(
    client: FlaskClient, examples: dict[str, Page], page: Page
) -> None:
    start = client.get("/").text
    assert start.count("Formular-Werkstatt") == 0
    assert start.count(f"/wiki/{RECIPE}") == 1
    assert "beispiellabor" not in start
    assert "Formular-Werkstatt" not in client.get("/aenderungen").text
    assert "Formular-Werkstatt" not in client.get("/aenderungen.atom").text
    assert exported_pages() == [page.id]


@pytest.mark.parametrize(
    "question",
    [{}, {"q": "Formular"}, {"q": "Formular", "sortiert": "erprobt"}, {"sortiert": "kurz"}],
)
def test_they_stand_behind_everything_that_labs_wrote(
    client: FlaskClient,
    labs: dict[str, Lab],
    examples: dict[str, Page],
    app: Flask,
    question: dict[str, str],
) -> None:
    """However well their words fit, however often they were run, however short they are."""
    make_page("Ganz anders", lab=labs["soest"], plain_summary="Am Ende gibt es ein Formular.")
    follow(app)

    pages = [title for seite in (1, 2) for title in titles(client, seite=seite, **question)]
    is_example = ["Formular-Werkstatt" in title or "Beispiellabor" in title for title in pages]

    assert "Ganz anders" in pages
    assert is_example == sorted(is_example)
    assert sum(is_example) >= len(FILES)


def test_their_labs_stand_last_on_the_shelf(client: FlaskClient, examples: dict[str, Page]) -> None:
    shelf = client.get("/labore").text.split('class="shelf"')[1].split("</ul>")[0]

    assert shelf.index("lab-menden") < shelf.index("lab-beispiellabor")


def test_they_ask_nobody_for_anything(
    signed_in: Browsers, examples: dict[str, Page], cast: Cast
) -> None:
    with writing() as session:
        session.execute(text("UPDATE revision SET created_at = '2020-01-01 00:00:00.000000'"))

    assert due_pages(Page.id > 0) == []
    assert waiting_for(person(cast.vera)) == []
    assert "Formular-Werkstatt" not in signed_in("vera").get("/zu-tun").text
    assert "Stimmt das noch?" not in signed_in("vera").get(f"/wiki/{RECIPE}").text


def test_nobody_belongs_to_their_labs_or_writes_for_them(
    app: Flask, signed_in: Browsers, client: FlaskClient, examples: dict[str, Page]
) -> None:
    vera = signed_in("vera")
    lab = "/labore/beispiellabor"
    assert f"{lab}/menschen" not in vera.get(lab).text
    assert vera.get(f"{lab}/menschen").status_code == 403
    sent = {"csrf_token": token(vera, f"{lab}/bearbeiten"), "email": "x@example.org"}
    sent |= {"name": "X", "role": "editor"}
    assert vera.post(f"{lab}/menschen/einladungen", data=sent).status_code == 403
    assert "beispiellabor" not in client.get("/ideen/neu").text
    made = app.test_cli_runner().invoke(
        args=["user", "create", "--email", "x@example.org", "--name", "X", "--lab", "beispiellabor"]
    )
    assert made.exit_code == 2
    assert db.session.scalar(select(User).where(User.email == "x@example.org")) is None


def test_no_form_makes_a_lab_an_example_or_a_real_one(
    signed_in: Browsers, examples: dict[str, Page]
) -> None:
    vera = signed_in("vera")
    for slug, is_example in (("beispiellabor", True), ("soest", False)):
        address = f"/labore/{slug}/bearbeiten"
        values = {"csrf_token": token(vera, address), "version": "1", "name": "Umbenannt"}
        values |= {"colour": "#3f5261", "is_example": "" if is_example else "1"}
        vera.post(address, data=values)
        assert example_lab(slug).is_example is is_example


# Coming and going.


def test_loading_again_adds_nothing(app: Flask, examples: dict[str, Page]) -> None:
    before = everything_in(app)

    assert load_examples() == 0
    assert everything_in(app) == before


def test_they_do_not_come_where_a_lab_has_their_name(app: Flask, labs: dict[str, Lab]) -> None:
    with writing() as session:
        session.add(Lab(slug="beispiellabor", name="Beispiellabor"))

    assert load_examples() == 0
    assert not example_lab().is_example


def test_what_is_written_together_is_there_whole_or_not_at_all(app: Flask) -> None:
    def half() -> None:
        with writing_together():
            load_labs()
            make_page("Halb")
            raise NotAllowed

    with pytest.raises(NotAllowed):
        half()

    assert db.session.scalars(select(Lab)).all() == []
    assert db.session.scalars(select(Page)).all() == []
    make_page("Danach")
    db.session.rollback()
    assert [page.title for page in db.session.scalars(select(Page))] == ["Danach"]


@pytest.mark.parametrize("after", [0.0, 0.1, 0.3])
def test_killed_halfway_they_come_whole_the_next_time(
    app: Flask, settings: Settings, after: float
) -> None:
    program = (
        "import sys; from pathlib import Path; from wiki import create_app;"
        "from wiki.config import Settings; from wiki.starter.examples import load_examples;"
        "app = create_app(Settings(data=Path(sys.argv[1]), testing=True, secret_key='s'));"
        "app.app_context().push(); print('now', flush=True); load_examples(); print('done')"
    )
    command = [sys.executable, "-c", program, str(settings.data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as loader:
        assert loader.stdout is not None
        loader.stdout.readline()
        time.sleep(after)
        loader.send_signal(signal.SIGKILL)
        rest = loader.stdout.read()

    is_there = bool(by_slug())
    assert is_there or b"done" not in rest
    assert load_examples() == (0 if is_there else 7)
    assert len(by_slug()) == 7


def rows_naming(table: str, ids: list[int]) -> dict[str, int]:
    """How many rows of which columns name one of these rows, of all tables there are."""
    found = {}
    for other in db.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table.name != table:
                continue
            query = select(db.func.count()).select_from(other).where(key.parent.in_(ids))
            if number := db.session.scalar(query):
                found[f"{other.name}.{key.parent.name}"] = number
    return found


def attached_by_people(examples: dict[str, Page], cast: Cast, labs: dict[str, Lab]) -> Page:
    """What people put there: a remark, a bookmark, an adaptation, a membership, a link."""
    recipe, carla = examples[RECIPE], person(cast.carla)
    saying.say(recipe, RemarkContent(text="Machen wir nach!"), carla)
    adapted = adapt(recipe, 3, labs["menden"], carla, recipe.owner_name, "")
    lab_id = recipe.lab_id
    with writing() as session:
        session.add(Bookmark(user_id=carla.id, page_id=recipe.id))
        session.add(Membership(user_id=carla.id, lab_id=lab_id, role="editor"))
    make_page("Dazu", lab=labs["soest"], pitfalls="Siehe [[Formular-Werkstatt]].")
    return adapted


def test_removing_leaves_no_row_that_names_an_example(
    app: Flask, examples: dict[str, Page], cast: Cast, labs: dict[str, Lab]
) -> None:
    attached_by_people(examples, cast, labs)
    ids = [page.id for page in examples.values()]
    lab_ids = list(db.session.scalars(select(Lab.id).where(Lab.is_example)))
    assert {"talk_thread.page_id", "bookmark.page_id"} <= set(rows_naming("page", ids))

    removed = remove_examples()

    assert (removed.labs, removed.pages, removed.adapted) == (2, 7, 1)
    assert (removed.proposals, removed.remarks) == (2, 4)
    # Their addresses say that they are gone, the search hears of it, what was made from one knows.
    assert set(rows_naming("page", ids)) == {
        "page_slug.page_id",
        "change.page_id",
        "adaptation.source_id",
    }
    assert rows_naming("lab", lab_ids) == {}
    assert db.session.scalars(select(Lab).where(Lab.is_example)).all() == []
    db.session.expire_all()
    gone = db.session.scalars(select(Page).where(Page.id.in_(ids))).all()
    assert {(one.title, one.summary, one.state, one.lab_id) for one in gone} == {
        ("", "", "purged", None)
    }
    db.session.rollback()
    stored = b"".join(path.read_bytes() for path in database_of(app).parent.glob("*.sqlite3*"))
    assert b"Bewohnerparkausweis" not in stored


def test_removing_leaves_real_pages_as_they_are(
    app: Flask, client: FlaskClient, cast: Cast, labs: dict[str, Lab], page: Page
) -> None:
    make_page("Ganz anderes", by=cast.carla, lab=labs["menden"], kind="article")
    report(page, labs["menden"])
    before, shown = everything_in(app), client.get(f"/wiki/{page.slug}").text
    load_examples()

    remove_examples()

    db.session.rollback()
    after = everything_in(app)
    tombs = {"page", "page_slug", "change", "happening", "sqlite_sequence"}
    for table in set(before) - tombs:
        assert after[table] == before[table], table
    for table in tombs - {"sqlite_sequence"}:
        assert set(before[table]) <= set(after[table]), table
    assert client.get(f"/wiki/{page.slug}").text == shown


def test_what_a_lab_made_from_one_stays_and_says_that_its_source_is_gone(
    client: FlaskClient,
    signed_in: Browsers,
    examples: dict[str, Page],
    cast: Cast,
    labs: dict[str, Lab],
) -> None:
    adapted = attached_by_people(examples, cast, labs)
    slug = adapted.slug

    remove_examples()

    shown = signed_in("carla").get(f"/wiki/{slug}").text
    assert "die Vorlage wurde entfernt" in shown
    assert "Klebepunkte" in shown
    linked = client.get("/wiki/dazu")
    assert linked.status_code == 200
    assert f'href="/wiki/{RECIPE}"' not in linked.text
    assert db.session.scalars(select(Adaptation.page_id)).all() == [adapted.id]


def test_their_addresses_say_that_they_are_gone(
    app: Flask, client: FlaskClient, examples: dict[str, Page]
) -> None:
    numbers = {slug: page.id for slug, page in examples.items()}
    remove_examples()

    for slug, number in numbers.items():
        assert client.get(f"/wiki/{slug}").status_code == 410
        assert client.get(f"/r/{number}", follow_redirects=True).status_code == 410
    assert client.get("/labore/beispiellabor").status_code == 404
    assert "ein Beispiel" not in client.get("/").text
    assert "eispiellabor" not in client.get("/labore").text
    follow(app)
    assert "eispiellabor" not in client.get("/suche?q=Formular").text
    assert "beispiellabor" not in catalogue().lab_names


def test_removed_they_stay_away(app: Flask, examples: dict[str, Page]) -> None:
    remove_examples()

    assert load_examples() == 0
    assert (count_examples().labs, by_slug()) == (0, {})
    assert remove_examples().pages == 0


def test_one_that_an_admin_purged_or_retired_before_goes_too(
    examples: dict[str, Page], cast: Cast
) -> None:
    vera = person(cast.vera)
    purge(examples[STAND], vera)
    retire(examples[ADAPTED], vera)
    protect(examples[RECIPE], vera, on=True)

    assert remove_examples().pages == 6
    assert by_slug() == {}


def test_the_command_asks_first(app: Flask, examples: dict[str, Page]) -> None:
    runner = app.test_cli_runner()
    command = ["starter", "remove-examples"]

    refused = runner.invoke(args=command, input="n\n")
    assert refused.exit_code == 1
    assert "2 Beispiellabore mit 7 Seiten" in refused.output
    assert len(by_slug()) == 7
    done = runner.invoke(args=[*command, "--yes"])
    assert (done.exit_code, done.output) == (
        0,
        "2 Beispiellabore mit 7 Seiten, 2 Vorschlägen und 3 Bemerkungen entfernt.\n",
    )
    again = runner.invoke(args=[*command, "--yes"])
    assert (again.exit_code, again.output) == (0, "Hier gibt es keine Beispiele.\n")


def test_removing_takes_along_what_was_watched(
    examples: dict[str, Page], cast: Cast, signed_in: Browsers
) -> None:
    anke = person(cast.anke)
    for target in (
        Target(lab_id=example_lab().id),
        Target(page_id=examples[RECIPE].id),
        Target(search="thema=Verwaltung"),
    ):
        watch(anke, target)

    remove_examples()

    assert [one.search for one in watched_by(person(cast.anke))] == ["thema=Verwaltung"]
    assert "/suche?None" not in signed_in("anke").get("/konto/beobachtungen").text


@pytest.mark.parametrize("way", ["vorschlagen", "wir-auch", "diskussion/neu"])
def test_without_an_account_nothing_waits_at_examples(
    client: FlaskClient, examples: dict[str, Page], way: str
) -> None:
    """Nobody would be asked about it."""
    assert f"/{way}" not in client.get(f"/wiki/{RECIPE}").text
    assert client.get(f"/wiki/{RECIPE}/{way}").status_code in (302, 403, 404)


def test_machines_and_lists_to_tidy_leave_them_out(
    client: FlaskClient, examples: dict[str, Page]
) -> None:
    for address in ("/sitemap.xml", "/verwaiste-seiten", "/suche.atom?q=Formular"):
        text = client.get(address).text
        assert "formular-werkstatt" not in text.replace("q=Formular", "")

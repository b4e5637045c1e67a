"""The words inside files: found in each kind, harmless in each shape, followed by the search."""

import os
import time
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from flask import Flask

from tests.at_once import at_once
from tests.conftest import Cast, make_page
from tests.files import samples
from tests.files.conftest import Keep, say
from tests.files.samples import archive, office_document, pdf, text_document
from wiki.accounts.models import User
from wiki.db import database_stamp, db, writing
from wiki.document_words import LONGEST, READABLE, tidied
from wiki.files import reading
from wiki.files.blobs import blob_path
from wiki.files.models import File, FileText
from wiki.files.reading import Reader, texts_on
from wiki.files.storing import (
    attach,
    bring_back_version,
    describe,
    detach,
    purge_file,
    purge_version,
)
from wiki.labs.models import Lab
from wiki.pages.history import recent_changes
from wiki.pages.models import Change, Page, Rendering
from wiki.pages.searching import AttachedText, attached_texts
from wiki.pages.writing import purge
from wiki.uploads import words_in

Words = Callable[[bytes, str], str]

LONG_WORD = "Lötkolbenspitzenreiniger"


@pytest.fixture
def words(tmp_path: Path) -> Words:
    def read(data: bytes, ending: str) -> str:
        path = tmp_path / "file"
        path.write_bytes(data)
        return words_in(path, ending)

    return read


@pytest.fixture
def read_all(app: Flask) -> Callable[[], None]:
    """The background reads everything there is."""

    def read_until_done() -> None:
        reader = Reader()
        for _ in range(30):
            reader.read_some()

    return read_until_done


@pytest.fixture
def article(cast: Cast, labs: dict[str, Lab]) -> Page:
    return make_page("Werkstatt", kind="article", by=cast.anke, lab=labs["soest"])


# What is found


@pytest.mark.parametrize("ending", ["docx", "odt", "pptx"])
def test_documents_as_programs_write_them_are_read(ending: str, words: Words, tmp_path: Path):
    text = f"# Löten\n\nErst der **{LONG_WORD}**, dann[^1] das Zinn.\n\n- eins\n- zwei\n"
    text += "\n[^1]: Nur mit Brille.\n\n| Teil | Zahl |\n|---|---|\n| Zange | 7 |\n"
    path = tmp_path / f"a.{ending}"
    pypandoc.convert_text(text, ending, "markdown", outputfile=str(path))

    found = words(path.read_bytes(), ending)

    for word in (f"Erst der {LONG_WORD}, dann", "eins zwei", "Zange 7", "Nur mit Brille."):
        assert word in found, found
    assert found.startswith("Löten")


@pytest.mark.parametrize(
    ("data", "ending", "found"),
    [
        (pdf("Löten mit Zinn", pages=2), "pdf", "Löten mit Zinn Löten mit Zinn"),
        ("Grüße\n\n  aus\tSoest\x07\n".encode(), "txt", "Grüße aus Soest"),
        ("\ufeffMaß;Ort\r\n1;Soest".encode(), "csv", "Maß;Ort 1;Soest"),
        ("Maß;1\r\n".encode("cp1252"), "csv", "Maß;1"),
        (b"# Titel\n\n**fett**, siehe [hier](https://example.org)", "md", "Titel fett, siehe hier"),
        (b"# Roboter\nprint(1)", "py", "# Roboter print(1)"),
        (
            office_document(xl__sharedStrings_xml="<si><t>Teil</t></si><si><t>Preis</t></si>"),
            "xlsx",
            "Teil Preis",
        ),
        (
            office_document(
                ppt__slides__slide10_xml="<t>zehn</t>",
                ppt__slides__slide2_xml="<p><t>zw</t><t>ei</t></p>",
                ppt__notesSlides__notesSlide1_xml="<t>gesagt</t>",
            ),
            "pptx",
            "zwei zehn gesagt",
        ),
    ],
)
def test_each_kind_of_file_has_its_words(data: bytes, ending: str, found: str, words: Words):
    assert words(data, ending) == found


def test_what_was_deleted_or_remarked_in_a_document_is_not_read(words: Words):
    text = text_document(
        "<text:tracked-changes><text:p>gelöscht</text:p></text:tracked-changes>"
        "<text:p>bleibt<office:annotation><text:p>intern</text:p></office:annotation></text:p>"
    )
    office = office_document(
        word__document_xml="<p><t>bleibt</t><delText>gelöscht</delText></p>",
        word__comments_xml="<t>intern</t>",
    )

    assert words(text, "odt") == words(office, "docx") == "bleibt"


@pytest.mark.parametrize("ending", ["jpg", "zip", "dxf", "gcode", "stl", "svg", "mp3", ""])
def test_files_without_words_have_none(ending: str, words: Words):
    assert ending not in READABLE
    assert words(b"G1 X10 Y10", ending) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Laser-\r\ncutter", "Lasercutter"),
        ("Laser\ufffecutter und Säge\x02\r\nblatt", "Lasercutter und Sägeblatt"),
        ("Laser\u2010\r\ncutter am Mai\u2011Tag", "Lasercutter am Mai-Tag"),
        ("Ton- und\nHolz", "Ton- und Holz"),
        ("Ton-\nund Holz", "Ton- und Holz"),
        ("Mai-\nJuni", "Mai- Juni"),
        ("Gra\ufb01k, a\u0308hnlich\u202e, Werk\u00adstatt", "Grafik, ähnlich, Werkstatt"),
    ],
)
def test_words_are_put_together_as_people_type_them(text: str, found: str):
    assert tidied(text) == found


def test_not_more_is_kept_than_the_search_wants(words: Words):
    found = words("Wörter ".encode() * 140_000, "txt")

    assert LONGEST - 10 < len(found) <= LONGEST
    assert set(found.split()) == {"Wörter"}


# What it cannot do to us

BOMB = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(8)
)


def no_words(body: bytes, tail: bytes = b"") -> bytes:
    return archive(
        mimetype=b"application/vnd.oasis.opendocument.text", content_xml=body, tail_xml=tail
    )


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"", "pdf"),
        (pdf()[:200], "pdf"),
        (samples.encrypted_pdf(), "pdf"),
        (samples.packed_pdf(1_500_000_000), "pdf"),
        (b"%PDF-1.4\n" + os.urandom(50_000), "pdf"),
        (b"PK\x03\x04" + os.urandom(500), "docx"),
        (office_document(word__document_xml="<t>")[:-60], "docx"),
        (no_words(BOMB + b"]><body><p>&i;</p></body>"), "odt"),
        (
            no_words(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><body>&a;</body>'),
            "odt",
        ),
        (no_words(b"\xff\xfe<\0b\0"), "odt"),
        (no_words(b'<?xml version="1.0" encoding="utf-7"?><body>a</body>'), "odt"),
        (no_words(b"<a" + b"a" * 30_000_000), "odt"),
        (archive(**{"content/xml": b"<body>falsch</body>"}), "odt"),
    ],
)
def test_what_cannot_be_read_has_no_words(data: bytes, ending: str, words: Words):
    began = time.monotonic()

    assert words(data, ending) == ""

    assert time.monotonic() - began < 15
    assert words(b"weiter", "txt") == "weiter"


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (no_words(b"<body><p>davor</p>" + b"<p/>" * 30_000_000), "odt"),
        (no_words(b"<body><p>davor</p>" + b"<a>" * 10_000_000), "odt"),
        (no_words(b"<body><p>davor</p>" + b" " * 200_000_000), "odt"),
        (no_words(b"<body><p>davor</p></boden>"), "odt"),
        (no_words(b"<body><p>davor</p><p>\x00"), "odt"),
        (
            office_document(
                ppt__slides__slide1_xml="<t>davor", ppt__slides__slide2_xml="<t>danach</t>"
            ),
            "pptx",
        ),
    ],
    ids=["elements", "nesting", "bomb", "wrong end", "zero", "one slide"],
)
def test_what_came_before_the_damage_is_kept(data: bytes, ending: str, words: Words):
    began = time.monotonic()

    assert words(data, ending).split()[0] == "davor"

    assert time.monotonic() - began < 15


def test_thousands_of_pages_end_soon(words: Words):
    began = time.monotonic()

    found = words(pdf("Seite um Seite", pages=5_000), "pdf")
    words(samples.pdf_bomb(), "pdf")

    assert found.startswith("Seite um Seite Seite")
    assert time.monotonic() - began < 20


def test_letters_made_to_be_sorted_for_long_do_not_hold_up_the_reader(words: Words):
    accents = "a" + "\u0301\u0316" * 100_000
    began = time.monotonic()

    found = words(accents.encode(), "txt")

    assert found in ("", unicodedata.normalize("NFC", found))
    assert time.monotonic() - began < 15


# When


def test_a_file_is_read_once_its_newest_version_alone(
    app: Flask, keep: Keep, read_all: Callable[[], None]
):
    file = keep("a.txt", b"eins")
    keep("a.txt", b"zwei", file_id=file.id)
    keep("Bild.jpg")
    read_all()
    assert texts() == ["zwei"]

    db.session.execute(db.update(FileText).values(text="gelesen"))
    db.session.commit()
    read_all()

    assert texts() == ["gelesen"]


def test_the_newest_files_are_read_first_and_others_have_a_turn_between(app: Flask, keep: Keep):
    for number in range(25):
        keep(f"{number}.txt", f"Nummer {number}".encode())

    more = Reader().read_some()

    read = sorted(texts(), key=lambda text: int(text.split()[1]))
    assert read == [f"Nummer {number}" for number in range(25 - len(read), 25)]
    assert 1 <= len(read) <= 20
    assert more is None


def test_files_that_cannot_be_read_are_not_tried_again(
    app: Flask, keep: Keep, read_all: Callable[[], None]
):
    keep("geheim.pdf", samples.encrypted_pdf())
    lost = keep("weg.txt", b"weg")
    blob_path(lost.current.sha256).unlink()

    read_all()

    assert texts() == ["", ""]


def test_a_better_reader_reads_everything_again(
    app: Flask, keep: Keep, read_all: Callable[[], None]
):
    keep("a.txt", b"gut")
    with writing() as session:
        session.execute(db.insert(FileText).values(file_version_id=1, extractor=0, text="alt"))

    read_all()

    assert texts() == ["gut"]
    assert db.session.scalar(db.select(FileText.extractor)) == reading.EXTRACTOR


def test_without_anything_new_the_reader_asks_the_database_one_small_thing(
    app: Flask, keep: Keep, asked: list[str]
):
    keep("a.txt", b"eins")
    reader = Reader()
    for _ in range(3):
        reader.read_some()
    stamp = database_stamp()
    asked.clear()

    reader.read_some()
    assert asked == []

    keep("b.txt", b"zwei")
    reader.read_some()
    assert database_stamp() != stamp
    assert sorted(texts()) == ["eins", "zwei"]


@pytest.fixture
def asked(app: Flask) -> Any:
    """The statements that were sent to the database."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    db.event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    db.event.remove(db.engine, "before_cursor_execute", note)


def test_what_is_removed_while_it_is_read_leaves_no_words(
    app: Flask, keep: Keep, monkeypatch: pytest.MonkeyPatch
):
    """The number of a removed version is given to the next one."""
    number = keep("a.txt", b"geheim").id

    def read_slowly(path: Path, ending: str) -> str:
        found = words_in(path, ending)
        at_once(partial(replace, number, keep), app=app)
        return found

    monkeypatch.setattr(reading, "words_in", read_slowly)
    Reader().read_some()

    assert texts() == []


def in_context(app: Flask, work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            work()

    return run


def replace(file_id: str, keep: Keep) -> None:
    purge_file(db.session.get_one(File, file_id))
    keep("b.txt", b"harmlos")


# Who hears of it


def test_pages_with_the_file_are_searched_anew_and_nobody_sees_a_change(
    app: Flask,
    keep: Keep,
    article: Page,
    cast: Cast,
    labs: dict[str, Lab],
    read_all: Callable[[], None],
):
    offered = keep("Plan.txt", b"Werkbank")
    shown = keep("Liste.txt", b"Zange")
    once = keep("Alt.txt", b"Hammer")
    other = make_page("Andere", kind="article", by=cast.anke, lab=labs["soest"])
    past = make_page(
        "Früher", kind="article", by=cast.anke, lab=labs["soest"], body=f"[x]({once.mention})"
    )
    say(past, cast.anke, body="Ohne")
    say(other, cast.anke, body=f"[Liste]({shown.mention})")
    attach(article, offered)
    before, newest = appearance(), last_change()
    read_all()

    lines = changes_since(newest)
    assert sorted(line.page_id for line in lines) == sorted([article.id, other.id])
    assert {line.revision_number for line in lines} == {1, 2}
    assert all(line.is_bulk and line.by_id is None for line in lines)
    assert appearance() == before


def test_reading_the_same_words_again_disturbs_nobody(
    app: Flask, keep: Keep, article: Page, read_all: Callable[[], None]
):
    attach(article, keep("Plan.txt", b"Werkbank"))
    attach(article, keep("Leer.txt", b"  \n"))
    read_all()
    with writing() as session:
        session.execute(db.update(FileText).values(extractor=0))
    newest = last_change()

    read_all()

    assert changes_since(newest) == []


@pytest.mark.parametrize(
    "what", ["attached", "detached", "new version", "old version", "described", "removed", "purged"]
)
def test_whatever_happens_to_a_pages_files_the_search_follows(
    what: str, app: Flask, keep: Keep, article: Page, cast: Cast
):
    anke = db.session.get_one(User, cast.anke)
    file = keep("Plan.txt", b"eins")
    keep("Plan.txt", b"zwei", file_id=file.id)
    if what != "attached":
        attach(article, file)
    newest = last_change()

    {
        "attached": lambda: attach(article, file, anke),
        "detached": lambda: detach(article, file, anke),
        "new version": lambda: keep("Plan.csv", b"drei", file_id=file.id),
        "old version": lambda: bring_back_version(file, 1, anke),
        "described": lambda: describe(file, anke, alt="Ein Plan"),
        "removed": lambda: purge_version(file, 2),
        "purged": lambda: purge_file(file),
    }[what]()

    assert {line.page_id for line in changes_since(newest)} == {article.id}


# What a page has


def test_each_page_has_the_words_of_the_files_its_readers_see(
    app: Flask,
    keep: Keep,
    article: Page,
    cast: Cast,
    labs: dict[str, Lab],
    read_all: Callable[[], None],
):
    plan, notes = keep("Plan für alle.txt", b"Werkbank"), keep("Notiz.txt", b"Zange")
    picture = keep("Foto.jpg", alt="Zwei Kinder")
    keep("Eigenes.txt", b"nur im Labor")
    say(article, cast.anke, body=f"[Notiz]({notes.mention}) ![]({picture.mention})")
    attach(article, plan)
    attach(article, notes)
    bare = make_page("Ohne", kind="article", by=cast.anke, lab=labs["soest"])
    assert [one.text for one in attached_texts([article.id])[article.id]] == ["Zwei Kinder", "", ""]
    read_all()

    assert attached_texts([article.id, bare.id]) == {
        article.id: [
            AttachedText("Foto.jpg", f"/dateien/{picture.id}/Foto.jpg", "Zwei Kinder"),
            AttachedText("Notiz.txt", f"/dateien/{notes.id}/Notiz.txt", "Zange"),
            AttachedText(
                "Plan-für-alle.txt", f"/dateien/{plan.id}/Plan-f%C3%BCr-alle.txt", "Werkbank"
            ),
        ]
    }


def test_a_page_has_the_words_of_a_files_current_version_alone(
    app: Flask, keep: Keep, article: Page, read_all: Callable[[], None]
):
    file = keep("Plan.txt", b"eins")
    attach(article, file)
    read_all()
    keep("Plan.txt", b"zwei", file_id=file.id)
    assert words_on(article) == [""]

    read_all()
    assert words_on(article) == ["zwei"]

    purge_version(db.session.get_one(File, file.id), 2)
    assert words_on(article) == ["eins"]


def test_what_only_an_earlier_version_of_a_page_shows_is_not_found_with_it(
    app: Flask, keep: Keep, cast: Cast, labs: dict[str, Lab], read_all: Callable[[], None]
):
    early = keep("Intern.txt", b"vor dem Publizieren")
    page = make_page(
        "Werkstatt",
        kind="article",
        by=cast.anke,
        lab=labs["soest"],
        publish=False,
        body=f"[x]({early.mention})",
    )
    read_all()
    assert words_on(page) == ["vor dem Publizieren"]

    say(page, cast.anke, body="Ohne", publish=True)

    assert words_on(page) == []


def test_a_file_that_the_writer_may_not_read_brings_no_words_to_their_page(
    app: Flask, keep: Keep, cast: Cast, labs: dict[str, Lab], read_all: Callable[[], None]
):
    hidden = keep("Geheim.txt", b"geheim")
    page = make_page("Mendens Seite", kind="article", by=cast.carla, lab=labs["menden"])
    say(page, cast.carla, body=f"[x]({hidden.mention})")
    read_all()

    assert words_on(page) == []


def test_one_page_brings_only_so_many_words(
    app: Flask, keep: Keep, article: Page, read_all: Callable[[], None]
):
    for number in range(7):
        attach(article, keep(f"{number}.txt", f"{number}{'wort ' * 60_000}".encode()))
    read_all()

    lengths = [len(text) for text in words_on(article)]

    assert len(lengths) == 7
    assert sum(lengths) == reading.MOST_OF_A_PAGE
    assert lengths[0] > LONGEST - 10


# When it is gone


@pytest.mark.parametrize("what", ["version", "file", "page"])
def test_what_is_removed_for_good_takes_its_words_along(
    what: str, app: Flask, keep: Keep, article: Page, cast: Cast, read_all: Callable[[], None]
):
    file = keep("Plan.txt", b"Kanarienvogel")
    attach(article, file)
    read_all()
    if what == "version":
        keep("Plan.txt", b"harmlos", file_id=file.id)
    assert texts() == ["Kanarienvogel"]

    {
        "version": lambda: purge_version(db.session.get_one(File, file.id), 1),
        "file": lambda: purge_file(file),
        "page": lambda: purge(
            db.session.get_one(Page, article.id), db.session.get_one(User, cast.anke)
        ),
    }[what]()
    read_all()

    for table in db.metadata.sorted_tables:
        for row in db.session.execute(db.select(table)).mappings():
            assert "Kanarienvogel" not in str(dict(row)), table.name
    assert "Kanarienvogel" not in words_on(article)


def texts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(FileText.text).order_by(FileText.file_version_id)))


def words_on(page: Page) -> list[str]:
    return [one.text for one in texts_on([page.id]).get(page.id, [])]


def last_change() -> int:
    return db.session.scalar(db.select(db.func.max(Change.seq))) or 0


def changes_since(seq: int) -> list[Change]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Change).where(Change.seq > seq)))


def appearance() -> object:
    """What decides whether pages are rendered anew, and what is listed as changed."""
    db.session.rollback()
    return (
        db.session.execute(db.select(Page.id, Page.touched).order_by(Page.id)).all(),
        db.session.execute(db.select(Rendering.revision_id, Rendering.renderer)).all(),
        [group.newest.id for group in recent_changes(None)],
    )

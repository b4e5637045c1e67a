"""Everything in one ZIP: what everybody may have, in a folder for each recipe, and whose it is."""

import io
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page
from tests.kits.cast import plan_on, rich_recipe, take
from tests.plans.cast import edit
from tests.reuse.conftest import png
from wiki.accounts.models import User
from wiki.db import db
from wiki.files.models import File
from wiki.files.storing import store_file
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.reuse import archives

Keep = Callable[..., File]


@pytest.fixture
def keep(cast: Cast, labs: dict[str, Lab]) -> Keep:
    def kept(name: str, data: bytes, page: Page | None = None) -> File:
        anke = db.session.get_one(User, cast.anke)
        stream = io.BytesIO(data)
        licence = "CC-BY-4.0"
        return store_file(
            stream, name, by=anke, lab=labs["soest"], page=page, author="Mo", licence=licence
        )

    return kept


@pytest.fixture
def page(cast: Cast, labs: dict[str, Lab]) -> Page:
    return rich_recipe(by=cast.anke, lab=labs["soest"])


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_files_of_each_recipe_lie_in_a_folder_of_its_own(
    client: FlaskClient, page: Page, keep: Keep
) -> None:
    keep("vorlage.csv", b"a;b", page)
    keep("vorlage.csv", b"c;d", page)

    parts = unpacked(take(client, plan_on(page), "zip").data)

    stem = "zukunftswerkstatt-2027-05-08"
    assert sorted(parts) == [
        "LIESMICH.txt",
        f"{stem}.html",
        f"{stem}.pdf",
        "zukunftswerkstatt/vorlage-2.csv",
        "zukunftswerkstatt/vorlage.csv",
    ]
    note = parts["LIESMICH.txt"].decode()
    assert "von stadtLABOR Beispiel, unter CC BY 4.0" in note
    assert "- zukunftswerkstatt/vorlage.csv: Mo, CC BY 4.0" in note
    assert {parts[name] for name in parts if name.endswith("csv")} == {b"a;b", b"c;d"}


def test_a_picture_in_a_text_comes_along_and_into_the_documents(
    client: FlaskClient, cast: Cast, labs: dict[str, Lab], keep: Keep
) -> None:
    mention = keep("rot.png", png()).mention
    steps = [{"key": "kaa", "title": "Bauen", "minutes": 5, "text": f"So:\n\n![]({mention})"}]
    page = make_page("Bauen", by=cast.anke, lab=labs["soest"], steps=steps)

    parts = unpacked(take(client, plan_on(page), "zip").data)

    assert "bauen/rot.png" in parts
    assert b"data:image/png;base64," in parts["bauen-2027-05-08.html"]
    assert b"/Subtype/Image" in parts["bauen-2027-05-08.pdf"].replace(b" ", b"")


def test_a_picture_that_only_a_version_before_publishing_shows_stays(
    client: FlaskClient, cast: Cast, labs: dict[str, Lab], keep: Keep
) -> None:
    mention = keep("geheim.png", png()).mention
    early = [{"key": "kaa", "title": "Bauen", "minutes": 5, "text": f"![]({mention})"}]
    page = make_page("Bauen", by=cast.anke, lab=labs["soest"], steps=early, publish=False)
    edit(page, steps=[{"key": "kaa", "title": "Bauen", "minutes": 5}])

    parts = unpacked(take(client, plan_on(page), "zip").data)

    assert not any("geheim" in name for name in parts)


def test_what_does_not_fit_is_named(
    client: FlaskClient, page: Page, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("klein.csv", b"a;b", page)
    keep("zu-gross.csv", b"a;b;" * 50, page)
    monkeypatch.setattr(archives, "MOST_BYTES", 100)

    parts = unpacked(take(client, plan_on(page), "zip").data)

    assert "zukunftswerkstatt/klein.csv" in parts
    assert "zukunftswerkstatt/zu-gross.csv" not in parts
    assert "Eine Datei hatte hier keinen Platz mehr" in parts["LIESMICH.txt"].decode()


def test_the_page_says_how_many_files_there_are(
    client: FlaskClient, page: Page, keep: Keep
) -> None:
    assert "PDF, HTML und wer zu nennen ist" in take(client, plan_on(page)).text
    keep("vorlage.csv", b"a;b", page)
    assert "PDF, HTML und eine Datei" in take(client, plan_on(page)).text


def test_the_number_of_files_is_that_in_the_archive(
    client: FlaskClient,
    cast: Cast,
    labs: dict[str, Lab],
    page: Page,
    keep: Keep,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A picture that was shown once does not count, one that is attached and shown counts once."""
    picture, old = keep("rot.png", png(), page), keep("alt.png", png("blue"))
    keep("vorlage.csv", b"a;b" * 20, page)
    step = {"key": "kaa", "title": "Bauen", "minutes": 5}
    for mention in (old.mention, picture.mention):
        edit(page, steps=[{**step, "text": f"![]({mention})"}])
    plan = plan_on(db.session.get_one(Page, page.id))

    for most in (archives.MOST_BYTES, picture.current.size + 10):
        monkeypatch.setattr(archives, "MOST_BYTES", most)
        names = unpacked(take(client, plan, "zip").data)
        packed = sum("/" in name for name in names)
        words = "eine Datei" if packed == 1 else f"{packed} Dateien"
        assert f"PDF, HTML und {words}, .zip" in take(client, plan).text
    assert packed == 1


def test_counting_the_files_asks_once_however_many_there_are(
    client: FlaskClient, page: Page, keep: Keep
) -> None:
    keep("vorlage.csv", b"a;b", page)
    at, asked = f"/plan/{plan_on(page).read_secret}/mitnehmen", list[str]()

    def note(_connection: object, _cursor: object, text: str, *_more: object) -> None:
        asked.append(text)

    def questions(words: str) -> int:
        asked.clear()
        db.event.listen(db.engine, "before_cursor_execute", note)
        assert words in client.get(at).text
        db.event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    for_one = questions("eine Datei")
    for number in range(5):
        keep(f"vorlage-{number}.csv", b"a;b" * (number + 2), page)

    assert questions("6 Dateien") == for_one


def test_the_archive_is_packed_once(
    client: FlaskClient, page: Page, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_on(page)
    keep("vorlage.csv", b"a;b", page)
    first = take(client, plan, "zip").data
    with monkeypatch.context() as patch:
        patch.setattr(archives, "_packed", None)
        assert take(client, plan, "zip").data == first

    keep("noch-eine.csv", b"c;d", page)

    assert "zukunftswerkstatt/noch-eine.csv" in unpacked(take(client, plan, "zip").data)

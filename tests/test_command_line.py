"""Commands in a folder without a wiki: one sentence, and nothing is made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wiki.config import Settings

TOP = Path(__file__).resolve().parent.parent
COMMANDS = (
    "db current",
    "export out",
    "run",
    "search status",
    "user create --email a@example.org --name db",
)


def flask(folder: Path, words: str) -> "subprocess.CompletedProcess[str]":
    """`flask --app wsgi …` as an operator types it, with this folder as LABORWIKI_DATA."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words.split()],
        cwd=TOP,
        env={**os.environ, "LABORWIKI_DATA": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_without_a_wiki_says_so_and_makes_nothing(words: str, tmp_path: Path) -> None:
    missing = tmp_path / "gibt-es-nicht"

    done = flask(missing, words)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.strip().splitlines() == [
        f"In {missing} ist kein Wiki. LABORWIKI_DATA nennt den Ordner eines Wikis; "
        "ein neues entsteht mit „make run“."
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", [b"", b"not a database at all, only some words" * 100])
def test_a_file_that_is_no_wiki_stays_as_it_is(kept: bytes, tmp_path: Path) -> None:
    (tmp_path / "laborwiki.sqlite3").write_bytes(kept)

    done = flask(tmp_path, "search status")

    assert done.returncode == 1
    assert "ist kein Wiki" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["laborwiki.sqlite3"]
    assert (tmp_path / "laborwiki.sqlite3").read_bytes() == kept


@pytest.mark.parametrize("words", ["--help", "search --help", "user create --help"])
def test_help_is_shown_anywhere(words: str, tmp_path: Path) -> None:
    done = flask(tmp_path / "gibt-es-nicht", words)

    assert "Usage:" in done.stdout
    assert done.returncode == 0
    if words == "--help":
        assert "import-undo" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_becomes_a_wiki(tmp_path: Path) -> None:
    assert flask(tmp_path, "db upgrade").returncode == 0

    status = flask(tmp_path, "search rebuild")

    assert status.returncode == 0, status.stderr
    assert "0 Seiten im Index." in status.stdout


def test_a_wrong_setting_is_still_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = flask(tmp_path / "file" / "data", "db upgrade")

    assert done.returncode == 1
    assert done.stderr.startswith("Laborwiki cannot start: LABORWIKI_DATA")


def test_what_commands_keep_is_for_its_owner_and_what_they_export_for_whom_one_likes(
    tmp_path: Path,
) -> None:
    data, exported = tmp_path / "data", tmp_path / "export"
    data.mkdir(mode=0o755)
    umask = os.umask(0o022)
    try:
        flask(data, "db upgrade")
        flask(data, f"export {exported}")
    finally:
        os.umask(umask)

    assert (data / "laborwiki.sqlite3").stat().st_mode & 0o777 == 0o600
    assert (exported / "laborwiki.json").stat().st_mode & 0o777 == 0o644


def test_commands_say_what_is_wrong_in_one_sentence(tmp_path: Path) -> None:
    data, empty = tmp_path / "data", tmp_path / "leer"
    empty.mkdir()
    flask(data, "db upgrade")
    number = 99999999999999999999999
    create = "user create --email a@example.org"
    wrong = {
        f"import-undo {number}": f"Es gibt keinen Import {number}, der zurückzunehmen wäre.",
        f"import {empty}": f"In {empty} ist keine Seite: gesucht wurden Markdown-Dateien und",
        f"{create} --name=": "A name has at least one character.",
        f"{create} --name Anke --role editor": "A role is one in a lab: --lab says in which.",
    }

    for words, sentence in wrong.items():
        done = flask(data, words)
        assert done.returncode in (1, 2)
        assert done.stderr.splitlines()[-1].startswith(f"Error: {sentence}")
        assert "Traceback" not in done.stderr


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    """It holds people's addresses, and secrets."""
    folder = tmp_path / "neu" / "daten"

    Settings.from_environment({"LABORWIKI_DATA": str(folder)})

    assert folder.stat().st_mode & 0o777 == 0o700

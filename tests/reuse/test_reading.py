"""What a package's texts say: in the text form, with the front matter of others, or with none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reuse.conftest import folder, lines, png
from wiki.articles.content import ArticleContent
from wiki.pages.content import Content, Licence
from wiki.recipes.content import RecipeContent
from wiki.reuse.reading import ReadPage, RefusedPage, known_licence
from wiki.reuse.source import Source

MODELS: dict[str, type[Content]] = {"format": RecipeContent, "hintergrund": ArticleContent}


def read(path: Path) -> dict[str, ReadPage | RefusedPage]:
    source = Source(path, MODELS)
    found = {page.key: page for page in source.pages(lambda name: source.planned_mention(name, ""))}
    source.close()
    return found


def article(path: Path, text: str) -> ArticleContent:
    (page,) = read(folder(path / "paket", ein_text_md=text)).values()
    assert isinstance(page, ReadPage), page
    assert isinstance(page.content, ArticleContent)
    return page.content


def test_a_text_in_the_text_form_is_what_it_says(tmp_path: Path) -> None:
    text = "---\nArt: format\nTitel: Treff\nSprache: de\nLizenz: CC0-1.0\n---\n\n## Ablauf\n\n### A"
    (page,) = read(folder(tmp_path, treff_md=text)).values()

    assert isinstance(page, ReadPage)
    assert isinstance(page.content, RecipeContent)
    assert (page.word, page.content.title) == ("format", "Treff")
    assert [step.title for step in page.content.steps] == ["A"]


def test_front_matter_of_others_is_understood(tmp_path: Path) -> None:
    content = article(
        tmp_path,
        '---\r\nlayout: post\r\ntitle: "Roboter: ein Anfang"\r\ndate: 2024-05-01\r\n'
        "tags: [robotik, Schule]\r\ncategories: bauen, spielen\r\nlang: de_AT\r\n"
        "author:\r\n  - name: Mo\r\n    mail: x\r\n  - Ada\r\nlicense: CC-BY-SA 4.0\r\n"
        "description: Erste Schritte.\r\nsource: https://example.org/r\r\nmap: {a: {b: [c]}}\r\n"
        "---\r\n\r\n# Roboter: ein Anfang\r\n\r\nText.",
    )

    assert (content.title, content.summary) == ("Roboter: ein Anfang", "Erste Schritte.")
    assert content.topics == ["robotik", "Schule", "bauen", "spielen"]
    assert (content.language, content.licence) == ("de-AT", Licence.CC_BY_SA)
    assert [creator.name for creator in content.creators] == ["Mo", "Ada"]
    assert (content.source, content.body) == ("https://example.org/r", "Text.")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# Ein *Titel* {#t}\n\nText.", "Ein Titel", "Text."),
        ("Titel\n=====\n\nText.", "Titel", "Text."),
        ("Text.\n\n## Später\n\nMehr.", "Später", "Text.\n\n## Später\n\nMehr."),
        ("Nur Text.", "ein text", "Nur Text."),
        ("---\n\nEin Strich zuerst.\n\n---\n\nMehr.", "ein text", None),
        ("---\ntitle: Oben\n---\n# Unten\n\nText.", "Oben", "# Unten\n\nText."),
    ],
)
def test_without_a_title_the_first_heading_is_one(
    text: str, title: str, body: str | None, tmp_path: Path
) -> None:
    content = article(tmp_path, text)

    assert content.title == title
    assert content.body == (text if body is None else body)


def test_what_is_too_long_for_its_field_is_kept_in_the_text(tmp_path: Path) -> None:
    title, summary = "Wort " * 40, "Satz. " * 90
    content = article(tmp_path, f"---\ntitle: {title}\nsummary: {summary}\n---\nText.")

    assert content.title.endswith("…")
    assert len(content.title) <= 120
    assert title.strip() in content.body
    assert summary.strip() in content.body


@pytest.mark.parametrize(
    ("said", "licence", "other"),
    [
        ("CC BY 4.0", Licence.CC_BY, ""),
        ("cc-by-sa-4.0", Licence.CC_BY_SA, ""),
        ("https://creativecommons.org/publicdomain/zero/1.0/", Licence.CC0, ""),
        ("CC BY 4.0 (README.md)", Licence.CC_BY, "CC BY 4.0 (README.md)"),
        ("CC BY-NC 4.0", Licence.CC_BY, "CC BY-NC 4.0"),
        ("CC BY 4.0-NC", Licence.CC_BY, "CC BY 4.0-NC"),
        ("CC BY 3.0 DE", Licence.CC_BY, "CC BY 3.0 DE"),
        ("AGPL-3.0", Licence.CC_BY, "AGPL-3.0"),
        ("", Licence.CC_BY, ""),
    ],
)
def test_a_licence_that_is_not_ours_is_kept_as_text(
    said: str, licence: Licence, other: str
) -> None:
    assert known_licence(said) == (licence, other)


def test_links_and_pictures_of_the_package_become_those_of_the_wiki(tmp_path: Path) -> None:
    found = read(
        folder(
            tmp_path,
            index_md="[hin](unter/ziel.md#x), ![Rot](bild%201.png), `[code](unter/ziel.md)`, "
            "[fort](https://example.org/unter/ziel.md), [weg](fehlt.md), [raus](../../x.md)\n"
            "```\n[zaun](unter/ziel.md)\n```",
            unter__ziel_md="# Das Ziel\n\n[zurück](../index.md) ![](/bild%201.png)",
            **{"bild 1_png": png()},
        )
    )
    index, target = (found[name].content.body for name in ("index.md", "unter/ziel.md"))

    assert "[[Das Ziel|hin]]" in index
    assert "![Rot](dateien/" in index
    assert "`[code](unter/ziel.md)`" in index
    assert "[zaun](unter/ziel.md)" in index
    assert "[fort](https://example.org/unter/ziel.md), [weg](fehlt.md), [raus](../../x.md)" in index
    assert target.startswith("[[index|zurück]] ![](dateien/")


BAD = {
    "an alias": ("---\na: &x [1]\nb: *x\n---\nText", "Verweise"),
    "no YAML": ("---\ntitle: [\n---\nText", "kein YAML"),
    "the text form with a mistake": ("---\nArt: format\nFarbe: rot\n---", "Zeile 3: „Farbe“"),
    "too long a text": ("Wort " * 20_000, "90000 Zeichen"),
    "no text": ("\0", "kein Text"),
}


def test_a_bad_file_is_named_with_its_reason_and_the_others_come(tmp_path: Path) -> None:
    texts = {f"{name}_md": text for name, (text, _words) in BAD.items()}
    found = read(folder(tmp_path, gut_md="# Gut\n\nText.", **texts))

    assert isinstance(found["gut.md"], ReadPage)
    for name, (_text, words) in BAD.items():
        page = found[f"{name}.md"]
        assert isinstance(page, RefusedPage), name
        assert words in page.reason % dict(page.params)


def test_each_line_of_a_list_is_a_page(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "seiten.jsonl",
        {"id": "a/1", "title": "Eins", "body_markdown": "Text.", "tags": ["x", "x", 7]},
        {"title": "Zwei", "source": "https://example.org", "licence": "MIT", "lang": "en"},
        {"title": "Drei", "source": "https://example.org"},
        {"body_markdown": "# Vier\n\nText."},
        {"title": ""},
    )
    with path.open("a") as file:
        file.write('kaputt\n\n[1]\n{"title": 3, "body_markdown": "x"}\n')
    found = read(path)

    assert list(found) == [
        *("a/1", "https://example.org", "https://example.org Drei"),
        *("Zeile 4", "Zeile 5", "Zeile 6", "Zeile 8", "3"),
    ]
    first, second = found["a/1"], found["https://example.org"]
    assert isinstance(first, ReadPage)
    assert isinstance(second, ReadPage)
    assert first.content.topics == ["x", "7"]
    assert (second.content.licence_name, second.content.language) == ("MIT", "en")
    refused = [key for key, page in found.items() if isinstance(page, RefusedPage)]
    assert refused == ["Zeile 5", "Zeile 6", "Zeile 8"]


@pytest.mark.parametrize("change", [lambda text: text + " ", lambda text: text.replace("x", "y")])
def test_a_digest_tells_whether_anything_changed(
    change: Callable[[str], str], tmp_path: Path
) -> None:
    text = "# x\n\n- ohne Schlüssel x"
    digests = set()
    for number, said in enumerate((text, text, change(text))):
        (page,) = read(folder(tmp_path / str(number), a_md=said)).values()
        assert isinstance(page, ReadPage)
        digests.add(page.digest)

    assert len(digests) == 2

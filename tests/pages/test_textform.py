"""A page's text form reads back without loss, and says where it cannot be read."""

import re
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.pages.strategies import STRUCTURE, YAML, articles, contents, recipes
from wiki.articles.content import ArticleContent
from wiki.fields import Choice
from wiki.pages.content import Content, Creator
from wiki.pages.textform import TextFormError, from_text, to_text
from wiki.recipes.content import Material, RecipeContent, Role, Setting, Step
from wiki.tools.content import ToolContent

MODELS = {
    "format": RecipeContent,
    "methode": RecipeContent,
    "hintergrund": ArticleContent,
    "werkzeug": ToolContent,
}
HEAD = ["---", "---\nArt: format\nTitel: x", "---\nArt: hintergrund\nTitel: x\n---", "Titel: y"]
EXAMPLE = Path(__file__).parents[2] / "docs" / "text-form.md"
quick = settings(max_examples=60, deadline=None)


def recipe(body: str, *head: str) -> RecipeContent:
    front = "\n".join(["---", "Art: format", "Titel: Sprechstunde", *head, "---", ""])
    _, content = from_text(front + dedent(body), MODELS)
    assert isinstance(content, RecipeContent)
    return content


def failure(text: str) -> TextFormError:
    with pytest.raises(TextFormError) as caught:
        from_text(dedent(text), MODELS)
    return caught.value


@quick
@given(recipes)
def test_a_recipe_comes_back_as_it_was(content: Content) -> None:
    text = to_text("format", content)

    assert from_text(text, MODELS) == ("format", content)
    assert to_text(*from_text(text, MODELS)) == text


@quick
@given(articles)
def test_an_article_comes_back_as_it_was(content: Content) -> None:
    text = to_text("hintergrund", content)

    assert from_text(text, MODELS) == ("hintergrund", content)
    assert to_text(*from_text(text, MODELS)) == text


@quick
@given(recipes, st.randoms(use_true_random=False))
def test_a_damaged_text_is_read_or_refused_with_a_line(content: Content, random: Random) -> None:
    text = to_text("format", content)
    cut, paste = random.randrange(len(text)), random.choice(["\n", "#", "- ", '"', "\\", "{", ":"])
    damaged = text[:cut] + paste + text[cut + random.randrange(3) :]

    try:
        kind, read = from_text(damaged, MODELS)
    except TextFormError as error:
        line = error.line
    else:
        line = 1
        assert from_text(to_text(kind, read), MODELS) == (kind, read)
    assert 1 <= line <= damaged.count("\n") + 1


@quick
@given(contents(ToolContent))
def test_a_tool_comes_back_as_it_was(content: Content) -> None:
    text = to_text("werkzeug", content)

    assert from_text(text, MODELS) == ("werkzeug", content)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*HEAD, *STRUCTURE, *YAML]) | st.text(max_size=8), max_size=14))
@example(parts=["\x850"])
def test_any_text_is_read_or_refused_with_a_line(parts: list[str]) -> None:
    text = "\n".join(parts)

    try:
        kind, read = from_text(text, MODELS)
    except TextFormError as error:
        line = error.line
    else:
        line = 1
        assert from_text(to_text(kind, read), MODELS) == (kind, read)
    assert 1 <= line <= len(re.findall("\r\n|[\n\r\x85\u2028\u2029]", text)) + 1


def test_the_example_in_the_documentation_is_read_in_full() -> None:
    match = re.search(r"```markdown\n(.*?)```", EXAMPLE.read_text(), re.DOTALL)
    assert match is not None
    kind, content = from_text(match[1], MODELS)

    assert isinstance(content, RecipeContent)
    assert (kind, content.settings) == ("format", [Setting.LAB, Setting.MOBILE])
    assert content.steps[0].pitfall == "Passwörter sind vergessen."
    assert content.creators == [Creator(key="ksp1", name="Laborwiki-Startpaket")]


def test_a_page_is_written_in_one_canonical_way() -> None:
    content = RecipeContent(
        title="12:30",
        topics=["no", "Digitale Teilhabe"],
        cost_fixed="2,50",
        steps=[Step(key="k3f", title="Ankommen", minutes=5, text="Hallo\n\n## Ablauf", tip="Ja")],
        roles=[Role(key="kab", name="Empfang", volunteer=True)],
    )

    assert to_text("format", content) == dedent("""\
        ---
        Art: format
        Titel: '12:30'
        Sprache: de
        Themen:
        - 'no'
        - Digitale Teilhabe
        Lizenz: CC-BY-4.0
        Kosten fest: '2.5'
        ---

        ## Ablauf

        ### Ankommen {#k3f}

        - Minuten: 5
        - Wenn die Zeit knapp ist: bleibt

        Hallo

        \\## Ablauf

        #### Tipp

        Ja

        ## Wer hilft mit

        ### Empfang {#kab}

        - Können Freiwillige übernehmen: true
        """)


def test_only_what_would_be_read_as_structure_is_escaped() -> None:
    text = "- Minuten: 5\n- Minuten: 6\n## Eigenes\n\\### x\n#### Tipp\n  ## Ablauf"
    content = RecipeContent(title="T", steps=[Step(key="k3f", title="S", text=text)])

    written = to_text("format", content)

    assert "\\- Minuten: 5\n- Minuten: 6\n## Eigenes\n\\\\### x\n\\#### Tipp\n  ## Abl" in written


def test_a_row_without_a_key_gets_one_that_is_free() -> None:
    steps = recipe("## Ablauf\n### Ankommen\n### Arbeiten {#k3f}\n### Ende").steps

    assert [step.title for step in steps] == ["Ankommen", "Arbeiten", "Ende"]
    assert steps[1].key == "k3f"
    assert len({step.key for step in steps}) == 3


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = to_text("hintergrund", ArticleContent(title="Barcamp", body="Eins\n\nZwei"))

    assert from_text("\ufeff\n" + text.replace("\n", "\r\n"), MODELS) == from_text(text, MODELS)


def test_values_may_be_typed_as_people_type_them() -> None:
    content = recipe(
        """
        ## Material
        ###   Kabel
        - Menge fest: 2,50
        - Einheit: m: lang
        - Art des Materials: gerät
        """,
        "Themen: Strom",
        "Personen mindestens: '6'",
        "Kosten fest: 2.50",
        "Vorlauf:",
        "Wo geht es?: [labor, mobile]",
    )

    assert content.topics == ["Strom"]
    assert (content.group_min, content.lead_days, str(content.cost_fixed)) == (6, None, "2.50")
    assert content.settings == [Setting.LAB, Setting.MOBILE]
    expected = {"item": "Kabel", "amount": "2.5", "unit": "m: lang", "category": "device"}
    key = content.materials[0].key
    assert content.materials == [Material.model_validate({"key": key, **expected})]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "beginnt mit"),
        ("Hallo", 1, "beginnt mit"),
        ("---\nArt: format", 1, "endet nirgends"),
        ("---\nTitel: x\n---", 2, "Art"),
        ("---\nTitel: x\nArt: kuchen\n---", 3, "format, methode"),
        ("---\nArt: format\nTitel: x\nFarbe: rot\n---", 4, "Farbe"),
        ("---\nArt: format\nTitel: x\nTitel: y\n---", 4, "zweimal"),
        ("---\nArt: format\nTitel: a: b\n---", 3, "Anführungszeichen"),
        ("---\nArt: format\nTitel: &a x\n---", 3, "Verweise"),
        ("---\nArt: format\nTitel: *a\n---", 3, "Verweise"),
        ("---\nArt: format\nTitel: !!str x\n---", 3, "Verweise"),
        ("---\nArt: format\nTitel:\n  a: b\n---", 4, "nicht lesen"),
        ('---\nArt: format\nTitel: "\\U00110000"\n---', 3, "nicht lesen"),
        ("---\nArt: format\nTitel: [a, b]\n---", 3, "nur einen Wert"),
        ("---\nArt: format\nSprache: de\n---", 1, "„Titel“ fehlt"),
        ("---\nArt: format\nTitel: x\nVorlauf: bald\n---", 4, "„Vorlauf“ ist eine Zahl"),
        ("---\nArt: format\nTitel: x\nWLAN: 5G\n---", 4, "WLAN hilfreich"),
        ("---\nArt: format\nTitel: x\n---\n\nHallo", 6, "keinem Feld"),
        ("---\nArt: format\nTitel: x\n---\n## Varianten\n## Varianten", 6, "zweimal"),
        ("---\nArt: format\nTitel: x\n---\n## Ablauf\nHallo", 6, "keinem Feld"),
        ("---\nArt: format\nTitel: x\n---\n## Ablauf\n### a {#k3f}\n### b {#k3f}", 7, "k3f"),
        ("---\nArt: format\nTitel: x\n---\n## Ablauf\n### a {#K}", 6, "Kleinbuchstaben"),
        ("---\nArt: format\nTitel: x\n---\n## Ablauf\n### a\n\n- Minuten: -1", 8, "mindestens 0"),
        ("---\nArt: format\nTitel: x\n---\n## Ablauf\n### {#k3f}", 6, "„Schritt“ fehlt"),
        ("---\nArt: format\nTitel: x\n---\n## Material\n### a\n- Farbe: rot", 7, "keinem Feld"),
        ("---\nArt: format\nTitel: x\n---\n## Ablauf\n" + "### a\n" * 201, 206, "mehr als 200"),
        ("---\nArt: format\nTitel: x\nThemen: [" + "a, " * 60_000, 1, "endet nirgends"),
        ("---\nArt: format\nTitel: x\nThemen: [" + "a, " * 60_000 + "]\n---", 4, "als 200"),
        ("---\n" + "\n".join(f"x{n}: 1" for n in range(9_000)) + "\n---", 202, "als 200"),
        ("---\nArt: format\nTitel: x\nThemen:\n- a\n- " + "b" * 301 + "\n---", 6, "mehr als 300"),
    ],
)
def test_an_error_names_its_line_and_what_is_wrong(text: str, line: int, words: str) -> None:
    error = failure(text)

    assert error.line == line
    assert words in str(error)
    assert error.reason % error.params in str(error)


def test_two_fields_with_one_label_are_noticed_at_once() -> None:
    class Confused(Content):
        heading: str = ""
        other: str = ""

    Confused.model_fields["heading"].title = Confused.model_fields["other"].title = "Gleich"

    with pytest.raises(TypeError):
        to_text("x", Confused(title="x"))


def test_a_full_page_and_hostile_texts_are_read_in_linear_time() -> None:
    head = "---\nArt: format\nTitel: x\n"
    line = ("x " * 150).strip()
    full = RecipeContent(
        title="x",
        goals=[f"{n} '{'y ' * 140}" for n in range(50)],
        steps=[Step(key=f"k{n:03}", title=line, text=line * 90) for n in range(200)],
        variations="\\" * 30_000,
    )
    hostile = [
        head + "Themen: " + "[" * 150_000,
        head + "Themen: " + "[a, " * 40_000,
        head + "---\n## Ablauf\n###" + " " * 300_000 + "x" + "{#" * 100_000,
        head + "---\n## Ablauf\n### x\n-" + " " * 300_000 + ":" * 100_000,
        head + "---\n## Varianten\n" + "\\" * 300_000 + "x\n## " + " " * 300_000 + "x",
    ]

    started = time.process_time()
    assert from_text(to_text("format", full), MODELS)[1] == full
    for text in hostile:
        with suppress(TextFormError):
            from_text(text, MODELS)
    assert time.process_time() - started < 5


def test_each_choice_has_a_word_of_its_own() -> None:
    pending: list[type[Choice]] = Choice.__subclasses__()

    for choices in pending:
        words = [member.word for member in choices]
        assert len(set(words)) == len(words)

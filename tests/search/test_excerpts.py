from search import Marked, SearchIndex
from tests.search.conftest import document


def first(index: SearchIndex, words: str) -> tuple[Marked, Marked]:
    hit = index.search(words).hits[0]
    return hit.title, hit.excerpt


def marked(pieces: Marked) -> list[str]:
    return [text for text, is_found in pieces if is_found]


def test_other_forms_of_the_words_are_marked_too(index: SearchIndex):
    index.rebuild([document("Räume", "Ein Raum. Viele Raeume. Der Traum. 3D-Druck-Räume.")], 1)

    title, excerpt = first(index, "raum")

    assert marked(title) == ["Räume"]
    assert marked(excerpt) == ["Raum", "Raeume", "Räume"]


def test_an_excerpt_is_cut_around_the_found_words(index: SearchIndex):
    filler = "Ganz anderer Text steht hier. " * 40
    index.rebuild([document("a", f"{filler} Löten und Nähen {filler}")], 1)

    _, excerpt = first(index, "nähen löten")

    assert marked(excerpt) == ["Löten", "Nähen"]
    assert 150 < len("".join(text for text, _ in excerpt)) < 210
    assert (excerpt[0][0], excerpt[-1][0]) == ("… ", " …")


def test_pieces_are_plain_text_and_add_up_to_it(index: SearchIndex):
    index.rebuild([document("a", "<b>Löten</b> & <script>Löten</script>")], 1)

    _, excerpt = first(index, "löten")

    assert "".join(text for text, _ in excerpt) == "<b>Löten</b> & <script>Löten</script>"


def test_a_page_found_by_its_title_shows_the_start_of_its_text(index: SearchIndex):
    index.rebuild([document("Löten", "Es beginnt so. " * 30, summary="Mit Zinn.")], 1)

    title, excerpt = first(index, "löten")

    assert marked(title) == ["Löten"]
    assert excerpt == (("Mit Zinn.", False),)


def test_an_excerpt_does_not_end_in_what_parts_two_texts(index: SearchIndex):
    for length in range(150, 230):
        text = f"Löten {'x' * 9} {'y' * (length - 16)} \n\n·\n\n Nähen {'und so weiter ' * 20}"
        index.rebuild([document("a", text)], 1)

        _, excerpt = first(index, "löten")

        assert excerpt[-1] == (" …", False)
        assert "·" not in excerpt[-2][0][-3:]

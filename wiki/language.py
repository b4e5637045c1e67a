"""German is the source of every string; English is its one translation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, force_locale, gettext
from markupsafe import Markup

LANGUAGES = {"de": "Deutsch", "en": "English"}

# Which country's dates and numbers a language is shown with.
_FORMATS = {"de": "de_DE", "en": "en_GB"}

TRANSLATIONS = str(Path(__file__).parent / "translations")

# Translations kept ready per process; more would be an error in a template.
MESSAGES = 5_000

babel = Babel()


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know for "extract, translate later"
    """Mark a string for translation where it is shown, not where it is written."""
    return message


def quoted(words: str) -> str:
    """The words in the quotation marks of the reader's language."""
    return str(gettext("„%(words)s“", words=words))


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Europe/Berlin")
    babel.init_app(app, locale_selector=lambda: _FORMATS[chosen_language()], default_locale="de_DE")
    app.jinja_env.globals.update(_=translated, gettext=translated, ngettext=translated_number)
    app.jinja_env.filters["quoted"] = quoted
    app.url_defaults(_keep_chosen_language)


def chosen_language() -> str:
    """The language asked for: by `?sprache=`, the person's account, the browser, else German."""
    if not has_request_context():
        return "de"
    known: str | None = g.get("language")
    if known is None:
        known = g.language = _asked_language()
    return known


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Words, dates and addresses as in an answer to somebody who reads this language.

    For mails, which nobody asks for; addresses begin with a slash.
    """
    spoken = language if language in LANGUAGES else "de"
    # What Flask keeps for an application context outlives a request's in it.
    before = g.get("language")
    with current_app.test_request_context(), force_locale(_FORMATS[spoken]):
        g.language = spoken
        try:
            yield
        finally:
            g.language = before


def translated(message: str, **values: object) -> Markup:
    """The message in the reader's language with its values put in, for macros."""
    return translations()(message, **values)


def translations() -> Callable[..., Markup]:
    """`_` for this request's templates.

    A page asks some two hundred times; Flask-Babel's own way takes half of a page's time.
    """
    return _translations_in(chosen_language())


@cache
def _translations_in(language: str) -> Callable[..., Markup]:
    catalogue = _catalogue_of(language)
    known: dict[str, Markup] = {}

    def translate(message: str, **values: object) -> Markup:
        text = known.get(message)
        if text is None:
            # Messages are ours; the values are escaped by Markup's own formatting.
            text = Markup(catalogue.gettext(message))
            if len(known) < MESSAGES:
                known[message] = text
        return text % values if "%" in text else text

    return translate


def translated_number(one: str, many: str, num: int, **values: object) -> Markup:
    """The message for one or for many, as `ngettext`."""
    text = _catalogue_of(chosen_language()).ngettext(one, many, num)
    return Markup(text) % {"num": num, **values}


@cache
def _catalogue_of(language: str) -> NullTranslations:
    # German is the source: there is nothing to look up.
    if language == "de":
        return NullTranslations()
    return Translations.load(TRANSLATIONS, [language])


def language_in_address() -> str:
    """The language that the address asks for, which stays in the page's links; else nothing."""
    asked = request.args.get("sprache", "")
    return asked if asked in LANGUAGES else ""


def _asked_language() -> str:
    if asked := language_in_address():
        return asked
    preferred: str = g.get("preferred_language", "")
    if preferred in LANGUAGES:
        return preferred
    return request.accept_languages.best_match(list(LANGUAGES), default="de") or "de"


def _keep_chosen_language(endpoint: str, values: dict[str, object]) -> None:
    """A language chosen in the address stays chosen in the links of the page."""
    if not has_request_context() or endpoint == "static" or "sprache" in values:
        return
    if asked := language_in_address():
        values["sprache"] = asked

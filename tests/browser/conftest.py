"""A real browser before a real server."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import select

from tests.browser.library import Library, fill_library
from tests.conftest import PASSWORD, Cast, all_labs
from tests.live import LiveServer
from tests.stages import made_once
from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab

# What pages and scripts ask for may be refused; what a page consists of may not.
ASKED = ("document", "xhr", "fetch")
# What Chromium and htmx write down themselves when an answer is an error or none comes.
EXPECTED = ("Failed to load resource", "htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")

BrowserOf = Callable[..., Page]
KeptCookies = dict[tuple[str, str, bool], Any]

# A busy machine is slow, not wrong.
PATIENCE = 15
expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the live server answers."""
    with LiveServer(app) as server:
        yield server.url


@pytest.fixture
def library(app: Flask, cast: Cast, labs: dict[str, Lab]) -> Library:
    """Pages of every kind and state, and a search index that knows them."""
    return made_once(app, "library", lambda: fill_library(app, cast, all_labs()))


@pytest.fixture(scope="session")
def kept_cookies() -> KeptCookies:
    """What each person's browser got for signing in: whose and in which language → cookies."""
    return {}


@pytest.fixture
def browser_of(
    chromium: Browser, address: str, cast: Cast, kept_cookies: KeptCookies
) -> Iterator[BrowserOf]:
    """`browser_of("anke")` is a page of Anke's browser, signed in; `browser_of()` is Deniz's.

    She signs in once; after that her browser still knows her, as at home.

    At the end nobody's console has complained and nobody has asked another site for anything.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_browser(
        name: str = "",
        *,
        width: int = 1280,
        height: int = 900,
        scheme: Any = "light",
        script: bool = True,
        scale: float = 1,
        language: str = "de-DE",
    ) -> Page:
        context = chromium.new_context(
            base_url=address,
            locale=language,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=script,
            device_scale_factor=scale,
            reduced_motion="reduce",
        )
        contexts.append(context)
        listen(context, address, complaints)
        page = context.new_page()
        if name:
            person = unique_name_of(getattr(cast, name))
            if cookies := kept_cookies.get((person, language, script)):
                context.add_cookies(cookies)
                page.goto("/")
                expect(page.locator(".top")).to_contain_text(name.title())
            else:
                sign_in(page, name)
                kept_cookies[person, language, script] = context.cookies()
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert complaints == []


def becomes(place: Page | Locator, script: str, value: object) -> None:
    """Wait until `script` says `value`: a page can be read before its scripts have done their work.

    Where `expect` has a question of its own, ask that.
    """
    until = time.monotonic() + PATIENCE
    while (said := place.evaluate(script)) != value and time.monotonic() < until:
        time.sleep(0.05)
    assert said == value


def unique_name_of(number: int) -> str:
    """What a session calls this person; asked beside the session of the test."""
    with db.engine.connect() as connection:
        found = connection.execute(select(User.fs_uniquifier).where(User.id == number))
        return str(found.scalar_one())


def listen(context: BrowserContext, address: str, complaints: list[str]) -> None:
    """Collect errors of scripts and of the content policy, broken parts, and strange addresses."""
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "console",
        lambda line: (
            complaints.append(line.text)
            if line.type == "error" and not line.text.startswith(EXPECTED)
            else None
        ),
    )
    context.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((address, "data:", "blob:"))
            else complaints.append(f"asked for {request.url}")
        ),
    )
    context.on(
        "response",
        lambda answer: (
            complaints.append(f"{answer.status} {answer.url}")
            if answer.status >= 500
            or (answer.status >= 400 and answer.request.resource_type not in ASKED)
            else None
        ),
    )


def sign_in(page: Page, name: str) -> None:
    """Through the form, as everybody."""
    page.goto("/anmelden")
    page.get_by_label("E-Mail-Adresse").fill(f"{name}@example.org")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Anmelden", exact=True).click()
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.locator(".top")).to_contain_text(name.title())

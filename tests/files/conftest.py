"""Files on the stage of the wiki: uploads as a browser sends them."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Cast, token
from tests.files.samples import picture
from wiki.accounts.models import User
from wiki.config import Settings
from wiki.db import db
from wiki.files.models import File
from wiki.files.storing import store_file
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, revision_of, save_edit

Keep = Callable[..., File]


@pytest.fixture
def keep(app: Flask, cast: Cast, labs: dict[str, Lab]) -> Keep:
    """`keep("a.jpg", by="bilal")`: a file of Soest; more arguments as `store_file` takes them."""

    def keep_file(
        name: str = "Werkbank.jpg",
        data: bytes | None = None,
        *,
        by: str = "anke",
        lab: str | None = "soest",
        **more: Any,
    ) -> File:
        return store_file(
            BytesIO(picture() if data is None else data),
            name,
            by=db.session.get_one(User, getattr(cast, by)) if by else None,
            lab=labs[lab] if lab else None,
            **more,
        )

    return keep_file


@pytest.fixture
def blobs(settings: Settings) -> Callable[[], list[Path]]:
    """Everything that lies in the folder for files."""
    return lambda: [path for path in (settings.data / "files").rglob("*") if path.is_file()]


def send(
    browser: FlaskClient, address: str, *files: tuple[bytes, str], json: bool = False, **fields: str
) -> TestResponse:
    """Upload files through the form at this address."""
    data: dict[str, Any] = {"csrf_token": token(browser, "/konto"), **fields}
    data["files"] = [(BytesIO(content), name) for content, name in files]
    headers = {"Accept": "application/json"} if json else {}
    return browser.post(address, data=data, headers=headers)


def post(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    return browser.post(address, data={"csrf_token": token(browser, "/konto"), **fields})


def say(page: Page, by: int, *, publish: bool = False, **fields: Any) -> None:
    """A new version of the page that says these fields differently."""
    kind = kinds().named(page.kind)
    current = db.session.get_one(Page, page.id)
    values = content_of(revision_of(current, current.current_number)).to_json() | fields
    save_edit(
        current,
        kind,
        kind.content.model_validate(values),
        Contribution(by=db.session.get_one(User, by), lab=current.lab),
        base=current.current_number,
        publish=publish,
    )

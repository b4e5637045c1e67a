"""Packages to bring in, and ways to do it."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from tests.conftest import Cast
from wiki.db import db, writing
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.reuse.importing import apply
from wiki.reuse.models import Import, ImportedPage, ImportState
from wiki.reuse.source import Source

Bring = Callable[..., int]


@pytest.fixture
def bring(app: Flask) -> Bring:
    """`bring(path, by=anke, lab=soest)` imports and gives the number of the import."""

    def imported(path: Path, *, by: int | None = None, lab: int | None = None, **more: Any) -> int:
        import_ = Import(
            name=path.name,
            by_id=by,
            lab_id=lab,
            state=ImportState.APPLYING.value,
            params={},
            **more,
        )
        with writing() as session:
            session.add(import_)
        number = import_.id
        source = Source(path, kinds().models())
        apply(number, source, lambda _count: None)
        source.close()
        return number

    return imported


def outcomes(number: int) -> dict[str, str]:
    """Name of each text of an import → what became of it."""
    rows = db.session.query(ImportedPage).filter_by(import_id=number)
    return {row.name: row.outcome for row in rows}


def reason_for(number: int, name: str) -> str:
    row = db.session.query(ImportedPage).filter_by(import_id=number, name=name).one()
    return row.reason % row.params


def folder(path: Path, **texts: str | bytes) -> Path:
    """A folder with these files; `__` in a name stands for `/`, `_md` at its end for `.md`."""
    for name, data in texts.items():
        stem, _underline, ending = name.rpartition("_")
        file = path / f"{stem.replace('__', '/')}.{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def lines(path: Path, *objects: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects))
    return path


def zipped(**files: str | bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            stem, _underline, ending = name.rpartition("_")
            archive.writestr(f"{stem.replace('__', '/')}.{ending}", text)
    return data.getvalue()


def png(colour: str = "red") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (4, 3), colour).save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def soest(labs: dict[str, Lab], cast: Cast) -> int:
    return labs["soest"].id

"""Everything of a plan in one ZIP: the plan itself, the recipes' files, and whose all of it is."""

import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from flask_babel import gettext as _
from flask_babel import ngettext

from wiki.files.blobs import incoming_folder
from wiki.files.models import File
from wiki.files.storing import files_of, open_blob
from wiki.kits.kit import Kit
from wiki.kits.making import page_of, pdf_of
from wiki.reuse.archives import fitting, put, readable
from wiki.reuse.attribution import attribution_of
from wiki.reuse.places import a_place


@dataclass(frozen=True)
class Packed:
    """A file, and what it is called in the archive."""

    name: str
    file: File


@dataclass(frozen=True)
class Folder:
    """What one recipe brings along, with the line that names the recipe."""

    title: str
    attribution: str
    files: tuple[Packed, ...]
    left_out: int


def package_of(kit: Kit) -> IO[bytes]:
    """The archive, on the disk; who takes it closes it.

    Raises:
        TypesettingFailed, Busy: as `pdf_of`.
    """
    folders = folders_of(kit)
    pdf, page = pdf_of(kit), page_of(kit)
    with a_place("kit"), ExitStack() as stack:
        # On the disk: files may be more than a worker should hold.
        target = stack.enter_context(tempfile.TemporaryFile(dir=incoming_folder()))
        with zipfile.ZipFile(target, "w") as archive:
            put(archive, f"{kit.file_stem}.pdf", io.BytesIO(pdf), kit.changed)
            put(archive, f"{kit.file_stem}.html", io.BytesIO(page), kit.changed)
            for packed in (packed for folder in folders for packed in folder.files):
                with open_blob(packed.file.current) as stream:
                    put(archive, packed.name, stream, packed.file.current.at)
            note = io.BytesIO("\n".join(_note(kit, folders)).encode())
            put(archive, _("LIESMICH.txt"), note, kit.changed)
        target.seek(0)
        stack.pop_all()
        return target


def folders_of(kit: Kit) -> list[Folder]:
    """The recipes with those of their files that everybody may read, as many as fit."""
    recipes = {found.page.id: found for found in kit.recipes}.values()
    offered = [(found, readable(files_of(found.page), None)) for found in recipes]
    fit = {file.id for file in fitting({f.id: f for _r, files in offered for f in files}.values())}
    return [
        Folder(
            found.recipe.title,
            attribution_of(found.page, found.revision, found.recipe).text,
            tuple(_named([file for file in files if file.id in fit], found.page.slug)),
            sum(file.id not in fit for file in files),
        )
        for found, files in offered
    ]


def _named(files: list[File], folder: str) -> Iterator[Packed]:
    """Each under a name of its own, as people read it."""
    taken: set[str] = set()
    for file in files:
        name, number = file.name, 2
        while name.casefold() in taken:
            path = PurePosixPath(file.name)
            name, number = f"{path.stem}-{number}{path.suffix}", number + 1
        taken.add(name.casefold())
        yield Packed(f"{folder}/{name}", file)


def _note(kit: Kit, folders: Iterable[Folder]) -> Iterator[str]:
    """What is in the archive, and how to name whose it is."""
    yield from (kit.title, "=" * len(kit.title), "", kit.facts, kit.address, "")
    yield from (_("In diesem Ordner"), "")
    yield f"- {kit.file_stem}.pdf: {_('der Zeitplan zum Drucken')}"
    yield f"- {kit.file_stem}.html: {_('der Zeitplan für jedes Gerät, auch ohne Netz')}"
    for folder in folders:
        yield from ("", folder.title, "-" * len(folder.title), "", folder.attribution, "")
        for packed in folder.files:
            whose = ", ".join(filter(None, (packed.file.author, packed.file.licence_name)))
            yield f"- {packed.name}: {whose}" if whose else f"- {packed.name}"
        if folder.left_out:
            yield ngettext(
                "Eine Datei hatte hier keinen Platz mehr; sie steht beim Rezept im Wiki.",
                "%(num)d Dateien hatten hier keinen Platz mehr; sie stehen beim Rezept im Wiki.",
                folder.left_out,
            )
    yield ""

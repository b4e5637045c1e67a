"""Everything of a plan in one ZIP: the plan itself, the pages' files, and whose all of it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from flask_babel import gettext as _
from flask_babel import ngettext

from wiki.files.models import File
from wiki.files.storing import files_of, sizes_on
from wiki.kits.kit import Kit, Source
from wiki.kits.making import ONE_FOLDER, SHELF, page_of, pdf_of
from wiki.reuse.archives import Entry, all_fit, archive_of, fitting, readable


@dataclass(frozen=True)
class Packed:
    """A file, and what it is called in the archive."""

    name: str
    file: File


@dataclass(frozen=True)
class Folder:
    """What one page brings along, with the line that names the page."""

    title: str
    attribution: str
    files: tuple[Packed, ...]
    left_out: int


def package_of(kit: Kit) -> IO[bytes]:
    """The archive; who takes it closes it.

    Raises:
        TypesettingFailed, Busy, TooManyDocuments: as `pdf_of`.
    """
    folders = folders_of(kit)
    note = "\n".join(_note(kit, folders))
    files = [packed for folder in folders for packed in folder.files]
    entries = [
        Entry(f"{kit.file_stem}.pdf", kit.changed, pdf_of(kit)),
        Entry(f"{kit.file_stem}.html", kit.changed, page_of(kit)),
        *(Entry(one.name, one.file.current.at, one.file.current) for one in files),
        Entry(_("LIESMICH.txt"), kit.changed, note.encode()),
    ]
    return archive_of(entries, SHELF, ONE_FOLDER)


def file_count(kit: Kit) -> int:
    """How many files `package_of` takes along.

    One question for all pages: who may read a page may have what it offers and shows now.
    """
    sizes = sizes_on([source.page.id for source in _sources(kit)])
    if all_fit({file_id: size for _page, file_id, size in sizes}.values()):
        return len(sizes)
    return sum(len(folder.files) for folder in folders_of(kit))


def folders_of(kit: Kit) -> list[Folder]:
    """The pages with those of their files that the reader may have, as many as fit."""
    offered = [(of, readable(files_of(of.page), kit.reader)) for of in _sources(kit)]
    fit = {file.id for file in fitting({f.id: f for _s, files in offered for f in files}.values())}
    return [
        Folder(
            of.content.title,
            of.named.text,
            tuple(_named([file for file in files if file.id in fit], of.page.slug)),
            sum(file.id not in fit for file in files),
        )
        for of, files in offered
    ]


def _sources(kit: Kit) -> list[Source]:
    """Each page once, in the last of its versions."""
    return list({source.page.id: source for source in kit.sources}.values())


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
                "Eine Datei hatte hier keinen Platz mehr; sie steht im Wiki.",
                "%(num)d Dateien hatten hier keinen Platz mehr; sie stehen im Wiki.",
                folder.left_out,
            )
    yield ""

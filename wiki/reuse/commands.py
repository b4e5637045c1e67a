"""`flask import PATH` and `flask export PATH`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.accounts.people import find_person
from wiki.db import db, writing
from wiki.fields import LARGEST
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.reuse.exporting import DiskFull, ExportFailed, NotAnExport, export, exported_pages
from wiki.reuse.importing import add_missing_labs, apply, refuse
from wiki.reuse.models import Import, ImportedPage, ImportState, Outcome
from wiki.reuse.packages import PackageRefused
from wiki.reuse.planning import Target, counts_of, plan
from wiki.reuse.source import Progress, Source
from wiki.reuse.undoing import undo

ExistingPath = click.Path(exists=True, path_type=Path)


def init_app(app: Flask) -> None:
    app.cli.add_command(import_pages)
    app.cli.add_command(undo_import)
    app.cli.add_command(export_pages)


@click.command("import")
@click.argument("path", type=ExistingPath)
@click.option("--lab", "lab_slug", help="The lab all pages will belong to.")
@click.option("--by", "email", help="Whose pages they will be.")
@click.option("--draft", is_flag=True, help="Publish nothing.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_pages(
    path: Path, lab_slug: str | None, email: str | None, draft: bool, dry_run: bool
) -> None:
    """Bring in a folder or ZIP of Markdown files, or a .jsonl with a page on each line."""
    import_ = Import(name=path.name, publish=not draft, keeps_labs=lab_slug is None, params={})
    import_.lab_id = _lab(lab_slug).id if lab_slug else None
    import_.by_id = _person(email).id if email else None
    try:
        source = Source(path, kinds().models())
        if not len(source) and not source.manifest.labs:
            raise click.ClickException(
                f"In {path} ist keine Seite: gesucht wurden Markdown-Dateien und Zeilen in .jsonl."
            )
        if dry_run:
            _show_plan(source, import_)
        else:
            _apply(source, import_)
    except PackageRefused as refused:
        if import_.id is not None:
            refuse(import_.id, refused)
        raise click.ClickException(str(refused)) from refused


@click.command("import-undo")
@click.argument("number", type=int)
def undo_import(number: int) -> None:
    """Take an import back as a whole; pages that were edited since stay."""
    import_ = db.session.get(Import, number) if 0 < number <= LARGEST else None
    if import_ is None or import_.state == ImportState.UNDONE:
        raise click.ClickException(f"Es gibt keinen Import {number}, der zurückzunehmen wäre.")
    counts = counts_of(import_)
    with _bar("Zurücknehmen", counts.new + counts.changed) as progress:
        undo(number, progress)
    kept = select(ImportedPage).where(
        ImportedPage.import_id == number,
        ImportedPage.reason != "",
        ImportedPage.outcome != Outcome.REFUSED.value,
    )
    for row in db.session.scalars(kept):
        click.echo(f"Behalten: {row.title}: {row.reason % row.params}")
    click.echo(f"Import {number} ist zurückgenommen.")


@click.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--drafts", is_flag=True, help="Drafts, too.")
def export_pages(path: Path, drafts: bool) -> None:
    """Write all published pages and their files as a folder; without their history."""
    ids = exported_pages(with_drafts=drafts)
    try:
        with _bar("Exportieren", len(ids)) as progress:
            done = export(path, ids, progress)
    except NotAnExport:
        raise click.ClickException(
            f"{path} enthält etwas anderes als einen Export und bleibt, wie es ist."
        ) from None
    except DiskFull:
        raise click.ClickException(
            f"Der Platz reicht nicht. Was vorher in {path} war, ist noch da."
        ) from None
    except ExportFailed as failed:
        raise click.ClickException(f"{path} lässt sich nicht schreiben: {failed}.") from None
    click.echo(f"{done.pages} Seiten und {done.files} Dateien in {path}.")


def _show_plan(source: Source, import_: Import) -> None:
    counts = dict.fromkeys(Outcome, 0)
    refused, noted = [], []
    with _bar("Prüfen", len(source)) as progress:
        for row in plan(source, Target.of(import_)):
            counts[Outcome(row.outcome)] += 1
            if row.outcome == Outcome.REFUSED:
                refused.append(row)
            elif row.notes:
                noted.append(row)
            progress(1)
    for row in noted:
        click.echo(f"{row.name}: {' '.join(row.notes)}")
    _tell(refused, counts, "würden kommen")


def _apply(source: Source, import_: Import) -> None:
    if import_.keeps_labs:
        for name in add_missing_labs(source):
            click.echo(f"Neues Labor: {name}")
    import_.state = ImportState.APPLYING.value
    with writing() as session:
        session.add(import_)
    number = import_.id
    with _bar("Importieren", len(source)) as progress:
        apply(number, source, progress)
    import_ = db.session.get_one(Import, number)
    rows = select(ImportedPage).where(ImportedPage.import_id == number)
    refused = rows.where(ImportedPage.outcome == Outcome.REFUSED.value)
    _tell(db.session.scalars(refused), vars(counts_of(import_)), "sind da")
    click.echo(f"Zurücknehmen: flask import-undo {number}")


def _tell(refused: Any, counts: Any, are: str) -> None:
    for row in refused:
        click.echo(f"Abgelehnt: {row.name}: {row.reason % row.params}", err=True)
    click.echo(
        f"{counts['new']} neue Seiten {are}, {counts['changed']} geändert, "
        f"{counts['unchanged']} unverändert, {counts['refused']} abgelehnt."
    )


def _lab(slug: str) -> Lab:
    lab = db.session.scalar(select(Lab).where(Lab.slug == slug))
    if lab is None:
        raise click.ClickException(f"Es gibt kein Labor „{slug}“.")
    return lab


def _person(email: str) -> User:
    person = find_person(email)
    if person is None:
        raise click.ClickException(f"Es gibt kein Konto „{email}“.")
    return person


@contextmanager
def _bar(label: str, length: int) -> Iterator[Progress]:
    with click.progressbar(length=length, label=label) as bar:
        update: Callable[[int], None] = bar.update
        yield update

"""`laborwiki.json`: what an exported folder knows beside its texts."""

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from wiki.language import N_
from wiki.markup import FILE_ID
from wiki.reuse.packages import FileRefused, Package, PackageRefused, read_bytes

NAME = "laborwiki.json"
FORMAT = 1
MOST_BYTES = 30_000_000

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
FileId = Annotated[str, StringConstraints(pattern=rf"^{FILE_ID}$")]
Short = Annotated[str, StringConstraints(max_length=500)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class LabEntry(_Entry):
    """A lab as far as its pages' readers know it."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    kind: Annotated[str, StringConstraints(pattern="^(lab|mobile|guest)$")] = "lab"
    place: Annotated[str, StringConstraints(max_length=120)] = ""
    colour: Annotated[str, StringConstraints(pattern="^#[0-9a-f]{6}$")] = "#3f5261"
    position: int = 0


class PageEntry(_Entry):
    """What a page's text form does not say."""

    uuid: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    lab: Slug | None = None
    is_draft: bool = False
    files: list[FileId] = []


class FileEntry(_Entry):
    """What is said about a file."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    lab: Slug | None = None
    alt: Short = ""
    is_decorative: bool = False
    author: Short = ""
    licence: Short = ""
    people: Annotated[str, StringConstraints(pattern="^(none|consent)?$")] = ""
    consent: Short = ""

    def place(self, file_id: str) -> str:
        """Where its bytes lie in the folder, which is how texts name it, too."""
        return f"dateien/{file_id}/{self.name}"


class Manifest(_Entry):
    """Labs and pages by their slug, files by their id."""

    laborwiki: int = FORMAT
    labs: dict[Slug, LabEntry] = {}
    pages: dict[Slug, PageEntry] = {}
    files: dict[FileId, FileEntry] = {}

    def to_json(self) -> str:
        """Always the same text for the same content."""
        values: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True)
        parts = {name: dict(sorted(values.get(name, {}).items())) for name in _PARTS}
        whole = {"laborwiki": FORMAT, **parts}
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


_PARTS = ("labs", "pages", "files")


def manifest_of(package: Package) -> Manifest | None:
    """What the package says of itself; None if it is no export of a Laborwiki.

    Raises:
        PackageRefused: the manifest cannot be read.
    """
    if NAME not in package.names:
        return None
    try:
        manifest = Manifest.model_validate_json(read_bytes(package, NAME, MOST_BYTES))
    except (ValidationError, FileRefused):
        raise PackageRefused(N_("%(name)s lässt sich nicht lesen."), name=NAME) from None
    if manifest.laborwiki != FORMAT:
        raise PackageRefused(N_("Dieses Paket stammt von einer anderen Version."))
    return manifest

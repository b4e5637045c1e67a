"""Small pictures of files: made when a file comes in, and anew when the cache was emptied."""

import tempfile
from pathlib import Path

from wiki.errors import NotFound
from wiki.files import blobs
from wiki.files.models import FileVersion
from wiki.uploads import WIDTHS, draw


def preview_of(version: FileVersion, width: int) -> Path:
    """Where the preview of this width lies; a smaller picture's largest is never blown up.

    Raises:
        NotFound: there is no such width, or no picture of this file.
    """
    if width not in WIDTHS or not version.has_preview:
        raise NotFound
    folder = blobs.preview_folder(version.sha256)
    if not folder.exists():
        _make_anew(version)
    for wanted in reversed([each for each in WIDTHS if each <= width]):
        path = folder / f"{wanted}.webp"
        if path.exists():
            return path
    raise NotFound


def _make_anew(version: FileVersion) -> None:
    with blobs.disk_may_be_full(), tempfile.TemporaryDirectory(dir=blobs.incoming_folder()) as name:
        draw(blobs.blob_path(version.sha256), version.media_type, Path(name))
        blobs.keep_previews(Path(name), version.sha256)

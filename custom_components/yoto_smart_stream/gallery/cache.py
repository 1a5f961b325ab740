"""What is known of an account's artwork, on disk: lists of icons, uploads, and pictures of icons.

All of it can be had from Yoto again, so what cannot be read counts as not there, and the folder can
be removed at any time. Blocking throughout.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
import json
from pathlib import Path
import re
from typing import Final

from ..audio.partial import remove_partial_files, replace_file
from ..cloud.icons import Icon
from ..cloud.studio import Cover
from ..json import Json

MOST_PICTURES: Final = 4000
"""Pictures of icons that are kept; Yoto's and those of a family are fewer."""
_MOST_UPLOADS: Final = 2000
_SAFE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an account's artwork."""

    fetched: float = 0.0
    """When the list of icons was had from Yoto, in Unix seconds; 0 before that."""
    icons: tuple[Icon, ...] = ()
    uploads: Mapping[str, str] = field(default_factory=dict)
    """Media ids of icons that were uploaded, by the SHA-256 of their file."""
    covers: Mapping[str, Cover] = field(default_factory=dict)
    """Covers that were uploaded, by kind of card and SHA-256 of their file."""


class GalleryCache:
    """The files of a folder, which nobody else uses."""

    def __init__(self, folder: Path) -> None:
        """Prepare; `open` makes the folder."""
        self._folder = folder
        self._pictures = folder / "icons"

    def open(self) -> None:
        """Make the folder, and remove what a power cut left in it.

        Raises:
            OSError: It cannot be used.
        """
        self._pictures.mkdir(parents=True, exist_ok=True)
        remove_partial_files(self._folder)
        remove_partial_files(self._pictures)

    def read(self, account: str) -> Known:
        """Return what is known of an account."""
        try:
            stored: Json = json.loads(self._list(account).read_text())
        except OSError, ValueError:
            return Known()
        return _known(stored)

    def write(self, account: str, known: Known) -> None:
        """Keep what is known of an account.

        Raises:
            OSError: The disk failed or is full.
        """
        with replace_file(self._list(account)) as file:
            file.write(json.dumps(_stored(known)).encode())

    def remove(self, account: str) -> None:
        """Forget an account."""
        self._list(account).unlink(missing_ok=True)

    def picture(self, media_id: str) -> bytes | None:
        """Return the large picture of an icon."""
        if not _SAFE.fullmatch(media_id):
            return None
        try:
            return self._picture(media_id).read_bytes()
        except OSError:
            return None

    def keep_picture(self, media_id: str, content: bytes) -> None:
        """Keep the large picture of an icon; the oldest go when there are too many.

        Raises:
            OSError: The disk failed or is full.
        """
        if not _SAFE.fullmatch(media_id):
            return
        with replace_file(self._picture(media_id)) as file:
            file.write(content)
        kept = list(self._pictures.glob("*.png"))
        if len(kept) > MOST_PICTURES:
            kept.sort(key=lambda path: path.stat().st_mtime_ns)
            for path in kept[: len(kept) - MOST_PICTURES * 9 // 10]:
                path.unlink(missing_ok=True)

    def _list(self, account: str) -> Path:
        """Return where what is known of an account lies."""
        return self._folder / f"{account}.json"

    def _picture(self, media_id: str) -> Path:
        """Return where the picture of an icon lies, or would."""
        return self._pictures / f"{media_id}.png"


def _stored(known: Known) -> Json:
    """Return what is known as JSON."""
    return {
        "fetched": known.fetched,
        "icons": [
            {
                "media_id": icon.media_id,
                "title": icon.title,
                "url": icon.url,
                "tags": list(icon.tags),
                "is_own": icon.is_own,
            }
            for icon in known.icons
        ],
        "uploads": dict(list(known.uploads.items())[-_MOST_UPLOADS:]),
        "covers": {
            key: {"media_id": cover.media_id, "url": cover.url}
            for key, cover in list(known.covers.items())[-_MOST_UPLOADS:]
        },
    }


def _known(stored: Json) -> Known:
    """Read JSON, as far as it makes sense."""
    match stored:
        case {
            "fetched": int() | float() as fetched,
            "icons": list(icons),
            "uploads": dict(uploads),
            "covers": dict(covers),
        }:
            return Known(
                fetched=float(fetched),
                icons=tuple(icon for one in icons if (icon := _icon(one)) is not None),
                uploads={key: name for key, name in uploads.items() if isinstance(name, str)},
                covers={
                    key: cover for key, one in covers.items() if (cover := _cover(one)) is not None
                },
            )
        case _:
            return Known()


def _icon(stored: Json) -> Icon | None:
    """Read an icon."""
    match stored:
        case {
            "media_id": str(media_id),
            "title": str(title),
            "url": str(url),
            "tags": list(tags),
            "is_own": bool(is_own),
        }:
            return Icon(
                media_id=media_id,
                title=title,
                url=url,
                tags=tuple(tag for tag in tags if isinstance(tag, str)),
                is_own=is_own,
            )
        case _:
            return None


def _cover(stored: Json) -> Cover | None:
    """Read a cover."""
    match stored:
        case {"media_id": str(media_id), "url": str(url)}:
            return Cover(media_id=media_id, url=url)
        case _:
            return None

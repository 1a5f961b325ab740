"""Reading an upload: a form of several parts, one of which is a file that goes to the disk."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, override

from aiohttp import BodyPartReader, MultipartReader
from aiohttp.http_exceptions import HttpProcessingError

from .receiving import TooMuchError, receiving

FILE_FIELD: Final = "file"
TEXT_FIELDS: Final = frozenset({"title", "author", "description", "replace", "tags"})
_LONGEST_TEXT: Final = 64 * 1024
_CHUNK: Final = 64 * 1024
_MOST_PARTS: Final = 100
# What a form has beside the file: borders, headers and texts.
SLACK_BYTES: Final = 1024 * 1024


class FormFault(StrEnum):
    """Say in one word what is wrong with a form."""

    MALFORMED = "malformed"
    NO_FILE = "no_file"
    TWO_FILES = "two_files"
    UNKNOWN_FIELD = "unknown_field"


class FormError(Exception):
    """Report that a form is none of ours; `name` is that of the field."""

    def __init__(self, fault: FormFault, name: str = "") -> None:
        """Remember what is wrong."""
        super().__init__(fault, name)
        self.fault: Final = fault
        self.name: Final = name

    @override
    def __str__(self) -> str:
        """Say what is wrong."""
        return f"{self.fault} {self.name}".strip()


@dataclass(slots=True)
class Form:
    """What was sent: the name of the file, and the texts beside it."""

    file_name: str | None = None
    texts: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)


async def read_form(reader: MultipartReader, path: Path, most: int) -> Form:
    """Read a form; its file is written to a new path, at most so many bytes of it.

    What was written when this fails is for the caller to remove.

    Raises:
        FormError: It is malformed, or has other fields than it should.
        TooMuchError: The file, or a text, is too long.
        OSError: The disk failed or is full.
    """
    form = Form()
    parts = 0
    while (part := await _next(reader)) is not None:
        parts += 1
        if not isinstance(part, BodyPartReader) or parts > _MOST_PARTS:
            raise FormError(FormFault.MALFORMED)
        name = part.name or ""
        if name == FILE_FIELD:
            if form.file_name is not None:
                raise FormError(FormFault.TWO_FILES)
            form.file_name = part.filename or ""
            await _receive(part, path, most)
        elif name in TEXT_FIELDS:
            _note(form, name, await _text(part))
        else:
            raise FormError(FormFault.UNKNOWN_FIELD, name)
    if form.file_name is None:
        raise FormError(FormFault.NO_FILE)
    return form


async def _next(reader: MultipartReader) -> MultipartReader | BodyPartReader | None:
    """Return the next part, None after the last."""
    try:
        return await reader.next()
    except (HttpProcessingError, RuntimeError, ValueError) as err:
        raise FormError(FormFault.MALFORMED) from err


async def _receive(part: BodyPartReader, path: Path, most: int) -> None:
    """Receive the file."""
    async with receiving(path, most) as receiver:
        while chunk := await _chunk(part):
            await receiver.add(chunk)


async def _text(part: BodyPartReader) -> str:
    """Read a short text."""
    content = bytearray()
    while chunk := await _chunk(part):
        content += chunk
        if len(content) > _LONGEST_TEXT:
            raise TooMuchError
    return content.decode(errors="replace").strip()


async def _chunk(part: BodyPartReader) -> bytes:
    """Read some of a part, nothing at its end."""
    try:
        return await part.read_chunk(_CHUNK)
    except ValueError as err:
        raise FormError(FormFault.MALFORMED) from err


def _note(form: Form, name: str, text: str) -> None:
    """Keep a text; tags may come one by one, or with commas between them."""
    if name == "tags":
        form.tags += [tag.strip() for tag in text.split(",") if tag.strip()]
    elif text:
        form.texts[name] = text

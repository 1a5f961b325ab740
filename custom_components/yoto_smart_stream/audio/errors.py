"""What can be wrong with an audio file."""

from enum import StrEnum
from pathlib import Path
from typing import override


class AudioErrorCode(StrEnum):
    """Say in one word why an audio file cannot be used."""

    MISSING = "missing"
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"
    BROKEN = "broken"


class AudioError(Exception):
    """Report that a file cannot be streamed.

    `format` names the format that was recognised (`flac`), None where none was.
    """

    def __init__(self, code: AudioErrorCode, path: Path, found: str | None = None) -> None:
        """Keep the facts; the text is for logs, people read a translation made from them."""
        super().__init__(code, path, found)
        self.code = code
        self.path = path
        self.format = found

    @override
    def __str__(self) -> str:
        """Describe the error without the folder of the file."""
        found = f" (found: {self.format})" if self.format else ""
        return f"The audio file {self.path.name} is {self.code}{found}"

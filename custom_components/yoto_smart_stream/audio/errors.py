"""What can be wrong with an audio file, and with the programs that read it."""

from enum import StrEnum
from pathlib import Path
from typing import override


class AudioErrorCode(StrEnum):
    """Say in one word why an audio file cannot be used."""

    MISSING = "missing"
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"
    BROKEN = "broken"
    CUT_OFF = "cut_off"
    """The file ends before its own header says it does: a download that was not finished."""
    NO_AUDIO = "no_audio"
    """A container of audio without any in it."""
    SILENT = "silent"
    TOO_LONG = "too_long"
    """`limit` is in seconds."""
    TOO_BIG = "too_big"
    """`limit` is in bytes."""


class AudioError(Exception):
    """Report that a file cannot be used.

    `format` names what was recognised (`flac`, `pdf`), None where nothing was. `limit` is what the
    file exceeds, for the codes that have one.
    """

    def __init__(
        self,
        code: AudioErrorCode,
        path: Path,
        found: str | None = None,
        *,
        limit: float | None = None,
    ) -> None:
        """Keep the facts; the text is for logs, people read a translation made from them."""
        super().__init__(code, path, found)
        self.code = code
        self.path = path
        self.format = found
        self.limit = limit

    @override
    def __str__(self) -> str:
        """Describe the error without the folder of the file."""
        facts = [f"found: {self.format}"] if self.format else []
        if self.limit is not None:
            facts.append(f"limit: {self.limit:g}")
        found = f" ({', '.join(facts)})" if facts else ""
        return f"The audio file {self.path.name} is {self.code}{found}"


class ToolError(Exception):
    """Report that ffmpeg or ffprobe cannot be started: nothing is wrong with the file.

    `tool` is the name or path that was tried.
    """

    def __init__(self, tool: str) -> None:
        """Remember what was to be started."""
        super().__init__(tool)
        self.tool = tool

    @override
    def __str__(self) -> str:
        """Say what is missing."""
        return f"{self.tool} cannot be started"

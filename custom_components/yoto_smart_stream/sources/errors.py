"""Why audio could not be had from where it was said to be."""

from enum import StrEnum
from typing import Final

from ..json import Json
from ..library.errors import LibraryError


class SourceFault(StrEnum):
    """Say in one word what is wrong with a source."""

    ADDRESS_INVALID = "address_invalid"
    ADDRESS_NOT_PUBLIC = "address_not_public"
    """`host` leads to the home network or to this machine."""
    ADDRESS_UNREACHABLE = "address_unreachable"
    """`reason` is what the network said."""
    ADDRESS_REFUSED = "address_refused"
    """`status` is the answer in HTTP."""
    DOWNLOAD_TOO_BIG = "download_too_big"
    """`limit` is in MiB."""
    DOWNLOAD_TOO_SLOW = "download_too_slow"
    """`limit` is in minutes."""
    FOLDER_EMPTY = "folder_empty"
    FOLDER_TOO_BIG = "folder_too_big"
    """`limit` is a number of files."""
    MEDIA_NOT_FOUND = "media_not_found"
    NO_PICTURE = "no_picture"
    PATH_NOT_ALLOWED = "path_not_allowed"
    PICTURE_TOO_BIG = "picture_too_big"
    """`limit` is in MiB."""
    SPEECH_ENGINE = "speech_engine"
    """`known` names the engines."""
    SPEECH_FAILED = "speech_failed"
    """`reason` is what the engine said."""
    SPEECH_LANGUAGE = "speech_language"
    """`known` names the languages of `engine`."""
    SPEECH_OPTIONS = "speech_options"
    """`reason` is what the engine said."""


class SourceError(LibraryError):
    """Report that audio could not be had; `media` is what was named, or leave it to the caller."""

    def __init__(self, fault: SourceFault, **facts: Json) -> None:
        """Keep the facts."""
        super().__init__(fault.value, f"{fault}: {facts}", **facts)
        self.fault: Final = fault

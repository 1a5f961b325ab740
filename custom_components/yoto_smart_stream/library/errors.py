"""What can go wrong with the library, each with the data that a message needs."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from ..json import Json
from .item import AudioItem, User


class LibraryError(Exception):
    """Base of everything that this package raises at its callers."""

    code: Final[str]

    def __init__(self, code: str, text: str, **facts: Json) -> None:
        """Keep the code and the facts for the text that people read; `text` is for logs."""
        super().__init__(text)
        self.code = code
        self.facts: Final[Mapping[str, Json]] = facts


class UnknownAudioError(LibraryError):
    """Nothing in the library has this id, slug or title."""

    def __init__(self, key: str) -> None:
        """Remember what was looked for."""
        super().__init__("unknown_audio", f"There is no audio {key!r}", audio=key)
        self.key = key


class AmbiguousTitleError(LibraryError):
    """Several items have this title; `slugs` tell them apart."""

    def __init__(self, title: str, slugs: Iterable[str]) -> None:
        """Remember the title and who has it."""
        self.title = title
        self.slugs = tuple(sorted(slugs))
        super().__init__(
            "ambiguous_title",
            f"Several are called {title!r}: {self.slugs}",
            audio=title,
            known=", ".join(self.slugs),
        )


class AudioInUseError(LibraryError):
    """An item is used, so that it is not deleted without force; `users` says by whom."""

    def __init__(self, item: AudioItem) -> None:
        """Remember the item and its users."""
        self.item = item
        self.users: tuple[User, ...] = tuple(sorted(item.used_by))
        users = ", ".join(f"{user.kind} {user.reference}" for user in self.users)
        super().__init__(
            "audio_in_use", f"{item.slug} is used by {users}", audio=item.title, users=users
        )


class NothingToSplitError(LibraryError):
    """There is no place to cut an item: no chapter, or no silence that is long enough."""

    def __init__(self, item: AudioItem, method: str) -> None:
        """Remember the item, and how it was to be split."""
        super().__init__(f"no_{method}", f"{item.slug} has no {method}", audio=item.title)
        self.item = item


class TooManyPiecesError(LibraryError):
    """An item would be split into more pieces than anybody wants."""

    def __init__(self, item: AudioItem, count: int, most: int) -> None:
        """Remember the item, and how many there would be."""
        super().__init__(
            "too_many_pieces",
            f"{item.slug} would become {count} pieces",
            audio=item.title,
            count=count,
            most=most,
        )
        self.item = item
        self.count = count
        self.most = most


class DamagedAudioError(LibraryError):
    """The file of an item is missing, or is not what it was."""

    def __init__(self, item: AudioItem) -> None:
        """Remember the item."""
        super().__init__("damaged_audio", f"The file of {item.slug} is damaged", audio=item.title)
        self.item = item


class BeyondEndError(LibraryError):
    """A clip was wanted of where an item is over already."""

    def __init__(self, item: AudioItem) -> None:
        """Remember the item."""
        super().__init__(
            "beyond_end",
            f"{item.slug} is over before that",
            audio=item.title,
            seconds=int(item.duration),
        )
        self.item = item


class NothingHeardError(LibraryError):
    """Nobody says anything in an item, or not in the language that was listened for."""

    def __init__(self, item: AudioItem) -> None:
        """Remember the item."""
        super().__init__("nothing_heard", f"Nothing is said in {item.slug}", audio=item.title)
        self.item = item


class NewerStoreError(LibraryError):
    """The stored library was written by a later version, and must not be overwritten."""

    def __init__(self, major: int) -> None:
        """Remember the version."""
        super().__init__("newer_store", f"The library has version {major}")
        self.major = major


class TranscriberFault(StrEnum):
    """Say in one word why an engine writes nothing down."""

    NONE = "transcriber_none"
    """There is none at all."""
    UNKNOWN = "transcriber_unknown"
    """There is none with the name `engine`; `known` are those there are."""
    LANGUAGE = "transcriber_language"
    """`engine` does not know `language`; `known` are those that it knows."""
    FORMAT = "transcriber_format"
    """`engine` does not take plain samples."""
    FAILED = "transcriber_failed"
    """`engine` gave up; `reason` is what it said."""


class TranscriberError(LibraryError):
    """An engine for speech to text is not there, or cannot do what it is to do."""

    def __init__(self, fault: TranscriberFault, **facts: Json) -> None:
        """Keep the facts."""
        super().__init__(fault.value, f"{fault}: {facts}", **facts)
        self.fault: Final = fault


class UploadFault(StrEnum):
    """Say in one word why Yoto did not take audio."""

    DAMAGED = "yoto_upload_damaged"
    """What arrived there is not what was sent."""
    LOGIN = "yoto_upload_login"
    NEWER_STORE = "yoto_upload_newer"
    """What was uploaded before has been stored by a later version."""
    NOT_CONVERTED = "yoto_upload_not_converted"
    NOT_PERMITTED = "yoto_upload_not_permitted"
    REFUSED = "yoto_upload_refused"
    """`reason` is what Yoto said."""
    TOO_LONG = "yoto_upload_too_long"
    """A track may have `minutes` and `megabytes`."""
    TOO_SLOW = "yoto_upload_too_slow"
    """Yoto had not converted it after `minutes`."""
    UNREACHABLE = "yoto_upload_unreachable"
    """`reason` is what the network said."""


class UploadError(LibraryError):
    """Report that Yoto did not take an item."""

    def __init__(self, fault: UploadFault, item: AudioItem | None = None, **facts: Json) -> None:
        """Keep the facts."""
        if item is not None:
            facts["audio"] = item.title
        super().__init__(fault.value, f"{fault}: {facts}", **facts)
        self.fault: Final = fault


class ParcelFault(StrEnum):
    """Say in one word why a card cannot be packed into a parcel, or unpacked."""

    BROKEN = "parcel_broken"
    """It is no archive, or makes no sense; `reason` says what of it."""
    DAMAGED = "parcel_damaged"
    """`file` is not what was packed."""
    NEWER = "parcel_newer"
    """It was packed by a later version; `version` is that of its format."""
    NO_AUDIO = "parcel_no_audio"
    """Nobody knows what `track` plays, or that is gone."""
    NOT_FETCHED = "parcel_not_fetched"
    """Yoto did not give out what `track` plays; `reason` says why."""
    NOT_WRITTEN = "parcel_not_written"
    """`folder` cannot be written to; `reason` says why."""
    STRANGE = "parcel_strange"
    """`file` does not belong into a parcel."""
    TOO_BIG = "parcel_too_big"
    """`file` has more than `limit` MiB, or all files together have."""


class ParcelError(LibraryError):
    """Report that a card cannot be packed, or unpacked."""

    def __init__(self, fault: ParcelFault, **facts: Json) -> None:
        """Keep the facts."""
        super().__init__(fault.value, f"{fault}: {facts}", **facts)
        self.fault: Final = fault


class PackFault(StrEnum):
    """Say in one word why a pack of stories cannot be imported."""

    AUDIO = "story_pack_audio"
    """What `file` holds cannot be used as audio; `reason` says why."""
    BROKEN = "story_pack_broken"
    """It is no archive, or damaged; `reason` says what of it."""
    NO_STORY = "story_pack_no_story"
    """It holds no `file`."""
    STRANGE = "story_pack_strange"
    """`file` is there twice, or is packed in a way that is not read."""
    TOO_BIG = "story_pack_too_big"
    """`file` has more than `limit` MiB, or all files together have."""


class PackError(LibraryError):
    """Report that a pack of stories cannot be imported."""

    def __init__(self, fault: PackFault, **facts: Json) -> None:
        """Keep the facts."""
        super().__init__(fault.value, f"{fault}: {facts}", **facts)
        self.fault: Final = fault


class QueueClosedError(LibraryError):
    """No job is taken on any more, because everything is coming to an end."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("closed", "No more jobs are taken on")


class UnknownJobError(LibraryError):
    """There is no job with this id, or it is so old that it has been forgotten."""

    def __init__(self, job_id: str) -> None:
        """Remember what was looked for."""
        super().__init__("unknown_job", f"There is no job {job_id!r}", job=job_id)
        self.job_id = job_id

"""What is to be said of a card and of what somebody wants of it, in people's words."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from ..cards.limits import CARD_MB, TRACK_MB, TRACK_MINUTES, TRACKS, Fault, FaultCode
from ..cards.model import Card
from ..const import DOMAIN
from ..json import Json, JsonObject
from ..publishing.errors import (
    CardChangedError,
    CardFaultsError,
    CardProblem,
    CardProblemError,
)
from ..publishing.published import Published

_FAULT_TEXTS: Final = {
    FaultCode.AGE: "card_fault_age",
    FaultCode.AGES_SWAPPED: "card_fault_ages_swapped",
    FaultCode.AUTOADVANCE: "card_fault_autoadvance",
    FaultCode.CARD_TOO_BIG: "card_fault_card_too_big",
    FaultCode.CATEGORY: "card_fault_category",
    FaultCode.CHAPTER_EMPTY: "card_fault_chapter_empty",
    FaultCode.FORMAT: "card_fault_format",
    FaultCode.KEY_TWICE: "card_fault_key_twice",
    FaultCode.KIND: "card_fault_kind",
    FaultCode.LANGUAGE: "card_fault_language",
    FaultCode.NO_ADDRESS: "card_fault_no_address",
    FaultCode.NO_CHAPTERS: "card_fault_no_chapters",
    FaultCode.NO_TITLE: "card_fault_no_title",
    FaultCode.NOT_IN_LIBRARY: "card_fault_not_in_library",
    FaultCode.NOT_IN_LIBRARY_ANY_MORE: "card_fault_not_in_library_any_more",
    FaultCode.NOT_UPLOADED: "card_fault_not_uploaded",
    FaultCode.RESUME: "card_fault_resume",
    FaultCode.SHUFFLE: "card_fault_shuffle",
    FaultCode.TITLE_LENGTH: "title_length",
    FaultCode.TOO_MANY_TRACKS: "track_count",
    FaultCode.TRACK_TOO_BIG: "card_fault_track_too_big",
    FaultCode.TRACK_TOO_LONG: "card_fault_track_too_long",
}
_PROBLEM_TEXTS: Final = {
    CardProblem.LIVE: "card_is_live",
    CardProblem.STORY: "card_is_story",
    CardProblem.NOT_OWN: "card_not_own",
    CardProblem.NO_CHAPTER: "card_no_chapter",
    CardProblem.NO_VERSION: "card_no_version",
}
_MB: Final = 1_000_000
_MINUTE: Final = 60


@contextmanager
def card_explained() -> Iterator[None]:
    """Translate what can be wrong with what somebody wants of a card."""
    try:
        yield
    except CardFaultsError as err:
        raise refused(told(fault) for fault in err.faults) from err
    except CardChangedError as err:
        changed = dt_util.parse_datetime(err.changed)
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="card_changed",
            translation_placeholders={
                "title": err.title,
                "written": _moment(err.written.isoformat()),
                "changed": _moment(err.changed) if changed else err.changed,
            },
        ) from err
    except CardProblemError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=_PROBLEM_TEXTS[err.problem],
            translation_placeholders={"named": err.named},
        ) from err


def refused(problems: Iterable[str]) -> ServiceValidationError:
    """Return an error that names everything that is wrong."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="card_faults",
        translation_placeholders={"faults": "\n".join(f"- {one}" for one in problems)},
    )


def told(fault: Fault) -> str:
    """Return a fault, and where it is."""
    return at(str(_text(_FAULT_TEXTS[fault.code], fault.facts)), fault.chapter, fault.track)


def at(text: str, chapter: int | None, track: int | None = None) -> str:
    """Return a text with the place that it is about."""
    if chapter is None:
        return text
    if track is None:
        return _text("card_at_chapter", {"chapter": str(chapter), "fault": text})
    return _text("card_at_track", {"chapter": str(chapter), "track": str(track), "fault": text})


def warnings_of(published: Published) -> list[Json]:
    """Return what somebody should know of a card that was sent."""
    found: list[Json] = []
    if published.overwritten:
        found.append(_text("card_warning_overwritten", {}))
    if not published.is_verified:
        found.append(_text("card_warning_unverified", {}))
    if published.not_kept:
        found.append(_text("card_warning_not_kept", {"fields": ", ".join(published.not_kept)}))
    if published.unmeasured:
        found.append(_text("card_warning_unmeasured", {"tracks": ", ".join(published.unmeasured)}))
    return found


def limits_of(card: Card) -> JsonObject:
    """Return how much of what Yoto allows is used by a card (protocol §4.3)."""
    kept = [track for track in card.tracks if not track.is_stream]
    longest = max((track.duration or 0 for track in kept), default=0)
    biggest = max((track.size or 0 for track in kept), default=0)
    return {
        "tracks": {"used": len(card.tracks), "most": TRACKS},
        "uploaded_mb": {
            "used": round(sum(track.size or 0 for track in kept) / _MB, 1),
            "most": CARD_MB,
        },
        "biggest_track_mb": {"used": round(biggest / _MB, 1), "most": TRACK_MB},
        "longest_track_minutes": {"used": round(longest / _MINUTE, 1), "most": TRACK_MINUTES},
    }


def _text(key: str, placeholders: dict[str, str]) -> str:
    """Return a text of the exceptions."""
    return str(
        HomeAssistantError(
            translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
        )
    )


def _moment(text: str) -> str:
    """Return a time as the clock on the wall shows it."""
    moment = dt_util.parse_datetime(text)
    return text if moment is None else f"{dt_util.as_local(moment):%Y-%m-%d %H:%M:%S}"

"""An occurrence as Home Assistant hears of it: on the bus, in automations, in the logbook."""

from datetime import datetime
from enum import StrEnum
from typing import Final, TypedDict

from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..cloud.cards import Card
from ..const import DOMAIN
from ..coordinator import YotoCoordinator
from ..data import PlayerState
from ..playback.occurrences import Cause, Confidence, Gesture, Kind, Occurrence, Side
from ..playback.snapshot import Snapshot
from ..playback.volume import level_of
from .accounts import device_of

EVENT: Final = f"{DOMAIN}_event"
"""The type of the event on Home Assistant's bus."""

TRACK_ABOUT_TO_END: Final = "track_about_to_end"
"""A type of report that is no occurrence: nothing has happened yet."""


class VolumeTurn(StrEnum):
    """What was done with the left knob, beside the gestures of the right one."""

    UP = "volume_up"
    DOWN = "volume_down"


GESTURES: Final = (*Gesture, *VolumeTurn)


class Report(TypedDict):
    """Everything that is told of an occurrence. None: unknown, or of no meaning for the type."""

    type: str
    device_id: str | None
    entity_id: str | None
    """The media player."""
    player: str
    card_id: str | None
    card_title: str | None
    chapter_key: str | None
    chapter_title: str | None
    track_key: str | None
    track_title: str | None
    position: float | None
    """Seconds into the track."""
    cause: str
    confidence: str
    side: str | None
    gesture: str | None
    choice: str | None
    reason: str | None
    on: bool | None
    volume: float | None
    """From 0 to 1, as media players have it."""
    volume_before: float | None
    device_time: str | None
    """ISO 8601, by the player's own clock."""
    received_at: str
    """ISO 8601."""


_LATEST: HassKey[tuple[Occurrence, Report]] = HassKey(f"{DOMAIN}_latest_report")


def report_of(
    hass: HomeAssistant, coordinator: YotoCoordinator, state: PlayerState, occurrence: Occurrence
) -> Report:
    """Return the report of an occurrence. Those who ask for the same one get the same."""
    latest = hass.data.get(_LATEST)
    if latest is not None and latest[0] is occurrence:
        return latest[1]
    report = _report_at(
        hass, coordinator, state, occurrence, occurrence.kind, occurrence.received_at
    )
    report["position"] = occurrence.position
    side, gesture = _knob(occurrence)
    report["cause"] = occurrence.cause.value
    report["confidence"] = occurrence.confidence.value
    report["side"] = side.value if side else None
    report["gesture"] = gesture.value if gesture else None
    report["choice"] = occurrence.choice.value if occurrence.choice else None
    report["reason"] = occurrence.reason.value if occurrence.reason else None
    report["on"] = occurrence.on
    report["volume"] = _level(occurrence.volume)
    report["volume_before"] = _level(occurrence.volume_before)
    if occurrence.device_time is not None:
        report["device_time"] = occurrence.device_time.isoformat()
    hass.data[_LATEST] = occurrence, report
    return report


def report_of_nearing_end(
    hass: HomeAssistant, coordinator: YotoCoordinator, state: PlayerState
) -> Report:
    """Return the report of a track that is about to end."""
    now = dt_util.utcnow()
    report = _report_at(hass, coordinator, state, state.snapshot, TRACK_ABOUT_TO_END, now)
    report["position"] = state.snapshot.position_at_moment(now)
    return report


def with_card(report: Report, card: Card) -> Report:
    """Return a report with the titles of a card that were not known when it was made."""
    told = report.copy()
    told["card_title"] = card.title
    told["chapter_title"], told["track_title"] = _titles_on(card, report)
    return told


def _report_at(
    hass: HomeAssistant,
    coordinator: YotoCoordinator,
    state: PlayerState,
    place: Occurrence | Snapshot,
    kind: str,
    moment: datetime,
) -> Report:
    """Return a report that says what, at which player, where on its card and when."""
    player_id = state.player.player_id
    device = device_of(hass, coordinator, player_id)
    report = Report(
        type=str(kind),
        device_id=device.id if device else None,
        entity_id=er.async_get(hass).async_get_entity_id(MEDIA_PLAYER_DOMAIN, DOMAIN, player_id),
        player=(device and (device.name_by_user or device.name)) or state.player.name,
        card_id=place.card_id,
        card_title=None,
        chapter_key=place.chapter_key,
        chapter_title=None,
        track_key=place.track_key,
        track_title=None,
        position=None,
        cause=Cause.AUTOMATIC.value,
        # The position is worked out between what players say of it (protocol §3.5).
        confidence=Confidence.INFERRED.value,
        side=None,
        gesture=None,
        choice=None,
        reason=None,
        on=None,
        volume=None,
        volume_before=None,
        device_time=None,
        received_at=moment.isoformat(),
    )
    card = coordinator.account.shelf.known(place.card_id) if place.card_id else None
    if card is not None:
        report = with_card(report, card)
    snapshot = state.snapshot
    if (snapshot.card_id, snapshot.chapter_key, snapshot.track_key) == (
        place.card_id,
        place.chapter_key,
        place.track_key,
    ):
        report["chapter_title"] = snapshot.chapter_title or report["chapter_title"]
        report["track_title"] = snapshot.track_title or report["track_title"]
    return report


def _titles_on(card: Card, report: Report) -> tuple[str | None, str | None]:
    """Return what the chapter and the track of a report are called on its card."""
    for chapter in card.chapters:
        if chapter.key == report["chapter_key"]:
            tracks = {track.key: track.title for track in chapter.tracks}
            return chapter.title, tracks.get(report["track_key"] or "")
    return report["chapter_title"], report["track_title"]


def _knob(occurrence: Occurrence) -> tuple[Side | None, Gesture | VolumeTurn | None]:
    """Return which knob a hand has used, and how. The left one is the volume (protocol §3.10)."""
    if (
        occurrence.kind is Kind.VOLUME_CHANGED
        and occurrence.cause is Cause.PLAYER
        and occurrence.volume is not None
        and occurrence.volume_before is not None
    ):
        louder = occurrence.volume > occurrence.volume_before
        return Side.LEFT, VolumeTurn.UP if louder else VolumeTurn.DOWN
    return occurrence.side, occurrence.gesture


def _level(step: int | None) -> float | None:
    """Return a volume as media players have it."""
    return None if step is None else level_of(step)

"""The bodies of a player's messages (protocol §3.3, §3.5, §3.7). Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from simulator.world import Device, Json, JsonObject

from .settings import number
from .volume import percent_of

FIRMWARE: Final = "v2.23.4"
_TOTAL_DISK: Final = 30_000_000
"""KiB."""
_FREE_DISK: Final = 25_160_368
_AUTO_BRIGHTNESS: Final = 255


class Playback(StrEnum):
    """The values of `playbackStatus`."""

    PLAYING = "playing"
    PAUSED = "paused"
    STOPPED = "stopped"


class Source(StrEnum):
    """Where the card that plays comes from, in the unverified words of `source` (protocol §3.5)."""

    INSERTED = "card"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """The track begun last; its keys stay on the wire when the player stops (protocol §3.8)."""

    card_updated_at: str
    chapter_key: str
    chapter_title: str
    track_key: str
    track_title: str
    streaming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that a player's messages tell, at one moment."""

    now: int
    """Epoch seconds of the player's own clock."""
    card_id: str
    """`none` without a card."""
    programme: Programme | None
    playback: Playback
    waiting: bool
    position: int
    length: int
    source: Source | None
    repeat_all: bool
    volume: int
    volume_max: int
    sleep_timer: int | None
    """Seconds left."""
    inserted: bool
    """Whether a physical card is in the slot."""
    battery: int
    charging: bool
    headphones: bool
    bluetooth: bool
    day: int
    """-1 unknown, 0 night, 1 day."""
    nightlight: str
    """`off` or `0xRRGGBB`."""
    up_time: int
    downloading: bool = False
    """Whether audio is being downloaded to be kept."""


def events(facts: Facts) -> JsonObject:
    """Return the full `data/events` body."""
    body: JsonObject = {}
    if facts.programme is not None:
        programme = facts.programme
        body |= {
            "trackLength": facts.length,
            "position": facts.position,
            "cardUpdatedAt": programme.card_updated_at,
            "chapterTitle": programme.chapter_title,
            "chapterKey": programme.chapter_key,
            "trackTitle": programme.track_title,
            "trackKey": programme.track_key,
        }
    if facts.source is not None:
        body["source"] = facts.source
    body |= {
        "cardId": facts.card_id,
        "repeatAll": facts.repeat_all,
        "streaming": _is_streaming(facts),
        "volume": facts.volume,
        "volumeMax": facts.volume_max,
        "playbackStatus": facts.playback,
        "playbackWait": facts.waiting,
        "sleepTimerActive": facts.sleep_timer is not None,
        "eventUtc": facts.now,
    }
    if facts.sleep_timer is not None:
        body["sleepTimerSeconds"] = facts.sleep_timer
    return body


def changes(before: JsonObject, after: JsonObject, *, position: bool) -> JsonObject:
    """Return what has changed between two full bodies of `data/events`; empty if nothing has.

    Args:
        before: what was told last.
        after: what is so now.
        position: whether to tell the position too. It changes all the time, and the rest of the
            sleep timer with it.
    """
    passing = {"eventUtc", "position", "sleepTimerSeconds"}
    body = {
        key: value
        for key, value in after.items()
        if before.get(key) != value and key not in passing
    }
    if "volume" in body or "volumeMax" in body:
        body |= {"volume": after["volume"], "volumeMax": after["volumeMax"]}
    if "playbackStatus" in body or "sleepTimerActive" in body or position:
        body |= {key: after[key] for key in ("position", "sleepTimerSeconds") if key in after}
    return body | {"eventUtc": after["eventUtc"]} if body else body


def status(facts: Facts, device: Device) -> JsonObject:
    """Return the block of `data/status`, version 1."""
    config = device.config
    day_bright = _brightness(config, "dayDisplayBrightness")
    night_bright = _brightness(config, "nightDisplayBrightness")
    return {
        "statusVersion": 1,
        "fwVersion": FIRMWARE,
        "productType": device.device_type,
        "batteryLevel": facts.battery,
        "als": 0,
        "freeDisk": _FREE_DISK,
        "shutdownTimeout": number(config, "shutdownTimeout", 3600),
        "dbatTimeout": number(config, "displayDimTimeout", 60),
        "charging": int(facts.charging),
        "activeCard": facts.card_id,
        "cardInserted": _card_inserted(facts),
        "playingStatus": {Playback.STOPPED: 0, Playback.PAUSED: 1, Playback.PLAYING: 2}[
            facts.playback
        ],
        "headphones": int(facts.headphones),
        "dnowBrightness": brightness(facts, device),
        "dayBright": day_bright,
        "nightBright": night_bright,
        "bluetoothHp": int(facts.bluetooth),
        "volume": percent_of(facts.volume),
        "userVolume": percent_of(facts.volume),
        "timeFormat": str(config.get("hourFormat") or "24"),
        "nightlightMode": facts.nightlight,
        "temp": "24:24",
        "day": facts.day,
    }


def brightness(facts: Facts, device: Device) -> int:
    """Return how bright the display is, in percent; it is always light around it."""
    key = "nightDisplayBrightness" if facts.day == 0 else "dayDisplayBrightness"
    value = _brightness(device.config, key)
    return 100 if value == _AUTO_BRIGHTNESS else value


def full_status(facts: Facts, device: Device, shut_down: str = "nA") -> JsonObject:
    """Return the block of `status/full` and of the legacy `status` topic, version 3."""
    booting = facts.day < 0
    more: JsonObject = {
        "statusVersion": 3,
        "shutDown": shut_down,
        "totalDisk": _TOTAL_DISK,
        "wifiStrength": -55,
        "ssid": "Simulated",
        "rtcResetReasonPRO": 1,
        "rtcResetReasonAPP": 14,
        "rtcWakeupCause": 0,
        "espResetReason": 1,
        "sd_info": "SD32G",
        "battery": 3300 + facts.battery * 9,
        "powerCaps": "0x02",
        "batteryTemp": "24",
        "batteryData": "0:0",
        "batteryLevelRaw": facts.battery,
        "batteryProfile": "simulated",
        "batteryFullPct": 100,
        "free": 500_000,
        "freeDMA": 100_000,
        "free32": 150_000,
        "upTime": facts.up_time,
        "utcTime": 0 if booting else facts.now,
        "utcOffset": 0,
        "aliveTime": facts.up_time,
        "accelTemp": 24,
        "failReason": "nA",
        "failData": "nA",
        "nfcErrs": 0,
        "nfcLock": 0,
        "powerSrc": 2 if facts.charging else 0,
        "wifiRestarts": 0,
        "qiOtp": 0,
        "buzzErrors": 0,
        "errorsLogged": 0,
        "twdt": 0,
        "bgDownload": int(facts.downloading),
        "bytesPS": 0,
        "chgStatLevel": 1 if facts.charging else 0,
        "missedLogs": 0,
    }
    return status(facts, device) | more


def battery_block(facts: Facts) -> JsonObject:
    """Return the small block that the legacy `status` topic carries at times (protocol §3.2)."""
    return {
        "statusVersion": 3,
        "batteryLevel": facts.battery,
        "batteryLevelRaw": facts.battery,
        "charging": int(facts.charging),
        "powerSrc": 2 if facts.charging else 0,
        "upTime": facts.up_time,
    }


def answer(command: str, request: str, *, accepted: bool) -> JsonObject:
    """Return the body of `response` to a command (protocol §3.3)."""
    return {"status": {command: "OK" if accepted else "FAIL", "req_body": request}}


def shadow(block: JsonObject) -> JsonObject:
    """Return a status block as the cloud keeps it (protocol §2.2)."""
    return block | {"updatedAt": datetime.now(UTC).isoformat(timespec="milliseconds")}


def _is_streaming(facts: Facts) -> bool:
    return (
        facts.programme is not None
        and facts.programme.streaming
        and facts.playback is not Playback.STOPPED
    )


def _card_inserted(facts: Facts) -> int:
    """Return 0 without a card, 1 for one in the slot, 2 for a remote one, 3 for streaming."""
    if _is_streaming(facts):
        return 3
    if facts.source is Source.REMOTE and facts.card_id != "none":
        return 2
    return int(facts.inserted)


def _brightness(config: dict[str, Json], key: str) -> int:
    return number(config, key, _AUTO_BRIGHTNESS)

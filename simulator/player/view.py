"""What a person sees on a player, for the control API and the page."""

from hashlib import sha256

from simulator.world import JsonObject

from .display import Display
from .messages import brightness
from .transport import Transport
from .workings import Workings


def describe(
    workings: Workings, *, online: bool, problem: str | None, preview: str | None
) -> JsonObject:
    """Describe a player at this moment.

    Args:
        workings: the player's parts.
        online: whether it is connected to the cloud.
        problem: why the card in the slot is not played at all.
        preview: an icon that is on the display for a while.
    """
    facts, body, transport = workings.facts(), workings.body, workings.transport
    return {
        "id": workings.device.device_id,
        "name": workings.device.name,
        "model": workings.device.device_type,
        "form_factor": workings.device.form_factor,
        "on": body.on,
        "wifi": workings.link.up,
        "online": online,
        "battery": {"level": body.battery, "charging": body.charging},
        "headphones": body.headphones,
        "bluetooth": body.bluetooth,
        "slot": body.slot,
        "status": facts.playback,
        "waiting": facts.waiting,
        "source": facts.source,
        "playing": _playing(transport),
        "position": round(transport.position, 1),
        "length": round(float(transport.length), 1),
        "volume": facts.volume,
        "volume_max": facts.volume_max,
        "sleep_timer": facts.sleep_timer,
        "day": facts.day,
        "nightlight": facts.nightlight,
        "brightness": brightness(facts, workings.device),
        "preview": preview,
        "display": _display(workings.display),
        "error": problem or transport.error,
        "hearing": _hearing(transport),
    }


def _playing(transport: Transport) -> JsonObject | None:
    """Describe the track that is played, paused or over with its card still in."""
    if transport.started is None:
        return None
    card = transport.started.card
    chapter, track = card.chapter(transport.spot), card.track(transport.spot)
    return {
        "card_id": card.card_id,
        "title": card.title,
        "interactive": card.interactive,
        "chapter_key": chapter.key,
        "chapter_title": chapter.title,
        "chapter_number": transport.spot.chapter + 1,
        "chapters": len(card.chapters),
        "track_key": track.key,
        "track_title": track.title,
        "icon": track.icon or chapter.icon,
        "streaming": track.is_stream,
    }


def _display(display: Display) -> JsonObject | None:
    """Describe the icon that was fetched and is shown."""
    if display.picture is None:
        return None
    return {
        "url": display.url,
        "bytes": len(display.picture),
        "sha256": sha256(display.picture).hexdigest(),
    }


def _hearing(transport: Transport) -> JsonObject | None:
    """Describe what has been heard so far of the track that is on."""
    listening = transport.listening
    if listening is None:
        return None
    return {
        "url": listening.url,
        "seconds": round(listening.heard, 3),
        "sha256": listening.sha256,
    }

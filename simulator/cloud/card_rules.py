"""What the cloud accepts as a card (protocol §4.2, §4.3)."""

from collections.abc import Callable
import re

from simulator.world import Json, JsonObject

from .errors import ApiError, bad_request
from .media import SCHEME

TITLE_LENGTH = 100
TRACK_LIMIT = 100
RESUME_TIMEOUT = 2_592_000
_CARD_ID = re.compile(r"[a-zA-Z0-9]{5}")
_PLAYBACK_TYPES = ("linear", "interactive")
_TRACK_TYPES = ("audio", "stream")


def check_card_id(card_id: Json) -> str:
    """Return a card's id.

    Raises:
        ApiError: 400 if it is not five letters and digits.

    """
    if not isinstance(card_id, str) or _CARD_ID.fullmatch(card_id) is None:
        raise bad_request("cardId must be 5 letters or digits")
    return card_id


def check_card(
    body: JsonObject, *, has_audio: Callable[[str], bool], track_limit: int | None = TRACK_LIMIT
) -> list[str]:
    """Check a card and return warnings: what is accepted but will not work on players.

    Raises:
        ApiError: 400 naming the first thing that is wrong.

    """
    title = body.get("title")
    if not isinstance(title, str) or not 1 <= len(title) <= TITLE_LENGTH:
        raise bad_request(f"title must have 1 to {TITLE_LENGTH} characters")
    content = body.get("content")
    if not isinstance(content, dict):
        raise bad_request("content is required")
    if content.get("playbackType", "linear") not in _PLAYBACK_TYPES:
        raise bad_request("content.playbackType must be linear or interactive")
    if not isinstance(content.get("config", {}), dict):
        raise bad_request("content.config must be an object")
    if not isinstance(body.get("metadata", {}), dict):
        raise bad_request("metadata must be an object")
    chapters = _objects(content.get("chapters"), "content.chapters")
    warnings: list[str] = []
    count = 0
    for index, chapter in enumerate(chapters):
        where = f"content.chapters[{index}]"
        _required_text(chapter, "key", where)
        tracks = _objects(chapter.get("tracks"), f"{where}.tracks")
        count += len(tracks)
        for number, track in enumerate(tracks):
            path = f"{where}.tracks[{number}]"
            _check_track(track, path, has_audio)
            if not track.get("overlayLabel"):
                warnings.append(f"{path} has no overlayLabel")
    if track_limit is not None and count > track_limit:
        raise bad_request(f"a card can have at most {track_limit} tracks")
    return warnings


def completed_content(content: JsonObject) -> JsonObject:
    """Return content with the defaults that the server fills in."""
    config = content.get("config")
    return {
        **content,
        "playbackType": content.get("playbackType", "linear"),
        "config": {
            "resumeTimeout": RESUME_TIMEOUT,
            **(config if isinstance(config, dict) else {}),
        },
    }


def _check_track(track: JsonObject, where: str, has_audio: Callable[[str], bool]) -> None:
    _required_text(track, "key", where)
    kind = _required_text(track, "type", where)
    if kind not in _TRACK_TYPES:
        raise bad_request(f"{where}.type must be audio or stream")
    url = _required_text(track, "trackUrl", where)
    if kind == "stream":
        if not url.startswith(("http://", "https://")):
            raise bad_request(f"{where}.trackUrl must be an address")
    elif not url.startswith(SCHEME) or not has_audio(url.removeprefix(SCHEME)):
        raise _missing_media(where)


def _missing_media(where: str) -> ApiError:
    return bad_request(f"{where}.trackUrl names no uploaded audio")


def _objects(value: Json, where: str) -> list[JsonObject]:
    if not isinstance(value, list) or not value:
        raise bad_request(f"{where} must have at least one entry")
    objects: list[JsonObject] = []
    for item in value:
        if not isinstance(item, dict):
            raise bad_request(f"{where} must hold objects")
        objects.append(item)
    return objects


def _required_text(value: JsonObject, key: str, where: str) -> str:
    text = value.get(key)
    if not isinstance(text, str) or not text:
        raise bad_request(f"{where}.{key} is required")
    return text

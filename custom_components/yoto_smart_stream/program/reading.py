"""Reading stored states, strictly: what is not as it was written is an error."""

from ..cards.live import LiveChapter
from ..json import Json
from .contract import State
from .errors import StateError
from .item import (
    Effect,
    InStory,
    Item,
    Moment,
    Outcome,
    Play,
    ReturnTo,
    SetVolume,
    Skipped,
    SkipReason,
    Stop,
    StopCard,
    TakeUp,
)


def member[T: (bool, str)](state: State, key: str, kind: type[T]) -> T:
    """Return a text or a truth value.

    Raises:
        StateError: it is something else.
    """
    value = state.get(key)
    if not isinstance(value, kind):
        raise StateError(f"{key} is not {kind.__name__}")
    return value


def text_or_none(state: State, key: str) -> str | None:
    """Return a text, or None where there is none."""
    return None if state.get(key) is None else member(state, key, str)


def whole(state: State, key: str) -> int:
    """Return a whole number of at least 0."""
    return _whole(state.get(key), key)


def whole_or_none(state: State, key: str) -> int | None:
    """Return a whole number, or None where there is none."""
    return None if state.get(key) is None else whole(state, key)


def wholes(state: State, key: str) -> tuple[int, ...]:
    """Return whole numbers."""
    return tuple(_whole(value, key) for value in _list(state, key))


def texts(state: State, key: str) -> tuple[str, ...]:
    """Return texts."""
    found = _list(state, key)
    if not all(isinstance(value, str) for value in found):
        raise StateError(f"{key} is no list of texts")
    return tuple(map(str, found))


def number(state: State, key: str) -> float:
    """Return a number of at least 0."""
    value = state.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise StateError(f"{key} is no number of at least 0")
    return float(value)


def number_or_none(state: State, key: str) -> float | None:
    """Return a number, or None where there is none."""
    return None if state.get(key) is None else number(state, key)


def record(state: State, key: str) -> State:
    """Return an object."""
    return _record(state.get(key), key)


def record_or_none(state: State, key: str) -> State | None:
    """Return an object, or None where there is none."""
    return None if state.get(key) is None else record(state, key)


def records(state: State, key: str) -> tuple[State, ...]:
    """Return objects."""
    return tuple(_record(value, key) for value in _list(state, key))


def item_state(item: Item) -> State:
    """Return an item as JSON."""
    return {
        "media": item.media,
        "title": item.title,
        "length": item.length,
        "artist": item.artist,
        "cover": item.cover,
        "chime": item.chime,
    }


def item_from(state: State) -> Item:
    """Read an item."""
    return Item(
        media=member(state, "media", str),
        title=member(state, "title", str),
        length=number_or_none(state, "length"),
        artist=text_or_none(state, "artist"),
        cover=text_or_none(state, "cover"),
        chime=member(state, "chime", bool),
    )


def outcome_state(outcome: Outcome) -> State | None:
    """Return what is played as JSON; a stop is None."""
    match outcome:
        case Play(item=item, begin_at=begin_at):
            return {"item": item_state(item), "begin_at": begin_at}
        case Stop():
            return None


def outcome_from(state: State | None) -> Outcome:
    """Read what is played."""
    if state is None:
        return Stop()
    return Play(item=item_from(record(state, "item")), begin_at=number(state, "begin_at"))


def effect_state(effect: Effect) -> State:
    """Return an effect as JSON."""
    match effect:
        case StopCard():
            return {"effect": "stop_card"}
        case ReturnTo():
            return {"effect": "return_to"} | return_state(effect)
        case TakeUp(chapter):
            return {"effect": "take_up", "chapter": chapter.value}
        case SetVolume(volume, was):
            return {"effect": "set_volume", "volume": volume, "was": was}
        case Skipped(item=item, reason=reason):
            return {"effect": "skipped", "item": item_state(item), "reason": reason.value}
        case InStory():
            return {
                "effect": "in_story",
                "story_id": effect.story_id,
                "moment": effect.moment.value,
                "node": effect.node,
                "target": effect.target,
                "side": effect.side,
                "label": effect.label,
                "runs": effect.runs,
            }


def effect_from(state: State) -> Effect:
    """Read an effect."""
    match member(state, "effect", str):
        case "stop_card":
            return StopCard()
        case "return_to":
            return return_from(state)
        case "take_up":
            return TakeUp(LiveChapter(member(state, "chapter", str)))
        case "set_volume":
            return SetVolume(whole(state, "volume"), whole_or_none(state, "was"))
        case "skipped":
            reason = member(state, "reason", str)
            return Skipped(item=item_from(record(state, "item")), reason=SkipReason(reason))
        case "in_story":
            return InStory(
                story_id=member(state, "story_id", str),
                moment=Moment(member(state, "moment", str)),
                node=member(state, "node", str),
                target=text_or_none(state, "target"),
                side=text_or_none(state, "side"),
                label=text_or_none(state, "label"),
                runs=member(state, "runs", bool),
            )
        case other:
            raise StateError(f"there is no effect {other}")


def return_state(place: ReturnTo) -> State:
    """Return where a player goes back to as JSON."""
    return {
        "card_id": place.card_id,
        "chapter_key": place.chapter_key,
        "track_key": place.track_key,
        "position": place.position,
        "paused": place.paused,
    }


def return_from(state: State) -> ReturnTo:
    """Read where a player goes back to."""
    return ReturnTo(
        card_id=member(state, "card_id", str),
        chapter_key=text_or_none(state, "chapter_key"),
        track_key=text_or_none(state, "track_key"),
        position=number_or_none(state, "position"),
        paused=member(state, "paused", bool),
    )


def _list(state: State, key: str) -> list[Json]:
    value = state.get(key)
    if not isinstance(value, list):
        raise StateError(f"{key} is no list")
    return value


def _record(value: Json, key: str) -> State:
    if not isinstance(value, dict):
        raise StateError(f"{key} is no object")
    return value


def _whole(value: Json, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise StateError(f"{key} is no whole number of at least 0")
    return value

"""From the fields of an action to what is said of a card, and how it is played."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import VolDictType
import voluptuous as vol

from ..cards.model import Card, Config, ShuffleRange
from ..library.item import LONGEST_TEXT, clean, one_line

_LINE_OR_NOTHING: Final = vol.Any(None, cv.string)
_TEXT_OR_NOTHING: Final = vol.Any(None, vol.All(cv.string, vol.Length(max=LONGEST_TEXT)))
_PLACE: Final = vol.All(vol.Coerce(int), vol.Range(min=1))
_RANGE: Final = vol.Schema(
    {vol.Required("first"): _PLACE, vol.Required("last"): _PLACE, vol.Optional("play"): _PLACE}
)
SAID: Final[VolDictType] = {
    vol.Optional("author"): _LINE_OR_NOTHING,
    vol.Optional("description"): _TEXT_OR_NOTHING,
    vol.Optional("cover"): vol.Any(None, cv.string),
    vol.Optional("category"): cv.string,
    vol.Optional("languages"): vol.All(cv.ensure_list, [cv.string]),
    vol.Optional("min_age"): vol.Coerce(int),
    vol.Optional("max_age"): vol.Coerce(int),
    vol.Optional("resume_seconds"): vol.Coerce(int),
    vol.Optional("autoadvance"): cv.string,
    vol.Optional("lock_chapters"): cv.boolean,
    vol.Optional("lock_tracks"): cv.boolean,
    vol.Optional("shuffle"): vol.All(cv.ensure_list, [_RANGE]),
}
"""What is said of a card and how it is played; what is left out stays as it is."""

_CONFIG: Final = {
    "resume_seconds": "resume_seconds",
    "autoadvance": "autoadvance",
    "lock_chapters": "locks_chapters",
    "lock_tracks": "locks_tracks",
}


def change_of(fields: Mapping[str, Any], cover: str | None) -> Callable[[Card], Card]:
    """Return what the fields of an action change of a card; `cover` is its address at Yoto."""

    def changed(card: Card) -> Card:
        """Return a card with other fields; an empty one takes a text away."""
        if "title" in fields:
            card = replace(card, title=fields["title"].strip())
        if "author" in fields:
            card = replace(card, author=one_line(fields["author"] or "") or None)
        if "description" in fields:
            card = replace(card, description=clean(fields["description"] or "") or None)
        if "category" in fields:
            card = replace(card, category=fields["category"])
        if "languages" in fields:
            card = replace(card, languages=tuple(dict.fromkeys(fields["languages"])))
        if "cover" in fields or cover is not None:
            card = replace(card, cover=cover)
        return replace(
            card,
            min_age=fields.get("min_age", card.min_age),
            max_age=fields.get("max_age", card.max_age),
            config=_config(card.config, fields),
        )

    return changed


def _config(config: Config, fields: Mapping[str, Any]) -> Config:
    """Return how a card is played."""
    given = {ours: fields[name] for name, ours in _CONFIG.items() if name in fields}
    if "shuffle" in fields:
        given["shuffle"] = tuple(
            ShuffleRange(
                start=one["first"] - 1,
                end=one["last"] - 1,
                limit=one.get("play", one["last"] - one["first"] + 1),
            )
            for one in fields["shuffle"]
        )
    return replace(config, **given)

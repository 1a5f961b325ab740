"""How announcements are made: how loud, with a chime or without, and in whose voice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import DOMAIN
from ..json import Json
from ..playback.volume import STEPS, step_of
from ..sources.speech import Speech

OPTION: Final = "announcements"
"""The options of announcements within those of an account."""
_WHOLE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How an announcement is made."""

    volume: int | None = None
    """Steps, 0 to 16; None for as loud as the player is."""
    chime: bool = False

    @classmethod
    def usual(cls, options: Mapping[str, Json]) -> Self:
        """Return what the options of an account say."""
        found = options.get(OPTION)
        chosen = found if isinstance(found, dict) else {}
        volume = chosen.get("volume")
        return cls(
            volume=_step(volume) if isinstance(volume, int | float) and volume else None,
            chime=chosen.get("chime") is True,
        )

    def but_for(self, wishes: Mapping[str, object]) -> Manner:
        """Return it with what one announcement wants otherwise: `volume`, `chime`.

        Raises:
            ServiceValidationError: What it wants is none.
        """
        volume, chime = wishes.get("volume"), wishes.get("chime")
        return Manner(
            volume=self.volume if volume is None else _read_volume(volume),
            chime=self.chime if chime is None else _read_chime(chime),
        )


def filled_in(fields: Mapping[str, Json]) -> dict[str, Json]:
    """Return what was filled in in the options, without blanks."""
    trimmed = {
        key: value.strip() if isinstance(value, str) else value for key, value in fields.items()
    }
    return {key: value for key, value in trimmed.items() if value != ""}


def usual_voice(options: Mapping[str, Json], text: str) -> Speech:
    """Return a text to be spoken in the voice that the options of an account name."""
    found = options.get(OPTION)
    chosen = found if isinstance(found, dict) else {}
    engine, language, voice = (chosen.get(key) for key in ("engine", "language", "voice"))
    return Speech(
        text=text,
        engine=engine if isinstance(engine, str) else None,
        language=language if isinstance(language, str) else None,
        voice=voice if isinstance(voice, str) else None,
        options={},
    )


def _step(percent: float) -> int:
    """Return the step of a percentage; what is not silent is heard."""
    return max(step_of(percent / _WHOLE), 1 if percent else 0)


def _read_volume(value: object) -> int:
    """Return the step of a volume: 0 to 1 as Home Assistant counts, beyond that a percentage."""
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    if isinstance(value, bool) or not 0 <= number <= _WHOLE:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="announcement_volume",
            translation_placeholders={"volume": str(value)},
        )
    return min(_step(number * _WHOLE if number <= 1 else number), STEPS)


def _read_chime(value: object) -> bool:
    """Return whether there is to be a chime."""
    try:
        return cv.boolean(value)
    except vol.Invalid as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="announcement_chime",
            translation_placeholders={"chime": str(value)},
        ) from err

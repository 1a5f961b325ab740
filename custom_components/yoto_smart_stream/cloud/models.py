"""What the models of players have and have not (protocol §7)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..playback.messages import Colour


class Preset(StrEnum):
    """The colours of the night-light that Yoto's app offers."""

    ORANGE_PEEL = "orange_peel"
    TAMBOURINE_RED = "tambourine_red"
    LILAC = "lilac"
    APPLE_GREEN = "apple_green"
    BUMBLEBEE_YELLOW = "bumblebee_yellow"
    SKY_BLUE = "sky_blue"
    WHITE = "white"
    OFF = "off"


type Palette = dict[Preset, Colour]

_THIRD: Final[Palette] = {
    Preset.ORANGE_PEEL: (0xFF, 0x8C, 0x00),
    Preset.TAMBOURINE_RED: (0xFF, 0x00, 0x00),
    Preset.LILAC: (0xF5, 0x73, 0x99),
    Preset.APPLE_GREEN: (0xE6, 0xFF, 0x00),
    Preset.BUMBLEBEE_YELLOW: (0xFF, 0xB8, 0x00),
    Preset.SKY_BLUE: (0x40, 0xBF, 0xD9),
    Preset.WHITE: (0xFF, 0xFF, 0xFF),
    Preset.OFF: (0, 0, 0),
}
"""The third generation's lamp is calibrated unlike all others (protocol §2.2)."""

_OTHERS: Final[Palette] = {
    Preset.ORANGE_PEEL: (0xFF, 0x39, 0x00),
    Preset.TAMBOURINE_RED: (0xFF, 0x00, 0x00),
    Preset.LILAC: (0xF7, 0x2A, 0x69),
    Preset.APPLE_GREEN: (0x9E, 0xFF, 0x00),
    Preset.BUMBLEBEE_YELLOW: (0xFF, 0x85, 0x00),
    Preset.SKY_BLUE: (0x41, 0xC0, 0xF0),
    Preset.WHITE: (0xFF, 0xFF, 0xFF),
    Preset.OFF: (0, 0, 0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model of player."""

    name: str
    palette: Palette | None = None
    """The colours of its night-light; None where it has none."""
    light_sensor: bool = False
    thermometer: bool = False

    @property
    def nightlight(self) -> bool:
        """Return whether it has a night-light."""
        return self.palette is not None


_FIRST = Model(name="Yoto Player (1st generation)", palette=_OTHERS)
_SECOND = Model(name="Yoto Player (2nd generation)", palette=_OTHERS)
_THIRD_PLAYER = Model(
    name="Yoto Player (3rd generation)", palette=_THIRD, light_sensor=True, thermometer=True
)
_FOURTH = Model(name="Yoto Player (4th generation)", palette=_OTHERS)
_MINI = Model(name="Yoto Mini")
_FOURTH_MINI = Model(name="Yoto Mini (4th generation)")
_UNKNOWN = Model(name="Yoto Player", palette=_OTHERS)
"""Yoto's own app, too, takes a model that it does not know for an ordinary player."""

_MODELS: Final = {
    "v1": _FIRST,
    "v2": _SECOND,
    "v3": _THIRD_PLAYER,
    "v3e": _THIRD_PLAYER,
    "v4": _FOURTH,
    "mini": _MINI,
    "minie": _MINI,
    "miniv4": _FOURTH_MINI,
}


def model_of(device_type: str | None, family: str | None) -> Model:
    """Return the model, by the device type first: the family of the newest Mini misleads."""
    return (
        _MODELS.get((device_type or "").lower()) or _MODELS.get((family or "").lower()) or _UNKNOWN
    )

"""The simulated family's players. The same number of players is always the same players."""

from dataclasses import dataclass
import hashlib

from simulator.world import Device

from .player_config import refilled

FAMILY_ID = "simulated-family-01"
FIRMWARE = "v2.23.4"
_NAMES = ("Kitchen", "Bedroom", "Playroom", "Living room", "Car", "Grandma", "Garden", "Office")
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    device_type: str
    family: str
    generation: str
    form_factor: str


_MODELS = (
    _Model(device_type="v3e", family="v3", generation="gen3", form_factor="standard"),
    _Model(device_type="minie", family="mini", generation="gen1", form_factor="mini"),
    _Model(device_type="v2", family="v2", generation="gen2", form_factor="standard"),
    # Its family misleads (protocol §7).
    _Model(device_type="miniv4", family="v4", generation="gen4", form_factor="mini"),
    _Model(device_type="v4", family="v4", generation="gen4", form_factor="standard"),
    _Model(device_type="v1", family="v1", generation="gen1", form_factor="standard"),
)


def make_devices(count: int, *, timezone: str = "") -> list[Device]:
    """Make players of all models by turns, with ids of `y` and 23 alphanumerics (protocol §2.1).

    Args:
        count: how many.
        timezone: where they live, by its IANA name.

    """
    return [_make_device(index, timezone) for index in range(count)]


def _make_device(index: int, timezone: str) -> Device:
    digest = hashlib.sha256(f"player {index}".encode()).digest()
    model = _MODELS[index % len(_MODELS)]
    return Device(
        device_id="y" + "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:23]),
        name=_NAMES[index] if index < len(_NAMES) else f"Player {index + 1}",
        device_type=model.device_type,
        family=model.family,
        generation=model.generation,
        form_factor=model.form_factor,
        mac=":".join(f"{byte:02x}" for byte in (0x02, *digest[23:28])),
        config=refilled({"timezone": timezone}),
    )

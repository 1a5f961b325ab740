"""What the right knob plays while no card is in (protocol §2.5)."""

from simulator.world import Json, JsonObject

from .messages import Source
from .slot import Slot
from .transport import Start
from .workings import Workings


class Shortcuts:
    """Goes through the shortcuts of the day or of the night, one with each press."""

    def __init__(self, workings: Workings, slot: Slot) -> None:
        """Begin with the first."""
        self._workings = workings
        self._slot = slot
        self._presses = 0

    async def press(self) -> None:
        """Play the next shortcut. `source` is not known for it; it is told as remote."""
        listed = self._listed()
        if not listed:
            return
        params = listed[self._presses % len(listed)]
        self._presses += 1
        card = await self._slot.read(str(params.get("card")))
        if card is None or self._workings.transport.started is not None:
            self._workings.note("shortcut not played", **params)
            return
        spot = card.find(str(params.get("chapter")), str(params.get("track")))
        self._workings.note("shortcut", **params)
        self._workings.transport.begin(Start(card=card, source=Source.REMOTE, spot=spot))

    def _listed(self) -> list[JsonObject]:
        mode = "night" if self._workings.body.day == 0 else "day"
        modes = _object(self._workings.device.shortcuts.get("modes"))
        content = _object(modes.get(mode)).get("content")
        items = content if isinstance(content, list) else []
        return [_object(_object(item).get("params")) for item in items]


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}

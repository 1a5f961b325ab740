"""A Yoto player without a body: it obeys commands, feels hands and tells what changes."""

from typing import Literal

import aiohttp

from simulator.world import CardShelf, Device, JsonObject, Wire, World

from .moves import Signal
from .obedience import Obedience
from .power import Power
from .shortcuts import Shortcuts
from .slot import Slot
from .view import describe
from .workings import Workings

type Side = Literal["left", "right"]


class VirtualPlayer:
    """One player. What a hand can do to it are the methods named after that."""

    def __init__(
        self,
        device: Device,
        world: World,
        wire: Wire,
        shelf: CardShelf,
        session: aiohttp.ClientSession,
    ) -> None:
        """Build a player that is switched off.

        Args:
            device: what the cloud knows of it; `online` and `shadow` are kept up to date.
            world: the clock, the faults and the log.
            wire: its connection to the broker.
            shelf: where it gets cards from.
            session: its HTTP client. Should have a `DummyCookieJar`, since a cookie could tell who
                the player is, and must check certificates.
        """
        self.device = device
        self.workings = Workings(device, world, wire, session)
        self._slot = Slot(self.workings, shelf)
        self._shortcuts = Shortcuts(self.workings, self._slot)
        self._power = Power(self.workings, self._slot)
        self._obedience = Obedience(self.workings, self._slot, self._power.restart)
        self._power.on_command = self._obedience.take

    async def start(self) -> None:
        """Switch the player on and keep it going until `stop`."""
        crew = self.workings.crew
        crew.start(self.workings.announcer.run(), f"messages of {self.device.name}")
        crew.start(self._obedience.run(), f"commands to {self.device.name}")
        crew.start(self._power.look_around(), f"clock of {self.device.name}")
        await self._power.switch_on()

    async def stop(self) -> None:
        """Switch the player off and end everything it does."""
        await self._power.switch_off()
        await self.workings.crew.dismiss()

    async def insert(self, card_id: str) -> None:
        """Put a card into the slot, in place of one that is there."""
        self._feel("insert", card_id=card_id)
        await self._slot.insert(card_id)

    async def remove(self) -> None:
        """Take the card out of the slot."""
        self._feel("remove")
        self._slot.remove()

    async def press(self, button: Side) -> None:
        """Press a knob."""
        if not self._feel("press", button=button):
            return
        if self.workings.transport.started is not None:
            self.workings.transport.press(Signal.LEFT if button == "left" else Signal.RIGHT)
        elif button == "right" and self.workings.body.slot is not None:
            await self._slot.play()
        elif button == "right":
            await self._shortcuts.press()

    async def turn(self, knob: Side, clicks: int) -> None:
        """Turn a knob by clicks, positive clockwise: left is the volume, right the chapter."""
        if not self._feel("turn", knob=knob, clicks=clicks):
            return
        if knob == "left":
            self.workings.body.turn_volume(clicks)
            self.workings.tell_changes()
        else:
            self.workings.transport.turn(clicks)

    async def power(self, on: bool) -> None:  # noqa: FBT001 - the contract of the control API
        """Switch on or off."""
        await (self._power.switch_on() if on else self._power.switch_off())

    async def wifi(self, up: bool) -> None:  # noqa: FBT001 - the contract of the control API
        """Lose the Wi-Fi, without a farewell, or get it back."""
        if up is not self.workings.link.up:
            self.workings.note("wifi", up=up)
            await (self._power.regain_wifi() if up else self._power.lose_wifi())

    async def battery(self, level: int, charging: bool) -> None:  # noqa: FBT001 - as above
        """Set the battery's level in percent and plug the charger in or out."""
        self.workings.note("battery", level=level, charging=charging)
        self.workings.body.battery = level
        self.workings.body.charging = charging
        if self.workings.body.on:
            self.workings.report_battery()
            self.workings.remember()

    async def headphones(self, connected: bool) -> None:  # noqa: FBT001 - as above
        """Plug headphones in or out."""
        self.workings.note("headphones", connected=connected)
        self.workings.body.headphones = connected
        self.workings.tell_changes()

    def report_online(self) -> None:
        """Let the cloud know whether the player is online, unless it is made to lag."""
        self._power.report_online()

    def view(self) -> JsonObject:
        """Return everything that a person sees on the player."""
        return describe(
            self.workings,
            online=self._power.online,
            problem=self._slot.problem,
            preview=self._obedience.preview_icon,
        )

    def fetches(self) -> list[JsonObject]:
        """Return the requests the player has sent, oldest first."""
        return [fetch.as_json() for fetch in self.workings.fetcher.record]

    def picture(self) -> bytes | None:
        """Return the icon that was fetched and is on the display."""
        return self.workings.display.picture

    def played(self) -> list[JsonObject]:
        """Return what the player has played, oldest first; what still plays is not in it."""
        return [played.as_json() for played in self.workings.transport.record]

    def _feel(self, kind: str, **data: str | int) -> bool:
        """Note what a hand does and return whether the player is on to react to it."""
        self.workings.note(kind, **data)
        if self.workings.body.on:
            self.workings.touch()
        return self.workings.body.on

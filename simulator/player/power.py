"""Switching a player on and off, and its life in between."""

import asyncio
from typing import Final

from simulator.world import CommandHandler

from .alarms import ringing
from .messages import Playback, Source
from .settings import number
from .slot import Slot
from .transport import Start
from .volume import STEPS
from .workings import Workings

_SETTLING: Final = 2.0
"""Player seconds from the first report after a start to the second one (protocol §3.8)."""

_REPORT_EVERY: Final = 300.0
"""Real seconds between two reports that nobody asked for (protocol §3.8)."""

_SHUTDOWN_TIMEOUT: Final = 3600
"""Real seconds without anything happening after which a player switches itself off."""


class Power:
    """The power button, the Wi-Fi and what a player does by itself while it is on."""

    def __init__(self, workings: Workings, slot: Slot) -> None:
        """Be off."""
        self.online = False
        """Whether the player is connected to the cloud."""
        self.on_command: CommandHandler = _ignore
        """Who takes the commands that arrive."""
        self._workings = workings
        self._slot = slot
        self._switching = asyncio.Lock()
        self._booted: object = None

    async def switch_on(self) -> None:
        """Start, connect and report (protocol §3.8, "Boot")."""
        async with self._switching:
            if not self._workings.body.on:
                self._workings.note("power", on=True)
                await self._boot()

    async def switch_off(self, reason: str = "userShutdown") -> None:
        """Report, say farewell and go (protocol §3.8, "Power-off")."""
        async with self._switching:
            if self._workings.body.on:
                self._workings.note("power", on=False)
                await self._shut_down(reason)

    async def restart(self) -> None:
        """Obey `reboot`."""
        async with self._switching:
            if self._workings.body.on:
                await self._shut_down("reboot")
                await self._workings.world.clock.sleep(_SETTLING)
                await self._boot()

    async def lose_wifi(self) -> None:
        """Vanish from the broker without a farewell."""
        async with self._switching:
            self._workings.link.cut()
            if self._workings.body.on:
                await self._workings.wire.disconnect(graceful=False)
                self._set_online(online=False)

    async def regain_wifi(self) -> None:
        """Come back."""
        async with self._switching:
            self._workings.link.restore()
            if self._workings.body.on:
                await self._connect()

    def report_online(self) -> None:
        """Let the cloud know whether the player is online, unless it is made to lag."""
        if not self._workings.world.faults.stale_online:
            self._workings.device.online = self.online

    async def look_around(self) -> None:
        """Watch the time of the day, the config and how long nothing has happened, for ever."""
        real_time = asyncio.get_running_loop().time
        report_at = real_time() + _REPORT_EVERY
        looked_at = self._workings.world.clock.now()
        while True:
            await asyncio.sleep(1)
            looked_at, since = self._workings.world.clock.now(), looked_at
            if not self._workings.body.on or self._workings.body.day < 0:
                continue
            self._workings.body.look_at_clock()
            self._workings.body.look_at_config()
            await self._ring(since, looked_at)
            self._workings.tell_changes()
            if real_time() >= report_at:
                report_at = real_time() + _REPORT_EVERY
                self._workings.report_battery()
                self._workings.report_status()
            if self._workings.transport.playback is Playback.PLAYING:
                self._workings.touch()
            timeout = number(self._workings.device.config, "shutdownTimeout", _SHUTDOWN_TIMEOUT)
            if timeout and real_time() - self._workings.touched_at > timeout:
                await self.switch_off("idleShutdown")

    async def _ring(self, since: float, until: float) -> None:
        """Play what alarms want played between two moments."""
        workings = self._workings
        ring = ringing(workings.device.config, since, until)
        card = await self._slot.read(ring.card_id) if ring else None
        if ring is None or card is None:
            return
        workings.note("alarm", card_id=ring.card_id)
        self._slot.interrupt()
        workings.body.set_volume(ring.volume * 100 / STEPS)
        workings.transport.begin(Start(card=card, source=Source.REMOTE))

    async def _boot(self) -> None:
        workings = self._workings
        workings.body.boot()
        workings.announcer.disarm()
        workings.touch()
        self._booted = booted = object()
        if workings.link.up:
            await self._connect()
        workings.report_full_status("status")
        workings.crew.start(self._settle(booted), f"start of {workings.device.name}")

    async def _settle(self, booted: object) -> None:
        """Send the second report after a start, and play the card that is in."""
        workings = self._workings
        await workings.world.clock.sleep(_SETTLING)
        if self._booted is not booted:
            return
        workings.body.look_at_clock()
        workings.report_battery()
        workings.report_status()
        workings.tell_everything()
        if workings.transport.started is None:
            await self._slot.play()

    async def _shut_down(self, reason: str) -> None:
        workings = self._workings
        workings.report_full_status("status", reason)
        await workings.announcer.flush()
        self._booted = None
        workings.body.on = False
        self._slot.interrupt()
        workings.sleep_timer.end()
        workings.transport.stop()
        workings.transport.forget()
        if workings.link.up:
            await workings.wire.disconnect(graceful=True)
        self._set_online(online=False)

    async def _connect(self) -> None:
        await self._workings.wire.connect(self._receive)
        self._set_online(online=True)

    async def _receive(self, path: str, payload: str) -> None:
        if self._workings.body.on and self._workings.link.up:
            await self.on_command(path, payload)

    def _set_online(self, *, online: bool) -> None:
        self.online = online
        self.report_online()


async def _ignore(path: str, payload: str) -> None:
    """Let a command fall to the ground."""

"""How a player obeys: commands one after the other, each answered, then carried out."""

import asyncio
from collections.abc import Awaitable, Callable
from random import SystemRandom
from typing import Final

from . import messages
from .commands import (
    Command,
    PreviewIcon,
    SetAmbient,
    SetSleepTimer,
    SetVolume,
    Simple,
    StartCard,
    UnusableError,
    answered_as,
    read_command,
)
from .messages import Source
from .slot import Slot
from .transport import Start
from .workings import Workings

_ANSWER_WITHIN: Final = (0.05, 0.12)
"""Real seconds from a command to its answer (protocol §3.3)."""

_BACK_TO_BACK: Final = 0.5
"""Real seconds within which a second status request may stay unanswered (protocol §3.6)."""

_CHANCE: Final = SystemRandom()


class Obedience:
    """Takes the commands that arrive for a player."""

    def __init__(
        self, workings: Workings, slot: Slot, restart: Callable[[], Awaitable[None]]
    ) -> None:
        """Have nothing to do."""
        self._workings = workings
        self._slot = slot
        self._restart = restart
        self._waiting: asyncio.Queue[tuple[str, str, float]] = asyncio.Queue()
        self._status_asked_at = float("-inf")
        self._preview: tuple[str, float] = "", 0.0

    @property
    def preview_icon(self) -> str | None:
        """The icon that an application shows on the display for a while."""
        uri, until = self._preview
        return uri if self._workings.world.clock.elapsed() < until else None

    async def take(self, path: str, payload: str) -> None:
        """Take a command; it is obeyed in its turn."""
        if self._workings.world.faults.ignore_commands:
            self._workings.note("command ignored", path=path)
            return
        self._waiting.put_nowait((path, payload, asyncio.get_running_loop().time()))

    async def run(self) -> None:
        """Obey, for ever."""
        while True:
            path, payload, asked_at = await self._waiting.get()
            await asyncio.sleep(_CHANCE.uniform(*_ANSWER_WITHIN))
            if self._workings.body.on:
                await self._obey(path, payload, asked_at)

    async def _obey(self, path: str, payload: str, asked_at: float) -> None:
        try:
            command = self._read(path, payload)
            start = await self._find(command)
        except UnusableError as err:
            self._workings.note("command refused", path=path, payload=payload, why=str(err))
            self._answer(path, payload, accepted=False)
            return
        self._workings.note("command", path=path, payload=payload)
        self._answer(path, payload, accepted=True)
        self._carry_out(command, start, asked_at)

    def _read(self, path: str, payload: str) -> Command:
        if _CHANCE.random() < self._workings.world.faults.refuse_commands:
            raise UnusableError("players are told to refuse")
        return read_command(path, payload)

    def _answer(self, path: str, payload: str, *, accepted: bool) -> None:
        body = messages.answer(answered_as(path), payload, accepted=accepted)
        self._workings.announcer.post("response", body)

    async def _find(self, command: Command) -> Start | None:
        """Find what a command wants to play.

        Raises:
            UnusableError: it is not there.
        """
        match command:
            case StartCard():
                return await self._find_start(command)
            case Simple.RESUME if self._workings.transport.started is None:
                card_id = self._workings.body.slot
                card = await self._slot.read(card_id) if card_id else None
                if card is None:
                    raise UnusableError("there is nothing to go on with")
                return Start(card=card, source=Source.INSERTED)
            case _:
                return None

    async def _find_start(self, command: StartCard) -> Start:
        card = await self._slot.read(command.card_id)
        if card is None:
            raise UnusableError("the card is unknown or empty")
        spot = None
        if command.chapter_key is not None:
            spot = card.find(command.chapter_key, command.track_key)
            if spot is None:
                raise UnusableError("the card has no such chapter or track")
        return Start(
            card=card,
            source=Source.REMOTE,
            spot=spot,
            seconds=command.seconds,
            cut_off=command.cut_off,
            any_button_stops=command.any_button_stops,
        )

    def _carry_out(self, command: Command, start: Start | None, asked_at: float) -> None:
        workings = self._workings
        if start is not None:
            self._slot.interrupt()
            workings.transport.begin(start)
        match command:
            case Simple():
                self._carry_out_simple(command, asked_at)
            case SetVolume(percent):
                workings.body.set_volume(percent)
            case SetSleepTimer(seconds):
                workings.sleep_timer.set(seconds)
            case SetAmbient(red, green, blue):
                workings.body.ambient = f"0x{red:02x}{green:02x}{blue:02x}"
            case PreviewIcon(uri, seconds):
                self._preview = uri, workings.world.clock.elapsed() + seconds
            case StartCard():
                workings.touch()
        workings.tell_changes()

    def _carry_out_simple(self, command: Simple, asked_at: float) -> None:
        workings = self._workings
        match command:
            case Simple.REQUEST_EVENTS:
                workings.announcer.arm()
                workings.tell_everything()
            case Simple.REQUEST_STATUS if self._replies(asked_at):
                workings.report_status()
            case Simple.REQUEST_FULL_STATUS if self._replies(asked_at):
                workings.report_full_status("status/full")
            case Simple.PAUSE:
                workings.transport.pause()
            case Simple.RESUME:
                workings.touch()
                workings.transport.resume()
            case Simple.STOP:
                self._slot.interrupt()
                workings.transport.stop()
            case Simple.REBOOT:
                workings.crew.start(self._reboot(), f"restart of {workings.device.name}")
            case Simple.BLUETOOTH_ON | Simple.BLUETOOTH_CONNECT:
                # Headphones are always near (our choice).
                workings.body.bluetooth = True
            case Simple.BLUETOOTH_OFF | Simple.BLUETOOTH_DISCONNECT | Simple.BLUETOOTH_FORGET:
                workings.body.bluetooth = False
            case Simple.BLUETOOTH_STATE:
                pass

    async def _reboot(self) -> None:
        await self._restart()

    def _replies(self, asked_at: float) -> bool:
        """Return whether a request for a status gets a reply: of a close pair one may be lost."""
        gap, self._status_asked_at = asked_at - self._status_asked_at, asked_at
        lost = _CHANCE.random() < self._workings.world.faults.drop_status_replies
        return gap > _BACK_TO_BACK or not lost

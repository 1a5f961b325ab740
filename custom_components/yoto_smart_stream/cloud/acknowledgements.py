"""Matching what players answer with what they were told."""

import asyncio
from collections.abc import Mapping
import json
from typing import Final

from .commands import Command
from .errors import CommandRefusedError, CommandUnansweredError

_PATIENCE: Final = 5.0
"""Seconds to wait for an answer; players need 0.05 to 0.5 (protocol §3.3)."""


class Acknowledgements:
    """The command that each player is carrying out. One at a time, so that answers are clear."""

    def __init__(self, patience: float = _PATIENCE) -> None:
        """Give every command this many seconds."""
        self._patience = patience
        self._turns: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, tuple[Command, asyncio.Future[bool]]] = {}

    def turn(self, player_id: str) -> asyncio.Lock:
        """Return the lock to hold while a command is sent and waited for."""
        return self._turns.setdefault(player_id, asyncio.Lock())

    def expect(self, player_id: str, command: Command) -> asyncio.Future[bool]:
        """Begin to listen for an answer, before the command is sent."""
        answer = asyncio.get_running_loop().create_future()
        self._waiting[player_id] = (command, answer)
        return answer

    async def settle(self, player_id: str, command: Command, answer: asyncio.Future[bool]) -> None:
        """Wait for the answer.

        Raises:
            CommandRefusedError: the player said FAIL.
            CommandUnansweredError: it said nothing in time.
        """
        try:
            async with asyncio.timeout(self._patience):
                accepted = await answer
        except TimeoutError as err:
            raise CommandUnansweredError(command.path) from err
        finally:
            self._waiting.pop(player_id, None)
        if not accepted:
            raise CommandRefusedError(command.path)

    def receive(self, player_id: str, payload: bytes) -> None:
        """Take an answer from the `response` topic; those to other apps' commands fall through."""
        waiting = self._waiting.get(player_id)
        if waiting is None:
            return
        command, answer = waiting
        verdict = _verdict(command, payload)
        if verdict is not None and not answer.done():
            answer.set_result(verdict)


def _verdict(command: Command, payload: bytes) -> bool | None:
    """Return whether a payload accepts the command, or None if it is about another one."""
    body = _json(payload)
    status = body.get("status") if isinstance(body, dict) else None
    if not isinstance(status, Mapping):
        return None
    for key in command.acknowledged_as:
        if (word := status.get(key)) in {"OK", "FAIL"}:
            ours = _echoes(status.get("req_body"), command)
            return bool(word == "OK") if ours else None
    return None


def _echoes(echo: object, command: Command) -> bool:
    """Return whether an echoed request body can be that of the command."""
    if not command.payload or not isinstance(echo, str) or not echo:
        return True
    return _json(echo.encode()) == _json(command.payload.encode())


def _json(payload: bytes) -> object:
    """Read JSON; None for anything else, since echoes may be any text (protocol §3.3)."""
    try:
        value: object = json.loads(payload)
    except ValueError:
        return None
    return value

"""The kinds of programs there are, and reading them back from their states."""

from collections.abc import Callable, Mapping
from typing import Final

from . import announcement, queue
from .contract import Program, State
from .errors import StateError
from .reading import member

type ReadProgram = Callable[[State], Program]

NO_OTHERS: Final[Mapping[str, ReadProgram]] = {}


def reader(others: Mapping[str, ReadProgram] = NO_OTHERS) -> ReadProgram:
    """Return what reads the state of any program.

    Args:
        others: how kinds are read that this package does not know, such as stories.

    Returns:
        A function that raises StateError where a state is none.
    """

    def read(state: State) -> Program:
        kind = member(state, "kind", str)
        try:
            match kind:
                case queue.KIND:
                    return queue.read_queue(state)
                case announcement.KIND:
                    return announcement.read_announcement(state, read)
                case _ if kind in others:
                    return others[kind](state)
        except ValueError as err:
            raise StateError(f"the state of a {kind} has an unknown word") from err
        raise StateError(f"there is no program {kind}")

    return read

"""A play-through as JSON, and how it goes on when its story has changed meanwhile.

It goes on at the node where it was, if the story still has it; otherwise at the node that was
entered last of those it still has; otherwise at its start. A node that it is put back to is
played from its beginning and not entered again. A variable keeps its value if the story still has
it and it can still have that value; otherwise it begins anew.
"""

from collections.abc import Mapping

from ..json import Json
from .engine import VISITED
from .model import Wait
from .script import Script
from .situation import Phase, Situation, State
from .variables import Value, fits


class StateError(Exception):
    """What was written down is no play-through."""

    code = "state"


def written(script: Script, state: State) -> dict[str, Json]:
    """Return a play-through of a script as JSON."""
    situation = state.situation
    return {
        "story": state.story,
        "node": situation.node,
        "values": dict(zip(script.names, situation.values, strict=True)),
        "phase": situation.phase.value,
        "ending": situation.ending,
        "seed": state.seed,
        "drawn": state.drawn,
        "visited": [*state.visited],
    }


def read(script: Script, saved: Mapping[str, Json]) -> State:
    """Return a play-through from JSON, as it goes on with the story as it is now.

    It goes on as it was if `saved["story"]` is the digest of the script.

    Raises:
        StateError: It is none.
    """
    match saved:
        case {
            "story": str(),
            "node": str(node),
            "values": dict(values),
            "phase": str(phase),
            "ending": int() | None as ending,
            "seed": int(seed),
            "drawn": int(drawn),
            "visited": list(visited),
        } if phase in Phase:
            nodes = [each for each in visited if isinstance(each, str) and each in script.nodes]
        case _:
            raise StateError
    return State(
        story=script.digest,
        situation=_situation(script, node, nodes, values, (Phase(phase), ending)),
        seed=seed,
        drawn=drawn,
        visited=tuple(nodes[-VISITED:]),
    )


def carried(script: Script, state: State, fresh: Script) -> State:
    """Return a play-through of a script as it goes on with the story after a change."""
    return read(fresh, written(script, state))


def _situation(
    script: Script,
    node: str,
    visited: list[str],
    saved: Mapping[str, Json],
    stage: tuple[Phase, int | None],
) -> Situation:
    """Return the situation that is most like the one that was."""
    values: list[Value] = []
    for name, variable in script.story.variables.items():
        value = saved.get(name)
        if isinstance(value, bool | int | str) and fits(variable, value):
            values.append(value)
        else:
            values.append(variable.initial)
    if node not in script.nodes:
        back_to = visited[-1] if visited else script.story.start
        return Situation(back_to, tuple(values))
    phase, ending = stage
    if phase is Phase.WAITING and not _waits(script, node, ending):
        return Situation(node, tuple(values))
    return Situation(node, tuple(values), phase, ending if phase is Phase.WAITING else None)


def _waits(script: Script, node: str, ending: int | None) -> bool:
    """Return whether one of a node's endings is a wait."""
    endings = script.nodes[node].endings
    if ending is None or not 0 <= ending < len(endings):
        return False
    return isinstance(endings[ending].then, Wait)

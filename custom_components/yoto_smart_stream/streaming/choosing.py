"""Choosing among the lists of a stream when a play starts. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final

from .stream import Item, Rule, Stream

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Hold what rules are judged by.

    `moment` is in local time, `player` is None where it is not known which player asks, `truths`
    tells what each template was evaluated to.
    """

    moment: datetime
    player: str | None = None
    truths: Mapping[str, bool] = field(default_factory=dict)

    @classmethod
    def unasked(cls) -> Circumstances:
        """Return circumstances for streams that have no rules."""
        return cls(moment=datetime.min.replace(tzinfo=UTC))


def chosen_items(stream: Stream, circumstances: Circumstances) -> tuple[Item, ...]:
    """Return the items of the first rule that holds, or those of the stream itself.

    Raises:
        KeyError: A template has to be evaluated that is not among the truths.
    """
    rule = chosen_rule(stream, circumstances)
    return stream.items if rule is None else stream.rules[rule].items


def chosen_rule(stream: Stream, circumstances: Circumstances) -> int | None:
    """Return which rule of a stream holds first, None where none does; raises as above."""
    for number, rule in enumerate(stream.rules):
        if _holds(rule, circumstances):
            return number
    return None


def templates_of(streams: Iterable[Stream]) -> frozenset[str]:
    """Return every template that the caller has to evaluate for some streams."""
    return frozenset(
        rule.template for stream in streams for rule in stream.rules if rule.template is not None
    )


def _holds(rule: Rule, circumstances: Circumstances) -> bool:
    """Tell whether a rule holds. A player that is not known is none of those that are named."""
    moment = circumstances.moment
    start, end = rule.start or time.min, rule.end
    now = moment.time()
    day = moment
    if end is None or start < end:
        is_inside = start <= now and (end is None or now < end)
    else:
        is_inside = now >= start or now < end
        # What began yesterday evening goes by yesterday.
        day = moment - _DAY if now < end else moment
    return (
        is_inside
        and (not rule.weekdays or day.weekday() in rule.weekdays)
        and (not rule.players or circumstances.player in rule.players)
        and (rule.template is None or circumstances.truths[rule.template])
    )

"""Whoever listens is told, once for each time that it listens, until it no longer does."""

from collections.abc import Callable

from custom_components.yoto_smart_stream.listeners import Listeners


def test_everybody_is_told_in_their_order() -> None:
    """The same one twice is told twice, and stops once for each."""
    listeners = Listeners[str, int]()
    heard: list[tuple[str, str, int]] = []

    def named(name: str) -> Callable[[str, int], None]:
        return lambda word, number: heard.append((name, word, number))

    first = named("first")
    end = listeners.add(first)
    listeners.add(named("second"))
    listeners.add(first)
    listeners.tell("card", 1)
    assert heard == [("first", "card", 1), ("second", "card", 1), ("first", "card", 1)]
    heard.clear()
    end()
    end()
    listeners.tell("card", 2)
    assert heard == [("second", "card", 2), ("first", "card", 2)]


def test_who_comes_or_goes_meanwhile_counts_from_the_next_time_on() -> None:
    """Nobody is left out because another one leaves."""
    listeners = Listeners[()]()
    heard: list[str] = []

    def once() -> None:
        heard.append("once")
        end()
        listeners.add(lambda: heard.append("late"))

    end = listeners.add(once)
    listeners.add(lambda: heard.append("always"))
    listeners.tell()
    assert heard == ["once", "always"]
    heard.clear()
    listeners.tell()
    assert heard == ["always", "late"]

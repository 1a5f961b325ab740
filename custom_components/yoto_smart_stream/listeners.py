"""Whoever wants to be told of something."""

from collections.abc import Callable


class Listeners[*Told]:
    """Tells everybody who listens, in the order in which they came."""

    def __init__(self) -> None:
        """Begin without anybody."""
        self._listeners: dict[object, Callable[[*Told], None]] = {}

    def add(self, listener: Callable[[*Told], None]) -> Callable[[], None]:
        """Call `listener` from now on; return what ends that, and does no harm again."""
        place = object()
        self._listeners[place] = listener

        def end() -> None:
            self._listeners.pop(place, None)

        return end

    def tell(self, *told: *Told) -> None:
        """Call everybody. Who comes or goes meanwhile counts from the next time on."""
        for listener in list(self._listeners.values()):
            listener(*told)

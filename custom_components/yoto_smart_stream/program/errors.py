"""What can be wrong with programs."""


class ProgramError(Exception):
    """Something is wrong with what a live card is to play."""

    code = "program"


class NoSuchEntryError(ProgramError):
    """A queue has no such entry."""

    code = "no_such_entry"

    def __init__(self, number: int) -> None:
        """Note its number."""
        super().__init__(f"the queue has no entry {number}")
        self.number = number


class NoQueueError(ProgramError):
    """What plays is no queue, and interrupts none."""

    code = "no_queue"


class StateError(ProgramError):
    """A stored state cannot be read."""

    code = "state"

"""The card slot of a player."""

from simulator.world import CardShelf

from .card import Card, read_card
from .messages import Source
from .transport import Start
from .workings import Workings


class Slot:
    """Takes cards, reads them and has them played."""

    def __init__(self, workings: Workings, shelf: CardShelf) -> None:
        """Be empty."""
        self.problem: str | None = None
        """Why the card that is in is not played at all."""
        self._workings = workings
        self._shelf = shelf
        self._reading: object = None

    async def read(self, card_id: str) -> Card | None:
        """Return what is on a card, or None if nothing on it can be played.

        Without Wi-Fi a card is what it was when it was read last. One that was never read is known
        all the same: what matters is that its audio is not there.
        """
        storage = self._workings.storage
        if self._workings.link.up or storage.card(card_id) is None:
            storage.note_card(card_id, await self._shelf.playable(card_id))
        body = storage.card(card_id)
        card = read_card(body) if body is not None else None
        return card if card is not None and card.spots else None

    async def insert(self, card_id: str) -> None:
        """Take a card, in place of one that is in, and play it if the player is on."""
        self._workings.body.slot = card_id
        if self._workings.body.on:
            await self.play()

    def remove(self) -> None:
        """Give the card back. What was started by a command plays on (our choice)."""
        self._workings.body.slot = None
        self.problem = None
        self.interrupt()
        started = self._workings.transport.started
        if started is not None and started.source is Source.INSERTED:
            self._workings.transport.stop()

    async def play(self) -> None:
        """Play the card that is in from where it was left."""
        body, transport = self._workings.body, self._workings.transport
        if body.slot is None:
            return
        self._reading = reading = object()
        card = await self.read(body.slot)
        if self._reading is not reading or not body.on:
            return
        if card is None:
            self.problem = "the card is unknown or empty"
            self._workings.note("unknown card", card_id=body.slot)
            transport.stop()
        else:
            self.problem = None
            transport.begin(Start(card=card, source=Source.INSERTED))

    def interrupt(self) -> None:
        """Do not play a card that is still being read."""
        self._reading = None

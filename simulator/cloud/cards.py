"""Every card there is: the family's own (MYO) and the bought ones."""

from dataclasses import dataclass
import datetime as dt
import secrets

from simulator.world import Json, JsonObject

from .errors import bad_request, not_found
from .tokens import ACCOUNT

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PUBLISHER = "yoto"


@dataclass(slots=True, kw_only=True)
class StoredCard:
    """One card. `owner` is an account for an own card, `PUBLISHER` for a bought one."""

    card_id: str
    owner: str
    title: str
    content: JsonObject
    metadata: JsonObject
    created_at: str
    updated_at: str
    deleted: bool = False

    def body(self) -> JsonObject:
        """Return the card as the API shows it (protocol §4.1, §4.2)."""
        return {
            "cardId": self.card_id,
            "userId": self.owner,
            "title": self.title,
            "slug": self.title.lower().replace(" ", "-"),
            "sortkey": self.title.lower(),
            "content": self.content,
            "metadata": self.metadata,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "deleted": self.deleted,
        }

    def outline(self) -> JsonObject:
        """Return the card as lists show it: without its chapters."""
        content: JsonObject = {
            key: value for key, value in self.content.items() if key != "chapters"
        }
        return {**self.body(), "content": content}


class CardStore:
    """Cards by id."""

    def __init__(self) -> None:
        """Start empty."""
        self._cards: dict[str, StoredCard] = {}

    def put(self, card: StoredCard) -> None:
        """Store a card as it is."""
        self._cards[card.card_id] = card

    def find(self, card_id: str) -> StoredCard | None:
        """Return a card that is not deleted, or None."""
        card = self._cards.get(card_id)
        return None if card is None or card.deleted else card

    def owned(self, card_id: str, owner: str = ACCOUNT) -> StoredCard:
        """Return an account's own card.

        Raises:
            ApiError: 404 if there is none, if it is deleted, or if it is somebody else's.

        """
        card = self.find(card_id)
        if card is None or card.owner != owner:
            raise not_found("Card not found")
        return card

    def mine(self, owner: str, *, deleted: bool) -> list[StoredCard]:
        """Return an account's own cards, oldest first, with the deleted ones if wanted."""
        return [
            card
            for card in self._cards.values()
            if card.owner == owner and (deleted or not card.deleted)
        ]

    def bought(self) -> list[StoredCard]:
        """Return the bought cards."""
        return [card for card in self._cards.values() if card.owner == PUBLISHER]

    def playable(self) -> list[StoredCard]:
        """Return every card that can be played."""
        return [card for card in self._cards.values() if not card.deleted]

    def create(self, owner: str, body: JsonObject) -> StoredCard:
        """Make a card with a new id from a checked body."""
        card_id = _new_id()
        while card_id in self._cards:
            card_id = _new_id()
        now = timestamp()
        card = StoredCard(
            card_id=card_id,
            owner=owner,
            title=str(body["title"]),
            content=_object(body.get("content")),
            metadata=_object(body.get("metadata")),
            created_at=now,
            updated_at=now,
        )
        self.put(card)
        return card

    def replace(self, owner: str, card_id: str, body: JsonObject) -> StoredCard:
        """Replace everything of an own card by a checked body: the last write wins.

        Raises:
            ApiError: 400 if the card was deleted, 404 if it is not the account's.

        """
        card = self._cards.get(card_id)
        if card is not None and card.owner == owner and card.deleted:
            raise bad_request("Deleted card cannot be restored")
        card = self.owned(card_id, owner)
        card.title = str(body["title"])
        card.content = _object(body.get("content"))
        card.metadata = _object(body.get("metadata"))
        card.updated_at = timestamp()
        return card

    def delete(self, owner: str, card_id: str) -> None:
        """Delete an own card.

        Raises:
            ApiError: 404 if it is not the account's.

        """
        card = self.owned(card_id, owner)
        card.deleted = True
        card.updated_at = timestamp()


def timestamp() -> str:
    """Return the time as the API writes it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _new_id() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(5))


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}

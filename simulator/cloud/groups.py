"""The family's groups of cards (protocol §4.1)."""

from dataclasses import dataclass
import secrets

from simulator.world import Json, JsonObject

from .cards import CardStore, timestamp
from .errors import bad_request, not_found
from .family import FAMILY_ID
from .media import Media

GROUP_LIMIT = 20
NAME_LENGTH = 100


@dataclass(slots=True, kw_only=True)
class _Group:
    group_id: str
    name: str
    image_id: str
    items: dict[str, str]
    """Card id to the time it was added."""
    created_at: str
    modified_at: str


class Groups:
    """Groups by id, in the order they were made."""

    def __init__(self, cards: CardStore, media: Media) -> None:
        """Hold cards of `cards`; pictures come from `media`."""
        self._cards = cards
        self._media = media
        self._groups: dict[str, _Group] = {}

    def all(self) -> list[JsonObject]:
        """Return every group as the API shows it."""
        return [self._body(group) for group in self._groups.values()]

    def get(self, group_id: str) -> JsonObject:
        """Return one group as the API shows it.

        Raises:
            ApiError: 404 if there is none.

        """
        return self._body(self._find(group_id))

    def create(self, body: JsonObject) -> JsonObject:
        """Make a group.

        Raises:
            ApiError: 400 if the body is wrong or there are 20 already.

        """
        if len(self._groups) >= GROUP_LIMIT:
            raise bad_request(f"a family can have at most {GROUP_LIMIT} groups")
        now = timestamp()
        group = _Group(
            group_id=secrets.token_hex(12),
            name=_name(body.get("name")),
            image_id=_image(body.get("imageId", "fp-cards")),
            items=self._items(body.get("items", []), {}),
            created_at=now,
            modified_at=now,
        )
        self._groups[group.group_id] = group
        return self._body(group)

    def change(self, group_id: str, body: JsonObject) -> JsonObject:
        """Change what the body names.

        Raises:
            ApiError: 400 if the body is wrong, 404 if there is no such group.

        """
        group = self._find(group_id)
        name = _name(body.get("name", group.name))
        image_id = _image(body.get("imageId", group.image_id))
        if "items" in body:
            group.items = self._items(body["items"], group.items)
        group.name, group.image_id, group.modified_at = name, image_id, timestamp()
        return self._body(group)

    def delete(self, group_id: str) -> None:
        """Delete a group.

        Raises:
            ApiError: 404 if there is none.

        """
        del self._groups[self._find(group_id).group_id]

    def _find(self, group_id: str) -> _Group:
        group = self._groups.get(group_id)
        if group is None:
            raise not_found("Group not found")
        return group

    def _items(self, items: Json, present: dict[str, str]) -> dict[str, str]:
        """Return card ids with the time they were added; unknown ids are dropped silently."""
        if not isinstance(items, list):
            raise bad_request("items must be a list")
        now = timestamp()
        added: dict[str, str] = {}
        for item in items:
            match item:
                case {"contentId": str(card_id)} if self._cards.find(card_id) is not None:
                    added[card_id] = present.get(card_id, now)
                case _:
                    continue
        return added

    def _body(self, group: _Group) -> JsonObject:
        cards = [card for key in group.items if (card := self._cards.find(key)) is not None]
        return {
            "id": group.group_id,
            "name": group.name,
            "familyId": FAMILY_ID,
            "imageId": group.image_id,
            "imageUrl": self._media.group_url(group.image_id),
            "items": [{"contentId": key, "addedAt": at} for key, at in group.items.items()],
            "cards": [card.outline() for card in cards],
            "createdAt": group.created_at,
            "lastModifiedAt": group.modified_at,
        }


def _name(name: Json) -> str:
    if not isinstance(name, str) or not 1 <= len(name) <= NAME_LENGTH:
        raise bad_request(f"name must have 1 to {NAME_LENGTH} characters")
    return name


def _image(image_id: Json) -> str:
    if not isinstance(image_id, str) or not image_id:
        raise bad_request("imageId must be text")
    return image_id

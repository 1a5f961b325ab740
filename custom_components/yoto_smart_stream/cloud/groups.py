"""The family's groups of cards: making, changing and deleting them (protocol §4.1)."""

from collections.abc import Mapping, Sequence
from typing import Final

from ..json import Json
from .cards import Group, read_groups
from .errors import CloudUnreachableError
from .rest import CloudRest
from .shelf import Shelf

MOST_GROUPS: Final = 20
"""Groups that a family may have (protocol §4.3)."""
LONGEST_NAME: Final = 100
_PLAIN_IMAGE: Final = "fp-cards"
"""The picture of a group that has none of its own."""


class Groups:
    """Writes the groups, and has the shelf know of that at once."""

    def __init__(self, rest: CloudRest, shelf: Shelf) -> None:
        """Use a client, and tell a shelf."""
        self._rest = rest
        self._shelf = shelf

    async def create(self, name: str, card_ids: Sequence[str], image_id: str | None) -> Group:
        """Make a group, and return it as Yoto has it: cards that it does not know are left out.

        Raises:
            CloudError: Yoto did not make it.
        """
        body = _body(name, card_ids, image_id or _PLAIN_IMAGE)
        return self._taken(await self._rest.create_group(body))

    async def change(
        self,
        group_id: str,
        *,
        name: str | None = None,
        card_ids: Sequence[str] | None = None,
        image_id: str | None = None,
    ) -> Group:
        """Change what is not None of a group, and return it as Yoto has it.

        All of it is written, since nobody says what becomes of the rest.

        Raises:
            NotFoundError: There is no such group.
            CloudError: Yoto did not take the change.
        """
        raw = await self._rest.group(group_id)
        before = _read(raw)
        image = raw.get("imageId")
        body = _body(
            name or before.name,
            before.card_ids if card_ids is None else card_ids,
            image_id or (image if isinstance(image, str) and image else _PLAIN_IMAGE),
        )
        return self._taken(await self._rest.change_group(group_id, body))

    async def delete(self, group_id: str) -> None:
        """Delete a group; its cards stay.

        Raises:
            NotFoundError: There is no such group.
            CloudError: Yoto did not delete it.
        """
        await self._rest.delete_group(group_id)
        self._shelf.remove_group(group_id)

    def _taken(self, answer: Mapping[str, Json]) -> Group:
        """Return the group of an answer, which the shelf knows from now on."""
        group = _read(answer)
        self._shelf.put_group(group)
        return group


def _body(name: str, card_ids: Sequence[str], image_id: str) -> dict[str, Json]:
    """Return what is written."""
    items: list[Json] = [{"contentId": card_id} for card_id in card_ids]
    return {"name": name, "imageId": image_id, "items": items}


def _read(answer: Mapping[str, Json]) -> Group:
    """Read a group."""
    groups, _ = read_groups([dict(answer)])
    if not groups:
        raise CloudUnreachableError("The answer names no group")
    return groups[0]

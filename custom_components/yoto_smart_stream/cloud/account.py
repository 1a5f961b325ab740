"""One Yoto account: its players, its cards and its connection."""

from collections.abc import Mapping
from dataclasses import dataclass
import logging
from typing import Final

import aiohttp
from yoto_api.models import Device, PlayerInfo

from .cards import Card, read_card, read_library
from .connection import PlayerConnection, Trouble
from .endpoints import Endpoints
from .errors import CloudUnreachableError, RequestRefusedError
from .link import Receive
from .rest import CloudRest
from .tokens import TokenOwner

_LOGGER: Final = logging.getLogger(__name__)
_MODELS: Final = {
    "v1": "Yoto Player (1st generation)",
    "v2": "Yoto Player (2nd generation)",
    "v3": "Yoto Player (3rd generation)",
    "v3e": "Yoto Player (3rd generation)",
    "v4": "Yoto Player (4th generation)",
    "mini": "Yoto Mini",
    "minie": "Yoto Mini",
    "miniv4": "Yoto Mini (4th generation)",
}
"""By device type: the family of the newest Mini misleads (protocol §7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A player as the account lists it."""

    player_id: str
    name: str
    model: str
    device_type: str | None
    generation: str | None
    firmware: str | None
    mac: str | None
    believed_online: bool
    """What the cloud says, which may lag by minutes (protocol §2.1)."""


class YotoAccount:
    """Everything that is done with an account goes through here."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        endpoints: Endpoints,
        owner: TokenOwner,
        receive: Receive,
        trouble: Trouble,
    ) -> None:
        """Use a session that somebody else closes."""
        self.owner = owner
        self.connection = PlayerConnection(endpoints, owner, receive, trouble)
        self._rest = CloudRest(session, endpoints, owner)

    async def players(self, known: Mapping[str, Player]) -> dict[str, Player]:
        """Return every player of the family, by id.

        Args:
            known: what is known already, for details that cannot be had this time.

        Raises:
            CloudUnreachableError: no proper answer.
            TokenRevokedError: only a new login helps.
        """
        found = {}
        for device, online in await self._rest.devices():
            info = await self._info(device.device_id)
            found[device.device_id] = _player(
                device, info, known.get(device.device_id), online=online
            )
        return found

    async def library(self) -> dict[str, Card]:
        """Return the cards of the family library, by id and without chapters."""
        return read_library(await self._rest.library())

    async def card(self, card_id: str) -> Card:
        """Return a card with its chapters."""
        return read_card(card_id, await self._rest.card(card_id))

    async def create_card(self, payload: Mapping[str, object]) -> str:
        """Create a Make Your Own card and return its id.

        Raises:
            RequestRefusedError: Yoto refused the card, or the login lacks the permission.
            CloudUnreachableError: no proper answer.
        """
        answer = await self._rest.create_content(payload)
        card = answer.get("card")
        card_id = card.get("cardId") if isinstance(card, dict) else None
        if not isinstance(card_id, str):
            raise CloudUnreachableError("The answer names no card")
        return card_id

    async def close(self) -> None:
        """Disconnect; a token refresh under way is finished first."""
        await self.connection.close()
        await self.owner.close()

    async def _info(self, player_id: str) -> PlayerInfo | None:
        """Return a player's details, or None: one player's trouble must not hide the others."""
        try:
            return await self._rest.player_info(player_id)
        except (RequestRefusedError, CloudUnreachableError) as err:
            _LOGGER.debug("No details of player %s this time: %s", player_id, err)
            return None


def _player(
    device: Device,
    info: PlayerInfo | None,
    known: Player | None,
    *,
    online: bool,
) -> Player:
    """Join what the list, the details and earlier details say about a player."""
    device_type = (device.device_type or "").lower()
    family = (device.device_family or "").lower()
    return Player(
        player_id=device.device_id,
        name=device.name or device.device_id,
        model=_MODELS.get(device_type) or _MODELS.get(family) or "Yoto Player",
        device_type=device.device_type,
        generation=device.generation,
        firmware=info.firmware_version if info else known.firmware if known else None,
        mac=info.mac if info else known.mac if known else None,
        believed_online=online,
    )

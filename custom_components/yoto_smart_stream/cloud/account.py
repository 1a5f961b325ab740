"""One Yoto account: its players, its cards and its connection."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
import logging
from typing import Final

import aiohttp
from yoto_api.models import Device

from ..json import Json
from .cards import read_card
from .connection import PlayerConnection, Trouble
from .endpoints import Endpoints
from .errors import CloudUnreachableError, NotFoundError, RequestRefusedError
from .groups import Groups
from .link import Receive
from .models import Model, model_of
from .rest import CloudRest
from .settings import Change, Settings
from .shelf import Shelf
from .shortcuts import Mode, Shortcut, read_shortcuts, with_shortcuts
from .studio import Studio
from .tokens import TokenOwner
from .uploads import Uploads

_LOGGER: Final = logging.getLogger(__name__)

type Choose = Callable[[Settings], Change]

type ChooseShortcuts = Callable[[Json], Awaitable[Mapping[Mode, Sequence[Shortcut]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A player as the account lists it."""

    player_id: str
    name: str
    model: Model
    device_type: str | None
    generation: str | None
    believed_online: bool
    """What the cloud says, which may lag by minutes (protocol §2.1)."""
    firmware: str | None = None
    mac: str | None = None
    settings: Settings | None = None
    """None where they could not be had yet."""
    shortcuts: frozenset[str] = frozenset()
    """Ids of the cards that the right knob starts while no card is in (protocol §2.5)."""


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
        self.shelf = Shelf(self._rest)
        self.groups = Groups(self._rest, self.shelf)
        self.uploads = Uploads(session, self._rest)
        self.studio = Studio(self._rest)
        self._changing: dict[str, asyncio.Lock] = {}
        self._confirmed: dict[str, Settings] = {}
        """What was written after a player's details had last been asked for."""

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
            player = _listed(device, online=online, known=known.get(device.device_id))
            found[player.player_id] = await self._with_details(player)
        # A write may have overtaken the answer that is older than it.
        return {
            player_id: replace(player, settings=self._confirmed.get(player_id, player.settings))
            for player_id, player in found.items()
        }

    async def change_settings(self, player_id: str, choose: Choose) -> Settings:
        """Change settings of a player and return all of them as Yoto has taken them.

        Args:
            player_id: whose.
            choose: returns what to change, given the settings as they are now. A write replaces
                everything, and the app may have changed something meanwhile (protocol §2.3).

        Raises:
            CloudError: they could not be read or written.
        """
        async with self._changing.setdefault(player_id, asyncio.Lock()):
            settings = _settings(await self._rest.player(player_id))
            if settings is None:
                raise CloudUnreachableError("The answer holds no settings")
            await self._rest.replace_config(player_id, {**settings.raw, **choose(settings)})
            confirmed = _settings(await self._rest.player(player_id))
            if confirmed is None:
                raise CloudUnreachableError("The answer holds no settings")
            self._confirmed[player_id] = confirmed
            return confirmed

    async def change_shortcuts(self, player_id: str, choose: ChooseShortcuts) -> Json:
        """Change what the right knob of a player plays, and return all its shortcuts.

        Args:
            player_id: whose.
            choose: returns the new shortcuts by mode, given the block as it is now. Modes that it
                leaves out stay as they are.

        Raises:
            CloudError: they could not be read or written.
        """
        async with self._changing.setdefault(player_id, asyncio.Lock()):
            block = (await self._rest.player(player_id)).get("shortcuts")
            await self._rest.replace_shortcuts(
                player_id, with_shortcuts(block, await choose(block))
            )
            return (await self._rest.player(player_id)).get("shortcuts")

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
        self.shelf.add_own(read_card(card_id, answer))
        return card_id

    async def own_card(self, card_id: str) -> Mapping[str, Json]:
        """Return a Make Your Own card as it was written, to change something in it.

        Raises:
            NotFoundError: it has been deleted.
            CloudError: it cannot be had.
        """
        return await self._rest.content(card_id)

    async def replace_card(self, card_id: str, payload: Mapping[str, Json]) -> None:
        """Replace a Make Your Own card; what is known of its chapters is outdated then.

        Raises:
            CloudError: Yoto did not take it.
        """
        answer = await self._rest.create_content({**payload, "cardId": card_id})
        self.shelf.change_own(read_card(card_id, answer))

    async def delete_card(self, card_id: str) -> None:
        """Delete a Make Your Own card, if it is still there.

        Raises:
            CloudError: Yoto did not delete it.
        """
        with suppress(NotFoundError):
            await self._rest.delete_content(card_id)
        self.shelf.remove(card_id)

    async def ask_by_cloud(self, player_id: str, note: str) -> None:
        """Have Yoto's cloud ask a player for its status; the answer carries the note.

        Raises:
            CloudError: the cloud did not.
        """
        await self._rest.command(player_id, "status", {"requestId": note})

    async def close(self) -> None:
        """Disconnect; a token refresh under way is finished first."""
        await self.connection.close()
        await self.owner.close()

    async def _with_details(self, player: Player) -> Player:
        """Return a player with its details: one player's trouble must not hide the others."""
        self._confirmed.pop(player.player_id, None)
        try:
            block = await self._rest.player(player.player_id)
        except (RequestRefusedError, CloudUnreachableError) as err:
            _LOGGER.debug("No details of player %s this time: %s", player.player_id, err)
            return player
        return replace(
            player,
            firmware=_text(block.get("releaseChannelVersion")) or player.firmware,
            mac=_text(block.get("mac")) or player.mac,
            settings=_settings(block) or player.settings,
            shortcuts=read_shortcuts(block.get("shortcuts")),
        )


def _listed(device: Device, *, online: bool, known: Player | None) -> Player:
    """Return a player as the list shows it, with the details that are known already."""
    player = Player(
        player_id=device.device_id,
        name=device.name or device.device_id,
        model=model_of(device.device_type, device.device_family),
        device_type=device.device_type,
        generation=device.generation,
        believed_online=online,
    )
    if known is None:
        return player
    return replace(
        player,
        firmware=known.firmware,
        mac=known.mac,
        settings=known.settings,
        shortcuts=known.shortcuts,
    )


def _settings(block: Mapping[str, Json]) -> Settings | None:
    """Read the settings in a player's details."""
    config = block.get("config")
    return Settings(config) if isinstance(config, dict) else None


def _text(value: Json) -> str | None:
    """Return text that says something."""
    return value if isinstance(value, str) and value else None

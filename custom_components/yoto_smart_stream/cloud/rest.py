"""Yoto's REST API: yoto_api's client, extended by the calls that it lacks."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, override
from urllib.parse import quote, urlencode

import aiohttp
from aiohttp import hdrs
from yoto_api import AuthenticationError, Token, YotoAPIError
from yoto_api.models import Device
from yoto_api.rest import RestClient

from ..json import Json
from .endpoints import Endpoints
from .errors import (
    CloudError,
    CloudUnreachableError,
    NotFoundError,
    RequestRefusedError,
    ScopeMissingError,
)
from .oauth import Tokens
from .tokens import TokenOwner

_GROUPS: Final = "/card/family/library/groups"
_SAID: Final = 300
"""Signs of what Yoto says of a refusal that are passed on."""


class CloudRest(RestClient):
    """Sends requests with the owner's tokens and raises this package's errors."""

    def __init__(
        self, session: aiohttp.ClientSession, endpoints: Endpoints, owner: TokenOwner
    ) -> None:
        """Use a session that somebody else closes."""
        super().__init__(session)
        self.base_url = endpoints.api
        self._owner = owner

    async def devices(self) -> list[tuple[Device, bool]]:
        """Return every player of the family, and whether the cloud believes it online."""
        return await self.list_devices(await self._token())

    async def player(self, player_id: str) -> Mapping[str, Json]:
        """Return a player's identity, firmware, settings and shortcuts (protocol §2.2)."""
        answer = await self._get(await self._token(), _config_path(player_id), "get player")
        block = answer.get("device")
        return block if isinstance(block, dict) else {}

    async def replace_config(self, player_id: str, config: Mapping[str, Json]) -> None:
        """Replace the whole config block of a player (protocol §2.3)."""
        await self._put(
            await self._token(),
            _config_path(player_id),
            "change settings",
            {"deviceId": player_id, "config": dict(config)},
        )

    async def replace_shortcuts(self, player_id: str, shortcuts: Mapping[str, Json]) -> None:
        """Replace what the right knob of a player plays while no card is in (protocol §2.5)."""
        await self._put(
            await self._token(),
            f"/device-v2/{player_id}/shortcuts",
            "change shortcuts",
            {"shortcuts": dict(shortcuts)},
        )

    async def command(self, player_id: str, path: str, body: Mapping[str, Json]) -> None:
        """Have the cloud send a player a command (protocol §2.5)."""
        where = f"/device-v2/{player_id}/command/{path}"
        await self._post(await self._token(), where, "send a command", dict(body))

    async def icons(self, owner: str) -> Mapping[str, Json]:
        """Return the icons of `me` or of `yoto`, who shares them with all (protocol §5.3)."""
        return await self._get(
            await self._token(), f"/media/displayIcons/user/{owner}", "get icons"
        )

    async def upload_address(self, sha256: str, name: str) -> Mapping[str, Json]:
        """Ask where audio with this digest can be put, if Yoto lacks it (protocol §5.1)."""
        query = urlencode({"sha256": sha256, "filename": name})
        return await self._get(
            await self._token(), f"/media/transcode/audio/uploadUrl?{query}", "upload audio"
        )

    async def transcoding(self, upload_id: str) -> Mapping[str, Json]:
        """Ask how far Yoto is with an upload (protocol §5.1)."""
        return await self._get(
            await self._token(),
            f"/media/upload/{quote(upload_id, safe='')}/transcoded?loudnorm=false",
            "convert audio",
        )

    async def upload_icon(self, content: bytes, content_type: str, name: str) -> Json:
        """Upload an icon that is fit for the display as it is (protocol §5.3)."""
        query = {"autoConvert": "false", "filename": name}
        return await self._upload(
            "/media/displayIcons/user/me/upload", query, content, content_type
        )

    async def upload_cover(self, content: bytes, content_type: str, shape: str, name: str) -> Json:
        """Upload a cover (protocol §5.2, where this parameter has no capital)."""
        query = {"autoconvert": "true", "coverType": shape, "filename": name}
        return await self._upload("/media/coverImage/user/me/upload", query, content, content_type)

    async def family_images(self) -> Json:
        """Return the pictures that the family has for groups (protocol §5.4)."""
        return await self._get(await self._token(), "/media/family/images", "get family images")

    async def upload_family_image(self, content: bytes, content_type: str) -> Json:
        """Upload a picture for groups (protocol §5.4)."""
        return await self._upload("/media/family/images", {}, content, content_type)

    async def library(self) -> Mapping[str, object]:
        """Return the family library, without chapters (protocol §4.1)."""
        return await self.get_card_library(await self._token())

    async def own_cards(self) -> Mapping[str, object]:
        """Return the account's own (Make Your Own) cards, without chapters (protocol §4.1)."""
        return await self._get(await self._token(), "/content/mine", "list own cards")

    async def groups(self) -> object:
        """Return the family's groups of cards: an array (protocol §4.1)."""
        return await self.get_card_groups(await self._token())

    async def group(self, group_id: str) -> Mapping[str, Json]:
        """Return a group of cards (protocol §4.1)."""
        return await self._get(await self._token(), _group_path(group_id), "get a group")

    async def create_group(self, group: Mapping[str, Json]) -> Mapping[str, Json]:
        """Make a group of cards."""
        return await self._post(await self._token(), _GROUPS, "make a group", dict(group))

    async def change_group(self, group_id: str, group: Mapping[str, Json]) -> Mapping[str, Json]:
        """Replace what is in a group of cards."""
        path = _group_path(group_id)
        return await self._put(await self._token(), path, "change a group", dict(group))

    async def delete_group(self, group_id: str) -> None:
        """Delete a group; its cards stay."""
        path = _group_path(group_id)
        await self._request(await self._token(), "DELETE", path, "delete a group")

    async def card(self, card_id: str) -> Mapping[str, object]:
        """Return a card with its chapters and tracks."""
        return await self.get_card_detail(await self._token(), card_id)

    async def content(self, card_id: str) -> Mapping[str, Json]:
        """Return an own card as it was written: no address in it is signed (protocol §4.1)."""
        answer = await self._get(await self._token(), f"/content/{card_id}", "get own card")
        card = answer.get("card")
        return card if isinstance(card, dict) else {}

    async def create_content(self, card: Mapping[str, object]) -> Mapping[str, object]:
        """Create a Make Your Own card, or replace the one whose `cardId` it carries."""
        return await self._post(await self._token(), "/content", "create card", dict(card))

    async def delete_content(self, card_id: str) -> None:
        """Delete a Make Your Own card."""
        await self._request(await self._token(), "DELETE", f"/content/{card_id}", "delete card")

    async def _upload(
        self, path: str, query: Mapping[str, str], content: bytes, content_type: str
    ) -> Json:
        """Send a file as it is, once more with a new token where the first one is rejected."""
        tokens = await self._owner.current()
        try:
            try:
                return await self._send(path, query, content, content_type, tokens)
            except AuthenticationError:
                renewed = await self._owner.replace(tokens.access_token)
                return await self._send(path, query, content, content_type, renewed)
        except AuthenticationError as err:
            raise CloudUnreachableError(str(err)) from err
        except TimeoutError as err:
            raise CloudUnreachableError(f"POST {path} timed out") from err
        except (aiohttp.ClientError, ValueError) as err:
            raise CloudUnreachableError(str(err) or type(err).__name__) from err
        except YotoAPIError as err:
            raise _refusal(err) from err

    async def _send(
        self,
        path: str,
        query: Mapping[str, str],
        content: bytes,
        content_type: str,
        tokens: Tokens,
    ) -> Json:
        """Send a file, and return the answer."""
        headers = {
            hdrs.AUTHORIZATION: f"Bearer {tokens.access_token}",
            hdrs.CONTENT_TYPE: content_type,
        }
        async with self._session.post(
            f"{self.base_url}{path}",
            params=query,
            data=content,
            headers=headers,
            timeout=self.timeout,
        ) as response:
            if response.status == HTTPStatus.UNAUTHORIZED:
                raise AuthenticationError(f"POST {path} was not authorised")
            if not response.ok:
                said = (await response.text())[:_SAID]
                raise YotoAPIError(
                    f"POST {path} failed: HTTP {response.status} {said}".rstrip(),
                    status_code=response.status,
                )
            answer: Json = await response.json(content_type=None)
            return answer

    async def _token(self) -> Token:
        """Return a valid token in the form that yoto_api takes."""
        return _yoto_token(await self._owner.current())

    @override
    async def _request(
        self,
        token: Token,
        method: str,
        path: str,
        what: str,
        body: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Send a request, once more with a new token where the first one is rejected."""
        try:
            try:
                return await super()._request(token, method, path, what, body)
            except AuthenticationError:
                renewed = await self._owner.replace(str(token.access_token))
                return await super()._request(_yoto_token(renewed), method, path, what, body)
        except AuthenticationError as err:
            raise CloudUnreachableError(str(err)) from err
        except TimeoutError as err:
            raise CloudUnreachableError(f"{what} timed out") from err
        except YotoAPIError as err:
            raise _refusal(err) from err


def _group_path(group_id: str) -> str:
    """Return where a group of cards lives."""
    return f"{_GROUPS}/{quote(group_id, safe='')}"


def _config_path(player_id: str) -> str:
    """Return where a player's config lives."""
    return f"/device-v2/{player_id}/config"


def _yoto_token(tokens: Tokens) -> Token:
    """Wrap an access token for yoto_api."""
    return Token(access_token=tokens.access_token, token_type="Bearer")  # noqa: S106


def _refusal(err: YotoAPIError) -> CloudError:
    """Sort a failure of yoto_api's client by what can be done about it."""
    status = err.status_code
    if (
        status is None
        or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        or status == HTTPStatus.TOO_MANY_REQUESTS
    ):
        return CloudUnreachableError(str(err))
    if status == HTTPStatus.FORBIDDEN:
        return ScopeMissingError(str(err), status=status)
    if status == HTTPStatus.NOT_FOUND:
        return NotFoundError(str(err), status=status)
    return RequestRefusedError(str(err), status=status)

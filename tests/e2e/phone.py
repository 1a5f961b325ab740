"""The family's phone with Yoto's own app, which changes cards behind Home Assistant's back."""

from typing import Final, Self

from aiohttp import ClientSession

from demo.api import Json
from demo.simulation import Simulation

_SCOPES: Final = "offline_access user:content:view user:content:manage"
_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"


class Phone:
    """Somebody who is logged in at Yoto."""

    def __init__(self, url: str, token: str) -> None:
        """Hold a token."""
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    async def of(cls, simulation: Simulation) -> Self:
        """Log in."""
        addresses = simulation.addresses
        async with ClientSession(addresses.url) as session:
            asked = {"client_id": addresses.client_id, "scope": _SCOPES}
            asked["audience"] = "https://api.yotoplay.com"
            async with session.post("/oauth/device/code", data=asked) as answer:
                begun: Json = await answer.json()
            await simulation.post("/sim/login/approve", user_code=begun["user_code"])
            asked |= {"grant_type": _GRANT, "device_code": begun["device_code"]}
            async with session.post("/oauth/token", data=asked) as answer:
                assert answer.ok, await answer.text()
                tokens: Json = await answer.json()
        return cls(addresses.url, tokens["access_token"])

    async def card(self, card_id: str) -> Json:
        """Look at a card."""
        async with (
            ClientSession(self._url, headers=self._headers) as session,
            session.get(f"/content/{card_id}") as answer,
        ):
            assert answer.ok, await answer.text()
            found: Json = (await answer.json())["card"]
            return found

    async def rename(self, card_id: str, title: str) -> None:
        """Give a card another title."""
        card = await self.card(card_id)
        async with (
            ClientSession(self._url, headers=self._headers) as session,
            session.post("/content", json={**card, "title": title}) as answer,
        ):
            assert answer.ok, await answer.text()

    async def copy(self, card_id: str) -> str:
        """Make a new card that is like another one, and return its id."""
        card = await self.card(card_id)
        like = {key: card[key] for key in ("title", "metadata", "content")}
        async with (
            ClientSession(self._url, headers=self._headers) as session,
            session.post("/content", json=like) as answer,
        ):
            assert answer.ok, await answer.text()
            made: Json = (await answer.json())["card"]
            new_id: str = made["cardId"]
            return new_id

"""The MYO part of the API (protocol §4.1)."""

import hashlib

from aiohttp import web

from simulator.world import JsonObject, World

from .access import Access
from .bodies import read_object
from .card_rules import TRACK_LIMIT, check_card, check_card_id, completed_content
from .cards import CardStore, StoredCard
from .errors import bad_request
from .media import Media
from .scopes import MANAGE_BULK


class ContentApi:
    """Answers everything below `/content`."""

    def __init__(self, *, world: World, access: Access, cards: CardStore, media: Media) -> None:
        """Keep cards in `cards`; accept references to what `media` has."""
        self._world = world
        self._access = access
        self._cards = cards
        self._media = media

    def add_routes(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_post("/content", self.put)
        app.router.add_post("/content/bulk", self.put_bulk)
        app.router.add_get("/content/mine", self.mine)
        app.router.add_get("/content/{card_id}", self.get)
        app.router.add_delete("/content/{card_id}", self.delete)

    async def put(self, request: web.Request) -> web.Response:
        """Create a card, or replace one if the body names it."""
        claims = self._access.require(request, "user:content:manage")
        return await self._put(request, claims.subject, TRACK_LIMIT)

    async def put_bulk(self, request: web.Request) -> web.Response:
        """Do the same without the limit of tracks."""
        claims = self._access.require(request, MANAGE_BULK)
        return await self._put(request, claims.subject, None)

    async def mine(self, request: web.Request) -> web.Response:
        """List the account's cards without their chapters."""
        claims = self._access.require(request, "user:content:view")
        deleted = request.query.get("showdeleted", "").lower() == "true"
        cards: list[JsonObject] = [
            {**card.outline(), "availability": "", "clubAvailability": []}
            for card in self._cards.mine(claims.subject, deleted=deleted)
        ]
        return web.json_response({"cards": cards})

    async def get(self, request: web.Request) -> web.Response:
        """Return a card of the account, with addresses to fetch if `playable=true`."""
        claims = self._access.require(request, "user:content:view")
        card = self._cards.owned(request.match_info["card_id"], claims.subject)
        body = {**card.body(), "creatorEmail": "family@example.com", "shareLimit": 0}
        if request.query.get("playable", "").lower() == "true":
            body["content"] = self._media.fetchable(card.content)
        return web.json_response({"card": body})

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a card of the account."""
        claims = self._access.require(request, "user:content:manage")
        card_id = request.match_info["card_id"]
        self._cards.delete(claims.subject, card_id)
        self._world.note("card_deleted", card_id=card_id)
        return web.json_response({"status": "ok"})

    async def _put(self, request: web.Request, owner: str, track_limit: int | None) -> web.Response:
        body = await read_object(request)
        warnings = check_card(body, has_audio=self._media.has, track_limit=track_limit)
        content = body["content"]
        if not isinstance(content, dict):
            raise bad_request("content is required")
        body["content"] = completed_content(content)
        if (given := body.get("cardId")) is None:
            card = self._cards.create(owner, body)
            self._world.note("card_created", card_id=card.card_id, title=card.title)
        else:
            card = self._cards.replace(owner, check_card_id(given), body)
            self._world.note("card_replaced", card_id=card.card_id, title=card.title)
        for warning in warnings:
            self._world.note("card_warning", card_id=card.card_id, warning=warning)
        return web.json_response({"card": _answer(card)})


def _answer(card: StoredCard) -> JsonObject:
    """Return what a write answers: less than a read does."""
    return {
        "_id": hashlib.sha256(card.card_id.encode()).hexdigest()[:24],
        "cardId": card.card_id,
        "userId": card.owner,
        "title": card.title,
        "content": card.content,
        "metadata": card.metadata,
        "createdAt": card.created_at,
        "updatedAt": card.updated_at,
    }

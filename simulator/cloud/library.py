"""The family library part of the API: bought cards, card details and groups (protocol §4.1)."""

from aiohttp import web

from simulator.world import JsonObject, World

from .access import Access
from .bodies import read_object
from .cards import PUBLISHER, CardStore, StoredCard
from .errors import GatewayError, not_found
from .family import FAMILY_ID
from .groups import Groups
from .media import Media

_VIEW = "family:library:view"
_MANAGE = "family:library:manage"


class LibraryApi:
    """Answers everything below `/card`."""

    def __init__(
        self, *, world: World, access: Access, cards: CardStore, media: Media, groups: Groups
    ) -> None:
        """Show `cards` with addresses of `media`."""
        self._world = world
        self._access = access
        self._cards = cards
        self._media = media
        self._groups = groups

    def add_routes(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/card/family/library", self.library)
        app.router.add_get("/card/family/library/groups", self.groups)
        app.router.add_post("/card/family/library/groups", self.create_group)
        app.router.add_get("/card/family/library/groups/{group_id}", self.group)
        app.router.add_put("/card/family/library/groups/{group_id}", self.change_group)
        app.router.add_delete("/card/family/library/groups/{group_id}", self.delete_group)
        app.router.add_get("/card/{card_id}", self.card)
        app.router.add_get("/card/{card_id}/media/{media_id}", self.card_media)

    async def library(self, request: web.Request) -> web.Response:
        """List the bought cards without their chapters."""
        self._access.require(request, _VIEW)
        return web.json_response({"cards": [_shelved(card) for card in self._cards.bought()]})

    async def card(self, request: web.Request) -> web.Response:
        """Return a card of the library or of the account, with addresses to fetch."""
        card = self._card(request)
        body = {**card.body(), "content": self._media.fetchable(card.content)}
        return web.json_response({"card": body})

    async def card_media(self, request: web.Request) -> web.Response:
        """Return the address of one audio of a card."""
        card = self._card(request)
        media_id = request.match_info["media_id"]
        if f"yoto:#{media_id}" not in _track_urls(card) or not self._media.has(media_id):
            raise not_found("Media not found")
        return web.json_response({"media": {"url": self._media.audio_url(media_id)}})

    async def groups(self, request: web.Request) -> web.Response:
        """List the groups: an array at the top level."""
        self._access.require(request, _VIEW)
        return web.json_response(self._groups.all())

    async def group(self, request: web.Request) -> web.Response:
        """Return one group."""
        self._access.require(request, _VIEW)
        return web.json_response(self._groups.get(request.match_info["group_id"]))

    async def create_group(self, request: web.Request) -> web.Response:
        """Make a group."""
        self._let_in(request)
        group = self._groups.create(await read_object(request))
        self._world.note("group_created", group_id=group["id"], name=group["name"])
        return web.json_response(group)

    async def change_group(self, request: web.Request) -> web.Response:
        """Change a group."""
        self._let_in(request)
        group_id = request.match_info["group_id"]
        group = self._groups.change(group_id, await read_object(request))
        self._world.note("group_changed", group_id=group_id, name=group["name"])
        return web.json_response(group)

    async def delete_group(self, request: web.Request) -> web.Response:
        """Delete a group."""
        self._let_in(request)
        group_id = request.match_info["group_id"]
        self._groups.delete(group_id)
        self._world.note("group_deleted", group_id=group_id)
        return web.json_response({"id": group_id})

    def _let_in(self, request: web.Request) -> None:
        """Let in whoever may change groups."""
        self._access.require(request, _MANAGE)
        if self._world.faults.groups_denied:
            raise GatewayError(
                403,
                "Message",
                "User is not authorized to access this resource with an explicit deny",
            )

    def _card(self, request: web.Request) -> StoredCard:
        claims = self._access.require(request, _VIEW)
        card = self._cards.find(request.match_info["card_id"])
        if card is None or card.owner not in {PUBLISHER, claims.subject}:
            raise not_found("Card not found")
        return card


def _shelved(card: StoredCard) -> JsonObject:
    return {
        "cardId": card.card_id,
        "reason": "physical-add",
        "shareType": "owner",
        "familyId": FAMILY_ID,
        "provenanceId": f"provenance-{card.card_id}",
        "inFamilyLibrary": True,
        "masterUid": f"uid-{card.card_id}",
        "createdAt": card.created_at,
        "updatedAt": card.updated_at,
        "card": card.outline(),
    }


def _track_urls(card: StoredCard) -> set[str]:
    urls: set[str] = set()
    chapters = card.content.get("chapters")
    for chapter in chapters if isinstance(chapters, list) else []:
        match chapter:
            case {"tracks": list(tracks)}:
                urls.update(
                    str(track.get("trackUrl")) for track in tracks if isinstance(track, dict)
                )
            case _:
                continue
    return urls

"""The cloud as a whole: what it knows, and the routes by which it is asked."""

from pathlib import Path

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from simulator.world import World

from .access import Access
from .artwork import Artwork
from .authorizations import Authorizations
from .bookshop import stock
from .cards import CardStore
from .clients import ClientRegistry
from .content import ContentApi
from .devices import DevicesApi, SendCommand
from .gate import Gate
from .groups import Groups
from .icons import IconsApi
from .library import LibraryApi
from .login_pages import LoginPages
from .logins import Logins
from .media import Media
from .oauth import LoginServer
from .presence import Presence
from .shelf import Shelf
from .tokens import TokenMint
from .uploads import UploadsApi


class Cloud:
    """OAuth, REST and signed media, all below one address."""

    def __init__(
        self, *, world: World, base_url: str, folder: Path, signing_key: rsa.RSAPrivateKey
    ) -> None:
        """Build the parts. `base_url` has no slash at its end; media files go into `folder`."""
        self.world = world
        self.base_url = base_url
        self.clients = ClientRegistry()
        self.logins = Logins(world)
        self.tokens = TokenMint(world.faults, signing_key)
        self.presence = Presence(world)
        self.gate = Gate(world)
        self.cards = CardStore()
        self.artwork = Artwork(world.faults)
        self.media = Media(
            folder=folder, base_url=base_url, faults=world.faults, artwork=self.artwork
        )
        self.uploads = UploadsApi(
            world=world, media=self.media, base_url=base_url, folder=folder / "uploads"
        )
        self.groups = Groups(self.cards, self.media)
        self.shelf = Shelf(self.cards, self.media)
        world.list_cards = self.shelf.titles
        world.delete_card = self.shelf.delete

    def stock(self) -> None:
        """Buy the library. Writes files: not in the event loop."""
        for card in stock(self.media):
            self.cards.put(card)

    def add_routes(self, app: web.Application, send_command: SendCommand) -> None:
        """Add the routes; `app` must use the gate's middleware."""
        access = Access(self.tokens)
        authorizations = Authorizations()
        server = LoginServer(
            world=self.world,
            base_url=self.base_url,
            clients=self.clients,
            logins=self.logins,
            authorizations=authorizations,
            tokens=self.tokens,
        )
        server.add_routes(app)
        LoginPages(
            world=self.world,
            clients=self.clients,
            logins=self.logins,
            authorizations=authorizations,
            server=server,
        ).add_routes(app)
        DevicesApi(
            world=self.world, access=access, presence=self.presence, send_command=send_command
        ).add_routes(app)
        ContentApi(world=self.world, access=access, cards=self.cards, media=self.media).add_routes(
            app
        )
        LibraryApi(
            world=self.world,
            access=access,
            cards=self.cards,
            media=self.media,
            groups=self.groups,
        ).add_routes(app)
        IconsApi(
            world=self.world, access=access, media=self.media, artwork=self.artwork
        ).add_routes(app)
        self.uploads.add_routes(app, access)
        self.media.add_routes(app)

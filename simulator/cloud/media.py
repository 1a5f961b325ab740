"""Signed, expiring media addresses and what they lead to (protocol §4.1, §4.2)."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
import secrets
import time
from urllib.parse import urlencode

from aiohttp import web

from simulator.world import Faults, Json, JsonObject

from .artwork import Artwork, Picture
from .pictures import make_picture

LIFETIME = 86_400.0
SCHEME = "yoto:#"
_COVER_SCALE = 20


class Media:
    """Audio by its SHA-256, behind addresses in the manner of CloudFront; pictures in the open."""

    def __init__(self, *, folder: Path, base_url: str, faults: Faults, artwork: Artwork) -> None:
        """Keep audio in a folder, in files that are named by their hash."""
        self._artwork = artwork
        self._folder = folder
        self._base_url = base_url
        self._faults = faults
        self._secret = secrets.token_bytes(32)
        self._known: set[str] = set()

    def add_routes(self, app: web.Application) -> None:
        """Add the routes."""
        app.router.add_get("/media/yoto/{sha}", self.audio)
        app.router.add_get("/media/icon/{name}.png", self.icon)
        app.router.add_get("/media/cover/{name}.png", self.cover)
        app.router.add_get("/media/group/{name}", self.family_image)

    def add(self, audio: bytes) -> str:
        """Keep audio and return its hash. Writes a file: not in the event loop."""
        sha = hashlib.sha256(audio).hexdigest()
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{sha}.mp3").write_bytes(audio)
        self._known.add(sha)
        return sha

    def adopt(self, path: Path, sha: str) -> None:
        """Keep a file that has this hash. Moves it: not in the event loop."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path.replace(self._folder / f"{sha}.mp3")
        self._known.add(sha)

    def has(self, sha: str) -> bool:
        """Say whether there is audio of this hash."""
        return sha in self._known

    def audio_url(self, sha: str) -> str:
        """Return a signed address of audio, good for a day."""
        lifetime = self._faults.media_expires_in
        expires = time.time() + (LIFETIME if lifetime is None else lifetime)
        statement = {
            "Resource": f"{self._base_url}/media/yoto/{sha}",
            "Condition": {"DateLessThan": {"AWS:EpochTime": expires}},
        }
        policy = _encode(json.dumps({"Statement": [statement]}).encode())
        query = urlencode(
            {
                "Expires": int(expires),
                "Policy": policy,
                "Signature": self._signature(policy),
                "Key-Pair-Id": "SIMULATED",
            }
        )
        return f"{self._base_url}/media/yoto/{sha}?{query}#sha256={sha}"

    def icon_url(self, name: str) -> str:
        """Return the address of an icon of 16 by 16 pixels."""
        return f"{self._base_url}/media/icon/{name}.png"

    def cover_url(self, name: str) -> str:
        """Return the address of a cover."""
        return f"{self._base_url}/media/cover/{name}.png"

    def family_url(self, name: str) -> str:
        """Return the address of a picture for groups."""
        return f"{self._base_url}/media/group/{name}"

    def group_url(self, image_id: str) -> str:
        """Return the address of the picture of a group: one of the family's, or one of Yoto's."""
        is_family = image_id in self._artwork.family
        return self.family_url(image_id) if is_family else self.cover_url(image_id)

    def fetchable(self, value: Json) -> Json:
        """Return a copy of card content in which `yoto:#` references are addresses to fetch."""
        match value:
            case dict():
                return {
                    key: self._resolved(key, item)
                    if isinstance(item, str)
                    else self.fetchable(item)
                    for key, item in value.items()
                }
            case list():
                return [self.fetchable(item) for item in value]
            case _:
                return value

    async def audio(self, request: web.Request) -> web.StreamResponse:
        """Serve audio, with ranges, to whoever has an address that is signed and not expired."""
        sha = request.match_info["sha"]
        refusal = self._refuse(request, sha)
        if refusal is not None:
            return web.Response(status=403, text=refusal)
        if not self.has(sha):
            return web.Response(status=404)
        return web.FileResponse(self._folder / f"{sha}.mp3", headers={"Content-Type": "audio/mpeg"})

    async def icon(self, request: web.Request) -> web.Response:
        """Serve an icon."""
        name = request.match_info["name"]
        return _served(self._artwork.icons.get(name), make_picture(name))

    async def cover(self, request: web.Request) -> web.Response:
        """Serve a cover."""
        name = request.match_info["name"]
        return _served(self._artwork.covers.get(name), make_picture(name, scale=_COVER_SCALE))

    async def family_image(self, request: web.Request) -> web.Response:
        """Serve a picture for groups."""
        picture = self._artwork.family.get(request.match_info["name"])
        if picture is None:
            return web.Response(status=404)
        return web.Response(body=picture.content, content_type=picture.content_type)

    def _resolved(self, key: str, text: str) -> str:
        if not text.startswith(SCHEME):
            return text
        name = text.removeprefix(SCHEME)
        return self.audio_url(name) if key == "trackUrl" else self.icon_url(name)

    def _signature(self, policy: str) -> str:
        return _encode(hmac.digest(self._secret, policy.encode(), hashlib.sha256))

    def _refuse(self, request: web.Request, sha: str) -> str | None:
        policy = request.query.get("Policy", "")
        if not hmac.compare_digest(
            self._signature(policy).encode(), request.query.get("Signature", "").encode()
        ):
            return "Access denied"
        statement: JsonObject = json.loads(_decode(policy))["Statement"][0]
        if statement["Resource"] != f"{self._base_url}/media/yoto/{sha}":
            return "Access denied"
        match statement["Condition"]:
            case {"DateLessThan": {"AWS:EpochTime": float(expires)}} if time.time() < expires:
                return None
            case _:
                return "Expired"


def _served(uploaded: Picture | None, made: bytes) -> web.Response:
    """Serve a picture that was uploaded, or else one that is made from its name."""
    if uploaded is None:
        return web.Response(body=made, content_type="image/png")
    return web.Response(body=uploaded.content, content_type=uploaded.content_type)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

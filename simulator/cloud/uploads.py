"""Uploading audio: an address for it, the storage behind that, and its transcoding (protocol §5.1).

The storage is a stand-in for a bucket with signed addresses: it wants neither a login nor a body of
unknown length, and answers in XML.
"""

import asyncio
from dataclasses import dataclass, field
import hashlib
import hmac
from pathlib import Path
import re
import secrets
import time
from typing import Final
from urllib.parse import urlencode

from aiohttp import hdrs, web

from simulator.world import JsonObject, World

from .access import Access
from .cards import timestamp
from .errors import GatewayError, not_found
from .media import Media
from .transcoder import NotTranscodedError, Transcode, transcode

LIFETIME: Final = 3600
TRANSCODE_SECONDS: Final = 0.2
_SCOPE: Final = "user:content:manage"
_BLOCK: Final = 64 * 1024
_WRITTEN_AT_ONCE: Final = 1024 * 1024
_STEP: Final = 0.05
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_QUEUED_SHARE: Final = 0.25


@dataclass(slots=True, kw_only=True)
class _Upload:
    """One upload, from the request for an address on."""

    upload_id: str
    owner: str
    filename: str | None
    digest: str | None
    """As the application named it: any text."""
    expires: int
    signature: str
    path: Path = field(default_factory=Path)
    received: str | None = None
    """The SHA-256 of what has come."""
    received_at: float = 0.0
    audio: Transcode | None = None
    transcoded_at: str = ""
    failure: str | None = None
    transcoding: asyncio.Lock = field(default_factory=asyncio.Lock)


class UploadsApi:
    """Takes audio of the family."""

    def __init__(self, *, world: World, media: Media, base_url: str, folder: Path) -> None:
        """Let `media` serve what was transcoded; what has come in is kept in `folder`."""
        self._world = world
        self._access: Access
        self._media = media
        self._base_url = base_url
        self._folder = folder
        self._uploads: dict[str, _Upload] = {}
        self._stored: dict[tuple[str, str], str] = {}
        """Ids of uploads by account and digest."""

    def add_routes(self, app: web.Application, access: Access) -> None:
        """Add the routes, for whoever `access` lets in."""
        self._access = access
        app.router.add_get("/media/transcode/audio/uploadUrl", self.address)
        app.router.add_get("/media/upload/{upload_id}/transcoded", self.transcoded)
        app.router.add_put("/bucket/{upload_id}", self.put)

    def forget(self) -> None:
        """Lose everything that was uploaded: all has to be sent again."""
        self._stored.clear()

    async def address(self, request: web.Request) -> web.Response:
        """Say where audio can be put; nowhere if it is there already."""
        owner = self._require(request)
        digest = request.query.get("sha256") or None
        stored = self._stored.get((owner, digest)) if digest else None
        if stored is not None:
            self._world.note("upload_known", sha256=digest)
            return web.json_response({"upload": {"uploadId": stored, "uploadUrl": None}})
        upload = _Upload(
            upload_id=secrets.token_hex(12),
            owner=owner,
            filename=request.query.get("filename") or None,
            digest=digest,
            expires=int(time.time()) + LIFETIME,
            signature=secrets.token_hex(32),
        )
        self._uploads[upload.upload_id] = upload
        query = urlencode(
            {"X-Amz-Expires": LIFETIME, "X-Amz-Signature": upload.signature, "x-id": "PutObject"}
        )
        url = f"{self._base_url}/bucket/{upload.upload_id}?{query}"
        return web.json_response({"upload": {"uploadId": upload.upload_id, "uploadUrl": url}})

    async def put(self, request: web.Request) -> web.Response:
        """Take the bytes of an upload."""
        upload = self._uploads.get(request.match_info["upload_id"])
        refusal = self._refuse(request, upload)
        if refusal is not None or upload is None:
            try:
                # Until the end, so that the answer is not lost with the connection.
                async for _ in request.content.iter_chunked(_BLOCK):
                    pass
            except ConnectionError, web.RequestPayloadError:
                return web.Response(status=500)
            return refusal or _xml(403, "AccessDenied", "Access Denied")
        self._world.note("upload_begun", upload_id=upload.upload_id)
        # Of its own, since a client may send it again before this request has ended.
        path = self._folder / f"{secrets.token_hex(8)}.upload"
        try:
            received, count = await self._receive(request, path)
        except ConnectionError, web.RequestPayloadError:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            self._world.note("upload_cut", upload_id=upload.upload_id)
            return web.Response(status=500)
        if self._world.faults.damaged_uploads > 0:
            self._world.faults.damaged_uploads -= 1
            received = await asyncio.to_thread(_damage, path)
        upload.path, upload.received, upload.received_at = path, received, time.monotonic()
        named = upload.digest
        if named and (named == received or not _SHA256.fullmatch(named)):
            self._stored[upload.owner, named] = upload.upload_id
        self._world.note(
            "upload_received", upload_id=upload.upload_id, bytes=count, sha256=received
        )
        return web.Response(headers={hdrs.ETAG: f'"{received[:32]}"'})

    async def transcoded(self, request: web.Request) -> web.Response:
        """Say how far the transcoding is, and what came of it."""
        owner = self._require(request)
        upload = self._uploads.get(request.match_info["upload_id"])
        if upload is None or upload.owner != owner:
            raise not_found("Upload not found")
        share = self._share_done(upload)
        if share < 1:
            return web.json_response({"transcode": _unfinished(upload, share)}, status=202)
        async with upload.transcoding:
            await self._finish(upload)
        return web.json_response({"transcode": _finished(upload)})

    def _require(self, request: web.Request) -> str:
        """Return the account that may upload."""
        owner = self._access.require(request, _SCOPE).subject
        if self._world.faults.uploads_denied:
            raise GatewayError(
                403,
                "Message",
                "User is not authorized to access this resource with an explicit deny",
            )
        return owner

    def _refuse(self, request: web.Request, upload: _Upload | None) -> web.Response | None:
        """Return why the storage takes nothing, if so."""
        faults = self._world.faults
        given = request.query.get("X-Amz-Signature", "")
        if upload is None or not hmac.compare_digest(given.encode(), upload.signature.encode()):
            return _xml(403, "SignatureDoesNotMatch", "The signature does not match")
        if hdrs.AUTHORIZATION in request.headers:
            return _xml(400, "InvalidArgument", "Only one auth mechanism allowed")
        if request.content_length is None:
            return _xml(411, "MissingContentLength", "You must provide a Content-Length")
        if faults.expired_uploads > 0 or time.time() >= upload.expires:
            faults.expired_uploads = max(faults.expired_uploads - 1, 0)
            return _xml(403, "AccessDenied", "Request has expired")
        if faults.failing_uploads > 0:
            faults.failing_uploads -= 1
            return _xml(503, "SlowDown", "Please reduce your request rate")
        return None

    async def _receive(self, request: web.Request, path: Path) -> tuple[str, int]:
        """Write a body to a file; return its hash and its size."""
        faults = self._world.faults
        cut_after = None
        if faults.cut_uploads > 0:
            faults.cut_uploads -= 1
            cut_after = (request.content_length or 0) // 2
        # In steps so short that an application which leaves is noticed soon.
        step = int(faults.upload_speed * _STEP) + 1 if faults.upload_speed else _BLOCK
        digest, count, waiting = hashlib.sha256(), 0, bytearray()
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        file = await asyncio.to_thread(path.open, "wb")
        try:
            async for block in request.content.iter_chunked(min(step, _BLOCK)):
                digest.update(block)
                count += len(block)
                waiting += block
                if len(waiting) >= _WRITTEN_AT_ONCE:
                    await asyncio.to_thread(file.write, waiting)
                    waiting = bytearray()
                if faults.upload_speed:
                    await asyncio.sleep(len(block) / faults.upload_speed)
                if cut_after is not None and count >= cut_after and request.transport is not None:
                    request.transport.abort()
                    raise ConnectionResetError("cut off by a fault")
            await asyncio.to_thread(file.write, waiting)
        finally:
            await asyncio.to_thread(file.close)
        return digest.hexdigest(), count

    def _share_done(self, upload: _Upload) -> float:
        """Return how far a transcoding is, from 0 to 1."""
        faults = self._world.faults
        if upload.received is None or faults.transcoding == "endless":
            return 0.0
        whole = TRANSCODE_SECONDS if faults.transcode_seconds is None else faults.transcode_seconds
        passed = time.monotonic() - upload.received_at
        return min(passed / whole, 1.0) if whole else 1.0

    async def _finish(self, upload: _Upload) -> None:
        """Make what players get, once."""
        if upload.audio is not None or upload.failure is not None:
            return
        path, made = upload.path, self._folder / f"{upload.upload_id}.mp3"
        if self._world.faults.transcoding == "failed":
            self._fail(upload, "a fault")
        else:
            try:
                upload.audio = await asyncio.to_thread(transcode, path, made)
            except NotTranscodedError as err:
                self._fail(upload, str(err))
            else:
                upload.transcoded_at = timestamp()
                await asyncio.to_thread(self._media.adopt, made, upload.audio.sha256)
                self._world.note(
                    "transcoded", upload_id=upload.upload_id, sha256=upload.audio.sha256
                )
        await asyncio.to_thread(path.unlink, missing_ok=True)

    def _fail(self, upload: _Upload, reason: str) -> None:
        """Note that nothing came of an upload; whoever tries again has to send it again."""
        upload.failure = reason
        self._stored = {
            key: known for key, known in self._stored.items() if known != upload.upload_id
        }
        self._world.note("transcoding_failed", upload_id=upload.upload_id, reason=reason)


def _damage(path: Path) -> str:
    """Change the middle of a file and return its hash. Not in the event loop."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"damaged by a fault")
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unfinished(upload: _Upload, share: float) -> JsonObject:
    phase = "queued" if share < _QUEUED_SHARE else "processing"
    return {
        "uploadId": upload.upload_id,
        "uploadFilename": upload.filename,
        "progress": {"phase": phase, "percent": int(share * 100)},
    }


def _finished(upload: _Upload) -> JsonObject:
    """Return what an answer says of a transcoding that is over, however it ended."""
    answer: JsonObject = {
        "uploadId": upload.upload_id,
        "uploadFilename": upload.filename,
        "uploadSha256": upload.received,
        "progress": {"phase": "failed", "percent": 100},
    }
    audio = upload.audio
    if audio is None:
        return answer
    return {
        **answer,
        "transcodedAt": upload.transcoded_at,
        "transcodedSha256": audio.sha256,
        "progress": {"phase": "complete", "percent": 100},
        "transcodedInfo": {
            "duration": round(audio.seconds),
            "codec": "mp3",
            "format": "mp3",
            "sampleRate": audio.sample_rate,
            "channels": audio.channels,
            "bitrate": round(audio.size * 8 / audio.seconds) if audio.seconds else 0,
            "fileSize": audio.size,
            "metadata": {"title": upload.filename or "", "artist": ""},
        },
    }


def _xml(status: int, code: str, message: str) -> web.Response:
    """Return a refusal in the words of the storage."""
    text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return web.Response(status=status, text=text, content_type="application/xml")

"""Addresses: the URLs that are written onto cards, and whether their base leads to us.

A URL on a card stays for years: it holds a token and an opaque name, no title and no file name,
and the base is the one a player reaches, which is not always the one a browser uses.
"""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
import re
import secrets
from typing import Final

from aiohttp import (
    ClientConnectorDNSError,
    ClientError,
    ClientSSLError,
    ClientTimeout,
    InvalidURL,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.util.hass_dict import HassKey
from yarl import URL

from ..const import DOMAIN

STREAM_URL: Final = f"/api/{DOMAIN}/s/{{token}}/{{name:[A-Za-z0-9_-]{{1,32}}}}.mp3"
PROBE_URL: Final = f"/api/{DOMAIN}/probe/{{nonce}}"
PROBE_ANSWERS: HassKey[dict[str, str]] = HassKey(f"{DOMAIN}_probe_answers")

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PROBE_TIMEOUT: Final = ClientTimeout(total=10)
_NONCE_BYTES: Final = 16
_MAX_ANSWER_BYTES: Final = 256


class NoBaseUrlError(Exception):
    """Report that Home Assistant does not know an address that could go onto a card."""


class InvalidBaseUrlError(ValueError):
    """Report that a text is no base URL."""


class ProbeReason(StrEnum):
    """Say in one word why a base URL does not lead to this Home Assistant."""

    MALFORMED = "malformed"
    UNRESOLVABLE = "unresolvable"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    CERTIFICATE = "certificate"
    ANSWERED_BY_OTHER = "answered_by_other"
    REDIRECTED = "redirected"
    HTTP_ERROR = "http_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeFailure:
    """Report why a probe failed, with the HTTP status where there was one."""

    reason: ProbeReason
    status: int | None = None


def stream_path(token: str, name: str) -> str:
    """Return the path of a stream.

    Raises:
        ValueError: The token or the name holds something that does not belong into a URL.
    """
    if not _TOKEN.fullmatch(token) or not _NAME.fullmatch(name):
        raise ValueError("A token or a name of a stream is letters, digits, '_' and '-' only")
    return f"/api/{DOMAIN}/s/{token}/{name}.mp3"


def normalise_base_url(text: str) -> str:
    """Return a base URL without a trailing slash: http or https, a host, perhaps a path prefix.

    Raises:
        InvalidBaseUrlError: It is none, or holds a user name, a query or a fragment.
    """
    try:
        url = URL(text.strip())
        port_fits = url.port is not None
    except ValueError as err:
        raise InvalidBaseUrlError("This is not a URL") from err
    if url.scheme not in {"http", "https"} or not url.host or not port_fits:
        raise InvalidBaseUrlError("A base URL starts with http:// or https:// and a host name")
    if url.user is not None or url.password is not None:
        raise InvalidBaseUrlError("A base URL holds no user name and no password")
    if url.query_string or url.fragment or "?" in text or "#" in text:
        raise InvalidBaseUrlError("A base URL holds no query and no fragment")
    return str(url).rstrip("/")


def base_url(hass: HomeAssistant, override: str | None) -> str:
    """Return the base of stream URLs: the user's own, else the one Home Assistant knows.

    Players are mostly at home, so the internal address goes first.

    It is not checked here: `async_probe` says what is wrong with it.

    Raises:
        NoBaseUrlError: Neither is there.
    """
    if override:
        return override.strip().rstrip("/")
    try:
        url = get_url(
            hass,
            prefer_external=False,
            allow_internal=True,
            allow_external=True,
            allow_cloud=True,
            allow_ip=True,
        )
    except NoURLAvailableError as err:
        raise NoBaseUrlError("Home Assistant has no address") from err
    return url.rstrip("/")


async def async_probe(hass: HomeAssistant, base_url: str) -> ProbeFailure | None:
    """Fetch something from ourselves through a base URL; None where that works.

    It shows that the address leads here and that its certificate is publicly trusted. It does not
    show that a player in another network reaches it.
    """
    try:
        base = normalise_base_url(base_url)
    except InvalidBaseUrlError:
        return ProbeFailure(reason=ProbeReason.MALFORMED)
    nonce, answer = secrets.token_urlsafe(_NONCE_BYTES), secrets.token_urlsafe(_NONCE_BYTES)
    answers = hass.data.setdefault(PROBE_ANSWERS, {})
    answers[nonce] = answer
    try:
        return await _async_ask(hass, base + PROBE_URL.format(nonce=nonce), answer)
    finally:
        answers.pop(nonce, None)


async def _async_ask(hass: HomeAssistant, url: str, answer: str) -> ProbeFailure | None:
    """Ask one URL for one answer, and say what came instead."""
    try:
        # Whether players follow redirects is unknown (protocol §6.3): a base that redirects is
        # not the one to write onto a card.
        async with async_get_clientsession(hass).get(
            url, timeout=_PROBE_TIMEOUT, allow_redirects=False
        ) as response:
            return _judged(response.status, await response.content.read(_MAX_ANSWER_BYTES), answer)
    except ClientSSLError:
        reason = ProbeReason.CERTIFICATE
    except InvalidURL:
        reason = ProbeReason.MALFORMED
    except ClientConnectorDNSError:
        reason = ProbeReason.UNRESOLVABLE
    except TimeoutError:
        reason = ProbeReason.TIMED_OUT
    except ClientError:
        reason = ProbeReason.REFUSED
    return ProbeFailure(reason=reason)


def _judged(status: int, body: bytes, answer: str) -> ProbeFailure | None:
    """Judge a response to the probe."""
    if status == HTTPStatus.OK:
        if secrets.compare_digest(body, answer.encode()):
            return None
        return ProbeFailure(reason=ProbeReason.ANSWERED_BY_OTHER, status=status)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return ProbeFailure(reason=ProbeReason.REDIRECTED, status=status)
    return ProbeFailure(reason=ProbeReason.HTTP_ERROR, status=status)

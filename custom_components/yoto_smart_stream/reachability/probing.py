"""The probe: Home Assistant asks itself for something, through the address for players.

It asks as a player does: with a player's name, for a part too, and with the certificates in mind
that are publicly trusted, whatever this Home Assistant trusts besides. It follows no redirection.
What it finds is what the network of Home Assistant sees; a player may see another one.
"""

from http import HTTPStatus
import secrets
import ssl
from typing import Final

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    InvalidURL,
    hdrs,
)
import certifi
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.hass_dict import HassKey
from yarl import URL

from ..const import DOMAIN
from ..streaming.addresses import (
    PROBE_ANSWERS,
    PROBE_URL,
    InvalidBaseUrlError,
    normalise_base_url,
)
from .problems import Finding, Problem, of_certificate, of_status

_TIMEOUT: Final = ClientTimeout(total=10)
_NONCE_BYTES: Final = 16
_MAX_ANSWER_BYTES: Final = 256
_PART: Final = slice(4, 12)
_AS_PLAYER: Final = {
    hdrs.USER_AGENT: "ESP32 HTTP Client/1.0",
    # Packed for the way, a part of it would be something else.
    hdrs.ACCEPT_ENCODING: "identity",
}
_PUBLIC_TRUST: HassKey[ssl.SSLContext] = HassKey(f"{DOMAIN}_public_trust")


async def async_probe(hass: HomeAssistant, base_url: str) -> Finding | None:
    """Fetch something from ourselves through a base URL; None where that works."""
    try:
        base = normalise_base_url(base_url)
    except InvalidBaseUrlError:
        return Finding(problem=Problem.MALFORMED)
    nonce, answer = secrets.token_urlsafe(_NONCE_BYTES), secrets.token_urlsafe(_NONCE_BYTES)
    answers = hass.data.setdefault(PROBE_ANSWERS, {})
    answers[nonce] = answer
    try:
        url = base + PROBE_URL.format(nonce=nonce)
        return await _async_ask(
            async_get_clientsession(hass), url, answer, await _async_public_trust(hass)
        )
    finally:
        answers.pop(nonce, None)


async def _async_ask(
    session: ClientSession, url: str, answer: str, trust: ssl.SSLContext
) -> Finding | None:
    """Ask one URL for one answer and for a part of it, and say what came instead."""
    try:
        status, body, target = await _async_fetch(session, url, trust)
        if status != HTTPStatus.OK:
            has_prefix = not URL(url).path.startswith(PROBE_URL.partition("{")[0])
            problem = of_status(status, has_prefix=has_prefix)
            return Finding(problem=problem, status=status, target=target)
        if not secrets.compare_digest(body, answer.encode()):
            return Finding(problem=Problem.ANSWERED_BY_OTHER, status=status)
        status, body, _ = await _async_fetch(session, url, trust, part=_PART)
        if status != HTTPStatus.PARTIAL_CONTENT or body != answer.encode()[_PART]:
            return Finding(problem=Problem.RANGES_DROPPED, status=status)
    except ClientConnectorCertificateError as err:
        code = getattr(err.certificate_error, "verify_code", 0)
        return Finding(problem=of_certificate(code))
    except ClientSSLError:
        return Finding(problem=Problem.NO_TLS)
    except InvalidURL:
        return Finding(problem=Problem.MALFORMED)
    except ClientConnectorDNSError:
        return Finding(problem=Problem.UNRESOLVABLE)
    except TimeoutError:
        return Finding(problem=Problem.TIMED_OUT)
    except ClientError:
        return Finding(problem=Problem.REFUSED)
    return None


async def _async_fetch(
    session: ClientSession, url: str, trust: ssl.SSLContext, part: slice | None = None
) -> tuple[int, bytes, str | None]:
    """Return the status, the beginning of the body, and where a redirection would lead."""
    headers = dict(_AS_PLAYER)
    if part is not None:
        headers[hdrs.RANGE] = f"bytes={part.start}-{part.stop - 1}"
    async with session.get(
        url, headers=headers, timeout=_TIMEOUT, allow_redirects=False, ssl=trust
    ) as response:
        body = await response.content.read(_MAX_ANSWER_BYTES)
        return response.status, body, _origin(url, response.headers.get(hdrs.LOCATION))


def _origin(url: str, location: str | None) -> str | None:
    """Return scheme and host that a redirection leads to, without what may be a secret."""
    if location is None:
        return None
    try:
        return str(URL(url).join(URL(location)).origin())
    except ValueError:
        return None


async def _async_public_trust(hass: HomeAssistant) -> ssl.SSLContext:
    """Return a context that trusts the public certificate authorities, and no others.

    Home Assistant's own may trust a private one too, which players do not know (protocol §6.3).
    """
    if (known := hass.data.get(_PUBLIC_TRUST)) is not None:
        return known
    context = await hass.async_add_executor_job(_public_trust)
    hass.data[_PUBLIC_TRUST] = context
    return context


def _public_trust() -> ssl.SSLContext:
    """Read the public certificate authorities (blocking)."""
    return ssl.create_default_context(cafile=certifi.where())

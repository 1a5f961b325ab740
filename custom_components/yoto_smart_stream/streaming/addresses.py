"""Addresses: the URLs that are written onto cards, which base they begin with, and reading them.

A URL on a card stays for years: it holds a token and an opaque name, no title and no file name,
and the base is the one a player reaches, which is not always the one a browser uses.
"""

from collections.abc import Container
from dataclasses import dataclass, field
from enum import StrEnum
import re
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.util.hass_dict import HassKey
from yarl import URL

from ..const import DOMAIN

STREAM_URL: Final = f"/api/{DOMAIN}/s/{{token}}/{{name:[A-Za-z0-9_-]{{1,32}}}}.mp3"
ICON_URL: Final = f"/api/{DOMAIN}/i/{{token}}/{{name:[A-Za-z0-9_-]{{1,32}}}}.png"
PROBE_URL: Final = f"/api/{DOMAIN}/probe/{{nonce}}"
PROBE_ANSWERS: HassKey[dict[str, str]] = HassKey(f"{DOMAIN}_probe_answers")

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OURS: Final = re.compile(
    rf"(?P<base>https?://.+?)(?P<path>/api/{DOMAIN}/[si]/(?P<token>{_TOKEN.pattern})/.*)"
)


class AddressChoice(StrEnum):
    """Say which address of Home Assistant players are sent to."""

    AUTOMATIC = "automatic"
    """That of the home network, or the one from outside where there is none."""
    INTERNAL = "internal"
    EXTERNAL = "external"
    """The one from outside; where none is set, that of Home Assistant's cloud."""
    OWN = "own"
    """One that is for players only."""


class NoBaseUrlError(Exception):
    """Report that Home Assistant does not know an address that could go onto a card."""


class InvalidBaseUrlError(ValueError):
    """Report that a text is no base URL."""


def stream_path(token: str, name: str) -> str:
    """Return the path of a stream.

    Raises:
        ValueError: The token or the name holds something that does not belong into a URL.
    """
    _check(token, name)
    return f"/api/{DOMAIN}/s/{token}/{name}.mp3"


def icon_path(token: str, name: str) -> str:
    """Return the path of the icon of what a stream plays.

    Raises:
        ValueError: as with `stream_path`.
    """
    _check(token, name)
    return f"/api/{DOMAIN}/i/{token}/{name}.png"


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


def base_url(
    hass: HomeAssistant, choice: AddressChoice = AddressChoice.AUTOMATIC, own: str | None = None
) -> str:
    """Return the base of stream URLs, without a slash at its end.

    It is not checked here: `reachability.probing` says what is wrong with it.

    Args:
        hass: whose addresses they are.
        choice: which of them is wanted.
        own: the one that was written down for players.

    Raises:
        NoBaseUrlError: There is none of that kind.
    """
    if choice is AddressChoice.OWN:
        if not own:
            raise NoBaseUrlError("No address was written down")
        return own.strip().rstrip("/")
    is_external = choice is AddressChoice.EXTERNAL
    try:
        url = get_url(
            hass,
            prefer_external=is_external,
            allow_internal=not is_external,
            allow_external=choice is not AddressChoice.INTERNAL,
            allow_cloud=choice is not AddressChoice.INTERNAL,
            allow_ip=True,
        )
    except NoURLAvailableError as err:
        raise NoBaseUrlError("Home Assistant has no address") from err
    return url.rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamAddress:
    """A URL of ours as it stands on a card, taken apart."""

    base: str
    token: str = field(repr=False)
    path: str = field(repr=False)
    """From the slash after the base to the end of the URL."""


def read_stream_url(url: str) -> StreamAddress | None:
    """Take a URL of ours apart, of audio or of an icon; None where it is none."""
    found = _OURS.fullmatch(url)
    if found is None:
        return None
    return StreamAddress(base=found["base"], token=found["token"], path=found["path"])


def moved(url: str, tokens: Container[str], base: str) -> str:
    """Return a URL with another base if it carries one of some tokens; all others stay."""
    address = read_stream_url(url)
    if address is None or address.token not in tokens:
        return url
    return base + address.path


def _check(token: str, name: str) -> None:
    """Look whether a path can be made of a token and a name."""
    if not _TOKEN.fullmatch(token) or not _NAME.fullmatch(name):
        raise ValueError("A token or a name of a stream is letters, digits, '_' and '-' only")

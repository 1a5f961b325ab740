"""What can be wrong with an address for players, as far as Home Assistant itself can tell. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit


class Problem(StrEnum):
    """Say in a few words what is wrong."""

    MISSING = "missing"
    """There is no address."""
    MALFORMED = "malformed"
    UNRESOLVABLE = "unresolvable"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    NO_TLS = "no_tls"
    """What answers at an https address does not speak TLS, or not as clients do."""
    CERTIFICATE_PRIVATE = "certificate_private"
    """Nobody publicly trusted vouches for it, or only by way of a certificate that is not sent."""
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_OTHER_NAME = "certificate_other_name"
    ANSWERED_BY_OTHER = "answered_by_other"
    REDIRECTED = "redirected"
    PROXY_NOT_TRUSTED = "proxy_not_trusted"
    LOGIN_WANTED = "login_wanted"
    NOT_FOUND = "not_found"
    PREFIX = "prefix"
    """Nothing of ours is found below the path that the address has."""
    BAD_GATEWAY = "bad_gateway"
    HTTP_ERROR = "http_error"
    RANGES_DROPPED = "ranges_dropped"
    LOOPBACK = "loopback"
    """It leads every device to itself."""
    LOCAL_NAME = "local_name"
    """Nobody knows whether players find such names (protocol §6.3)."""

    @property
    def is_doubt(self) -> bool:
        """Return whether players may play all the same, so that cards are made."""
        return self in _DOUBTS

    @property
    def may_be_overruled(self) -> bool:
        """Return whether a family can know better, since players see another network than we."""
        return self not in {Problem.MISSING, Problem.MALFORMED}


_DOUBTS: Final = frozenset({Problem.RANGES_DROPPED, Problem.LOOPBACK, Problem.LOCAL_NAME})
_BY_STATUS: Final[Mapping[int, Problem]] = {
    HTTPStatus.BAD_REQUEST: Problem.PROXY_NOT_TRUSTED,
    HTTPStatus.UNAUTHORIZED: Problem.LOGIN_WANTED,
    HTTPStatus.FORBIDDEN: Problem.LOGIN_WANTED,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: Problem.LOGIN_WANTED,
    HTTPStatus.NOT_FOUND: Problem.NOT_FOUND,
    HTTPStatus.BAD_GATEWAY: Problem.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE: Problem.BAD_GATEWAY,
    HTTPStatus.GATEWAY_TIMEOUT: Problem.BAD_GATEWAY,
}
_EXPIRED: Final = frozenset({9, 10})
"""OpenSSL's numbers for a certificate that is not valid yet, or no more."""
_OTHER_NAME: Final = frozenset({62, 64})
"""OpenSSL's numbers for a host, or an IP address, that is not in the certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem, with the HTTP status and the target of a redirection where there were any."""

    problem: Problem
    status: int | None = None
    target: str | None = None


def of_status(status: int, *, has_prefix: bool) -> Problem:
    """Return what an HTTP status that is no success says of an address."""
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Problem.REDIRECTED
    problem = _BY_STATUS.get(status, Problem.HTTP_ERROR)
    if problem is Problem.NOT_FOUND and has_prefix:
        return Problem.PREFIX
    return problem


def of_certificate(verify_code: int) -> Problem:
    """Return why a certificate is not accepted, by the number that OpenSSL gives."""
    if verify_code in _EXPIRED:
        return Problem.CERTIFICATE_EXPIRED
    if verify_code in _OTHER_NAME:
        return Problem.CERTIFICATE_OTHER_NAME
    return Problem.CERTIFICATE_PRIVATE


def doubt(url: str, *, players_are_here: bool) -> Problem | None:
    """Return why players may not find a host that Home Assistant finds.

    Args:
        url: a base URL.
        players_are_here: whether the players are on this very machine, as simulated ones are.
    """
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    try:
        address = ip_address(host)
    except ValueError:
        if host == "localhost" or host.endswith(".localhost"):
            return None if players_are_here else Problem.LOOPBACK
        return Problem.LOCAL_NAME if host.endswith(".local") or "." not in host else None
    return Problem.LOOPBACK if address.is_loopback and not players_are_here else None

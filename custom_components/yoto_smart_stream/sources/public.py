"""Which addresses are of the public internet, and sockets that lead to no others. Pure.

Whoever can name an address to be fetched could otherwise use Home Assistant to reach what only the
home network sees. Names are not judged, since what they lead to can change between two looks: it is
the address that a socket is made for, at each attempt and after each redirect.
"""

from ipaddress import IPv4Address, IPv6Network, ip_address
import socket
from typing import Final

from aiohttp import AddrInfoType

# What is given out to hosts; everything else of version 6 has a use of its own.
_UNICAST: Final = IPv6Network("2000::/3")
# Networks without version 4 reach it by these, with the address of the host at the end.
_NAT64: Final = IPv6Network("64:ff9b::/96")


class NotPublicError(OSError):
    """Report that an address is not of the public internet."""


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to a host of the public internet."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    if ip in _NAT64:
        return is_public(str(IPv4Address(int(ip) & 0xFFFF_FFFF)))
    return ip in _UNICAST and ip.is_global


class PublicSockets:
    """Make sockets to public addresses; remembers whether another one was asked for."""

    def __init__(self) -> None:
        """Start with nothing refused."""
        self.has_refused = False

    def make(self, info: AddrInfoType) -> socket.socket:
        """Make a socket for an address.

        Raises:
            NotPublicError: The address is not public.
        """
        family, kind, protocol, _, address = info
        if not is_public(str(address[0])):
            self.has_refused = True
            raise NotPublicError
        return socket.socket(family, kind, protocol)

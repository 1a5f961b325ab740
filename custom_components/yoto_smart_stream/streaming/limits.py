"""Limits: how often, and by how many connections, an address or a token may ask. Pure.

Players ask for the same thing several times within seconds, in ranges, and phones with several
connections at once (protocol §6.2); a whole house may come from one address. All that is far below
these limits. They are for whoever guesses tokens, or got hold of one.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
import math
from typing import Final

_KEYS_KEPT: Final = 2048
# What one house is given of the internet in IPv6, at least.
_HOUSE_BITS: Final = 64
_CROWD_SECONDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Say what one address or token may do.

    `burst` requests at once, `rate` a second in the long run, and `connections` that are being
    answered at the same time.
    """

    burst: int
    rate: float
    connections: int


PER_TOKEN: Final = Allowance(burst=240, rate=20, connections=32)
PER_ADDRESS: Final = Allowance(burst=1200, rate=100, connections=256)


class TooMuchError(Exception):
    """Report that somebody asks too often; `retry_after` is in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        """Remember when it will do."""
        super().__init__(retry_after)
        self.retry_after = retry_after


class Limits:
    """Count requests and connections. What is remembered is bounded, whoever asks.

    A key that was not seen for long is forgotten first, and then has its whole burst again.
    """

    def __init__(
        self,
        *,
        token: Allowance = PER_TOKEN,
        address: Allowance = PER_ADDRESS,
        keys: int = _KEYS_KEPT,
    ) -> None:
        """Start with nothing."""
        self._token = _Counts(token, keys)
        self._address = _Counts(address, keys)

    def __len__(self) -> int:
        """Return how many tokens and addresses are remembered."""
        return len(self._token) + len(self._address)

    def ask(self, token: str, address: str, now: float) -> None:
        """Count a request at a moment, in seconds of any clock that only goes forward.

        Raises:
            TooMuchError: There were too many.
        """
        house = house_of(address)
        waits = (self._address.wait(house, now), self._token.wait(token, now))
        if (wait := max(waits)) > 0:
            raise TooMuchError(max(math.ceil(wait), 1))
        self._address.spend(house)
        self._token.spend(token)

    @contextmanager
    def connection(self, token: str, address: str) -> Iterator[None]:
        """Count a connection until the end of the context.

        Raises:
            TooMuchError: There are too many at the same time.
        """
        with self._address.connection(house_of(address)), self._token.connection(token):
            yield


class _Counts:
    """The counts of all keys of one kind."""

    def __init__(self, allowance: Allowance, keys: int) -> None:
        """Start with nothing."""
        self._allowance = allowance
        self._most = keys
        # How much of the burst is left and as of when, that asked last at the end.
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        # Of keys that have any; there are never more of them than connections.
        self._connections: dict[str, int] = {}

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._left.keys() | self._connections.keys())

    def wait(self, key: str, now: float) -> float:
        """Bring a key to the present; returns how long until its next request, in seconds."""
        allowance = self._allowance
        left, then = self._left.get(key, (float(allowance.burst), now))
        left = min(left + max(now - then, 0.0) * allowance.rate, allowance.burst)
        self._left[key] = (left, now)
        self._left.move_to_end(key)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return max((1 - left) / allowance.rate, 0.0)

    def spend(self, key: str) -> None:
        """Count a request of a key that was brought to the present."""
        left, then = self._left[key]
        self._left[key] = (left - 1, then)

    @contextmanager
    def connection(self, key: str) -> Iterator[None]:
        """Count a connection until the end of the context."""
        if self._connections.get(key, 0) >= self._allowance.connections:
            raise TooMuchError(_CROWD_SECONDS)
        self._connections[key] = self._connections.get(key, 0) + 1
        try:
            yield
        finally:
            left = self._connections[key] - 1
            if left:
                self._connections[key] = left
            else:
                del self._connections[key]


def house_of(address: str) -> str:
    """Return what counts as one address: of IPv6 the network that one house is given."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if (inner := found.ipv4_mapped) is not None:
            return str(inner)
        return str(IPv6Address(int(found) >> (128 - _HOUSE_BITS) << (128 - _HOUSE_BITS)))
    return str(found)

"""A player's HTTP client and the record of what it asked for (protocol §6.2)."""

from dataclasses import dataclass, field, replace
import ssl
from time import time
from typing import Final

import aiohttp
from aiohttp import hdrs

from simulator.traits import Traits
from simulator.world import JsonObject

from .link import Link

_PROBE_AGENT: Final = "ESP32 HTTP Client/1.0"
_AGENT: Final = "Yoto v2 FW; version v2.23.4"
_REMEMBERED: Final = 5_000


class TransferError(Exception):
    """The bytes of a track cannot be had; the text says why."""


class BrokenTransferError(Exception):
    """A transfer broke; it may go on from where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a player waits for a server, in real seconds."""

    connect: float = 10.0
    read: float = 15.0
    between_retries: float = 0.5


@dataclass(slots=True, kw_only=True, eq=False)
class Fetch:
    """One request that a player has sent."""

    url: str
    method: str
    headers: dict[str, str]
    range: str | None
    status: int | None = None
    """None until there is an answer, and for good if there never is."""
    bytes: int = 0
    """Of the body, as far as they have come."""
    at: float = field(default_factory=time)

    def as_json(self) -> JsonObject:
        """Return it as the control API shows it."""
        return {
            "url": self.url,
            "method": self.method,
            "headers": dict(self.headers),
            "status": self.status,
            "range": self.range,
            "bytes": self.bytes,
            "at": self.at,
        }


class Fetcher:
    """A player's HTTP client. Keeps a record of what it asked for."""

    def __init__(self, session: aiohttp.ClientSession, link: Link, traits: Traits) -> None:
        """Use a session, which should have no cookies, over a player's Wi-Fi."""
        self.patience = Patience()
        self.traits = traits
        self.link = link
        self.record: list[Fetch] = []
        self._session = session

    async def request(
        self, method: str, url: str, range_: str | None = None
    ) -> tuple[aiohttp.ClientResponse, Fetch]:
        """Send one request, follow redirects and note every step.

        Raises:
            TransferError: the URL or the server's certificate is no good.
            BrokenTransferError: the server could not be reached or did not answer in time.
        """
        headers: dict[str, str] = {
            hdrs.USER_AGENT: _PROBE_AGENT if method == hdrs.METH_HEAD else _AGENT
        }
        if range_ is not None:
            headers[hdrs.RANGE] = range_
        fetch = Fetch(url=url, method=method, headers=headers, range=range_)
        self.record.append(fetch)
        del self.record[:-_REMEMBERED]
        if not self.traits.plain_http and not url.startswith("https:"):
            raise TransferError("addresses without TLS are not fetched")
        try:
            response = await self._session.request(
                method,
                url,
                headers=headers,
                allow_redirects=self.traits.redirects,
                skip_auto_headers=(hdrs.ACCEPT, hdrs.ACCEPT_ENCODING),
                timeout=aiohttp.ClientTimeout(
                    sock_connect=self.patience.connect, sock_read=self.patience.read
                ),
            )
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as err:
            raise TransferError("the URL cannot be fetched") from err
        except (aiohttp.ClientSSLError, ssl.SSLError) as err:
            raise TransferError("the server's certificate is not trusted") from err
        except aiohttp.TooManyRedirects as err:
            raise TransferError("the server redirects without end") from err
        except TimeoutError as err:
            raise BrokenTransferError("the server did not answer in time") from err
        except aiohttp.ClientError as err:
            raise BrokenTransferError("the server cannot be reached") from err
        self._note_redirects(fetch, response)
        fetch.status = response.status
        return response, fetch

    def _note_redirects(self, fetch: Fetch, response: aiohttp.ClientResponse) -> None:
        """Turn the record of a redirected request into one entry for each step."""
        fetch.headers = dict(response.request_info.headers)
        if not response.history:
            return
        steps = [
            replace(fetch, url=str(step.url), status=step.status, bytes=0)
            for step in response.history
        ]
        fetch.url = str(response.url)
        at = self.record.index(fetch)
        self.record[at:at] = steps

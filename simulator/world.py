"""What the parts of the simulator share: devices, cards, faults, the log and the clock.

The cloud (OAuth, REST, broker) and the players only meet here and through `Wire` and `CardShelf`.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
import time
from typing import Protocol

from .clock import Clock
from .traits import Traits

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
type JsonObject = dict[str, Json]
type CommandHandler = Callable[[str, str], Awaitable[None]]
"""Called with the part of the topic after `command/` and the payload as text."""


@dataclass(slots=True)
class Device:
    """A player as the cloud knows it (protocol §2.1, §2.2, §7)."""

    device_id: str
    name: str
    device_type: str
    family: str
    generation: str
    form_factor: str
    mac: str
    config: JsonObject
    """The config block in the cloud's loose typing. Replaced whole by a PUT."""
    shortcuts: JsonObject = field(default_factory=dict)
    shadow: JsonObject = field(default_factory=dict)
    """The last status block (version 3) that the player reported."""
    online: bool = False
    """What REST says, which may lag or be wrong by fault; `presence` is the truth."""
    traits: Traits = field(default_factory=Traits)


class Wire(Protocol):
    """A player's connection to the broker. One object a player, for its whole life."""

    @property
    def connected(self) -> bool:
        """Whether the connection is up."""

    async def connect(self, on_command: CommandHandler) -> None:
        """Connect with a last will, subscribe to the player's commands, publish presence."""

    async def publish(self, suffix: str, body: Mapping[str, Json]) -> None:
        """Publish to `device/{id}/{suffix}` with QoS 1, not retained; silently lost while down."""

    async def disconnect(self, *, graceful: bool) -> None:
        """End the connection: with a farewell (presence offline at once), or as Wi-Fi loss does.

        Without a farewell the broker publishes the last will after the keep-alive has lapsed
        (1.5 times, protocol §3.8), shortened by the clock's speed.
        """


class BrokerOutages(Protocol):
    """What can be done to the connections between the broker and the applications."""

    async def block(self, how: bool | str) -> None:  # noqa: FBT001 - the value of the fault
        """Close the port and cut everybody off, or open it again; see `Faults.mqtt_blocked`."""

    async def restart(self, seconds: float) -> None:
        """Close the port, cut everybody off, and open it again after so many seconds."""

    def silence(self, how: bool | float) -> None:  # noqa: FBT001 - the value of the fault
        """Make the open connections carry nothing, or end that; see `Faults.mqtt_silent`."""


class CardShelf(Protocol):
    """Where a player gets the content of a card from."""

    async def playable(self, card_id: str) -> JsonObject | None:
        """Return the card's JSON (protocol §4.2) with fetchable track URLs, or None."""


@dataclass(slots=True)
class Faults:
    """Everything that can be made to go wrong. All off at first; set by `POST /sim/faults`."""

    latency: float = 0.0
    """Seconds that every OAuth and REST answer is held back."""
    too_many_requests: int = 0
    """How many of the next OAuth and REST requests are answered 429 (with `Retry-After: 1`)."""
    server_errors: int = 0
    """How many of the next OAuth and REST requests are answered 500."""
    dropped_connections: int = 0
    """How many of the next OAuth and REST requests are cut off without an answer."""
    lose_refresh_reply: int = 0
    """How many of the next token refreshes rotate the token and then lose the answer."""
    stale_online: bool = False
    """REST keeps saying what it said about `online` when this was switched on."""
    refuse_commands: bool | float = False
    """Players answer every command with FAIL, or a share of them from 0 to 1."""
    ignore_commands: bool = False
    """Players neither obey nor answer commands."""
    device_grant_off: bool = False
    """The device-code grant is switched off for every client."""
    refused_scopes: list[str] = field(default_factory=list)
    """Scopes that no client has been approved for: asking for one is `invalid_scope`."""
    login_expires_in: float | None = None
    """Lifetime of a device code in seconds, instead of 300."""
    slow_down: int = 0
    """How many of the next polls of a login are answered `slow_down`, however slow they are."""
    login_interval: float | None = None
    """Seconds that an application must leave between two polls, instead of 5."""
    token_expires_in: float | None = None
    """Lifetime of an access token in seconds, instead of 86,400."""
    artwork_denied: bool = False
    """No picture may be uploaded: the gateway's 403 with an explicit deny."""
    artwork_failing: int = 0
    """How many of the next uploads of pictures are answered 500."""
    groups_denied: bool = False
    """No group may be made, changed or deleted: the gateway's 403 with an explicit deny."""
    media_expires_in: float | None = None
    """Lifetime of a signed media URL in seconds, instead of 86,400."""
    revoked: bool = False
    """Every refresh token and every access token is refused."""
    clock_skew: float = 0.0
    """Seconds by which the clocks of players are fast (protocol §3.5, `eventUtc`)."""
    drop_status_replies: float = 0.0
    """Probability that the second of two back-to-back status requests is lost (protocol §3.6)."""
    twin_lead: float = 0.0
    """Seconds by which the legacy topic `events` comes before its twin (protocol §3.2)."""
    uploads_denied: bool = False
    """Whoever asks for uploads meets the gateway's 403 with an explicit deny."""
    failing_uploads: int = 0
    """How many of the next uploads the storage answers 503."""
    cut_uploads: int = 0
    """How many of the next uploads are cut off in the middle."""
    expired_uploads: int = 0
    """How many of the next uploads come to an address that has expired (403)."""
    damaged_uploads: int = 0
    """How many of the next uploads arrive as other bytes, so that their hash is wrong."""
    upload_speed: float | None = None
    """Bytes a second that the storage takes, instead of all that come."""
    transcode_seconds: float | None = None
    """How long a transcoding takes in real seconds, instead of 0.2."""
    transcoding: str = "done"
    """What becomes of uploads: `done`, `failed`, or `endless`."""
    mqtt_silent: bool | float = False
    """The connections that apps had when this was set carry nothing, for good or so many seconds.

    They stay open. New ones work: so do real ones, after a router has forgotten the old.
    """
    mqtt_blocked: bool | str = False
    """No app can connect to the broker: `refused` (or true), or `unanswered`."""


@dataclass(slots=True)
class World:
    """One run of the simulator."""

    clock: Clock
    devices: dict[str, Device] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    downloads: dict[str, bytes] = field(default_factory=dict)
    """What players have downloaded, by its hash; which of it is whose, they know themselves."""
    log: deque[JsonObject] = field(default_factory=lambda: deque(maxlen=10_000))
    drop_app_connections: Callable[[], Awaitable[int]] | None = None
    """Set by the broker: cuts every app off without a farewell and returns how many there were."""
    outages: BrokerOutages | None = None
    """Set by the broker."""
    list_cards: Callable[[], list[JsonObject]] | None = None
    """Set by the cloud: every card that can be put into a player.

    Each is `{"card_id", "title", "interactive"}`.
    """

    delete_card: Callable[[str], bool] | None = None
    """Set by the cloud: deletes an own card as the app does; False if there is none."""

    def note(self, kind: str, **data: Json) -> None:
        """Append an entry to the log that `GET /sim/log` shows."""
        self.log.append({"at": time.time(), "kind": kind, **data})

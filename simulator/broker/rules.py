"""Which topics an application may use (protocol §3.1). Anything else ends its connection."""

from collections.abc import Container
from enum import StrEnum

AUTHORIZER = "x-amz-customauthorizer-name=PublicJWTAuthorizer"
NEEDED_SCOPE = "family:devices:control"


class Refusal(StrEnum):
    """Why a topic is refused."""

    WILDCARD = "wildcard"
    SHADOW = "shadow topic"
    FOREIGN = "not a player of this family"
    NOT_A_COMMAND = "only commands may be published"


def names_authorizer(username: str | None) -> bool:
    """Say whether a user name ends in the authoriser that checks tokens."""
    _, separator, query = (username or "").partition("?")
    return bool(separator) and AUTHORIZER in query.split("&")


def refuse_subscription(topic: str, own_devices: Container[str]) -> Refusal | None:
    """Return why an application may not subscribe to a topic, or None if it may."""
    if "#" in topic or "+" in topic:
        return Refusal.WILDCARD
    if topic.startswith("$"):
        return Refusal.SHADOW
    match topic.split("/", 2):
        case ["device", device_id, suffix] if device_id in own_devices and suffix:
            return None
        case _:
            return Refusal.FOREIGN


def refuse_publication(topic: str, own_devices: Container[str]) -> Refusal | None:
    """Return why an application may not publish to a topic, or None if it may."""
    refusal = refuse_subscription(topic, own_devices)
    if refusal is not None:
        return refusal
    return None if parse_command(topic) else Refusal.NOT_A_COMMAND


def parse_command(topic: str) -> tuple[str, str] | None:
    """Split `device/{id}/command/{command}` into the id and the command."""
    match topic.split("/", 3):
        case ["device", device_id, "command", command] if device_id and command:
            return device_id, command
        case _:
            return None

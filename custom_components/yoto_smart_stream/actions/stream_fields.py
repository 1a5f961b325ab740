"""From the fields of an action to what streams are made of: items, rules, and errors."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import time
from typing import Any, Final

from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.storage import UnsupportedStorageVersionError
import voluptuous as vol

from ..automations.accounts import async_get_accounts
from ..const import DOMAIN
from ..library.errors import AmbiguousTitleError, UnknownAudioError
from ..sources.refusals import async_library, refusal_of
from ..streaming.editing import NoSuchPlaceError
from ..streaming.index import StreamInUseError
from ..streaming.naming import AmbiguousItemError, ItemNames, UnknownItemError
from ..streaming.nesting import names_within
from ..streaming.stream import (
    LONGEST_NAME,
    MAX_ENDLESS_HOURS,
    MAX_PAUSE,
    Item,
    PlayMode,
    Rule,
    SeedPolicy,
    Stream,
    StreamError,
    StreamErrorCode,
    is_name,
)
from ..streaming.streams import Streams, async_get_streams
from ..sure_store import NotWrittenError

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_KINDS: Final = ("audio", "stream", "media")
_ITEM: Final = vol.Any(
    cv.string,
    *(vol.Schema({vol.Required(kind): cv.string}) for kind in _KINDS),
    vol.Schema({vol.Required("media_content_id"): cv.string}, extra=vol.ALLOW_EXTRA),
)
ITEMS: Final = vol.All(cv.ensure_list, [_ITEM])
_TEMPLATE: Final = vol.All(cv.template, lambda template: template.template)
_PAUSE: Final = vol.All(vol.Coerce(float), vol.Range(0, MAX_PAUSE))
_RULE: Final = vol.Schema(
    {
        vol.Required("items"): ITEMS,
        vol.Optional("start"): cv.time,
        vol.Optional("end"): cv.time,
        vol.Optional("weekdays"): vol.All(cv.ensure_list, [vol.In(WEEKDAYS)]),
        vol.Optional("players"): vol.All(cv.ensure_list, [cv.string]),
        vol.Optional("template"): _TEMPLATE,
    }
)
STREAM: Final = vol.Schema(
    {
        vol.Required("name"): vol.All(cv.string, vol.Strip),
        vol.Required("items"): ITEMS,
        vol.Optional("play_mode", default=PlayMode.SEQUENTIAL.value): vol.Coerce(PlayMode),
        vol.Optional("seed", default=SeedPolicy.EACH_PLAY.value): vol.Coerce(SeedPolicy),
        vol.Optional("rules", default=list): vol.All(cv.ensure_list, [_RULE]),
        vol.Optional("gap", default=0): _PAUSE,
        vol.Optional("lead_in", default=0): _PAUSE,
        vol.Optional("endless_hours", default=12): vol.All(
            vol.Coerce(float), vol.Range(0.1, MAX_ENDLESS_HOURS)
        ),
    }
)

_FAULTS: Final = {
    StreamErrorCode.CYCLE: "stream_cycle",
    StreamErrorCode.EMPTY: "stream_empty",
    StreamErrorCode.OTHER_PROFILE: "stream_other_profile",
    StreamErrorCode.TOO_DEEP: "stream_too_deep",
    StreamErrorCode.TOO_LONG: "stream_too_long",
    StreamErrorCode.UNKNOWN_AUDIO: "stream_item_unknown",
    StreamErrorCode.UNKNOWN_STREAM: "stream_unknown",
}


async def async_streams(hass: HomeAssistant) -> Streams:
    """Return the streams.

    Raises:
        HomeAssistantError: They, or the library that they play, cannot be read.
    """
    await async_library(hass)
    try:
        return await async_get_streams(hass)
    except UnsupportedStorageVersionError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="streams_newer"
        ) from err


@contextmanager
def explained() -> Iterator[None]:
    """Translate what can be wrong with a stream, its items or an edit."""
    try:
        yield
    except StreamError as err:
        raise _error(_FAULTS[err.code], " > ".join(err.names)) from err
    except (UnknownAudioError, UnknownItemError) as err:
        name = err.key if isinstance(err, UnknownAudioError) else err.name
        raise _error("stream_item_unknown", name) from err
    except AmbiguousItemError as err:
        raise _error("stream_item_ambiguous", err.name) from err
    except AmbiguousTitleError as err:
        raise refusal_of(err, err.title) from err
    except NoSuchPlaceError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="stream_no_such_place",
            translation_placeholders={"place": str(err.place), "count": str(err.count)},
        ) from err
    except StreamInUseError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="stream_in_use",
            translation_placeholders={
                "stream": err.stream.name,
                "users": ", ".join(err.streams),
            },
        ) from err
    except NotWrittenError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="stream_not_written"
        ) from err


def check_name(name: str) -> None:
    """Refuse what a stream cannot be called.

    Raises:
        ServiceValidationError: It is empty, too long, or of several lines.
    """
    if not is_name(name):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="stream_name",
            translation_placeholders={"most": str(LONGEST_NAME)},
        )


def items_of(streams: Streams, named: Iterable[str | Mapping[str, str]]) -> tuple[Item, ...]:
    """Return the items that are meant; raises what `explained` translates."""
    names = ItemNames(streams.index.find, streams.catalog.collection.index.get)
    return tuple(names.item(one) for one in named)


def rules_of(
    hass: HomeAssistant, streams: Streams, given: Iterable[Mapping[str, Any]]
) -> tuple[Rule, ...]:
    """Return the rules that are meant.

    Raises:
        ServiceValidationError: There is no such player.
        What `explained` translates.
    """
    return tuple(
        Rule(
            items=items_of(streams, rule["items"]),
            start=_local(rule.get("start")),
            end=_local(rule.get("end")),
            weekdays=frozenset(map(WEEKDAYS.index, rule.get("weekdays", ()))),
            players=frozenset(_player(hass, player) for player in rule.get("players", ())),
            template=rule.get("template"),
        )
        for rule in given
    )


def checked_profile(streams: Streams, stream: Stream) -> Stream:
    """Return a stream of which all audio can be joined.

    Raises:
        StreamError: An audio was made with other settings than the first (OTHER_PROFILE).
    """
    every = {**streams.index.streams, stream.name: stream}
    first = None
    for name in sorted(names_within(stream.name, every)):
        inner = every.get(name)
        for audio_id in sorted(inner.audio_ids()) if inner is not None else ():
            if (audio := streams.audio(audio_id)) is None:
                continue
            first = first or audio.file.profile
            if audio.file.profile != first:
                raise StreamError(StreamErrorCode.OTHER_PROFILE, (name, audio.title))
    return stream


def player_names(hass: HomeAssistant, players: Iterable[str]) -> list[str]:
    """Return what players are called, or their ids where they are not there."""
    names = {
        state.player.player_id: state.player.name
        for _, _, state in async_get_accounts(hass).players()
    }
    return sorted(names.get(player, player) for player in players)


def _player(hass: HomeAssistant, named: str) -> str:
    """Return the id of the player that an entity, a device or a name means."""
    accounts = async_get_accounts(hass)
    entity = er.async_get(hass).async_get(named)
    if entity is not None and entity.domain == MEDIA_PLAYER_DOMAIN and entity.device_id:
        named = entity.device_id
    if (found := accounts.find(named)) is not None:
        return found[1]
    called = {
        state.player.player_id
        for _, _, state in accounts.players()
        if named.casefold() in {state.player.name.casefold(), state.player.player_id.casefold()}
    }
    if len(called) != 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="stream_player_unknown",
            translation_placeholders={"player": named},
        )
    return called.pop()


def _local(moment: time | None) -> time | None:
    """Return a time of day without a zone: rules go by the clock on the wall."""
    return None if moment is None else moment.replace(tzinfo=None)


def _error(key: str, path: str) -> ServiceValidationError:
    """Return an error that names the way to the fault."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"path": path},
    )


type Change = Callable[[tuple[Item, ...]], tuple[Item, ...]]

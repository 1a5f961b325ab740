"""The triggers that the page of a player's device offers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from homeassistant.components.device_automation import (
    DEVICE_TRIGGER_BASE_SCHEMA,
    InvalidDeviceAutomationConfig,
)
from homeassistant.const import (
    CONF_DEVICE_ID,
    CONF_DOMAIN,
    CONF_FOR,
    CONF_OPTIONS,
    CONF_PLATFORM,
    CONF_TARGET,
    CONF_TYPE,
)
from homeassistant.core import CALLBACK_TYPE, Context, HassJob, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.trigger import TriggerActionType, TriggerConfig, TriggerInfo
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .automations.report import VolumeTurn
from .automations.timed_triggers import CONF_SECONDS, DEFAULT_SECONDS, MAX_SECONDS
from .const import DOMAIN
from .playback.occurrences import Choice, Gesture, Side
from .story.situation import Knob
from .trigger import TRIGGERS

CONF_SUBTYPE: Final = "subtype"

_CARD: Final[Mapping[vol.Marker, object]] = {
    vol.Optional("title"): cv.string,
    vol.Optional("card_id"): cv.string,
}
_STORY: Final[Mapping[vol.Marker, object]] = {
    vol.Optional("story"): cv.string,
    vol.Optional("node"): cv.string,
}
_SECONDS: Final[Mapping[vol.Marker, object]] = {
    vol.Optional(CONF_SECONDS, default=DEFAULT_SECONDS): vol.All(
        vol.Coerce(int), vol.Range(min=1, max=MAX_SECONDS)
    )
}
_FOR: Final[Mapping[vol.Marker, object]] = {vol.Optional(CONF_FOR): cv.positive_time_period_dict}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """A trigger as the page of a device offers it."""

    key: str
    """Which of our triggers it is."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What is settled by the choice of the offer."""
    fields: Mapping[vol.Marker, object] = field(default_factory=dict)
    """What can be filled in."""


_OFFERS: Final[Mapping[tuple[str, str | None], _Offer]] = {
    ("card_inserted", None): _Offer(key="card_inserted", fields=_CARD),
    ("card_removed", None): _Offer(key="card_removed", fields=_CARD),
    **{
        ("choice_made", choice.value): _Offer(
            key="choice_made", options={"choice": choice.value}, fields=_CARD
        )
        for choice in Choice
    },
    **{
        ("knob_pressed", f"{side}_knob"): _Offer(
            key="knob_used",
            options={"side": side.value, "gesture": Gesture.PRESS.value},
            fields=_CARD,
        )
        for side in Side
    },
    **{
        ("knob_turned", turn.value): _Offer(
            key="knob_used", options={"gesture": turn.value}, fields=_CARD
        )
        for turn in (Gesture.PREVIOUS, Gesture.NEXT, *VolumeTurn)
    },
    ("playback_ended", None): _Offer(key="playback_ended", fields=_CARD),
    ("playback_started", None): _Offer(key="playback_started", fields=_CARD),
    **{
        ("story_choice_made", knob.value): _Offer(
            key="story_choice_made", options={"choice": knob.value}, fields=_STORY
        )
        for knob in Knob
    },
    ("story_ending_reached", None): _Offer(key="story_ending_reached", fields=_STORY),
    ("story_node_entered", None): _Offer(key="story_node_entered", fields=_STORY),
    ("track_about_to_end", None): _Offer(key="track_about_to_end", fields={**_SECONDS, **_CARD}),
    ("went_offline", None): _Offer(key="went_offline", fields=_FOR),
}


async def async_get_triggers(hass: HomeAssistant, device_id: str) -> list[dict[str, str]]:
    """Return the triggers of a player."""
    return [
        {
            CONF_PLATFORM: "device",
            CONF_DOMAIN: DOMAIN,
            CONF_DEVICE_ID: device_id,
            CONF_TYPE: kind,
            **({CONF_SUBTYPE: subtype} if subtype is not None else {}),
        }
        for kind, subtype in _OFFERS
    ]


async def async_get_trigger_capabilities(
    hass: HomeAssistant, config: ConfigType
) -> dict[str, vol.Schema]:
    """Return what can be filled in."""
    return {"extra_fields": vol.Schema(dict(_offer(config).fields))}


async def async_validate_trigger_config(hass: HomeAssistant, config: ConfigType) -> ConfigType:
    """Check that there is such a trigger, and what was filled in."""
    schema = DEVICE_TRIGGER_BASE_SCHEMA.extend(
        {
            vol.Required(CONF_TYPE): cv.string,
            vol.Optional(CONF_SUBTYPE): cv.string,
            **_offer(config).fields,
        }
    )
    return cast("ConfigType", schema(config))


async def async_attach_trigger(
    hass: HomeAssistant,
    config: ConfigType,
    action: TriggerActionType,
    trigger_info: TriggerInfo,
) -> CALLBACK_TYPE:
    """Run the action as our trigger of the same meaning would."""
    offer = _offer(config)
    trigger = TRIGGERS[offer.key]
    filled_in = {str(key): config[key] for key in offer.fields if key in config}
    checked = await trigger.async_validate_config(
        hass,
        {
            CONF_TARGET: {CONF_DEVICE_ID: [config[CONF_DEVICE_ID]]},
            CONF_OPTIONS: {**offer.options, **filled_in},
        },
    )
    job = HassJob(action, f"device trigger {offer.key}")

    async def act(run_variables: dict[str, Any], context: Context | None = None) -> None:
        task = hass.async_run_hass_job(job, run_variables, context)
        if task is not None:
            await task

    def build(extra_trigger_payload: dict[str, Any], description: str) -> dict[str, Any]:
        return {
            "trigger": {
                **trigger_info["trigger_data"],
                CONF_PLATFORM: "device",
                "description": description,
                **extra_trigger_payload,
            }
        }

    attached = trigger(
        hass,
        TriggerConfig(
            key=f"{DOMAIN}.{offer.key}", target=checked[CONF_TARGET], options=checked[CONF_OPTIONS]
        ),
    )
    return await attached.async_attach_action(act, build)


def _offer(config: ConfigType) -> _Offer:
    """Return the offer that a configuration is about.

    Raises:
        InvalidDeviceAutomationConfig: there is no such one.
    """
    chosen = (config.get(CONF_TYPE, ""), config.get(CONF_SUBTYPE))
    if chosen not in _OFFERS:
        raise InvalidDeviceAutomationConfig(
            translation_domain=DOMAIN,
            translation_key="no_such_trigger",
            translation_placeholders={"trigger": " ".join(filter(None, chosen))},
        )
    return _OFFERS[chosen]

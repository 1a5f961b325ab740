"""Tells all of Home Assistant what happens at the players of an account."""

from homeassistant.core import Context, HomeAssistant, callback

from .automations.accounts import async_get_accounts
from .automations.report import EVENT, report_of
from .const import CONF_TAG_SCANS
from .coordinator import YotoConfigEntry
from .data import PlayerState
from .playback.occurrences import Cause, Kind, Occurrence
from .tags import async_scan


@callback
def async_announce(hass: HomeAssistant, entry: YotoConfigEntry) -> None:
    """Fire an event for each occurrence, and scan each card that goes in, if it is wanted."""
    coordinator = entry.runtime_data

    @callback
    def happened(state: PlayerState, occurrence: Occurrence) -> None:
        report = report_of(hass, coordinator, state, occurrence)
        context = Context()
        hass.bus.async_fire(EVENT, dict(report), context=context)
        if (
            occurrence.kind is Kind.CARD_INSERTED
            and occurrence.cause is Cause.PLAYER
            and occurrence.card_id is not None
            and entry.options.get(CONF_TAG_SCANS, True)
        ):
            entry.async_create_task(
                hass,
                async_scan(
                    hass,
                    occurrence.card_id,
                    report["card_title"],
                    report["device_id"],
                    context,
                ),
                name=f"Scan of card {occurrence.card_id}",
            )

    entry.async_on_unload(async_get_accounts(hass).async_join(coordinator))
    entry.async_on_unload(coordinator.audience.async_listen(happened))

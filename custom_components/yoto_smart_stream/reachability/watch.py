"""The watch over the address at which players reach Home Assistant, for one account.

It looks when Home Assistant is up, when the address is another one, and once a day. While
something is wrong it looks again after minutes, then hours, so that a warning goes by itself.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
import os
from typing import Final

from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..cloud.endpoints import Endpoints
from ..const import CONF_ADDRESS, CONF_BASE_URL, DOMAIN, LOGGER
from ..coordinator import YotoConfigEntry
from ..streaming.addresses import AddressChoice, NoBaseUrlError, base_url
from ..streaming.registry import RegistryNotSavedError
from .issues import async_is_overruled, async_report_address, async_report_cards, async_withdraw
from .probing import async_probe
from .problems import Finding, Problem, doubt
from .rewriting import async_rewriter, listed

_AGAIN: Final = timedelta(days=1)
_SOON: Final = timedelta(minutes=2)
_LATEST: Final = timedelta(hours=2)
"""While something is wrong, the time until the next look doubles up to this."""
_FRESH: Final = timedelta(minutes=10)
"""How long what was seen is believed when a card is made or played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What was seen of an address, and when."""

    choice: AddressChoice
    url: str
    """Empty where there is none."""
    finding: Finding | None
    at: datetime

    @property
    def is_usable(self) -> bool:
        """Return whether players can be expected to play."""
        return self.finding is None or self.finding.problem.is_doubt


def chosen(entry: YotoConfigEntry) -> tuple[AddressChoice, str | None]:
    """Return which address an account wants, and its own one.

    There was only an own one to write down at first: who has, has meant it.
    """
    own = entry.options.get(CONF_BASE_URL)
    fallback = AddressChoice.OWN if own else AddressChoice.AUTOMATIC
    return AddressChoice(entry.options.get(CONF_ADDRESS, fallback)), own


class AddressWatch:
    """Looks whether players can use the address that an account sends them to."""

    def __init__(self, entry: YotoConfigEntry) -> None:
        """Belong to an account that is being loaded."""
        self._entry = entry
        self._hass: HomeAssistant = entry.runtime_data.hass
        self._looking = asyncio.Lock()
        self._pause = _SOON
        self._next: CALLBACK_TYPE | None = None
        self.view: View | None = None

    @callback
    def async_start(self) -> None:
        """Look from now on, for as long as the account is loaded."""
        unload = self._entry.async_on_unload
        unload(async_at_started(self._hass, self._async_begin))
        unload(self._hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, self._async_config_changed))
        unload(self._async_stop)

    async def async_url(self) -> str | None:
        """Return the address for a card that is made or played now, None where none can be used."""
        async with self._looking:
            view = self.view
            if view is None or not self._is_fresh(view):
                view = await self._async_look()
            return view.url if self._is_accepted(view) else None

    async def async_look(self) -> View:
        """Look now, say what is found under Repairs, and arrange for the next look."""
        async with self._looking:
            return await self._async_look()

    async def async_look_at_cards(self) -> None:
        """Say under Repairs which cards send players elsewhere; where nothing works, say nothing.

        Cards of which it was never noted are looked at, once each.
        """
        view = self.view
        if view is None or not self._is_accepted(view):
            async_report_cards(self._hass, self._entry, "", 0, "")
            return
        rewriter = await async_rewriter(self._entry)
        try:
            await rewriter.async_learn()
        except RegistryNotSavedError as err:
            LOGGER.warning("Where cards send players could not be noted: %s", err)
        cards = rewriter.elsewhere(view.url)
        titles = rewriter.titles(cards)
        async_report_cards(self._hass, self._entry, view.url, len(cards), listed(titles))

    async def _async_look(self) -> View:
        choice, _ = chosen(self._entry)
        url = self._url()
        finding: Finding | None = Finding(problem=Problem.MISSING)
        if url:
            finding = await async_probe(self._hass, url)
            problem = doubt(url, players_are_here=_players_are_here())
            if finding is None and problem is not None:
                finding = Finding(problem=problem)
        view = self.view = View(choice=choice, url=url, finding=finding, at=dt_util.utcnow())
        async_report_address(self._hass, self._entry, url, finding)
        self._async_plan(view)
        return view

    def _is_accepted(self, view: View) -> bool:
        """Return whether cards may get an address: it can be used, or the family knows better."""
        if view.finding is None or view.is_usable:
            return True
        return async_is_overruled(self._hass, self._entry, view.url, view.finding)

    def _is_fresh(self, view: View) -> bool:
        """Return whether nothing needs to be asked: what was wrong may be right by now."""
        return view.is_usable and view.url == self._url() and dt_util.utcnow() - view.at < _FRESH

    def _url(self) -> str:
        """Return the address as it is now, or nothing where there is none."""
        try:
            return base_url(self._hass, *chosen(self._entry))
        except NoBaseUrlError:
            return ""

    @callback
    def _async_plan(self, view: View) -> None:
        """Arrange for the next look."""
        if self._next is not None:
            self._next()
        if view.finding is None:
            pause, self._pause = _AGAIN, _SOON
        else:
            pause, self._pause = self._pause, min(self._pause * 2, _LATEST)
        self._next = async_call_later(self._hass, pause, self._async_due)

    @callback
    def _async_due(self, _now: datetime) -> None:
        self._next = None
        self._async_begin(self._hass)

    @callback
    def _async_config_changed(self, _event: Event) -> None:
        """Look if the address is another one: much else is set in the same place."""
        if self.view is None or self.view.url != self._url():
            self._async_begin(self._hass)

    @callback
    def _async_begin(self, hass: HomeAssistant) -> None:
        self._entry.async_create_background_task(
            hass, self._async_look_at_all(), name="Yoto address for players"
        )

    async def _async_look_at_all(self) -> None:
        await self.async_look()
        await self.async_look_at_cards()

    @callback
    def _async_stop(self) -> None:
        """Look no more. Who loads an account anew sees the same as before."""
        if self._next is not None:
            self._next()
            self._next = None
        if self._entry.disabled_by is not None:
            async_withdraw(self._hass, self._entry)


_WATCHES: HassKey[dict[str, AddressWatch]] = HassKey(f"{DOMAIN}_address_watches")


@callback
def async_watch_address(entry: YotoConfigEntry) -> None:
    """Watch the address of an account that is being loaded."""
    watches = entry.runtime_data.hass.data.setdefault(_WATCHES, {})
    watch = watches[entry.entry_id] = AddressWatch(entry)

    @callback
    def forget() -> None:
        watches.pop(entry.entry_id, None)

    entry.async_on_unload(forget)
    watch.async_start()


@callback
def async_watch_of(hass: HomeAssistant, entry_id: str) -> AddressWatch | None:
    """Return the watch of an account, None where it is not loaded."""
    return hass.data.get(_WATCHES, {}).get(entry_id)


def _players_are_here() -> bool:
    """Return whether players are simulated on this machine."""
    return Endpoints.from_environment(os.environ).api != Endpoints().api

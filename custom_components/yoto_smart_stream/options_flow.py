"""The options: those of an account, and those of the audio library, which all accounts share."""

import asyncio
from pathlib import Path
from typing import Any, Final

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from .audio.profile import BIT_RATES, SAMPLE_RATES, Profile
from .check_flow import CheckSteps
from .const import (
    CONF_ADDRESS,
    CONF_BASE_URL,
    CONF_CARD_VERSIONS,
    CONF_LIVE_ICONS,
    CONF_OFFLINE_AFTER,
    CONF_TAG_SCANS,
    DEFAULT_CARD_VERSIONS,
    DEFAULT_OFFLINE_AFTER,
    MOST_CARD_VERSIONS,
)
from .library.catalog import Catalog
from .library.settings import LARGEST_MIB, LONGEST_LEAD_IN, LONGEST_MINUTES, LibrarySettings
from .live.manner import OPTION, filled_in
from .reachability.watch import chosen
from .sources.refusals import async_library
from .streaming.addresses import (
    AddressChoice,
    InvalidBaseUrlError,
    NoBaseUrlError,
    base_url as base_of,
    normalise_base_url,
)
from .sure_store import NotWrittenError

_HOURS: Final = NumberSelector(
    NumberSelectorConfig(
        min=0, max=168, step=0.5, unit_of_measurement="h", mode=NumberSelectorMode.BOX
    )
)
_VERSIONS: Final = NumberSelector(
    NumberSelectorConfig(min=1, max=MOST_CARD_VERSIONS, step=1, mode=NumberSelectorMode.BOX)
)
_CHANNELS: Final = {"mono": 1, "stereo": 2}


def _number(least: int, most: float, unit: str, step: float = 1) -> NumberSelector:
    """Return a field for a number."""
    return NumberSelector(
        NumberSelectorConfig(
            min=least,
            max=most,
            step=step,
            unit_of_measurement=unit,
            mode=NumberSelectorMode.BOX,
        )
    )


class YotoOptionsFlow(CheckSteps, OptionsFlow):
    """What can be set."""

    async def async_step_init(self, _user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what is to be set."""
        return self.async_show_menu(
            step_id="init", menu_options=["account", "announcements", "library", "check"]
        )

    async def async_step_account(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where players reach Home Assistant, what cards do and keep, and when to warn."""
        errors: dict[str, str] = {}
        choice, before = chosen(self.config_entry)
        if user_input is not None:
            options = {**user_input}
            base_url = options.pop(CONF_BASE_URL, "").strip()
            is_own = options[CONF_ADDRESS] == AddressChoice.OWN
            try:
                if base_url:
                    options[CONF_BASE_URL] = normalise_base_url(base_url)
            except InvalidBaseUrlError:
                errors[CONF_BASE_URL] = "invalid_base_url"
            if is_own and not base_url:
                errors[CONF_BASE_URL] = "base_url_needed"
            elif not is_own and options.get(CONF_BASE_URL) not in {None, before}:
                # It would be kept and not be used, which nobody wants who has typed it.
                errors[CONF_ADDRESS] = "base_url_not_chosen"
            if not errors:
                return self.async_create_entry(data=self._with(options))
        address = TextSelector(TextSelectorConfig(type=TextSelectorType.URL))
        return self.async_show_form(
            step_id="account",
            data_schema=self.add_suggested_values_to_schema(
                vol.Schema(
                    {
                        vol.Required(CONF_ADDRESS, default=choice.value): SelectSelector(
                            SelectSelectorConfig(
                                options=[one.value for one in AddressChoice],
                                translation_key="address",
                            )
                        ),
                        vol.Optional(CONF_BASE_URL): address,
                        vol.Required(CONF_TAG_SCANS, default=True): BooleanSelector(),
                        vol.Required(CONF_LIVE_ICONS, default=True): BooleanSelector(),
                        vol.Required(CONF_OFFLINE_AFTER, default=DEFAULT_OFFLINE_AFTER): _HOURS,
                        vol.Required(CONF_CARD_VERSIONS, default=DEFAULT_CARD_VERSIONS): _VERSIONS,
                    }
                ),
                user_input or self.config_entry.options,
            ),
            errors=errors,
            description_placeholders={
                "internal": _shown(self.hass, AddressChoice.INTERNAL),
                "external": _shown(self.hass, AddressChoice.EXTERNAL),
            },
        )

    async def async_step_announcements(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how announcements are made."""
        if user_input is not None:
            return self.async_create_entry(
                data={**self.config_entry.options, OPTION: filled_in(user_input)}
            )
        return self.async_show_form(
            step_id="announcements",
            data_schema=self.add_suggested_values_to_schema(
                vol.Schema(
                    {
                        vol.Optional("engine"): EntitySelector(EntitySelectorConfig(domain="tts")),
                        vol.Optional("language"): TextSelector(),
                        vol.Optional("voice"): TextSelector(),
                        vol.Required("volume", default=0): _number(0, 100, "%"),
                        vol.Required("chime", default=False): BooleanSelector(),
                    }
                ),
                self.config_entry.options.get(OPTION, {}),
            ),
        )

    def _with(self, account: dict[str, Any]) -> dict[str, Any]:
        """Return all options with those of the account changed."""
        kept = self.config_entry.options.get(OPTION)
        return account if kept is None else {**account, OPTION: kept}

    async def async_step_library(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how audio is imported; it holds for the next import, for all accounts."""
        errors: dict[str, str] = {}
        try:
            catalog = await async_library(self.hass)
        except HomeAssistantError:
            return self.async_abort(reason="library_unusable")
        if user_input is not None:
            settings = _settings(user_input)
            folder = settings.watched_folder
            if folder is not None and await asyncio.to_thread(_is_unfit, self.hass, folder):
                errors["watched_folder"] = "folder_unfit"
            elif await _async_changed(catalog, settings):
                # The account's own options stay, so that it is not loaded anew.
                return self.async_create_entry(data={**self.config_entry.options})
            else:
                errors["base"] = "not_saved"
        return self.async_show_form(
            step_id="library",
            data_schema=self.add_suggested_values_to_schema(
                self._library_schema(), user_input or _fields(catalog.settings)
            ),
            errors=errors,
        )

    def _library_schema(self) -> vol.Schema:
        """Return the fields of the audio library."""
        return vol.Schema(
            {
                vol.Required("bit_rate"): _choice([str(rate) for rate in BIT_RATES]),
                vol.Required("sample_rate"): _choice([str(rate) for rate in SAMPLE_RATES]),
                vol.Required("channels"): SelectSelector(
                    SelectSelectorConfig(options=list(_CHANNELS), translation_key="channels")
                ),
                vol.Required("loudness"): BooleanSelector(),
                vol.Required("trim_silence"): BooleanSelector(),
                vol.Required("lead_in"): _number(0, LONGEST_LEAD_IN, "s", 0.1),
                vol.Required("keep_originals"): BooleanSelector(),
                vol.Required("upload_mib"): _number(1, LARGEST_MIB, "MiB"),
                vol.Required("url_mib"): _number(1, LARGEST_MIB, "MiB"),
                vol.Required("url_minutes"): _number(1, LONGEST_MINUTES, "min"),
                vol.Optional("watched_folder"): TextSelector(),
                vol.Optional("transcriber"): EntitySelector(EntitySelectorConfig(domain="stt")),
            }
        )


def _choice(options: list[str]) -> SelectSelector:
    """Return a field for one of several values."""
    return SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN))


def _fields(settings: LibrarySettings) -> dict[str, Any]:
    """Return settings as the form shows them."""
    profile = settings.profile
    return {
        "bit_rate": str(profile.bit_rate),
        "sample_rate": str(profile.sample_rate),
        "channels": next(name for name, count in _CHANNELS.items() if count == profile.channels),
        "loudness": settings.loudness,
        "trim_silence": settings.trim_silence,
        "lead_in": settings.lead_in,
        "keep_originals": settings.keep_originals,
        "upload_mib": settings.upload_mib,
        "url_mib": settings.url_mib,
        "url_minutes": settings.url_minutes,
        **({"watched_folder": settings.watched_folder} if settings.watched_folder else {}),
        **({"transcriber": settings.transcriber} if settings.transcriber else {}),
    }


def _settings(fields: dict[str, Any]) -> LibrarySettings:
    """Return what was filled in, which the form has checked."""
    return LibrarySettings(
        profile=Profile(
            bit_rate=int(fields["bit_rate"]),
            sample_rate=int(fields["sample_rate"]),
            channels=_CHANNELS[fields["channels"]],
        ),
        loudness=fields["loudness"],
        trim_silence=fields["trim_silence"],
        lead_in=float(fields["lead_in"]),
        keep_originals=fields["keep_originals"],
        upload_mib=int(fields["upload_mib"]),
        url_mib=int(fields["url_mib"]),
        url_minutes=int(fields["url_minutes"]),
        watched_folder=fields.get("watched_folder", "").strip() or None,
        transcriber=fields.get("transcriber"),
    )


async def _async_changed(catalog: Catalog, settings: LibrarySettings) -> bool:
    """Change the settings of the library; tells whether they could be saved."""
    try:
        await catalog.async_change_settings(settings)
    except NotWrittenError:
        return False
    return True


def _is_unfit(hass: HomeAssistant, folder: str) -> bool:
    """Tell whether a folder cannot be watched (blocking)."""
    path = Path(folder)
    return not (path.is_absolute() and path.is_dir() and hass.config.is_allowed_path(folder))


def _shown(hass: HomeAssistant, choice: AddressChoice) -> str:
    """Return one of Home Assistant's addresses as the form names it."""
    try:
        return base_of(hass, choice)
    except NoBaseUrlError:
        return "-"

"""Logging in to Yoto: a code is shown here and approved on Yoto's page."""

import asyncio
from collections.abc import Mapping
import os
from typing import Any, Final, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
)
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    TextSelector,
)
import voluptuous as vol

from .cloud.endpoints import Endpoints
from .cloud.errors import (
    CloudError,
    DeviceGrantOffError,
    LoginDeniedError,
    LoginExpiredError,
    LoginRejectedError,
    ScopesRefusedError,
    UnknownClientError,
)
from .cloud.login import DeviceLogin, LoginCode
from .cloud.oauth import OAuth, Tokens
from .const import (
    CONF_ADVANCED,
    CONF_CLIENT_ID,
    CONF_TOKENS,
    DEFAULT_CLIENT_ID,
    DOMAIN,
)
from .options_flow import YotoOptionsFlow
from .token_store import stored

_CONF_FEWER_PERMISSIONS: Final = "fewer_permissions"

_ERRORS: Final[Mapping[type[CloudError], str]] = {
    DeviceGrantOffError: "device_grant_off",
    LoginDeniedError: "login_denied",
    LoginExpiredError: "login_expired",
    LoginRejectedError: "login_rejected",
    ScopesRefusedError: "scopes_refused",
    UnknownClientError: "unknown_client",
}


class YotoConfigFlow(ConfigFlow, domain=DOMAIN):
    """Adds an account, logs it in again, or changes the application that it is logged in with."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Begin with the project's own application."""
        self._client_id = DEFAULT_CLIENT_ID
        self._fewer_permissions = False
        self._login: DeviceLogin | None = None
        self._code: LoginCode | None = None
        self._waiting: asyncio.Task[Tokens] | None = None
        self._waited = False
        """Whether the waiting is over and Home Assistant is about to go on by itself: a page that
        asks a moment earlier would take the next step at the same time."""
        self._tokens: Tokens | None = None
        self._failure: CloudError | None = None

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> YotoOptionsFlow:
        """Return the flow behind the entry's gear."""
        return YotoOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer to log in."""
        return await self._async_offer("user", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer to log in again, perhaps with another application."""
        if user_input is None:
            self._client_id = self._get_reconfigure_entry().data[CONF_CLIENT_ID]
        return await self._async_offer("reconfigure", user_input)

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin a login that Home Assistant asks for."""
        self._client_id = entry_data[CONF_CLIENT_ID]
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer to log in again."""
        return await self._async_offer("reauth_confirm", user_input)

    async def async_step_approve(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the code until it has been approved or has failed."""
        if self._login is None or self._code is None:
            return await self._async_begin()
        if self._waiting is None:
            self._waiting = self.hass.async_create_background_task(
                self._login.wait(self._code), name="Yoto login"
            )
            self._waiting.add_done_callback(self._note_waited)
        if not self._waited:
            return self.async_show_progress(
                step_id="approve",
                progress_action="approve",
                description_placeholders={
                    "url": self._code.url,
                    "user_code": self._code.user_code,
                },
                progress_task=self._waiting,
            )
        try:
            self._tokens = self._waiting.result()
        except CloudError as err:
            self._failure = err
            return self.async_show_progress_done(next_step_id="failed")
        return self.async_show_progress_done(next_step_id="finish")

    async def async_step_failed(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say what went wrong and offer to try again."""
        if user_input is not None:
            self._fewer_permissions = user_input.get(_CONF_FEWER_PERMISSIONS, False)
            return await self._async_begin()
        failure = self._failure
        # A page that refuses a permission looks like a person who refuses (protocol §1.1).
        fewer = vol.Schema({vol.Optional(_CONF_FEWER_PERMISSIONS, default=False): bool})
        return self.async_show_form(
            step_id="failed",
            data_schema=fewer if isinstance(failure, LoginDeniedError) else vol.Schema({}),
            errors={"base": _ERRORS.get(type(failure), "cannot_connect") if failure else "unknown"},
            description_placeholders={"reason": str(failure)},
        )

    async def async_step_finish(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Keep the login."""
        tokens = self._tokens
        if tokens is None:
            return await self._async_begin()
        await self.async_set_unique_id(tokens.account_id)
        data = {CONF_CLIENT_ID: self._client_id, CONF_TOKENS: stored(tokens)}
        if self.source in {SOURCE_REAUTH, SOURCE_RECONFIGURE}:
            self._abort_if_unique_id_mismatch(reason="wrong_account")
            entry = (
                self._get_reauth_entry()
                if self.source == SOURCE_REAUTH
                else self._get_reconfigure_entry()
            )
            return self.async_update_reload_and_abort(entry, data=data)
        self._abort_if_unique_id_configured()
        return self.async_create_entry(title=tokens.account_name or "Yoto", data=data)

    async def _async_offer(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Show a form whose only field, the client id, most people never open."""
        if user_input is not None:
            advanced = user_input.get(CONF_ADVANCED, {})
            self._client_id = advanced.get(CONF_CLIENT_ID, self._client_id).strip()
            return await self._async_begin()
        fields = vol.Schema({vol.Required(CONF_CLIENT_ID, default=self._client_id): TextSelector()})
        return self.async_show_form(
            step_id=step_id,
            data_schema=vol.Schema(
                {vol.Optional(CONF_ADVANCED): section(fields, {"collapsed": True})}
            ),
        )

    async def _async_begin(self) -> ConfigFlowResult:
        """Get a code."""
        endpoints = Endpoints.from_environment(os.environ)
        self._login = DeviceLogin(
            OAuth(async_get_clientsession(self.hass), endpoints), self._client_id
        )
        self._waiting = None
        self._waited = False
        self._code = None
        try:
            self._code = await self._login.begin(reduced=self._fewer_permissions)
        except CloudError as err:
            self._failure = err
            return await self.async_step_failed()
        return await self.async_step_approve()

    @callback
    def _note_waited(self, _waiting: asyncio.Task[Tokens]) -> None:
        """Go on from now on."""
        self._waited = True

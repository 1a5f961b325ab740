"""Logging the integration in through its config flow, as the frontend does it."""

from dataclasses import dataclass
from typing import Final

from .api import ApiError, ConfigEntry, HomeAssistantApi, Json
from .simulation import Simulation
from .waiting import until

DOMAIN: Final = "yoto_smart_stream"
FLOWS: Final = "/api/config/config_entries/flow"
FINISH_SECONDS: Final = 60.0


class LoginFailedError(Exception):
    """The config flow did not do what it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLogin:
    """A flow that waits for the account's owner to approve it."""

    flow_id: str
    user_code: str
    url: str
    """Where the owner approves it."""


async def begin_login(api: HomeAssistantApi, client_id: str) -> PendingLogin:
    """Start the flow and go on until it shows the code to be approved."""
    form: Json = await api.request("POST", FLOWS, body={"handler": DOMAIN})
    _expect(form, "form")
    shown = await submit(api, form["flow_id"], {"advanced": {"client_id": client_id}})
    return pending_login(shown)


def pending_login(shown: Json) -> PendingLogin:
    """Read the code and the link from the step that shows them."""
    _expect(shown, "progress")
    placeholders: Json = shown["description_placeholders"]
    return PendingLogin(
        flow_id=shown["flow_id"], user_code=placeholders["user_code"], url=placeholders["url"]
    )


async def submit(api: HomeAssistantApi, flow_id: str, answers: Json) -> Json:
    """Send a form of a flow and return the step that follows."""
    step: Json = await api.request("POST", f"{FLOWS}/{flow_id}", body=answers)
    return step


async def outcome(
    api: HomeAssistantApi, pending: PendingLogin, *, seconds: float = FINISH_SECONDS
) -> Json:
    """Wait until a login is no longer pending and return the step that follows."""

    async def look() -> Json | None:
        step: Json = await api.request("GET", f"{FLOWS}/{pending.flow_id}")
        return None if step["type"] == "progress" else step

    return await until(look, "the login has an outcome", seconds=seconds)


async def approve(simulation: Simulation, pending: PendingLogin) -> None:
    """Approve a login, as the owner does on the page that the link leads to."""
    await simulation.post("/sim/login/approve", user_code=pending.user_code)


async def log_in(api: HomeAssistantApi, simulation: Simulation) -> ConfigEntry:
    """Log in from the beginning and return the loaded config entry."""
    pending = await begin_login(api, simulation.addresses.client_id)
    await approve(simulation, pending)
    step = await outcome(api, pending)
    _expect(step, "create_entry")
    return await loaded_entry(api)


async def forget_logins(api: HomeAssistantApi) -> None:
    """Remove the integration's config entries, and with them what the flows for them wait for."""
    for entry in await api.entries(DOMAIN):
        await api.remove_entry(entry.entry_id)


async def loaded_entry(api: HomeAssistantApi, *, seconds: float = FINISH_SECONDS) -> ConfigEntry:
    """Wait until the integration's first config entry is loaded and return it."""

    async def look() -> ConfigEntry | None:
        return next((each for each in await api.entries(DOMAIN) if each.state == "loaded"), None)

    return await until(look, "the integration is loaded", seconds=seconds)


async def cancel(api: HomeAssistantApi, flow_id: str) -> None:
    """Close a flow. It may have ended by itself."""
    try:
        await api.request("DELETE", f"{FLOWS}/{flow_id}")
    except ApiError as err:
        if err.code != "404":
            raise


def _expect(step: Json, kind: str) -> None:
    """Raise `LoginFailedError` unless the step of the flow is of a kind."""
    if step["type"] != kind:
        known = {name: step.get(name) for name in ("type", "step_id", "reason", "errors")}
        raise LoginFailedError(f"The login shows {known} where a {kind} was expected.")

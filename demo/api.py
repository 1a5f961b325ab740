"""Home Assistant's REST and websocket API, as a program outside of it uses them.

Every call makes its own connection, so that an object of this module belongs to no event loop and
survives a restart of Home Assistant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout, WSMsgType

TIMEOUT: Final = ClientTimeout(total=30)

# JSON of another program: its shape is known to the one who asked for it.
type Answer = Any
type Json = dict[str, Any]


class ApiError(Exception):
    """Home Assistant refused a request. `code` is its HTTP status or its websocket error code."""

    def __init__(self, code: str, message: str, translation_key: str | None = None) -> None:
        """Keep what Home Assistant said."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.translation_key = translation_key


class UnreachableError(Exception):
    """Nobody answers at Home Assistant's address, or not in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityState:
    """An entity as its state shows it."""

    entity_id: str
    state: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigEntry:
    """A config entry as the API lists it."""

    entry_id: str
    title: str
    state: str


class HomeAssistantApi:
    """A client with a token. Without a token it reaches only what is open to everybody."""

    def __init__(self, url: str, token: str | None = None) -> None:
        """Use the Home Assistant at `url`, which has no trailing slash."""
        self.url = url
        self.token = token

    async def request(
        self, method: str, path: str, *, body: Json | None = None, form: Json | None = None
    ) -> Answer:
        """Send a REST request and return the JSON of its answer.

        Raises `ApiError` for a refusal and `UnreachableError` when there is no answer.
        """
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            async with (
                ClientSession(timeout=TIMEOUT) as session,
                session.request(
                    method, self.url + path, json=body, data=form, headers=headers
                ) as answer,
            ):
                if answer.status >= HTTPStatus.BAD_REQUEST:
                    raise ApiError(str(answer.status), await answer.text())
                if answer.content_type != "application/json":
                    return await answer.text()
                return await answer.json()
        except (ClientError, TimeoutError) as err:
            raise UnreachableError(f"{method} {self.url}{path} got no answer") from err

    async def command(self, command: str, **fields: object) -> Answer:
        """Send one websocket command and return its result.

        Raises `ApiError` for a refusal and `UnreachableError` when there is no answer.
        """
        try:
            async with (
                ClientSession(timeout=TIMEOUT) as session,
                session.ws_connect(f"{self.url}/api/websocket") as socket,
            ):
                await socket.receive_json()
                await socket.send_json({"type": "auth", "access_token": self.token})
                greeting: Json = await socket.receive_json()
                if greeting["type"] != "auth_ok":
                    raise ApiError(greeting["type"], greeting.get("message", ""))
                await socket.send_json({"id": 1, "type": command, **fields})
                async for message in socket:
                    if message.type is not WSMsgType.TEXT:
                        break
                    answer: Json = message.json()
                    if answer["type"] == "result":
                        return _result(answer)
        # aiohttp raises a TypeError where JSON was awaited and the connection was closed instead.
        except (ClientError, TimeoutError, TypeError) as err:
            raise UnreachableError(f"{command} at {self.url} got no answer") from err
        raise UnreachableError(f"{command} at {self.url} was cut off")

    async def core_state(self) -> str | None:
        """Return Home Assistant's state, for example RUNNING, or None while nobody answers."""
        try:
            configuration: Json = await self.request("GET", "/api/config")
        except UnreachableError:
            return None
        state: str = configuration["state"]
        return state

    async def state(self, entity_id: str) -> EntityState | None:
        """Return the state of an entity, or None when there is no such entity."""
        try:
            return _entity_state(await self.request("GET", f"/api/states/{entity_id}"))
        except ApiError as err:
            if err.code == str(HTTPStatus.NOT_FOUND.value):
                return None
            raise

    async def states(self, domain: str = "") -> list[EntityState]:
        """Return the states of a domain's entities, or of all, in the order of their ids."""
        found = [_entity_state(each) for each in await self.request("GET", "/api/states")]
        chosen = [each for each in found if not domain or each.entity_id.startswith(f"{domain}.")]
        return sorted(chosen, key=lambda each: each.entity_id)

    async def act(self, action: str, **data: object) -> Json:
        """Perform an action, such as `media_player.media_pause`, and wait until it is done.

        Raises `ApiError` with Home Assistant's own text when it fails.
        """
        domain, name = action.split(".")
        result: Json = await self.command(
            "call_service", domain=domain, service=name, service_data=data
        )
        return result

    async def ask(self, action: str, **data: object) -> Json:
        """Perform an action that answers, and return its answer."""
        domain, name = action.split(".")
        result: Json = await self.command(
            "call_service", domain=domain, service=name, service_data=data, return_response=True
        )
        answer: Json = result["response"]
        return answer

    async def entries(self, domain: str) -> list[ConfigEntry]:
        """Return the config entries of an integration."""
        found: list[Json] = await self.command("config_entries/get", domain=domain)
        return [
            ConfigEntry(entry_id=each["entry_id"], title=each["title"], state=each["state"])
            for each in found
        ]

    async def remove_entry(self, entry_id: str) -> None:
        """Remove a config entry, with everything that belongs to it."""
        await self.request("DELETE", f"/api/config/config_entries/entry/{entry_id}")

    async def flows(self, domain: str) -> list[Json]:
        """Return the flows in progress that an integration started by itself."""
        found: list[Json] = await self.command("config_entries/flow/progress")
        return [each for each in found if each["handler"] == domain]


def _result(answer: Json) -> Answer:
    """Return the result in an answer, or raise the error in it."""
    if answer["success"]:
        return answer["result"]
    error: Json = answer["error"]
    raise ApiError(error["code"], error["message"], error.get("translation_key"))


def _entity_state(found: Json) -> EntityState:
    return EntityState(
        entity_id=found["entity_id"], state=found["state"], attributes=found["attributes"]
    )

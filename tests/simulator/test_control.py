"""The control API, over HTTP, and the examples in its documentation."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
import json
from pathlib import Path
import re

import aiohttp
import pytest

from simulator.traits import Traits
from simulator.world import Faults, Json, JsonObject

from .player.control import WaitingLogins, serve
from .player.stage import Stage, stage, until
from .player.test_display import RED

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "simulator.md"


@dataclass
class Client:
    """A tool that uses the control API."""

    session: aiohttp.ClientSession
    scene: Stage
    logins: WaitingLogins

    @property
    def player(self) -> str:
        """Return the path of the only player."""
        return f"/sim/players/{self.scene.device.device_id}"

    async def get(self, path: str) -> Json:
        """Get JSON."""
        async with self.session.get(path) as response:
            assert response.status == 200
            body: Json = await response.json()
            return body

    async def post(self, path: str, body: Json) -> tuple[int, JsonObject]:
        """Post JSON and return the status and the answer."""
        async with self.session.post(path, json=body) as response:
            answer = await response.json()
            assert isinstance(answer, dict)
            return response.status, answer


@pytest.fixture
async def tool(socket_enabled: None) -> AsyncGenerator[Client]:
    """Return a client of a control API with one player."""
    logins = WaitingLogins()
    async with stage() as scene, serve(scene, logins) as server:
        await scene.ready()
        scene.put_card("abcde", {"name": "a.mp3"}, {"name": "b.mp3"})
        async with aiohttp.ClientSession(server.make_url("/")) as session:
            yield Client(session, scene, logins)


async def test_a_player_is_handled_like_a_thing(tool: Client) -> None:
    """Every action answers with the player as it is then."""
    assert (await tool.post(f"{tool.player}/insert", {"card_id": "abcde"}))[0] == 200
    status, view = await tool.post(f"{tool.player}/turn", {"knob": "right", "clicks": 1})
    assert status == 200
    assert isinstance(view["playing"], dict)
    assert (view["slot"], view["playing"]["chapter_key"]) == ("abcde", "02")
    _, view = await tool.post(f"{tool.player}/press", {"button": "right"})
    assert view["status"] == "paused"
    _, view = await tool.post(f"{tool.player}/turn", {"knob": "left", "clicks": -2})
    assert view["volume"] == 6
    _, view = await tool.post(f"{tool.player}/battery", {"level": 12, "charging": True})
    assert view["battery"] == {"level": 12, "charging": True}
    _, view = await tool.post(f"{tool.player}/headphones", {"connected": True})
    assert view["headphones"] is True
    _, view = await tool.post(f"{tool.player}/wifi", {"up": False})
    assert (view["wifi"], view["online"]) == (False, False)
    _, view = await tool.post(f"{tool.player}/power", {"on": False})
    assert (view["on"], view["slot"]) == (False, "abcde")
    _, view = await tool.post(f"{tool.player}/remove", {})
    assert view["slot"] is None
    assert await tool.get(tool.player) == view
    assert await tool.get("/sim/players") == [view]


async def test_what_was_played_and_fetched_can_be_read(tool: Client) -> None:
    """In the shape that other tools rely on."""
    await tool.post(f"{tool.player}/insert", {"card_id": "abcde"})
    await until(lambda: tool.scene.player.view()["waiting"] is False)
    await tool.post(f"{tool.player}/remove", {})
    fetches = await tool.get(f"{tool.player}/fetches")
    played = await tool.get(f"{tool.player}/played")
    assert isinstance(fetches, list)
    assert isinstance(played, list)
    assert isinstance(fetches[0], dict)
    assert isinstance(played[0], dict)
    assert set(fetches[0]) == {"url", "method", "headers", "status", "range", "bytes", "at"}
    assert set(played[0]) == {
        *("url", "card_id", "chapter_key", "track_key", "sha256", "seconds", "at", "error")
    }


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("insert", {}),
        ("insert", {"card_id": ""}),
        ("insert", {"card_id": 5}),
        ("insert", {"card_id": "abcde", "side": "left"}),
        ("insert", []),
        ("press", {"button": "middle"}),
        ("press", {}),
        ("turn", {"knob": "left"}),
        ("turn", {"knob": "left", "clicks": "2"}),
        ("turn", {"knob": "left", "clicks": 1.5}),
        ("turn", {"knob": "left", "clicks": True}),
        ("turn", {"knob": "left", "clicks": 1000}),
        ("power", {"on": "yes"}),
        ("wifi", {"up": 1}),
        ("battery", {"level": 101, "charging": False}),
        ("battery", {"level": 50}),
        ("headphones", {}),
        ("remove", {"card_id": "abcde"}),
    ],
)
async def test_bad_bodies_are_refused(tool: Client, action: str, body: Json) -> None:
    """With the reason, and nothing is done."""
    before = tool.scene.player.view()
    status, answer = await tool.post(f"{tool.player}/{action}", body)
    assert status == 400
    assert isinstance(answer["error"], str)
    assert tool.scene.player.view() == before


async def test_a_body_that_is_no_json_is_refused(tool: Client) -> None:
    """With the reason too."""
    async with tool.session.post(f"{tool.player}/insert", data=b"card") as response:
        assert response.status == 400
        assert await response.json() == {"error": "the body is not JSON"}


@pytest.mark.parametrize("path", ["", "/fetches", "/played"])
async def test_unknown_players_are_not_found(tool: Client, path: str) -> None:
    """For reading and for acting."""
    async with tool.session.get(f"/sim/players/nobody{path}") as response:
        assert response.status == 404
    assert (await tool.post("/sim/players/nobody/remove", {}))[0] == 404


async def test_logins_are_approved_and_denied_once(tool: Client) -> None:
    """An unknown code is not found."""
    code = {"user_code": "ABCD-EFGH"}
    assert (await tool.post("/sim/login/approve", {"user_code": "XXXX-XXXX"}))[0] == 404
    assert (await tool.post("/sim/login/approve", dict(code)))[0] == 200
    assert (await tool.post("/sim/login/deny", dict(code)))[0] == 404
    assert (tool.logins.approved, tool.logins.denied) == (["ABCD-EFGH"], [])
    assert (await tool.post("/sim/login/deny", {}))[0] == 400


async def test_faults_are_changed_one_by_one(tool: Client) -> None:
    """What is not named stays; `reset` takes everything back."""
    status, faults = await tool.post("/sim/faults", {"latency": 0.5, "refuse_commands": True})
    assert status == 200
    assert (faults["latency"], faults["refuse_commands"]) == (0.5, True)
    _, faults = await tool.post("/sim/faults", {"refused_scopes": ["offline_access"]})
    assert (faults["latency"], faults["refused_scopes"]) == (0.5, ["offline_access"])
    _, faults = await tool.post("/sim/faults", {"reset": True, "token_expires_in": 3})
    assert faults["token_expires_in"] == 3
    assert (faults["latency"], faults["refused_scopes"]) == (0.0, [])
    assert tool.scene.world.faults == Faults(token_expires_in=3)
    _, faults = await tool.post("/sim/faults", {"token_expires_in": None})
    assert tool.scene.world.faults == Faults()


@pytest.mark.parametrize(
    "body",
    [
        {"no_such_fault": True},
        {"latency": -1},
        {"latency": "1"},
        {"latency": True},
        {"server_errors": 1.5},
        {"stale_online": 1},
        {"refused_scopes": "all"},
        {"refused_scopes": [1]},
        {"token_expires_in": "soon"},
        {"reset": False},
        {"mqtt_drop": 1},
        {"refuse_commands": 1.5},
        {"refuse_commands": "often"},
        {"drop_status_replies": 2},
        {"twin_lead": True},
        {"mqtt_silent": "long"},
        {"mqtt_silent": -1},
        {"mqtt_blocked": "perhaps"},
        {"mqtt_blocked": 1},
        {"mqtt_restart": True},
        {"mqtt_restart": -1},
    ],
)
async def test_bad_faults_change_nothing(tool: Client, body: JsonObject) -> None:
    """Not even what is right beside them."""
    status, answer = await tool.post("/sim/faults", {"server_errors": 3, **body})
    if "server_errors" not in body:
        assert tool.scene.world.faults == Faults()
    assert status == 400
    assert isinstance(answer["error"], str)


async def test_apps_can_be_cut_off(tool: Client) -> None:
    """By the broker, which the world knows."""
    status, _ = await tool.post("/sim/faults", {"mqtt_drop": True})
    assert status == 400
    cut = []

    async def drop() -> int:
        cut.append(True)
        return 1

    tool.scene.world.drop_app_connections = drop
    status, _ = await tool.post("/sim/faults", {"mqtt_drop": True})
    assert (status, cut) == (200, [True])


@pytest.mark.parametrize(
    "body", [{"mqtt_silent": True}, {"mqtt_blocked": True}, {"mqtt_restart": 1}]
)
async def test_without_a_broker_there_is_none_to_take_away(tool: Client, body: JsonObject) -> None:
    """That is said, instead of nothing happening."""
    status, answer = await tool.post("/sim/faults", body)
    assert status == 400
    assert "broker" in str(answer["error"])


async def test_a_cloud_that_lags_catches_up(tool: Client) -> None:
    """When `stale_online` is switched off, `online` is right at once."""
    await tool.post("/sim/faults", {"stale_online": True})
    await tool.post(f"{tool.player}/power", {"on": False})
    assert tool.scene.device.online
    await tool.post("/sim/faults", {"stale_online": False})
    assert not tool.scene.device.online


async def test_the_log_tells_what_hands_did(tool: Client) -> None:
    """And which player it was."""
    await tool.post(f"{tool.player}/press", {"button": "left"})
    log = await tool.get("/sim/log")
    assert isinstance(log, list)
    assert isinstance(log[-1], dict)
    assert log[-1]["kind"] == "press"
    assert (log[-1]["player"], log[-1]["button"]) == (tool.scene.device.device_id, "left")


async def test_the_cards_can_be_listed(tool: Client) -> None:
    """For choosing one."""
    assert await tool.get("/sim/cards") == [
        {"card_id": "abcde", "title": "Card abcde", "interactive": False}
    ]


def documented() -> list[tuple[str, JsonObject]]:
    """Return the examples of the documentation: a path and a body each."""
    text = DOCUMENTATION.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `POST (/sim/\S+)` \|[^|]*\| `(\{[^`|]*\})` \|", text, re.MULTILINE)
    return [(path, json.loads(body)) for path, body in rows]


async def test_every_documented_example_works(tool: Client) -> None:
    """Every route of the table is tried with the body next to it."""
    tool.scene.put_card("5Kz0a", {"name": "a.mp3"})

    async def drop() -> int:
        return 0

    tool.scene.world.drop_app_connections = drop
    tool.scene.world.delete_card = lambda card_id: card_id == "5Kz0a"
    tried = set()
    for path, body in documented():
        tool.logins.waiting = {"ABCD-EFGH"}
        status, answer = await tool.post(
            path.replace("{id}", tool.scene.device.device_id), dict(body)
        )
        assert (path, status, answer.get("error")) == (path, 200, None)
        tried.add(path)
    actions = (
        *("insert", "remove", "press", "turn", "power", "wifi", "battery", "headphones"),
        "traits",
    )
    assert tried == {f"/sim/players/{{id}}/{action}" for action in actions} | {
        "/sim/cards/delete",
        "/sim/login/approve",
        "/sim/login/deny",
        "/sim/faults",
    }


def test_every_fault_is_documented() -> None:
    """Each has a row in the table of faults."""
    text = DOCUMENTATION.read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert {*Faults.__dataclass_fields__, "mqtt_drop", "mqtt_restart", "reset"} <= rows


def test_every_trait_is_documented() -> None:
    """Each has a row in the table of traits."""
    text = DOCUMENTATION.read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert set(Traits.__dataclass_fields__) <= rows


async def test_traits_are_changed_one_by_one_and_put_back(tool: Client) -> None:
    """What is not named stays as it is."""
    before = await tool.get(f"{tool.player}/traits")
    body: JsonObject = {"interactive_streams": "linear", "repeats": 2, "ranges": False}
    status, answer = await tool.post(f"{tool.player}/traits", body)
    assert (status, answer) == (200, before | body if isinstance(before, dict) else None)
    assert await tool.get(f"{tool.player}/traits") == answer
    status, answer = await tool.post(f"{tool.player}/traits", {"reset": True, "probes": False})
    assert answer == (before | {"probes": False} if isinstance(before, dict) else None)


@pytest.mark.parametrize(
    "body",
    [
        {"interactive_streams": "sometimes"},
        {"stream_length": 3},
        {"repeats": -1},
        {"repeats": True},
        {"ranges": "yes"},
        {"tail": True},
        {"reset": False},
    ],
)
async def test_traits_that_make_no_sense_are_refused(tool: Client, body: JsonObject) -> None:
    """All of the body, with the reason."""
    before = await tool.get(f"{tool.player}/traits")
    status, answer = await tool.post(f"{tool.player}/traits", {"probes": False, **body})
    assert status == 400
    assert answer["error"]
    assert await tool.get(f"{tool.player}/traits") == before


async def test_the_documented_fields_are_the_ones_that_players_have(tool: Client) -> None:
    """The example of a player in the documentation has exactly the fields of a real answer."""
    text = DOCUMENTATION.read_text(encoding="utf-8")
    found = re.search(r"```json\n(\{\"id\".*?)\n```", text, re.DOTALL)
    assert found is not None
    example = json.loads(found[1])
    await tool.post(f"{tool.player}/insert", {"card_id": "abcde"})
    view = await tool.get(tool.player)
    assert isinstance(view, dict)
    assert set(example) == set(view)
    assert isinstance(view["playing"], dict)
    assert set(example["playing"]) == set(view["playing"])
    assert isinstance(view["hearing"], dict)
    assert set(example["hearing"]) == set(view["hearing"])


async def test_the_icon_on_a_display_can_be_looked_at(tool: Client) -> None:
    """Where there is one."""
    path = f"{tool.player}/display"
    async with tool.session.get(path) as response:
        assert response.status == 404
    tool.scene.media.bodies["red.png"] = RED
    display: JsonObject = {"iconUrl16x16": f"{tool.scene.media.url}red.png"}
    tool.scene.put_card("fghij", {"name": "a.mp3", "display": display})
    await tool.post(f"{tool.player}/insert", {"card_id": "fghij"})
    await until(tool.scene.player.picture)
    async with tool.session.get(path) as response:
        assert response.content_type == "image/png"
        assert await response.read() == RED

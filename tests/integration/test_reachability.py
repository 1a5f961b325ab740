"""The address for players: what Repairs says of it, and cards that still have an old one."""

from collections.abc import AsyncIterator, Mapping
from copy import deepcopy
from datetime import timedelta
import json
import logging
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient
from aiohttp.web import Response
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    get_system_health_info,
)
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)
from yarl import URL

from custom_components.yoto_smart_stream.cloud.endpoints import API_VARIABLE
from custom_components.yoto_smart_stream.cloud.errors import (
    CloudError,
    CloudUnreachableError,
    ScopeMissingError,
    TokenRevokedError,
)
from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.reachability.issues import LEARN_MORE
from custom_components.yoto_smart_stream.reachability.watch import async_watch_of
from custom_components.yoto_smart_stream.streaming.addresses import icon_path
from custom_components.yoto_smart_stream.streaming.registry import async_get_registry
from simulator.cloud import content as content_api
from simulator.cloud.cards import ACCOUNT, StoredCard
from simulator.cloud.silence import make_silence
from tests.reachability.strangers import proxy, stranger

from . import Family, settle
from .concert import PLAYER, make_concert

RADIO = "https://radio.example.org/live.mp3"


@pytest.fixture
def more_components() -> tuple[str, ...]:
    """Have Repairs with its flows."""
    return ("repairs",)


@pytest.fixture
def tune(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return an MP3 file in a folder that Home Assistant may use."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    path = tmp_path / "tune.mp3"
    path.write_bytes(make_silence("a tune", 12.0))
    return path


@pytest.fixture
async def elsewhere(family: Family, hass: HomeAssistant) -> AsyncIterator[str]:
    """Return a second address of the same Home Assistant."""
    async with proxy(str(hass.config.internal_url)) as url:
        yield url


@pytest.fixture
async def admin(hass_client: ClientSessionGenerator, family: Family) -> TestClient[Any, Any]:
    """Return a person who may mend things."""
    client: TestClient[Any, Any] = await hass_client()
    return client


def issues(hass: HomeAssistant) -> Mapping[str, ir.IssueEntry]:
    """Return what is shown under Repairs because of us, by translation key."""
    return {
        str(issue.translation_key): issue
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN and issue.active
    }


def told(hass: HomeAssistant, key: str) -> dict[str, str]:
    """Return what an issue names."""
    return issues(hass)[key].translation_placeholders or {}


async def create(family: Family, title: str, path: Path) -> str:
    """Make a card of one file, and return its id."""
    made = await family.hass.services.async_call(
        DOMAIN,
        "create_streaming_card",
        {"title": title, "media": [str(path)]},
        blocking=True,
        return_response=True,
    )
    assert made is not None
    return str(made["card_id"])


async def update(family: Family, **data: object) -> dict[str, str]:
    """Use the action, and return what became of each card, by title."""
    answer: Any = await family.hass.services.async_call(
        DOMAIN, "update_card_addresses", data, blocking=True, return_response=True
    )
    return {card["title"]: card["result"] for card in answer["cards"]}


def at_yoto(family: Family, card_id: str) -> StoredCard:
    """Return a card as Yoto has it."""
    return family.simulation.cloud.cards.owned(card_id)


def urls(card: StoredCard) -> list[str]:
    """Return the addresses of audio on a card."""
    content: Any = card.content
    return [track["trackUrl"] for one in content["chapters"] for track in one["tracks"]]


def icon_urls(card: StoredCard) -> list[str]:
    """Return the addresses of icons on a card."""
    content: Any = card.content
    parts = [part for one in content["chapters"] for part in (one, *one["tracks"])]
    found = (part.get("display", {}).get("iconUrl16x16") for part in parts)
    return [url for url in found if url is not None]


async def fix(admin: TestClient[Any, Any], hass: HomeAssistant) -> dict[str, Any]:
    """Open the flow that gives cards the new address."""
    issue_id = issues(hass)["cards_elsewhere"].issue_id
    body = {"handler": DOMAIN, "issue_id": issue_id}
    answer = await admin.post("/api/repairs/issues/fix", json=body)
    found: dict[str, Any] = await answer.json()
    return found


async def submit(admin: TestClient[Any, Any], flow: Mapping[str, Any]) -> dict[str, Any]:
    """Choose Submit, and wait until there is more to see than progress."""
    url = f"/api/repairs/issues/fix/{flow['flow_id']}"
    shown: dict[str, Any] = await (await admin.post(url, json={})).json()
    while shown["type"] in {"progress", "progress_done"}:
        answer = await admin.get(url)
        if answer.status == 404:
            # It was the last step, and nobody has to be asked any more.
            return {"type": "create_entry"}
        shown = await answer.json()
    return shown


async def test_cards_get_the_new_address_and_nothing_else(
    family: Family,
    hass: HomeAssistant,
    admin: TestClient[Any, Any],
    tune: Path,
    tmp_path: Path,
    elsewhere: str,
) -> None:
    """Cards of files and of streams, and the live card; a foreign address stays."""
    concert = await make_concert(family, tmp_path, seconds=60)
    await concert.set("Songs", concert.songs["Ant"].audio_id)
    stream = await concert.act("create_stream_card", name="Songs")
    files = await create(family, "Bedtime", tune)
    ant = f"media-source://{DOMAIN}/library/{concert.songs['Ant'].audio_id}"
    await family.act("media_player.play_media", media_content_id=ant, media_content_type="music")
    registry = await async_get_registry(hass)
    live = registry.live_card(family.player_id, owner=family.entry.entry_id)
    assert live is not None
    assert live.card_id is not None
    cards = [at_yoto(family, one) for one in (files, str(stream["card_id"]), live.card_id)]
    content: Any = cards[0].content
    track = content["chapters"][0]["tracks"][0]
    content["chapters"][0]["tracks"].append({**track, "key": "02", "trackUrl": RADIO})
    cards[0].metadata["note"] = "by hand"
    before = [(card.title, deepcopy(card.content), deepcopy(card.metadata)) for card in cards]

    old = str(hass.config.internal_url)
    await hass.config.async_update(internal_url=elsewhere)
    await settle(lambda: "cards_elsewhere" in issues(hass))
    assert told(hass, "cards_elsewhere")["count"] == "3"
    assert "- Bedtime" in told(hass, "cards_elsewhere")["cards"]
    form = await fix(admin, hass)
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"]["url"] == elsewhere
    ended = await submit(admin, form)
    assert ended["type"] == "create_entry"
    assert "cards_elsewhere" not in issues(hass)

    def moved(value: object) -> object:
        found: object = json.loads(json.dumps(value).replace(old, elsewhere))
        return found

    after = [(card.title, card.content, card.metadata) for card in cards]
    assert after == [(title, moved(one), metadata) for title, one, metadata in before]
    assert RADIO in urls(cards[0])
    for url in (one for card in cards for one in urls(card) if one != RADIO):
        assert url.startswith(elsewhere)
        assert (await family.client.head(URL(url).path, headers=PLAYER)).status == 200

    assert len(icon_urls(cards[2])) == 2 * len(urls(cards[2]))
    for url in icon_urls(cards[2]):
        assert url.startswith(elsewhere)
        assert (await family.client.head(URL(url).path, headers=PLAYER)).status == 200

    notes = len(family.simulation.world.log)
    await family.act("media_player.play_media", media_content_id=ant, media_content_type="music")
    written = list(family.simulation.world.log)[notes:]
    assert "card_replaced" not in str(written)
    await hass.config.async_update(internal_url=old)
    await settle(lambda: "cards_elsewhere" in issues(hass))
    await hass.config.async_update(internal_url=elsewhere)
    await settle(lambda: "cards_elsewhere" not in issues(hass))


async def test_one_card_that_fails_keeps_no_other_from_its_turn(
    family: Family,
    hass: HomeAssistant,
    admin: TestClient[Any, Any],
    tune: Path,
    elsewhere: str,
) -> None:
    """It is named with the reason, and tried again alone."""
    first, second = await create(family, "First", tune), await create(family, "Second", tune)
    await hass.config.async_update(internal_url=elsewhere)
    await settle(lambda: "cards_elsewhere" in issues(hass))
    form = await fix(admin, hass)
    family.simulation.world.faults.server_errors = 1
    failed = await submit(admin, form)
    assert failed["step_id"] == "failed"
    assert failed["description_placeholders"]["count"] == "1"
    assert "First: Yoto did not give" in failed["description_placeholders"]["cards"]
    assert told(hass, "cards_elsewhere")["cards"] == "- First"
    assert urls(at_yoto(family, second))[0].startswith(elsewhere)
    assert not urls(at_yoto(family, first))[0].startswith(elsewhere)
    again = await submit(admin, failed)
    assert again["type"] == "create_entry"
    assert urls(at_yoto(family, first))[0].startswith(elsewhere)
    assert "cards_elsewhere" not in issues(hass)


async def test_a_card_that_is_no_more_is_no_failure(
    family: Family, hass: HomeAssistant, tune: Path, elsewhere: str
) -> None:
    """It is not counted any more."""
    card_id = await create(family, "Lost", tune)
    await create(family, "Found", tune)
    family.simulation.cloud.cards.delete(ACCOUNT, card_id)
    await hass.config.async_update(internal_url=elsewhere)
    await settle(lambda: told(hass, "cards_elsewhere")["count"] == "2" if issues(hass) else False)
    assert await update(family, dry_run=True) == {"Lost": "gone", "Found": "outdated"}
    assert await update(family) == {"Lost": "gone", "Found": "rewritten"}
    assert await update(family) == {"Found": "right"}
    assert "cards_elsewhere" not in issues(hass)


async def test_a_card_that_yoto_keeps_in_another_form_is_said(
    family: Family,
    hass: HomeAssistant,
    tune: Path,
    elsewhere: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """To whoever looks at the answer, and as an error to whoever does not."""
    await create(family, "Odd", tune)
    await hass.config.async_update(internal_url=elsewhere)
    completed = content_api.completed_content
    monkeypatch.setattr(
        content_api, "completed_content", lambda one: {**completed(one), "activity": "other"}
    )
    assert await update(family) == {"Odd": "failed"}
    monkeypatch.setattr(
        content_api, "completed_content", lambda one: {**completed(one), "activity": "another"}
    )
    registry = await async_get_registry(hass)
    (card_id,) = registry.cards(family.entry.entry_id)
    urls_before = urls(at_yoto(family, card_id))
    await hass.config.async_update(internal_url=str(family.client.make_url("")).rstrip("/"))
    with pytest.raises(HomeAssistantError, match="Odd: Yoto has kept the card in another form"):
        await hass.services.async_call(DOMAIN, "update_card_addresses", {}, blocking=True)
    assert urls(at_yoto(family, card_id)) != urls_before


async def test_cards_from_before_addresses_were_noted_are_looked_at(
    family: Family, hass: HomeAssistant, tune: Path, elsewhere: str
) -> None:
    """Once each; what they say counts."""
    card_id = await create(family, "Old", tune)
    registry = await async_get_registry(hass)
    (token,) = (one.token for one in registry.of_owner(family.entry.entry_id))
    await registry.async_bind([token], card_id)
    await hass.config.async_update(internal_url=elsewhere)
    await settle(lambda: "cards_elsewhere" in issues(hass))
    assert registry.cards(family.entry.entry_id) == {
        card_id: str(family.client.make_url("")).rstrip("/")
    }


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(TokenRevokedError("gone"), "Log in", id="login"),
        pytest.param(ScopeMissingError("no", status=403), "permission", id="permission"),
        pytest.param(CloudUnreachableError("asleep"), "asleep", id="out of reach"),
    ],
)
async def test_why_a_card_failed_is_said(
    family: Family,
    hass: HomeAssistant,
    tune: Path,
    elsewhere: str,
    monkeypatch: pytest.MonkeyPatch,
    fault: CloudError,
    said: str,
) -> None:
    """And what cannot be looked at is looked at later."""
    card_id = await create(family, "Old", tune)
    registry = await async_get_registry(hass)
    (token,) = (one.token for one in registry.of_owner(family.entry.entry_id))
    await registry.async_bind([token], card_id)

    async def refuse(_card_id: str) -> Mapping[str, object]:
        raise fault

    monkeypatch.setattr(family.entry.runtime_data.account, "own_card", refuse)
    await hass.config.async_update(internal_url=elsewhere)
    with pytest.raises(HomeAssistantError, match=f"Old: .*{said}"):
        await hass.services.async_call(DOMAIN, "update_card_addresses", {}, blocking=True)
    assert registry.cards(family.entry.entry_id) == {card_id: None}
    for flow in hass.config_entries.flow.async_progress():
        hass.config_entries.flow.async_abort(flow["flow_id"])


async def test_nothing_is_rewritten_while_the_new_address_does_not_work(
    family: Family,
    hass: HomeAssistant,
    admin: TestClient[Any, Any],
    tune: Path,
    elsewhere: str,
    silent_address: str,
) -> None:
    """The flow says so, and so does the action; an account that is not loaded is told apart."""
    await create(family, "Bedtime", tune)
    await hass.config.async_update(internal_url=elsewhere)
    await settle(lambda: "cards_elsewhere" in issues(hass))
    form = await fix(admin, hass)
    await hass.config.async_update(internal_url=silent_address)
    ended = await submit(admin, form)
    assert (ended["type"], ended["reason"]) == ("abort", "base_url_unusable")
    with pytest.raises(HomeAssistantError, match="could not reach Home Assistant"):
        await update(family)
    await settle(lambda: "cards_elsewhere" not in issues(hass))
    await hass.config.async_update(internal_url=elsewhere)
    await settle(lambda: "cards_elsewhere" in issues(hass))
    await hass.config_entries.async_unload(family.entry.entry_id)
    gone = await fix(admin, hass)
    assert (gone["type"], gone["reason"]) == ("abort", "account_not_loaded")
    await hass.config_entries.async_setup(family.entry.entry_id)


async def test_what_is_wrong_is_named_goes_by_itself_and_can_be_overruled(
    family: Family,
    hass: HomeAssistant,
    tune: Path,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """With the page that says more; what a family has ignored keeps no card from being made."""
    status = 502
    watch = async_watch_of(hass, family.entry.entry_id)
    assert watch is not None
    async with stranger(lambda _: Response(status=status)) as url:
        await hass.config.async_update(internal_url=url)
        await settle(lambda: "base_url_bad_gateway" in issues(hass))
        issue = issues(hass)["base_url_bad_gateway"]
        assert issue.learn_more_url == LEARN_MORE
        assert told(hass, "base_url_bad_gateway")["status"] == "502"
        with pytest.raises(HomeAssistantError, match="could not reach Home Assistant"):
            await create(family, "Bedtime", tune)
        page = await hass_ws_client()
        await page.send_json_auto_id(
            {
                "type": "repairs/ignore_issue",
                "domain": DOMAIN,
                "issue_id": issue.issue_id,
                "ignore": True,
            }
        )
        answered = await page.receive_json()
        assert answered["success"], answered
        card_id = await create(family, "Bedtime", tune)
        assert urls(at_yoto(family, card_id))[0].startswith(url)
        status = 503
        for _ in range(2):
            await watch.async_look()
        status = 500
        await watch.async_look()
        assert "base_url_http_error" in issues(hass)
        await create(family, "What is ignored stays so", tune)
    async with stranger(lambda _: Response(status=502)) as another:
        await hass.config.async_update(internal_url=another)
        await settle(lambda: told(hass, "base_url_bad_gateway").get("url") == another)
        with pytest.raises(HomeAssistantError, match="could not reach Home Assistant"):
            await create(family, "Bedtime", tune)
        disabled = ConfigEntryDisabler.USER
        await hass.config_entries.async_set_disabled_by(family.entry.entry_id, disabled)
        await hass.async_block_till_done()
        assert issues(hass) == {}
    await hass.config_entries.async_set_disabled_by(family.entry.entry_id, None)
    await hass.async_block_till_done()


async def test_a_proxy_that_is_mended_needs_no_restart(
    family: Family, hass: HomeAssistant, silent_address: str
) -> None:
    """It is looked at again after minutes while something is wrong, and once a day else."""
    port = URL(silent_address).port
    await hass.config.async_update(internal_url=silent_address)
    await settle(lambda: "base_url_refused" in issues(hass))
    async with proxy(str(family.client.make_url("")).rstrip("/"), port=port):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2, seconds=5))
        await settle(lambda: "base_url_refused" not in issues(hass))
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(days=1, minutes=3))
    await settle(lambda: "base_url_refused" in issues(hass))


async def test_a_doubt_keeps_nothing_from_playing(
    family: Family, hass: HomeAssistant, tune: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a warning; the page of the system's health names it without the address."""
    async with proxy(str(hass.config.internal_url), drops=frozenset({"range"})) as url:
        await hass.config.async_update(internal_url=url)
        await settle(lambda: "base_url_ranges_dropped" in issues(hass))
        assert issues(hass)["base_url_ranges_dropped"].severity is ir.IssueSeverity.WARNING
        await create(family, "Bedtime", tune)
        info = await get_system_health_info(hass, DOMAIN)
        info["can_reach_login"].close()
        assert info["player_address"] == "automatic, http: ranges_dropped"
        assert info["cards_elsewhere"] == 0
    monkeypatch.delenv(API_VARIABLE)
    await hass.config.async_update(internal_url=str(family.client.make_url("")).rstrip("/"))
    await settle(lambda: "base_url_loopback" in issues(hass))
    assert "base_url_ranges_dropped" not in issues(hass)


async def test_tokens_are_not_in_the_log_of_the_web_server(
    family: Family, tune: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even while it writes down every request; whatever else it writes stays as it is."""
    card_id = await create(family, "Bedtime", tune)
    (url,) = urls(at_yoto(family, card_id))
    token = URL(url).path.split("/")[-2]
    caplog.set_level(logging.DEBUG)
    for logger in ("homeassistant.helpers.http", "aiohttp.access"):
        logging.getLogger(logger).setLevel(logging.DEBUG)
    caplog.clear()
    await family.client.get(URL(url).path, headers=PLAYER)
    await family.client.get(icon_path(token, "R1"), headers=PLAYER)
    await family.client.get("/api/yoto_smart_stream/probe/nothing")
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    messages = [record.getMessage() for record in caplog.records]
    assert any("Serving /api/yoto_smart_stream/s/…/01.mp3" in one for one in messages)
    assert any("Serving /api/yoto_smart_stream/i/…/R1.png" in one for one in messages)
    assert any("Serving /api/yoto_smart_stream/probe/nothing" in one for one in messages)
    assert [record.name for record in caplog.records if token in str(vars(record))] == []

"""What the display of a player shows while Home Assistant plays something on it (protocol §5.3)."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.components.tts.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util
from PIL import Image
import pytest

from custom_components.yoto_smart_stream.artwork.icon import make_icon
from custom_components.yoto_smart_stream.artwork.signs import Sign, draw_signs
from custom_components.yoto_smart_stream.cards.builder import DEFAULT_ICON
from custom_components.yoto_smart_stream.cards.live import LiveChapter
from custom_components.yoto_smart_stream.delivery.profile import Interactive
from custom_components.yoto_smart_stream.diagnostics import async_get_config_entry_diagnostics
from custom_components.yoto_smart_stream.live import holders, icons
from custom_components.yoto_smart_stream.live.runner import LIVE_CARDS
from custom_components.yoto_smart_stream.live.serving import async_setup_live_cards
from custom_components.yoto_smart_stream.opening.opener import async_get_opener
from custom_components.yoto_smart_stream.program.editing import queue_of
from custom_components.yoto_smart_stream.program.item import Item
from custom_components.yoto_smart_stream.program.queue import Queue
from custom_components.yoto_smart_stream.program.session import begin
from custom_components.yoto_smart_stream.streaming.addresses import icon_path
from custom_components.yoto_smart_stream.streaming.limits import Allowance, Limits
from custom_components.yoto_smart_stream.streaming.registry import async_get_registry
from custom_components.yoto_smart_stream.streaming.views import LIMITS
from simulator.traits import IconFetches, InteractiveStreams, Traits
from tests.artwork.paint import BLUE, RED, Colour, plain, saved
from tests.reachability.strangers import proxy

from . import Family, settle
from .concert import PLAYER, Concert, make_concert
from .examiner import find, give
from .jukebox import line_up, plays
from .storybook import SEA, Storybook
from .test_audio_speech import Parrot

GREEN = (0, 255, 0, 255)
_LONG = 60.0
SIGNS = draw_signs()


@pytest.fixture
def players() -> int:
    """One is enough."""
    return 1


@pytest.fixture
def speed() -> float:
    """Let nothing be over before it is looked at."""
    return 1


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a busy machine take its time to make a picture small."""
    monkeypatch.setattr(icons, "PATIENCE", _LONG)


@pytest.fixture
def more_components(hass: HomeAssistant, tmp_path: Path) -> tuple[str, ...]:
    """Ask for speech, and for pictures in a folder."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    hass.config.media_dirs = {"local": str(tmp_path)}
    return ("tts",)


@pytest.fixture
async def concert(family: Family, tmp_path: Path) -> Concert:
    """Return long songs: an ant in red, a bee in blue, and others without a cover."""
    concert = await make_concert(family, tmp_path, seconds=60)
    await paint(concert, tmp_path, "Ant", RED)
    await paint(concert, tmp_path, "Bee", BLUE)
    return concert


async def paint(concert: Concert, folder: Path, title: str, colour: Colour) -> None:
    """Give a song a cover of one colour."""
    path = folder / f"{title} {colour[:3]}.png"
    await asyncio.to_thread(path.write_bytes, saved(plain((32, 32), colour)))
    audio_id = concert.songs[title].audio_id
    await concert.act("update_audio", audio_id=audio_id, cover=str(path))


def colour_of(content: bytes) -> object:
    """Return the colour in the middle of an icon, which is as it has to be."""
    picture = Image.open(BytesIO(content))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (16, 16))
    return picture.getpixel((8, 8))


async def displays(family: Family, wanted: Colour | bytes) -> None:
    """Wait until the display shows an icon, or one of a colour."""

    def does() -> bool:
        content = family.player.picture()
        if content is None:
            return False
        return content == wanted if isinstance(wanted, bytes) else colour_of(content) == wanted

    await settle(does)


async def token_of(family: Family) -> str:
    """Return the token of the live card."""
    registry = await async_get_registry(family.hass)
    card = registry.live_card(family.player_id, owner=family.entry.entry_id)
    assert card is not None
    return card.token


async def shown(family: Family, token: str, chapter: str) -> bytes:
    """Return the icon of a chapter, as whoever asks for it gets it."""
    answer = await family.client.get(icon_path(token, chapter), headers=PLAYER)
    assert answer.status == 200
    assert answer.content_type == "image/png"
    assert answer.headers["Cache-Control"] == "no-store"
    return await answer.read()


async def parts(family: Family, card_id: str) -> list[dict[str, Any]]:
    """Return the chapters and tracks of a card as Yoto has it."""
    card = await family.entry.runtime_data.account.own_card(card_id)
    content: Any = card["content"]
    return [part for chapter in content["chapters"] for part in (chapter, *chapter["tracks"])]


async def live_parts(family: Family) -> list[dict[str, Any]]:
    """Return the chapters and tracks of the live card."""
    registry = await async_get_registry(family.hass)
    card = registry.live_card(family.player_id, owner=family.entry.entry_id)
    assert card is not None
    assert card.card_id is not None
    return await parts(family, card.card_id)


async def switch(family: Family, *, on: bool) -> None:
    """Set the option with the gear of the account, and wait for the players."""
    form = await family.options("account")
    flows = family.hass.config_entries.options
    done = await flows.async_configure(form["flow_id"], {"live_icons": on})
    assert done["type"] == "create_entry"
    await settle(lambda: family.entry.state.recoverable)
    await family.hass.async_block_till_done()
    await settle(
        lambda: all(
            state.snapshot.volume is not None for state in family.entry.runtime_data.data.values()
        )
    )


def names(listed: Iterable[dict[str, Any]]) -> set[str]:
    """Return what cards say of their icons."""
    return {name for part in listed for name in part["display"]}


async def test_the_display_shows_what_plays(family: Family, concert: Concert) -> None:
    """A knob leads to the next picture, the other one back, and what has none shows a sign."""
    await line_up(concert, "Ant", "Bee", "Cat")
    await plays(family, "Ant")
    await displays(family, RED)
    await family.player.press("right")
    await displays(family, BLUE)
    await plays(family, "Bee")
    await family.player.press("right")
    await displays(family, SIGNS[Sign.MUSIC])
    await plays(family, "Cat")
    await family.player.press("left")
    await displays(family, BLUE)
    await family.player.remove()
    await family.act("media_player.media_stop")
    await settle(lambda: family.player.view()["display"] is None)


async def test_home_assistant_shows_what_the_display_shows(
    family: Family, concert: Concert
) -> None:
    """As an image, and in the media player what has no cover; both large, dot by dot."""
    await line_up(concert, "Ant", "Cat")
    await plays(family, "Ant")
    await displays(family, RED)
    assert await small(family, "image", "display_icon") == plain((16, 16), RED).tobytes()
    before = family.state("image", "display_icon").state
    await family.player.press("right")
    await plays(family, "Cat")
    await settle(lambda: family.state("image", "display_icon").state != before)
    sign = Image.open(BytesIO(SIGNS[Sign.MUSIC])).tobytes()
    assert await small(family, "image", "display_icon") == sign
    assert await small(family, "media_player") == sign


async def small(family: Family, platform: str, key: str | None = None) -> bytes:
    """Return the dots of the large picture of an entity."""
    answer = await family.client.get(family.state(platform, key).attributes["entity_picture"])
    assert answer.status == 200
    picture = Image.open(BytesIO(await answer.read())).convert("RGBA")
    assert picture.size == (320, 320)
    return picture.resize((16, 16), Image.Resampling.NEAREST).tobytes()


async def test_a_look_shows_what_would_play_and_takes_no_step(
    family: Family, concert: Concert
) -> None:
    """Of each chapter, whoever asks and however often, also of those that are out of phase."""
    await line_up(concert, "Ant", "Bee")
    await plays(family, "Ant")
    await displays(family, RED)
    token, live = await token_of(family), family.hass.data[LIVE_CARDS]
    here = live.session(token)
    assert here is not None
    chapter = here.current.chapter
    for _ in range(2):
        for other in LiveChapter:
            follows = chapter.leads_to(other) and other.value[0] in "RE"
            colour = colour_of(await shown(family, token, other.value))
            assert colour == (BLUE if follows else RED), other
    head = await family.client.head(icon_path(token, "L0"), headers=PLAYER)
    assert (head.status, await head.read()) == (200, b"")
    after = live.session(token)
    assert after is not None
    assert (after.standing.outcome, after.ahead, after.history, after.glimpsed) == (
        here.standing.outcome,
        here.ahead,
        here.history,
        here.glimpsed,
    )
    await family.player.press("right")
    await plays(family, "Bee")


async def test_an_announcement_shows_speech(
    family: Family, concert: Concert, tmp_path: Path
) -> None:
    """And then what it has interrupted again."""
    parrot = Parrot(tmp_path)
    await family.hass.data[DATA_COMPONENT].async_add_entities([parrot])
    await line_up(concert, "Ant")
    await plays(family, "Ant")
    await displays(family, RED)
    await family.act(
        "media_player.play_media",
        media_content_id=f"media-source://tts/tts.parrot?message={'Dinner-' * 10}",
        media_content_type="music",
        announce=True,
    )
    await displays(family, SIGNS[Sign.SPEECH])
    await displays(family, RED)


@pytest.mark.parametrize("by_card", [False, True])
async def test_a_story_shows_the_icon_of_its_node(
    family: Family, concert: Concert, by_card: bool
) -> None:
    """Or the cover of what is heard; and the sign of stories where there is neither."""
    book = Storybook(family, concert)
    account = family.entry.runtime_data.account
    icon = next(one for one in await account.studio.icons() if one.title)
    text = SEA.replace("audio: Bee", f"audio: Cat\n    icon: {icon.title}")
    text = text.replace("  boat:", "  boat:\n    icon: /nowhere/boat.png")
    await book.ask("save_story", text=text)
    if by_card:
        card_id = (await book.ask("publish_story", story_id="To the sea", delivery="live"))[
            "card_id"
        ]
        assert names(await parts(family, card_id)) == {"iconUrl16x16"}
        await family.player.insert(card_id)
    else:
        await book.act("start_story", story_id="To the sea")
    await book.comes_to("beach")
    await displays(family, RED)
    await family.player.press("left")
    async with async_get_clientsession(family.hass).get(icon.url) as answer:
        drawn = await answer.read()
    await displays(family, make_icon(drawn, still=True).content)
    await book.comes_to("shell")
    await book.act("start_story", story_id="To the sea", restart=True)
    await book.comes_to("beach")
    await displays(family, RED)
    await family.player.press("right")
    await displays(family, SIGNS[Sign.STORY])


async def test_without_a_clear_player_a_story_card_shows_its_sign(
    family: Family, concert: Concert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is noted or told, since only an icon was asked for."""
    monkeypatch.setattr(holders, "PATIENCE", 0.01)
    book = Storybook(family, concert)
    await book.ask("save_story", text=SEA)
    await book.ask("publish_story", story_id="To the sea", delivery="live")
    (card,) = (await async_get_registry(family.hass)).story_cards()
    for chapter in LiveChapter:
        assert await shown(family, card.token, chapter) == SIGNS[Sign.STORY]
    assert family.hass.data[LIVE_CARDS].sessions == ()


async def test_the_option_brings_back_the_icon_that_is_always_the_same(
    family: Family, concert: Concert
) -> None:
    """And the card changes when something is played next, in both directions."""
    await line_up(concert, "Ant")
    await displays(family, RED)
    assert names(await live_parts(family)) == {"iconUrl16x16"}
    await switch(family, on=False)
    await line_up(concert, "Bee")
    await plays(family, "Bee")
    before = await live_parts(family)
    assert {str(part["display"]) for part in before} == {str({"icon16x16": DEFAULT_ICON})}
    assert family.player.view()["display"] is None
    await switch(family, on=True)
    await line_up(concert, "Ant")
    await displays(family, RED)


async def test_a_wrong_address_shows_nothing(family: Family, concert: Concert) -> None:
    """404, and never 401: of a token that is unknown or revoked, of other tokens and chapters."""
    await line_up(concert, "Ant")
    await displays(family, RED)
    token = await token_of(family)
    stream = await concert.set("Songs", concert.songs["Ant"].audio_id)
    assert stream
    other = (await concert.url("Songs")).split("/")[4]
    for path in (icon_path(token, "X1"), icon_path("nobody", "start"), icon_path(other, "start")):
        assert (await family.client.get(path)).status == 404
    await (await async_get_registry(family.hass)).async_revoke([token])
    assert (await family.client.get(icon_path(token, "start"))).status == 404


async def test_who_asks_too_often_is_told_when_to_come_again(
    family: Family, concert: Concert
) -> None:
    """Icons count as audio does, by requests and by connections."""
    registry = await async_get_registry(family.hass)
    card = await registry.async_add_live_card("nobody", owner=family.entry.entry_id)
    path, wide = icon_path(card.token, "start"), Allowance(burst=99, rate=99, connections=99)
    for token in (
        Allowance(burst=1, rate=0.001, connections=9),
        Allowance(burst=99, rate=99, connections=1),
    ):
        limits = family.hass.data[LIMITS] = Limits(token=token, address=wide)
        assert (await family.client.get(path)).status == 200
        with limits.connection(card.token, "192.0.2.1"):
            refused = await family.client.get(path)
        assert refused.status == 429
        assert int(refused.headers["Retry-After"]) > 0


async def test_after_a_restart_the_display_shows_what_plays(
    family: Family, concert: Concert
) -> None:
    """Of the chapter in which the player is, and of the one that follows."""
    await line_up(concert, "Ant", "Bee")
    await plays(family, "Ant")
    await displays(family, RED)
    token = await token_of(family)
    await async_setup_live_cards(family.hass, await async_get_opener(family.hass))
    assert await family.hass.config_entries.async_reload(family.entry.entry_id)
    session = family.hass.data[LIVE_CARDS].session(token)
    assert session is not None
    assert colour_of(await shown(family, token, session.current.chapter.value)) == RED
    await family.player.press("right")
    await displays(family, BLUE)


async def test_there_always_is_a_picture(family: Family, concert: Concert) -> None:
    """Also of a card on which nothing was ever played."""
    registry = await async_get_registry(family.hass)
    card = await registry.async_add_live_card("nobody", owner=family.entry.entry_id)
    for chapter in LiveChapter:
        assert await shown(family, card.token, chapter.value) == SIGNS[Sign.SILENCE]
    assert family.hass.data[LIVE_CARDS].session(card.token) is None


async def test_another_cover_is_shown_at_once(
    family: Family, concert: Concert, tmp_path: Path
) -> None:
    """And an icon that an audio of the library has of Yoto's comes first."""
    await line_up(concert, "Ant")
    await displays(family, RED)
    token = await token_of(family)
    session = family.hass.data[LIVE_CARDS].session(token)
    assert session is not None
    chapter = session.current.chapter.value
    await paint(concert, tmp_path, "Ant", GREEN)
    assert colour_of(await shown(family, token, chapter)) == GREEN
    icon = (await family.entry.runtime_data.account.studio.icons())[0]
    ant = concert.songs["Ant"].audio_id
    await concert.act("update_audio", audio_id=ant, icon=icon.reference)
    async with async_get_clientsession(family.hass).get(icon.url) as answer:
        drawn = await answer.read()
    assert await shown(family, token, chapter) == make_icon(drawn, still=True).content
    await concert.act("update_audio", audio_id=ant, icon="🦄")
    unicorn = await shown(family, token, chapter)
    assert colour_of(unicorn) != GREEN
    assert unicorn not in SIGNS.values()
    # Whoever asks for an icon has nothing sent to Yoto.
    assert not any(one.is_own for one in await family.entry.runtime_data.account.studio.icons())


async def test_a_slow_picture_is_shown_the_next_time(
    family: Family, concert: Concert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sign comes meanwhile, and one that never comes is not asked for again and again."""
    arrived, asked = asyncio.Event(), list[str]()

    async def serve(request: web.Request) -> web.Response:
        asked.append(request.match_info["name"])
        if request.match_info["name"] != "logo.png":
            raise web.HTTPNotFound
        await arrived.wait()
        return web.Response(body=saved(plain((90, 40), GREEN)))

    app = web.Application()
    app.router.add_get("/{name}", serve)
    async with TestServer(app, host="127.0.0.1") as server:
        token = await lay_out(
            family, str(server.make_url("/logo.png")), str(server.make_url("/gone.png"))
        )
        monkeypatch.setattr(icons, "PATIENCE", 0.0)
        assert await shown(family, token, "start") == SIGNS[Sign.RADIO]
        assert await shown(family, token, "start") == SIGNS[Sign.RADIO]
        arrived.set()
        monkeypatch.setattr(icons, "PATIENCE", _LONG)
        assert colour_of(await shown(family, token, "start")) == GREEN
        for _ in range(2):
            assert await shown(family, token, "R1") == SIGNS[Sign.RADIO]
    assert asked == ["logo.png", "gone.png"]
    assert colour_of(await shown(family, token, "start")) == GREEN


async def lay_out(family: Family, *covers: str) -> str:
    """Have stations with covers played on a card that nobody has, and return its token."""
    registry = await async_get_registry(family.hass)
    owner = family.entry.entry_id
    card = registry.live_card("nobody", owner=owner)
    if card is None:
        card = await registry.async_add_live_card("nobody", owner=owner)
    items = [
        Item(media=f"https://radio.invalid/{number}", title="Radio", cover=cover)
        for number, cover in enumerate(covers)
    ]
    now = dt_util.utcnow()
    session = begin(card.token, "nobody", Queue(), now)
    program = queue_of(items)
    taken = program.start()
    standing = replace(session.standing, program=taken.program, outcome=taken.outcome, since=now)
    playing = replace(session, standing=standing, departed=False)
    await family.hass.data[LIVE_CARDS].async_change(card.token, "nobody", lambda _: playing)
    return card.token


async def test_a_plain_card_shows_what_plays_too(family: Family, concert: Concert) -> None:
    """Where a player refuses streams on interactive cards."""
    give(family, Traits(interactive_streams=InteractiveStreams.REFUSED))
    await find(family, Interactive.REFUSED)
    await line_up(concert, "Ant", "Bee")
    await plays(family, "Ant")
    await displays(family, RED)
    assert names(await live_parts(family)) == {"iconUrl16x16"}
    await family.player.turn("right", 1)
    await displays(family, BLUE)
    await plays(family, "Bee")


async def test_a_player_that_fetches_all_icons_at_once_gets_them(
    family: Family, concert: Concert
) -> None:
    """A picture of each chapter as it would be then, and the audio comes all the same."""
    give(family, Traits(icon_fetches=IconFetches.AT_INSERT))
    await line_up(concert, "Ant", "Bee")
    await plays(family, "Ant")
    await displays(family, RED)
    await family.player.press("right")
    await plays(family, "Bee")


async def test_a_story_card_that_has_moved_is_not_taken_for_changed(
    family: Family, concert: Concert
) -> None:
    """Its icons move along with its audio, and it can be published again."""
    book = Storybook(family, concert)
    await book.ask("save_story", text=SEA)
    published = await book.ask("publish_story", story_id="To the sea", delivery="live")
    async with proxy(str(family.hass.config.internal_url)) as elsewhere:
        await family.hass.config.async_update(internal_url=elsewhere)
        moved = await book.ask("update_card_addresses")
        assert [one["result"] for one in moved["cards"]] == ["rewritten"]
        card = await parts(family, str(published["card_id"]))
        urls = [part["display"]["iconUrl16x16"] for part in card]
        urls += [part["trackUrl"] for part in card if "trackUrl" in part]
        assert urls
        assert all(url.startswith(f"{elsewhere}/") for url in urls)
        again = await book.ask("publish_story", story_id="To the sea", delivery="live")
        assert again["card_id"] == published["card_id"]


async def test_the_token_is_in_no_diagnosis(family: Family, concert: Concert) -> None:
    """An address of an icon holds the permission to hear what is played."""
    await line_up(concert, "Ant")
    await displays(family, RED)
    token = await token_of(family)
    report = await async_get_config_entry_diagnostics(family.hass, family.entry)
    assert token not in str(report)

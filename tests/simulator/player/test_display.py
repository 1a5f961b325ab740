"""What a display shows of icons that a card names by their addresses (protocol §5.3)."""

from hashlib import sha256
import struct
from typing import Any
import zlib

import pytest

from simulator.traits import IconFetches
from simulator.world import JsonObject

from .stage import Stage, tune, until


def icon(colour: bytes, side: int = 16, colour_type: int = 6) -> bytes:
    """Return a PNG of one colour, of as many channels as it has bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + zlib.crc32(kind + content).to_bytes(4)
        )

    head = struct.pack(">IIBBBBB", side, side, 8, colour_type, 0, 0, 0)
    dots = zlib.compress((b"\0" + colour * side) * side)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", dots), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


RED, BLUE = icon(b"\xff\0\0\xff"), icon(b"\0\0\xff\xff")


@pytest.fixture
def scene(on_stage: Stage) -> Stage:
    """Return a player, and a long card whose chapters have icons of different colours."""
    on_stage.media.bodies |= {"red.png": RED, "blue.png": BLUE, "a.mp3": tune(900)}
    show(
        on_stage,
        {"iconUrl16x16": at(on_stage, "red.png")},
        {"iconUrl16x16": at(on_stage, "blue.png")},
    )
    return on_stage


def at(scene: Stage, name: str) -> str:
    """Return the address of an icon."""
    return f"{scene.media.url}{name}"


def show(scene: Stage, *displays: JsonObject) -> None:
    """Have the tracks of the card show something."""
    tracks: list[JsonObject] = [{"display": display} for display in displays]
    scene.put_card("abcde", *tracks)


def show_shortly(scene: Stage) -> None:
    """Have one short track show an icon."""
    scene.put_card("abcde", {"name": "b.mp3", "display": {"iconUrl16x16": at(scene, "red.png")}})


def fetched(scene: Stage) -> list[str]:
    """Return the names of the icons that were asked for."""
    names = (str(one["url"]).rsplit("/", 1)[1] for one in scene.player.fetches())
    return [name for name in names if name.endswith(".png")]


async def test_the_icon_of_a_track_is_fetched_when_that_begins(scene: Stage) -> None:
    """And shown; the control API tells its digest. Nothing of it is left after the card."""
    await scene.player.insert("abcde")
    await until(lambda: scene.player.picture() == RED)
    assert fetched(scene) == ["red.png"]
    assert scene.player.view()["display"] == {
        "url": at(scene, "red.png"),
        "bytes": len(RED),
        "sha256": sha256(RED).hexdigest(),
    }
    await scene.player.turn("right", 1)
    await until(lambda: scene.player.picture() == BLUE)
    await scene.player.turn("right", -1)
    await until(lambda: scene.player.picture() == RED)
    assert fetched(scene) == ["red.png", "blue.png", "red.png"]
    await scene.player.remove()
    assert scene.player.view()["display"] is None


async def test_all_icons_of_a_card_are_fetched_when_it_is_put_in(scene: Stage) -> None:
    """Once each, and kept."""
    scene.device.traits.icon_fetches = IconFetches.AT_INSERT
    await scene.player.insert("abcde")
    await until(lambda: scene.player.picture() == RED and fetched(scene) == ["red.png", "blue.png"])
    await scene.player.turn("right", 1)
    await until(lambda: scene.player.picture() == BLUE)
    assert fetched(scene) == ["red.png", "blue.png"]


async def test_a_player_may_never_fetch_icons(scene: Stage) -> None:
    """Then it shows none."""
    scene.device.traits.icon_fetches = IconFetches.NEVER
    show_shortly(scene)
    await scene.player.insert("abcde")
    await until(scene.player.played)
    assert scene.player.picture() is None
    assert fetched(scene) == []


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"GIF89a",
        RED[:20],
        icon(b"\xff\0\0\xff", side=32),
        icon(b"\xff\0\0", colour_type=2),
    ],
)
async def test_what_is_no_icon_shows_nothing_and_stops_nothing(
    scene: Stage, content: bytes | None
) -> None:
    """The server has none, or something else."""
    show_shortly(scene)
    scene.media.bodies.pop("red.png")
    if content is not None:
        scene.media.bodies["red.png"] = content
    await scene.player.insert("abcde")
    await until(scene.player.played)
    assert scene.player.played()[0]["error"] is None
    assert "red.png" in fetched(scene)
    assert scene.player.view()["display"] is None


async def test_an_icon_of_yotos_is_not_fetched(scene: Stage) -> None:
    """That of a track comes before that of its chapter."""
    show(scene, {"icon16x16": f"yoto:#{'i' * 43}"}, {})
    content: Any = scene.shelf.cards["abcde"]["content"]
    for chapter in content["chapters"]:
        chapter["display"] = {"iconUrl16x16": at(scene, "blue.png")}
    await scene.player.insert("abcde")
    await until(lambda: scene.player.view()["hearing"] is not None)
    assert scene.player.workings.display.url is None
    await scene.player.turn("right", 1)
    await until(lambda: scene.player.picture() == BLUE)
    assert fetched(scene) == ["blue.png"]

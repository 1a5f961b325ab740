"""The page on the queue: its example runs as it is printed."""

from pathlib import Path
import re

from homeassistant.util.yaml import parse_yaml

from . import Family, settle
from .concert import make_concert

PAGE = Path(__file__).parents[2] / "docs" / "queue.md"


async def test_the_example_runs(family: Family, tmp_path: Path) -> None:
    """It puts a song into the queue of a player that plays another one."""
    concert = await make_concert(family, tmp_path, seconds=60)
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    printed = parse_yaml(block)
    assert isinstance(printed, dict)
    domain, action = printed["action"].split(".")
    assert printed["target"] == {"entity_id": family.entity_id("media_player")}
    ant = f"media-source://yoto_smart_stream/library/{concert.songs['Ant'].audio_id}"
    for data in ({**printed["data"], "media_content_id": ant, "enqueue": "play"}, printed["data"]):
        await family.hass.services.async_call(
            domain, action, {**data, **printed["target"]}, blocking=True
        )
        await settle(lambda: family.state("media_player").attributes.get("media_title") == "Ant")
    assert family.state("media_player").attributes["queue"] == ["Ant", "Bee"]

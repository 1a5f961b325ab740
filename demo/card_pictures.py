"""Take the pictures of "Make a card" in the documentation: `python -m demo.card_pictures FOLDER`.

A demo is started for them. What they show is done there: audio is imported, a card is made with
the form of Home Assistant, and put into a player.
"""

import argparse
import asyncio
from collections.abc import Mapping
import json
from pathlib import Path
import shutil
import sys
import tempfile
from typing import Final

from PIL import Image
from playwright.async_api import FloatRect, Page, async_playwright

from .api import Json
from .cards import TUNES_FOLDER, insert_and_hear
from .dashboard import PATH
from .demonstration import Demonstration
from .login import DOMAIN
from .players import wait_for_players
from .screenshot import Opened, log_in
from .stack import Stack
from .waiting import until

TITLE: Final = "Songs for the moon"
CARD: Final[Json] = {
    "title": TITLE,
    "author": "Nana",
    "cover": "drawn",
    "delivery": "upload",
    "chapters": [
        {"audio_id": "Twinkle, Twinkle, Little Star", "icon": "choose"},
        {"audio_id": "Au clair de la lune", "icon": "choose"},
        {"audio_id": "Brahms's Lullaby", "icon": "choose"},
    ],
}
COLOURS: Final = 128
"""Of a picture: few are enough for pages, and keep it small."""
_FORM: Final[Mapping[str, object]] = {
    "panel-dev-action-state-service-data": {
        "action": f"{DOMAIN}.create_card",
        "data": CARD,
    },
    "panel-dev-action-state-yaml-mode": True,
}
"""What the frontend remembers of the form of an action, so that nobody has to type it."""
_WIDTH, _HEIGHT = 1000, 1250
_FORM_CLIP: Final[FloatRect] = {"x": 260, "y": 108, "width": 736, "height": 957}
_PLAYER_CLIP: Final[FloatRect] = {"x": 368, "y": 120, "width": 520, "height": 1042}


async def take_pictures(folder: Path) -> None:
    """Start a demo, take the pictures and end it."""
    with tempfile.TemporaryDirectory() as there:
        demonstration = Demonstration(folder=Path(there), port=0, players=1)
        async with Stack(demonstration.folder, players=1, at_noon=True) as stack:
            await demonstration.prepare(stack)
            home_assistant = stack.home_assistant
            await home_assistant.api.ask(
                f"{DOMAIN}.import_audio", media=str(home_assistant.media_dir / TUNES_FOLDER)
            )
            opened = Opened(url=home_assistant.url, token=home_assistant.api.token or "")
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=shutil.which("chromium"),
                    args=["--headless", "--no-sandbox", "--disable-gpu"],
                )
                page = await browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
                await log_in(page, opened)
                await _make_card(page, opened, folder / "make-a-card.png")
                await _hear_card(page, opened, stack, folder / "card-in-a-player.png")
                await browser.close()


async def _make_card(page: Page, opened: Opened, file: Path) -> None:
    """Perform the action with the form, and photograph it with its response."""
    remembered = "".join(
        f"localStorage.setItem({json.dumps(key)}, {json.dumps(json.dumps(value))});"
        for key, value in _FORM.items()
    )
    await page.add_init_script(remembered)
    await page.goto(f"{opened.url}/config/tools/action")
    await page.get_by_text("Perform action").click()
    await page.get_by_text("card_id:").wait_for()
    await page.wait_for_timeout(1_000)
    await _keep(page, _FORM_CLIP, file)


async def _hear_card(page: Page, opened: Opened, stack: Stack, file: Path) -> None:
    """Put the card into the player, and photograph that on the dashboard."""
    api, simulation = stack.home_assistant.api, stack.simulation
    (player,) = await wait_for_players(api, await simulation.player_ids())
    cards: list[Json] = await simulation.get("/sim/cards")
    card_id = next(card["card_id"] for card in cards if card["title"] == TITLE)
    await simulation.operate(player.player_id, "remove")
    await insert_and_hear(api, simulation, player, card_id)

    async def shown() -> bool:
        state = await api.state(player.media_player)
        return state is not None and "entity_picture" in state.attributes

    await until(shown, "the cover is shown")
    await page.goto(f"{opened.url}/{PATH}/players")
    await page.get_by_text("The players themselves").wait_for()
    await page.wait_for_load_state("networkidle")
    await page.wait_for_timeout(2_000)
    await _keep(page, _PLAYER_CLIP, file)


async def _keep(page: Page, clip: FloatRect, file: Path) -> None:
    """Photograph a part of a page, in few colours."""
    await page.screenshot(path=file, clip=clip)
    await asyncio.to_thread(_reduce, file)


def _reduce(file: Path) -> None:
    """Save a picture with few colours, in little room (blocking)."""
    with Image.open(file) as taken:
        reduced = taken.convert("RGB").quantize(COLOURS)
    reduced.save(file, optimize=True)


def main() -> int:
    """Take the pictures and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m demo.card_pictures", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder to write the PNG files to")
    asyncio.run(take_pictures(parser.parse_args().folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Take a picture of the demo's dashboard: `python -m demo.screenshot OUT.png`.

It shows a demo that it starts for itself, or a running one, named by its ready file.
"""

import argparse
import asyncio
from dataclasses import dataclass
import json
from pathlib import Path
import shutil
import sys
import tempfile
from typing import Final

from playwright.async_api import Page, async_playwright

from .dashboard import PATH
from .demonstration import Demonstration
from .stack import Stack

WIDTH: Final = 1360
HEIGHT: Final = 1900
PATIENCE: Final = 30_000
"""Milliseconds for anything to appear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A Home Assistant and a token that opens it."""

    url: str
    token: str


async def photograph(opened: Opened, file: Path) -> None:
    """Open the dashboard in a browser as the demo's user, and save what it shows."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = await browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1
        )
        page.set_default_timeout(PATIENCE)
        await log_in(page, opened)
        await page.goto(f"{opened.url}/{PATH}/players")
        await page.get_by_text("The players themselves").wait_for()
        # Covers, fonts and the simulator's own page arrive one by one.
        await page.wait_for_load_state("networkidle")
        await page.wait_for_timeout(2_000)
        await page.screenshot(path=file)
        await browser.close()


async def log_in(page: Page, opened: Opened) -> None:
    """Leave the token where the frontend keeps the one of a person who has logged in."""
    tokens = {
        "hassUrl": opened.url,
        "clientId": f"{opened.url}/",
        "access_token": opened.token,
        "refresh_token": "",
        "token_type": "Bearer",
        "expires_in": 1800,
        "expires": 4_102_444_800_000,
    }
    script = f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(tokens))});"
    await page.add_init_script(script)


async def _photograph_own(file: Path) -> None:
    """Start a demo, photograph it and end it."""
    with tempfile.TemporaryDirectory() as folder:
        demonstration = Demonstration(folder=Path(folder), port=0, players=2)
        async with Stack(
            demonstration.folder, players=demonstration.players, at_noon=True
        ) as stack:
            card_id = await demonstration.prepare(stack)
            await _let_the_second_play(stack, card_id)
            home_assistant = stack.home_assistant
            await photograph(
                Opened(url=home_assistant.url, token=home_assistant.api.token or ""), file
            )


async def _let_the_second_play(stack: Stack, card_id: str | None) -> None:
    """Put another card of the family into the second player: both have something to show."""
    cards = await stack.simulation.get("/sim/cards")
    other = next(each["card_id"] for each in cards if each["card_id"] != card_id)
    _, second, *_ = await stack.simulation.player_ids()
    await stack.simulation.operate(second, "insert", card_id=other)


def main() -> int:
    """Take the picture and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m demo.screenshot", description=__doc__)
    parser.add_argument("file", type=Path, help="PNG file to write")
    parser.add_argument("--of", type=Path, help="ready file of a running demo")
    given = parser.parse_args()
    if given.of is None:
        asyncio.run(_photograph_own(given.file))
    else:
        running = json.loads(given.of.read_text())["home_assistant"]
        asyncio.run(photograph(Opened(url=running["url"], token=running["token"]), given.file))
    return 0


if __name__ == "__main__":
    sys.exit(main())

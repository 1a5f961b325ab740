"""The page, used by a person with a mouse or a keyboard, in a real browser."""

from collections.abc import AsyncGenerator
from pathlib import Path
import re
import shutil

from playwright.async_api import Page, async_playwright, expect
import pytest

from .player.control import WaitingLogins, serve
from .player.stage import Stage, stage, tune

_CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_STATIC = Path(__file__).parents[2] / "simulator" / "page" / "static"


@pytest.fixture
async def scene(socket_enabled: None) -> AsyncGenerator[Stage]:
    """Return a player with a card of three long chapters, at twice real time."""
    async with stage(speed=2) as running:
        await running.ready()
        running.media.bodies["a.mp3"] = tune(300)
        running.put_card("abcde", {}, {}, {"name": "missing.mp3"})
        yield running


@pytest.fixture
async def page(scene: Stage) -> AsyncGenerator[Page]:
    """Return the page as a person opens it; nothing may be asked for from elsewhere."""
    async with serve(scene, WaitingLogins()) as server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        page = await browser.new_page()
        asked: list[str] = []
        wrong: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(str(server.make_url("/")))
        await expect(page.get_by_role("heading", name="Kitchen")).to_be_visible()
        try:
            yield page
        finally:
            await browser.close()
        assert wrong == []
        assert all(url.startswith(str(server.make_url("/"))) for url in asked)


async def put_in(page: Page) -> None:
    """Put the first card in, as a person does."""
    await page.get_by_label("Card to put in").select_option("Card abcde")
    await page.get_by_role("button", name="Put in").click()
    await expect(page.get_by_text("playing", exact=True)).to_be_visible()


async def test_a_person_puts_a_card_in_and_turns_the_knobs(page: Page, scene: Stage) -> None:
    """With the mouse: the wheel and dragging turn, a click presses."""
    await put_in(page)
    await expect(page.locator("[data-card-title]")).to_have_text("Card abcde")
    await expect(page.locator("[data-title]")).to_have_text("Card abcde")
    await expect(page.locator("[data-chapter-title]")).to_have_text("Chapter 01 · stream")

    left = page.get_by_role("button", name=re.compile("^Left knob"))
    await left.hover()
    await page.mouse.wheel(0, -120)
    await expect(page.locator("[data-volume]")).to_have_text("10/16")

    box = await left.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(middle[0], middle[1] - 25)
    await page.mouse.down()
    await page.mouse.move(middle[0] - 25, middle[1], steps=6)
    await page.mouse.up()
    await expect(page.locator("[data-volume]")).to_have_text("7/16")
    assert scene.player.view()["status"] == "playing"

    right = page.get_by_role("button", name=re.compile("^Right knob"))
    await right.click()
    await expect(page.get_by_text("paused", exact=True)).to_be_visible()
    await right.hover()
    await page.mouse.wheel(0, -60)
    await expect(page.locator("[data-chapter-title]")).to_have_text("Chapter 02 · stream")

    await page.get_by_role("button", name="Take out").click()
    await expect(page.locator("[data-title]")).to_have_text("Nothing plays")
    assert scene.player.view()["slot"] is None


async def test_the_keyboard_does_it_too(page: Page, scene: Stage) -> None:
    """Arrow keys turn, Enter presses, and everything is reached with Tab."""
    await page.get_by_label("Card to put in").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("playing", exact=True)).to_be_visible()

    await page.get_by_role("button", name=re.compile("^Right knob")).focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("[data-chapter]")).to_have_text("2/3")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("paused", exact=True)).to_be_visible()

    await page.get_by_role("button", name=re.compile("^Left knob")).focus()
    await page.keyboard.press("PageDown")
    await expect(page.locator("[data-volume]")).to_have_text("5/16")


async def test_small_buttons_turn_the_knobs(page: Page) -> None:
    """For those who do not think of the wheel."""
    await page.get_by_role("button", name="Louder").click()
    await page.get_by_role("button", name="Louder").click()
    await page.get_by_role("button", name="Quieter").click()
    await expect(page.locator("[data-volume]")).to_have_text("9/16")


async def test_switches_and_the_battery(page: Page, scene: Stage) -> None:
    """What is switched here is switched there, and the page follows the player."""
    await page.get_by_label("Wi-Fi").uncheck()
    await expect(page.get_by_text("offline")).to_be_visible()
    await page.get_by_label("Headphones").check()
    await page.get_by_label("Charger").check()
    await page.get_by_label("Battery").fill("33")
    await expect(page.locator("[data-battery-level]")).to_have_text("33 %")
    assert scene.player.view()["battery"] == {"level": 33, "charging": True}
    assert scene.player.view()["headphones"] is True

    await scene.player.wifi(up=True)
    await expect(page.get_by_text("online")).to_be_visible()
    await page.get_by_label("Power").uncheck()
    await expect(page.get_by_text("off", exact=True)).to_be_visible()
    await expect(page.get_by_role("img", name="Display: off")).to_be_visible()


async def test_errors_are_shown(page: Page) -> None:
    """A track that cannot be played is not silence; what happened can be read."""
    await put_in(page)
    next_chapter = page.get_by_role("button", name="Next chapter")
    await next_chapter.click()
    await next_chapter.click()
    await expect(page.get_by_role("alert").filter(has_text="404")).to_be_visible()
    await expect(page.get_by_role("img", name="Display: something went wrong")).to_be_visible()
    await page.get_by_text("What it has played and fetched").click()
    await expect(page.locator("[data-played] .bad")).to_contain_text("the server answered 404")
    await expect(page.locator("[data-fetched] li").first).to_contain_text("HEAD /missing.mp3: 404")


def test_the_page_needs_nothing_from_elsewhere() -> None:
    """No file names an address on another machine."""
    for file in _STATIC.iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE), file.name

"""The whole way once, which the newest Home Assistant has to go too."""

from demo.login import DOMAIN

from .home import SHORT, SONG, Home


async def test_smoke(new_home: Home) -> None:
    """From the login to a player that plays a file from Home Assistant and obeys its own knob."""
    home = new_home
    await home.log_in()
    await home.settle()
    # The frontend shows nothing at all while one action in the house cannot be described.
    assert DOMAIN in await home.api.command("get_services")

    card_id, (url,) = await home.new_card(SHORT)
    await home.hear(card_id)
    played = await home.played(url)
    assert played["error"] is None
    assert played["sha256"] == home.sha256(SHORT)

    card_id, _ = await home.new_card(SONG)
    await home.hear(card_id)
    await home.operate("press", button="right")
    await home.becomes("paused")

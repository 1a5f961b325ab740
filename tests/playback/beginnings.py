"""How players are before something happens to them."""

from collections.abc import Callable

from .witness import IDLE, Witness, playing

NONE = {"cardId": "none", "playbackStatus": "stopped"}
START_CARD = '{"uri":"https://yoto.io/7JtVV","chapterKey":"04","trackKey":"04"}'
RESUME_CARD = '{"uri":"https://yoto.io/7JtVV"}'


def idle(**options: object) -> Witness:
    """Return a witness of a player with nothing in it."""
    witness = Witness(**options)  # type: ignore[arg-type]
    witness.settle(IDLE, slot=0)
    return witness


def listening(card_id: str = "7JtVV", key: str = "02", *, at: int = 40, **more: object) -> Witness:
    """Return a witness of a player that plays a card of plastic; 20 seconds later."""
    witness = Witness()
    witness.settle(playing(card_id, key, at, **more), slot=1)
    return witness


def remote(card_id: str = "7JtVV", key: str = "02", *, at: int = 40, **more: object) -> Witness:
    """Return a witness of a player that plays what it was told to, with nothing in its slot."""
    witness = Witness()
    witness.settle(playing(card_id, key, at, source="remote", **more), slot=2)
    return witness


def paused() -> Witness:
    """Return a witness of a player whose card is paused."""
    return listening(playbackStatus="paused")


def after(witness: Witness, seconds: float, act: Callable[[], list[str]]) -> list[str]:
    """Let something happen later."""
    witness.wait(seconds)
    return act()


def stopped_with_its_card_in() -> Witness:
    """Return a witness of a player whose card was stopped by a command of long ago."""
    witness = listening()
    witness.command("card/stop")
    witness.answer("card-stop")
    witness.events(NONE)
    witness.wait(30)
    return witness


def quiet() -> Witness:
    """Return a witness of a player that pauses when it is turned down to silence."""
    witness = Witness(pauses_at_zero=True)
    witness.settle(playing(position=40), slot=1)
    return witness


def charging() -> Witness:
    """Return a witness of a player on its charger."""
    witness = Witness()
    witness.status(charging=1)
    witness.wait(20)
    return witness


type Act = Callable[[Witness], list[str]]

type Row = tuple[str, Callable[[], Witness], Act, list[str]]
"""What is looked at, how it begins, what happens, and what is told of it."""

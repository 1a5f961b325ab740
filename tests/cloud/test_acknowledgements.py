"""Whose command an answer belongs to."""

import asyncio
import json

import pytest

from custom_components.yoto_smart_stream.cloud.acknowledgements import Acknowledgements
from custom_components.yoto_smart_stream.cloud.commands import (
    PAUSE,
    Command,
    set_volume,
    start_card,
)
from custom_components.yoto_smart_stream.cloud.errors import (
    CommandRefusedError,
    CommandUnansweredError,
)

PLAYER = "y2iYT7ItkMRWbuMzTDuGjgmS"


def answer(word: str, *, key: str, body: object = "") -> bytes:
    """Return an acknowledgement in the documented shape (protocol §3.3)."""
    return json.dumps({"status": {key: word, "req_body": body}}).encode()


async def outcome(command: Command, *payloads: bytes) -> str:
    """Send a command, let answers arrive, and return how it went."""
    answers = Acknowledgements(patience=0.05)
    waiting = answers.expect(PLAYER, command)
    for payload in payloads:
        answers.receive(PLAYER, payload)
    try:
        await answers.settle(PLAYER, command, waiting)
    except CommandRefusedError:
        return "refused"
    except CommandUnansweredError:
        return "unanswered"
    return "done"


START = start_card("7JtVV", chapter_key="01", seconds=0)


@pytest.mark.parametrize(
    ("command", "payload", "expected"),
    [
        pytest.param(PAUSE, answer("OK", key="card-pause"), "done", id="pause"),
        pytest.param(PAUSE, answer("FAIL", key="card-pause"), "refused", id="refused pause"),
        pytest.param(
            START, answer("OK", key="card-play", body=START.payload), "done", id="its own start"
        ),
        pytest.param(
            START,
            answer("FAIL", key="card-play", body=json.dumps(json.loads(START.payload), indent=1)),
            "refused",
            id="echo in another layout",
        ),
        pytest.param(
            START,
            answer("FAIL", key="card-play", body=start_card("other").payload),
            "unanswered",
            id="another app's start",
        ),
        pytest.param(
            set_volume(4),
            answer("OK", key="set-volume", body=set_volume(5).payload),
            "unanswered",
            id="another app's volume",
        ),
        pytest.param(PAUSE, answer("OK", key="status/request"), "unanswered", id="a status"),
        pytest.param(START, answer("OK", key="card-play"), "done", id="no echo"),
        pytest.param(PAUSE, b"OK", "unanswered", id="no JSON"),
        pytest.param(PAUSE, b"[]", "unanswered", id="no object"),
        pytest.param(PAUSE, b'{"status":"OK"}', "unanswered", id="no status object"),
        pytest.param(PAUSE, answer("MAYBE", key="card-pause"), "unanswered", id="unknown word"),
    ],
)
async def test_an_answer_counts_only_for_its_own_command(
    command: Command, payload: bytes, expected: str
) -> None:
    """Other apps' answers arrive on the same topic."""
    assert await outcome(command, payload) == expected


async def test_the_first_answer_counts() -> None:
    """Deliveries may be repeated."""
    ok, fail = (answer(word, key="card-pause") for word in ("OK", "FAIL"))
    assert await outcome(PAUSE, ok, fail) == "done"


async def test_an_answer_without_a_question_is_ignored() -> None:
    """Another app is at work."""
    Acknowledgements().receive(PLAYER, answer("FAIL", key="card-pause"))


async def test_players_do_not_wait_for_each_other() -> None:
    """Turns are taken at one player only."""
    answers = Acknowledgements()
    async with answers.turn(PLAYER), asyncio.timeout(1), answers.turn("another"):
        assert answers.turn(PLAYER).locked()

"""Reading what players send: the payloads of docs/yoto-protocol.md and their loose typing."""

from dataclasses import replace
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.playback.messages import (
    Acknowledgement,
    Armed,
    CardInsertion,
    Control,
    DayMode,
    Events,
    Message,
    OwnCommand,
    PlaybackStatus,
    PowerSource,
    Presence,
    Status,
)
from custom_components.yoto_smart_stream.playback.wire import MalformedMessageError, parse

FULL = b"""{"trackLength":315,"position":0,"cardId":"7JtVV","repeatAll":true,"source":"remote",
 "cardUpdatedAt":"2021-07-13T14:51:26.576Z","chapterTitle":"Snow and Tell","chapterKey":"03",
 "trackTitle":"Snow and Tell","trackKey":"03","streaming":false,"volume":5,"volumeMax":8,
 "playbackStatus":"playing","playbackWait":false,"sleepTimerActive":false,"eventUtc":1715133271}"""
STATUS = b"""{"status":{"statusVersion":1,"fwVersion":"v2.23.2","productType":"mini",
 "batteryLevel":100,"als":0,"freeDisk":25160368,"shutdownTimeout":3600,"dbatTimeout":60,
 "charging":0,"activeCard":"none","cardInserted":0,"playingStatus":0,"headphones":0}}"""


def test_a_full_event_is_read() -> None:
    """The documented snapshot gives every field (protocol §3.5)."""
    assert parse("data/events", FULL) == Events(
        event_utc=1715133271,
        status=PlaybackStatus.PLAYING,
        waiting=False,
        card_id="7JtVV",
        chapter_key="03",
        chapter_title="Snow and Tell",
        track_key="03",
        track_title="Snow and Tell",
        track_length=315,
        position=0,
        source="remote",
        streaming=False,
        repeat_all=True,
        volume=5,
        volume_max=8,
        sleep_timer_active=False,
    )


def test_a_partial_event_says_nothing_of_the_rest() -> None:
    """A turn of the knob changes the volume only; silence is not zero."""
    assert parse("data/events", b'{"volume":0,"volumeMax":13,"eventUtc":1766515433}') == Events(
        event_utc=1766515433, volume=0, volume_max=13
    )


@pytest.mark.parametrize("topic", ["data/status", "status/full", "status"])
def test_a_status_block_is_read_from_every_topic(topic: str) -> None:
    """The captured block means the same wherever it arrives (protocol §3.7)."""
    assert parse(topic, STATUS) == Status(
        battery_level=100,
        charging=False,
        card_insertion=CardInsertion.NONE,
        active_card="",
        headphones=False,
        ambient_light=0,
        free_disk=25160368,
        firmware="v2.23.2",
    )


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        pytest.param({"temp": "24:21"}, {"battery_temperature": 24.0, "temperature": 21.0}),
        pytest.param({"temp": "notSupported:21:0"}, {"temperature": 21.0}),
        pytest.param(
            {"batteryTemp": "25", "temp": "24:notSupported"}, {"battery_temperature": 25.0}
        ),
        pytest.param({"nightlightMode": "0xff8c00"}, {"nightlight": (255, 140, 0)}),
        pytest.param({"nightlightMode": "off"}, {"nightlight": (0, 0, 0)}),
        pytest.param({"nightlightMode": "pink"}, {}),
        pytest.param({"day": -1}, {"day_mode": DayMode.UNKNOWN}),
        pytest.param({"day": 7}, {}),
        pytest.param({"powerSrc": "2"}, {"power_source": PowerSource.USB_C}),
        pytest.param({"shutDown": "userShutdown"}, {"shutdown": "userShutdown"}),
        pytest.param({"activeCard": "7JtVV"}, {"active_card": "7JtVV"}),
    ],
)
def test_odd_fields_of_a_status_block(
    block: dict[str, object], expected: dict[str, object]
) -> None:
    """Numbers stand for words, and one field holds two temperatures (protocol §3.7)."""
    message = parse("data/status", json.dumps({"status": block}).encode())
    assert message == replace(Status(), **expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("payload", "online"),
    [
        pytest.param(b'{"state":"online","ts":1766515433000}', True, id="its own word"),
        pytest.param(b'{"state":"offline"}', False, id="last will"),
    ],
)
def test_presence_is_read(payload: bytes, online: bool) -> None:
    """Presence tells whether a player is there."""
    assert parse("presence", payload) == Presence(online=online)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        pytest.param(b'{"volume":"7"}', Events(volume=7), id="number as text"),
        pytest.param(b'{"playbackWait":1}', Events(waiting=True), id="boolean as number"),
        pytest.param(b'{"streaming":"0"}', Events(streaming=False), id="boolean as text"),
        pytest.param(b'{"chapterKey":1}', Events(chapter_key="1"), id="key as number"),
        pytest.param(b'{"cardId":"none"}', Events(card_id=""), id="no card in words"),
        pytest.param(b'{"cardId":""}', Events(card_id=""), id="no card in none"),
        pytest.param(b'{"playbackStatus":"humming"}', Events(), id="unknown word"),
        pytest.param(b'{"volume":null,"position":[]}', Events(), id="nonsense"),
        pytest.param(b'{"volume":1e999}', Events(), id="infinite"),
    ],
)
def test_loose_typing_is_understood(payload: bytes, expected: Events) -> None:
    """A field means the same in any of the types it may come in; an odd one is left out."""
    assert parse("data/events", payload) == expected


@pytest.mark.parametrize("payload", [b"", b"\xff", b"[1]", b"5", b"{"])
def test_what_cannot_be_read_is_said_to_be_malformed(payload: bytes) -> None:
    """No payload at all is an error of its own, for one place to log."""
    with pytest.raises(MalformedMessageError):
        parse("data/events", payload)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        pytest.param(
            {"card-pause": "OK", "req_body": ""},
            Acknowledgement(control=Control.PLAYBACK, accepted=True, request="", word="card-pause"),
            id="accepted",
        ),
        pytest.param(
            {"card-play": "FAIL", "req_body": '{"uri":"x"}'},
            Acknowledgement(
                control=Control.PLAYBACK, accepted=False, request='{"uri":"x"}', word="card-play"
            ),
            id="refused",
        ),
        pytest.param(
            {"set-volume": "OK"},
            Acknowledgement(control=Control.VOLUME, accepted=True, word="set-volume"),
            id="without its request",
        ),
        pytest.param(
            {"events": "OK", "req_body": "x"},
            Acknowledgement(control=Control.OTHER, accepted=True, request="x", word="events"),
            id="of a report",
        ),
        pytest.param({"req_body": ""}, None, id="of nothing"),
        pytest.param("OK", None, id="of another shape"),
    ],
)
def test_answers_are_read(payload: object, expected: Acknowledgement | None) -> None:
    """Everybody sees them, whoever gave the command (protocol §3.3)."""
    assert parse("response", json.dumps({"status": payload}).encode()) == expected


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        ("command/events/request", Armed()),
        ("command/card/pause", OwnCommand(control=Control.PLAYBACK, word="card/pause")),
        ("command/volume/set", OwnCommand(control=Control.VOLUME, word="volume/set")),
        (
            "command/sleep-timer/set",
            OwnCommand(control=Control.SLEEP_TIMER, word="sleep-timer/set"),
        ),
        ("command/bluetooth/on", OwnCommand(control=Control.BLUETOOTH, word="bluetooth/on")),
        ("command/reboot", OwnCommand(control=Control.RESTART, word="reboot")),
    ],
)
def test_commands_of_ours_are_read(topic: str, expected: Message) -> None:
    """They explain what the player does next."""
    assert parse(topic, b"") == expected


@pytest.mark.parametrize("topic", ["progress", "reportplay", "data/else", ""])
def test_topics_of_no_interest_are_left_alone(topic: str) -> None:
    """Players publish more than anybody has explained (protocol §3.2)."""
    assert parse(topic, b"anything") is None


@given(
    topic=st.sampled_from(["data/events", "data/status", "presence"]),
    body=st.dictionaries(
        st.sampled_from(
            ["volume", "position", "cardId", "playbackStatus", "streaming", "status", "state"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.text(max_size=3), inner, max_size=2)
            ),
            max_leaves=3,
        ),
    ),
)
def test_no_json_object_breaks_the_reader(topic: str, body: dict[str, object]) -> None:
    """Whatever a firmware puts into a field, the rest of the message counts."""
    assert parse(topic, json.dumps(body).encode()) is not None

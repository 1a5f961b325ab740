"""Reports in plain words."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.automations.report import (
    GESTURES,
    TRACK_ABOUT_TO_END,
    Report,
)
from custom_components.yoto_smart_stream.automations.sentences import sentence
from custom_components.yoto_smart_stream.playback.occurrences import (
    Cause,
    Choice,
    Confidence,
    Kind,
    OfflineReason,
    Side,
)


def report(kind: str, **told: Any) -> Report:  # noqa: ANN401 - as many types as a report has
    """Return a report in which nothing is told but what is named."""
    blank = Report(
        type=kind,
        device_id=None,
        entity_id=None,
        player="Kitchen",
        card_id=None,
        card_title=None,
        chapter_key=None,
        chapter_title=None,
        track_key=None,
        track_title=None,
        position=None,
        cause="automatic",
        confidence="certain",
        side=None,
        gesture=None,
        choice=None,
        reason=None,
        on=None,
        volume=None,
        volume_before=None,
        device_time=None,
        received_at="2026-11-21T12:00:00+00:00",
    )
    blank.update(told)  # type: ignore[typeddict-item]
    return blank


@pytest.mark.parametrize(
    ("kind", "told", "read"),
    [
        ("card_inserted", {"card_title": "Moon Stories"}, "was given the card Moon Stories"),
        ("card_inserted", {"card_id": "5Kz0a"}, "was given the card 5Kz0a"),
        ("card_inserted", {}, "was given a card"),
        ("card_removed", {"card_title": "Moon Stories"}, "had the card Moon Stories taken out"),
        (
            "playback_started",
            {"card_title": "Moon Stories", "cause": "other_app"},
            "began to play Moon Stories from another app",
        ),
        ("playback_paused", {"cause": "player"}, "was paused"),
        ("playback_paused", {"cause": "home_assistant"}, "was paused from Home Assistant"),
        ("playback_paused", {"cause": "automatic"}, "paused by itself"),
        ("playback_resumed", {"card_title": "Moon Stories"}, "went on playing Moon Stories"),
        ("playback_stopped", {}, "stopped playing a card"),
        ("playback_ended", {"card_title": "Moon Stories"}, "came to the end of Moon Stories"),
        ("track_changed", {"track_title": "Take-off"}, "went to the track Take-off"),
        ("track_changed", {}, "went to another track"),
        ("chapter_changed", {"chapter_title": "One"}, "went to the chapter One"),
        ("volume_changed", {"volume": 0.5, "volume_before": 0.25}, "was turned up to 50% volume"),
        ("volume_changed", {"volume": 0.25, "volume_before": 0.5}, "was turned down to 25% volume"),
        ("volume_changed", {"volume": 0.0, "volume_before": 0.5}, "was turned down to silence"),
        ("volume_changed", {"volume": 0.5}, "was turned to 50% volume"),
        ("button_pressed", {"side": "right", "gesture": "press"}, "had the right knob pressed"),
        ("button_pressed", {"gesture": "press"}, "had a knob pressed"),
        (
            "button_pressed",
            {"side": "right", "gesture": "next"},
            "had the right knob turned forwards",
        ),
        (
            "button_pressed",
            {"side": "right", "gesture": "previous"},
            "had the right knob turned back",
        ),
        (
            "choice_made",
            {"choice": "left", "card_title": "The Maze"},
            "was answered with the left knob on The Maze",
        ),
        (
            "choice_made",
            {"choice": "none", "card_title": "The Maze"},
            "was given no answer on The Maze",
        ),
        ("sleep_timer_started", {"cause": "player"}, "had its sleep timer started"),
        ("sleep_timer_ended", {}, "came to the end of its sleep timer"),
        (
            "sleep_timer_ended",
            {"cause": "home_assistant"},
            "had its sleep timer switched off from Home Assistant",
        ),
        ("online", {}, "came online"),
        ("offline", {"reason": "switched_off"}, "was switched off"),
        ("offline", {"reason": "lost"}, "lost its connection"),
        ("offline", {}, "went offline"),
        ("headphones", {"on": True}, "had headphones plugged in"),
        ("headphones", {"on": False}, "had its headphones unplugged"),
        ("charging", {"on": True}, "began to charge"),
        ("charging", {"on": False}, "stopped charging"),
    ],
)
def test_it_reads_well(kind: str, told: dict[str, Any], read: str) -> None:
    """Said after the name of the player, it is a sentence."""
    assert sentence(report(kind, **told)) == read


def maybe(values: type[Side | Choice | OfflineReason] | tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Return one of some values, or none."""
    return st.none() | st.sampled_from([str(value) for value in values])


@given(
    kind=st.sampled_from([*(kind.value for kind in Kind), TRACK_ABOUT_TO_END]),
    told=st.fixed_dictionaries(
        {
            "cause": st.sampled_from([cause.value for cause in Cause]),
            "confidence": st.sampled_from([confidence.value for confidence in Confidence]),
            "side": maybe(Side),
            "gesture": maybe(tuple(map(str, GESTURES))),
            "choice": maybe(Choice),
            "reason": maybe(OfflineReason),
            "on": st.none() | st.booleans(),
            "card_title": st.none() | st.just("Moon Stories"),
            "track_title": st.none() | st.just("Take-off"),
            "volume": st.none() | st.sampled_from([0.0, 0.5, 1.0]),
            "volume_before": st.none() | st.sampled_from([0.0, 0.5, 1.0]),
        }
    ),
)
def test_whatever_is_told_has_words(kind: str, told: dict[str, Any]) -> None:
    """Every type, whatever else is known or not."""
    read = sentence(report(kind, **told))
    assert read
    assert "None" not in read
    assert "_" not in read

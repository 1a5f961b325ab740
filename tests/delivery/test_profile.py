"""What follows from a profile, and keeping it."""

from datetime import UTC, datetime

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.delivery.profile import (
    Delivery,
    Fact,
    Finding,
    Interactive,
    Profile,
    ProfileError,
    Unreached,
    delivery_of,
    profile_state,
    read_profile,
    report,
    succeeding,
    unreached,
)

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PROFILES = st.builds(
    Profile,
    checked_at=st.just(NOON),
    firmware=st.none() | st.just("v2.23.4"),
    interactive=st.sampled_from(Interactive),
    unreached=st.none() | st.sampled_from(Unreached),
    found=st.dictionaries(st.sampled_from(Fact), st.sampled_from(Finding)),
)


@given(PROFILES)
def test_a_profile_is_read_as_it_was_written(profile: Profile) -> None:
    """And a report has a line for everything that can be found out."""
    assert read_profile(profile_state(profile)) == profile
    lines = {line.what: line.finding for line in report(profile)}
    assert set(lines) == {
        *("firmware", "delivery", "interactive", "unreached"),
        *Fact,
    }
    assert all(lines[fact] == profile.finding(fact) for fact in Fact)


@pytest.mark.parametrize(
    ("interactive", "reached", "expected"),
    [
        (Interactive.PLAYED, Finding.YES, Delivery.LIVE),
        (Interactive.UNKNOWN, Finding.YES, Delivery.LIVE),
        (Interactive.IGNORED, Finding.YES, Delivery.LINEAR),
        (Interactive.REFUSED, Finding.YES, Delivery.LINEAR),
        (Interactive.UNKNOWN, Finding.NO, Delivery.NONE),
    ],
)
def test_the_delivery_follows(
    interactive: Interactive, reached: Finding, expected: Delivery
) -> None:
    """One that was never checked is trusted to be able."""
    profile = Profile(checked_at=NOON, interactive=interactive, found={Fact.REACHED: reached})
    assert delivery_of(profile) is expected
    assert delivery_of(None) is Delivery.LIVE


@pytest.mark.parametrize(
    "change",
    [
        {"checked_at": "yesterday"},
        {"checked_at": "2026-11-26T12:00:00"},
        {"firmware": 2},
        {"interactive": "perhaps"},
        {"unreached": "perhaps"},
        {"found": None},
        {"found": {"flies": "yes"}},
        {"found": {"ranges": "perhaps"}},
    ],
)
def test_what_was_written_otherwise_is_not_read(change: dict[str, object]) -> None:
    """It is an error of its own kind."""
    state = profile_state(Profile(checked_at=NOON))
    with pytest.raises(ProfileError):
        read_profile(state | change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fault", "secure", "expected"),
    [
        (Unreached.CERTIFICATE, True, Unreached.CERTIFICATE),
        (None, True, Unreached.AWAY),
        (None, False, Unreached.PLAIN),
    ],
)
def test_why_nothing_was_fetched(
    fault: Unreached | None, secure: bool, expected: Unreached
) -> None:
    """What Home Assistant sees itself goes first; a player that has fetched needs no reason."""
    profile = Profile(checked_at=NOON)
    missed = profile.with_finding(Finding.NO, Fact.REACHED)
    assert unreached(missed, fault, secure=secure).unreached is expected
    reached = profile.with_finding(Finding.YES, Fact.REACHED)
    assert unreached(reached, fault, secure=secure) == reached


def test_a_check_without_presses_keeps_what_was_known_of_them() -> None:
    """Unless the player's software is another one, or the player is not reached any more."""
    known = Profile(
        checked_at=NOON,
        firmware="1",
        interactive=Interactive.REFUSED,
        found={Fact.REACHED: Finding.YES, Fact.TURNS_TOLD: Finding.YES},
    )
    reached = Profile(checked_at=NOON, firmware="1", found={Fact.REACHED: Finding.YES})
    assert delivery_of(succeeding(known, reached)) is Delivery.LINEAR
    assert succeeding(known, reached).finding(Fact.TURNS_TOLD) is Finding.YES
    for other in (
        Profile(checked_at=NOON, firmware="2", found={Fact.REACHED: Finding.YES}),
        Profile(checked_at=NOON, firmware="1", found={Fact.REACHED: Finding.NO}),
    ):
        assert succeeding(known, other) == other
    assert succeeding(None, reached) == reached

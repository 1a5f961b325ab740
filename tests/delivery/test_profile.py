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
    delivery_of,
    profile_state,
    read_profile,
    report,
)

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PROFILES = st.builds(
    Profile,
    checked_at=st.just(NOON),
    firmware=st.none() | st.just("v2.23.4"),
    interactive=st.sampled_from(Interactive),
    found=st.dictionaries(st.sampled_from(Fact), st.sampled_from(Finding)),
)


@given(PROFILES)
def test_a_profile_is_read_as_it_was_written(profile: Profile) -> None:
    """And a report has a line for everything that can be found out."""
    assert read_profile(profile_state(profile)) == profile
    lines = {line.what: line.finding for line in report(profile)}
    assert set(lines) == {"firmware", "delivery", "interactive", *Fact}
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

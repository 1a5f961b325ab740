"""What is known of one player where nobody knows of all (protocol §9), and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from ..json import Json


class Finding(StrEnum):
    """Whether something is so."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Interactive(StrEnum):
    """What a player makes of streams on an interactive card."""

    PLAYED = "played"
    IGNORED = "ignored"
    """They are played, but the knobs do what they do on any card."""
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Delivery(StrEnum):
    """How audio of Home Assistant's choice reaches a player."""

    LIVE = "live"
    """By an interactive card whose knobs are previous and next."""
    LINEAR = "linear"
    """By a linear card, driven by commands, for its knob too."""
    NONE = "none"
    """Not at all: the player does not reach Home Assistant."""


class Ability(StrEnum):
    """What a player can do with Home Assistant's audio, for people. The words are keys of texts."""

    LIVE = "live"
    """Everything: the knobs lead on."""
    UNSURE = "unsure"
    """It plays; nobody has pressed."""
    LINEAR = "linear"
    """It plays on a plain card."""
    NONE = "none"
    """Nothing: it does not reach Home Assistant."""
    UNCHECKED = "unchecked"
    """Nobody knows, so it is taken to be able."""


class Unreached(StrEnum):
    """Why nothing was fetched, as far as that can be told. The words are keys of texts."""

    CERTIFICATE = "certificate"
    """The certificate is none that the public trusts."""
    ADDRESS = "address"
    """Home Assistant does not reach itself at its own address."""
    PLAIN = "plain"
    """The address has no TLS: players may want that, or be in another network."""
    AWAY = "away"
    """The address works from here, so the player may be in another network."""
    OTHER = "other"
    """Another address of Home Assistant's is fetched from, with TLS or without."""


class ProfileError(Exception):
    """A stored profile cannot be read."""

    code = "profile"


class Fact(StrEnum):
    """What can be found out. The words are keys of texts."""

    REACHED = "reached"
    """The player has fetched something."""
    SECURE = "secure"
    """That was over TLS."""
    PROBES = "probes"
    """There was a `HEAD`."""
    PROBES_AHEAD = "probes_ahead"
    """There was one for what follows by itself, before the end."""
    RANGES = "ranges"
    REPEATS = "repeats"
    """The beginning of a track was asked for more than once."""
    REDIRECTS = "redirects"
    """Redirections are followed."""
    PREFETCHES = "prefetches"
    """What follows by itself was asked for before the end."""
    PRESSES_TOLD = "presses_told"
    """A press on an interactive card was told over the live connection."""
    TURNS_TOLD = "turns_told"
    LENGTH_TOLD = "length_told"
    """The length of a stream that declares none was told."""
    LENGTH_TOLD_EARLY = "length_told_early"
    """That was one of a minute, most of which had not been heard."""
    ANSWERS_SHOWN = "answers_shown"
    """Answers to commands of other applications are seen."""


_ALL_UNKNOWN: Final[Mapping[Fact, Finding]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a player check has found."""

    checked_at: datetime
    firmware: str | None = None
    interactive: Interactive = Interactive.UNKNOWN
    unreached: Unreached | None = None
    """Why nothing was fetched; None where something was."""
    found: Mapping[Fact, Finding] = field(default_factory=lambda: _ALL_UNKNOWN)

    def finding(self, fact: Fact) -> Finding:
        """Return whether something is so."""
        return self.found.get(fact, Finding.UNKNOWN)

    def with_finding(self, finding: Finding, *facts: Fact) -> Profile:
        """Return the profile after facts have become known."""
        return replace(self, found={**self.found, **dict.fromkeys(facts, finding)})


def succeeding(known: Profile | None, profile: Profile) -> Profile:
    """Return a profile, with what an earlier check of the same firmware knew and this one does not.

    Somebody who did not press has found out nothing about presses, and the streams of a player that
    does not press play as before.
    """
    if known is None or known.firmware != profile.firmware:
        return profile
    if profile.finding(Fact.REACHED) is not Finding.YES:
        return profile
    unknown = profile.interactive is Interactive.UNKNOWN
    kept = {
        fact: finding
        for fact, finding in known.found.items()
        if profile.finding(fact) is Finding.UNKNOWN
    }
    return replace(
        profile,
        interactive=known.interactive if unknown else profile.interactive,
        found={**profile.found, **kept},
    )


def unreached(profile: Profile, fault: Unreached | None, *, secure: bool) -> Profile:
    """Return a profile with the reason why nothing was fetched, if nothing was.

    Args:
        profile: what was found.
        fault: what is wrong with the address, seen from Home Assistant.
        secure: whether the address is over TLS.
    """
    if profile.finding(Fact.REACHED) is not Finding.NO or profile.unreached is not None:
        return profile
    return replace(profile, unreached=fault or (Unreached.AWAY if secure else Unreached.PLAIN))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a report. Both words are keys of texts, but for the version of a firmware."""

    what: str
    finding: str


def delivery_of(profile: Profile | None) -> Delivery:
    """Choose how audio reaches a player; one that was never checked is trusted to be able."""
    if profile is None:
        return Delivery.LIVE
    if profile.finding(Fact.REACHED) is Finding.NO:
        return Delivery.NONE
    if profile.interactive in {Interactive.IGNORED, Interactive.REFUSED}:
        return Delivery.LINEAR
    return Delivery.LIVE


def ability_of(profile: Profile | None) -> Ability:
    """Return what a player can do, for people."""
    if profile is None:
        return Ability.UNCHECKED
    match delivery_of(profile):
        case Delivery.NONE:
            return Ability.NONE
        case Delivery.LINEAR:
            return Ability.LINEAR
        case Delivery.LIVE if profile.interactive is Interactive.UNKNOWN:
            return Ability.UNSURE
        case Delivery.LIVE:
            return Ability.LIVE


def report(profile: Profile) -> tuple[Line, ...]:
    """Return what can be shown to anybody: no token, no address, no name."""
    return (
        Line("firmware", profile.firmware or Finding.UNKNOWN.value),
        Line("delivery", delivery_of(profile).value),
        Line("interactive", profile.interactive.value),
        Line("unreached", profile.unreached.value if profile.unreached else "-"),
        *(Line(fact.value, profile.finding(fact).value) for fact in Fact),
    )


def profile_state(profile: Profile) -> dict[str, Json]:
    """Return a profile as JSON."""
    return {
        "checked_at": profile.checked_at.isoformat(),
        "firmware": profile.firmware,
        "interactive": profile.interactive.value,
        "unreached": None if profile.unreached is None else profile.unreached.value,
        "found": {fact.value: finding.value for fact, finding in profile.found.items()},
    }


def read_profile(state: Mapping[str, Json]) -> Profile:
    """Read a profile.

    Raises:
        ProfileError: it is none.
    """
    firmware, found, reason = state.get("firmware"), state.get("found"), state.get("unreached")
    if firmware is not None and not isinstance(firmware, str):
        raise ProfileError("the firmware is no text")
    if not isinstance(found, dict):
        raise ProfileError("there are no findings")
    try:
        checked_at = datetime.fromisoformat(str(state.get("checked_at")))
        if checked_at.tzinfo is None:
            raise ProfileError("the time of the check has no time zone")
        return Profile(
            checked_at=checked_at,
            firmware=firmware,
            interactive=Interactive(str(state.get("interactive"))),
            unreached=None if reason is None else Unreached(str(reason)),
            found={Fact(fact): Finding(str(finding)) for fact, finding in found.items()},
        )
    except ValueError as err:
        raise ProfileError("a word or a time of a profile is none") from err

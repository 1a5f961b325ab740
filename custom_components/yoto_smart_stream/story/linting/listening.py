"""What a child hears: whether audio is there, says what the knobs do, and is not too long."""

from collections.abc import Iterator, Mapping
from typing import Final

from ..errors import Place
from ..model import Audio, LibraryAudio, Spoken, Story, StreamAudio, Wait
from ..situation import Knob
from ..sounds import Sounds, seconds_of
from .finding import Finding, FindingCode, Fix, Severity
from .labels import label_findings, said_words
from .lists import OpenNode, place_of, place_of_node

LONG_WAIT: Final = 20
"""Seconds of silence that are much for a child."""
LONG_BEFORE_CHOICE: Final = 180
"""Seconds to listen to before something can be chosen."""


def knob_findings(story: Story, nodes: Mapping[str, OpenNode]) -> Iterator[Finding]:
    """Yield the knobs of which a child cannot know what they do."""
    for each in nodes.values():
        if not each.left and not each.right:
            continue
        knobs = ((Knob.LEFT, each.left), (Knob.RIGHT, each.right))
        for knob, choices in knobs:
            if not choices:
                yield dead_button(each, knob, Severity.HINT)
        if not each.variants:
            yield Finding(
                code=FindingCode.CHOICE_IN_SILENCE,
                severity=Severity.HINT,
                place=place_of_node(each.node),
                fix=Fix.ADD_AUDIO,
            )
            continue
        said = said_words(each)
        for knob, choices in knobs:
            yield from label_findings(each, knob, choices, said, story.variables)


def dead_button(node: OpenNode, knob: Knob, severity: Severity) -> Finding:
    """Return that a knob does nothing where the other leads on."""
    return Finding(
        code=FindingCode.DEAD_BUTTON,
        severity=severity,
        place=place_of_node(node.node),
        fix=Fix.ADD_CHOICE,
        detail={"knob": knob},
    )


def sound_findings(nodes: Mapping[str, OpenNode], sounds: Sounds | None) -> Iterator[Finding]:
    """Yield audio that is missing, and what takes long."""
    for each in nodes.values():
        offers = bool(each.left or each.right)
        for variant in each.variants:
            audio = variant.audio
            seconds = seconds_of(audio, sounds) if offers else None
            if seconds is not None and seconds > LONG_BEFORE_CHOICE:
                yield Finding(
                    code=FindingCode.LONG_BEFORE_CHOICE,
                    severity=Severity.HINT,
                    place=place_of(each.node, variant),
                    fix=Fix.SHORTEN,
                    detail={"seconds": str(round(seconds))},
                )
            if sounds is None or sounds.has(audio):
                continue
            yield _missing(audio, place_of(each.node, variant))
        for ending in each.on_end:
            if isinstance(ending.then, Wait) and ending.then.seconds > LONG_WAIT:
                yield Finding(
                    code=FindingCode.LONG_WAIT,
                    severity=Severity.HINT,
                    place=place_of(each.node, ending),
                    fix=Fix.SHORTEN,
                    detail={"seconds": str(ending.then.seconds)},
                )


def _missing(audio: Audio, place: Place) -> Finding:
    """Return that an audio is not there. A text can be spoken at any time."""
    match audio:
        case LibraryAudio(audio_id=name) | StreamAudio(name=name):
            return Finding(
                code=FindingCode.MISSING_AUDIO,
                severity=Severity.ERROR,
                place=place,
                fix=Fix.IMPORT_AUDIO,
                detail={"name": name},
            )
        case Spoken():
            return Finding(
                code=FindingCode.NOT_SPOKEN,
                severity=Severity.HINT,
                place=place,
                fix=Fix.SPEAK,
            )

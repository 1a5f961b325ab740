"""Odd cards: each is one that Yoto or another program has made, or a field as it was seen.

The sources are the paragraphs of docs/yoto-protocol.md, and what users of other programs have met
with: numbers for texts, null for what is missing, fields of older and of later schemas.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Final

from custom_components.yoto_smart_stream.json import Json, JsonObject

SHA: Final = "aUm9i3ex3qqAMYBv-i-O-pYMKuMJGICtR3Vhf289u2Q"
SIGNED: Final = (
    "https://secure-media.yotoplay.com/yoto/abc?Expires=1&Policy=p_&Signature=s~&Key-Pair-Id=K"
    f"#sha256={SHA}"
)
GONE: Final = object()
"""Stands for a field that is not there."""

type Changes = Mapping[str, object]


def _track(**changes: object) -> JsonObject:
    """Return an ordinary track with other fields."""
    return _with(
        {
            "key": "01",
            "title": "Fox",
            "trackUrl": f"yoto:#{SHA}",
            "type": "audio",
            "format": "aac",
            "overlayLabel": "1",
            "duration": 120,
            "fileSize": 123456,
            "channels": "stereo",
            "display": {"icon16x16": None},
            "events": {},
        },
        changes,
    )


def _chapter(*tracks: Json, **changes: object) -> JsonObject:
    """Return an ordinary chapter with other fields."""
    return _with(
        {
            "key": "01",
            "title": "Fox",
            "overlayLabel": "1",
            "display": {"icon16x16": f"yoto:#{SHA}"},
            "duration": 120,
            "fileSize": 123456,
            "tracks": list(tracks or [_track()]),
        },
        changes,
    )


def _metadata(**changes: object) -> JsonObject:
    """Return an ordinary card with other fields in its metadata."""
    return _card(
        metadata=_with(
            {
                "author": "Nana",
                "category": "stories",
                "cover": {"imageL": "https://example.org/cover.png"},
                "media": {"duration": 120, "fileSize": 123456, "hasStreams": False},
            },
            changes,
        )
    )


def _content(**changes: object) -> JsonObject:
    """Return an ordinary card with other fields in its content."""
    return _card(
        content=_with(
            {
                "activity": "yoto_Player",
                "version": "1",
                "playbackType": "linear",
                "restricted": True,
                "config": {},
                "chapters": [_chapter()],
            },
            changes,
        )
    )


def _card(**changes: object) -> JsonObject:
    """Return an ordinary card with other fields."""
    return _with(
        {
            "cardId": "abc12",
            "title": "Songs",
            "metadata": {"author": "Nana"},
            "content": {"playbackType": "linear", "chapters": [_chapter()]},
        },
        changes,
    )


def _with(fields: JsonObject, changes: Changes) -> JsonObject:
    """Return fields with others."""
    changed = {**deepcopy(fields), **changes}
    return {key: value for key, value in changed.items() if value is not GONE}  # type: ignore[misc]


def _of_track(**changes: object) -> JsonObject:
    """Return an ordinary card whose one track has other fields."""
    return _content(chapters=[_chapter(_track(**changes))])


def _of_chapter(**changes: object) -> JsonObject:
    """Return an ordinary card whose one chapter has other fields."""
    return _content(chapters=[_chapter(**changes)])


def _goto(key: str) -> JsonObject:
    """Return a way to another chapter."""
    return {"cmd": "goto", "params": {"chapterKey": key, "trackKey": key}}


ODD: Final[Mapping[str, JsonObject]] = {
    # What cards are made of, in other forms (protocol §4.2)
    "random keys of a bought card": _content(
        chapters=[_chapter(_track(key="x7QpLm2Rt0"), key="q1W2e3R4t5")]
    ),
    "names of passages as keys": _content(
        chapters=[_chapter(_track(key="The old gate"), key="The old gate")]
    ),
    "keys without a leading zero": _content(chapters=[_chapter(_track(key="1"), key="1")]),
    "keys that are numbers": _content(chapters=[_chapter(_track(key=1), key=1)]),
    "keys with signs of addresses": _content(chapters=[_chapter(_track(key="a/b#c?"), key="ü%2F")]),
    "one key twice": _content(chapters=[_chapter(), _chapter()]),
    "several tracks in a chapter": _of_chapter(tracks=[_track(), _track(key="02", title="Owl")]),
    "a chapter without tracks": _content(chapters=[_chapter(tracks=[]), _chapter(key="02")]),
    "a chapter whose tracks are missing": _content(
        chapters=[_chapter(tracks=GONE), _chapter(key="02")]
    ),
    "a chapter whose tracks are null": _content(
        chapters=[_chapter(tracks=None), _chapter(key="02")]
    ),
    "a chapter that is null": _content(chapters=[None, _chapter()]),
    "a track that is null": _of_chapter(tracks=[None, _track()]),
    "a track without a label": _of_track(overlayLabel=GONE),
    "a label that is a number": _of_track(overlayLabel=1),
    "a label that is a word": _of_chapter(overlayLabel="Go"),
    "labels over labels": _of_chapter(overlayLabelOverride="A", displayOverlay="x"),
    "an icon that is missing": _of_chapter(display=GONE),
    "an icon that is null": _of_chapter(display={"icon16x16": None}),
    "a display that is null": _of_track(display=None),
    "an icon that is an address": _of_track(display={"icon16x16": "https://example.org/i.png"}),
    "an animated icon with more": _of_track(display={"icon16x16": f"yoto:#{SHA}", "loop": True}),
    # Lengths and sizes (protocol §5.1, §6.1)
    "a stream without a length": _of_track(
        type="stream", trackUrl="https://radio.example.org/a.mp3", duration=0, fileSize=0
    ),
    "a stream with a length of null": _of_track(
        type="stream", trackUrl="https://radio.example.org/a.aac", format="aac", duration=None
    ),
    "a stream of the older page": _content(
        editSettings={"transcodeAudioUploads": True},
        hasStreams=True,
        chapters=[_chapter(_track(type="stream", trackUrl="http://10.0.0.2/a", isNew=True))],
    ),
    "a length with decimals": _of_track(duration=119.987, fileSize=123456.0),
    "a length that is text": _of_track(duration="120", fileSize="123456"),
    "channels that are a number": _of_track(channels=2),
    "a format that is empty": _of_track(format=""),
    "a format of a later schema": _of_track(format="pcm_s16le"),
    "a format that is missing": _of_track(format=GONE, channels=GONE),
    "a signed address": _of_track(trackUrl=SIGNED, uid="u-1"),
    "an address that is missing": _of_track(trackUrl=GONE),
    "a kind that nobody knows": _of_track(type="elevenlabs"),
    # Interactive cards (protocol §4.4, §4.5)
    "a story of buttons": _content(
        playbackType="interactive",
        config={"disableTrackNav": True, "disableChapterNav": True, "autoadvance": "none"},
        editSettings={
            "autoOverlayLabels": "chapters",
            "editKeys": False,
            "interactiveContent": True,
        },
        chapters=[
            _chapter(
                _track(
                    key="gate",
                    events={
                        "onLhb": _goto("pond"),
                        "onRhb": _goto("gate"),
                        "onEnd": {"cmd": "stop"},
                    },
                ),
                key="gate",
            ),
            _chapter(_track(key="pond", events={"onEnd": _goto("nowhere")}), key="pond"),
        ],
    ),
    "ways without parameters": _of_track(events={"onLhb": {"cmd": "goto"}, "onRhb": None}),
    "ways that are null": _of_track(events=None),
    "ways with numbers as keys": _of_track(
        events={"onEnd": {"cmd": "goto", "params": {"chapterKey": 1, "trackKey": 1}}}
    ),
    "light and transitions": _of_track(
        ambient={"defaultTrackAmbient": "yoto:#c"}, transitions={"durationMs": 500, "step": 2}
    ),
    # How a card is played (protocol §4.2)
    "true as a text": _content(config={"autoadvance": "true", "resumeTimeout": 2592000}),
    "settings that are text": _content(config={"resumeTimeout": "0", "onlineOnly": "true"}),
    "settings of the firmware": _content(
        config={"rememberShuffle": True, "skipRedirects": True, "trackNumberOverlayTimeout": 3}
    ),
    "chapters that are shuffled": _content(
        config={"shuffle": [{"start": 0, "end": 0, "limit": 1}]}
    ),
    "shuffling with more to it": _content(
        config={"shuffle": [{"start": 0, "end": 0, "limit": 1, "seed": 4}, {"start": 0}]}
    ),
    "settings that are null": _content(config=None, editSettings=None),
    "no chapters": _content(chapters=GONE),
    "chapters that are null": _content(chapters=None),
    "chapters that are an object": _content(chapters={"01": _chapter()}),
    "a kind of playing that is missing": _content(playbackType=GONE),
    "a hidden card": _content(hidden=True, restricted=False, availability="us"),
    # What is said of a card (protocol §4.2)
    "a cover in the content": _card(
        metadata={}, content={"cover": {"imageL": "https://x.org/c"}, "chapters": [_chapter()]}
    ),
    "a cover that is null": _metadata(cover={"imageL": None, "imageS": None}),
    "a cover that is text": _metadata(cover="https://example.org/c.png"),
    "an author that is null": _metadata(author=None),
    "several authors": _metadata(authors=["A", "B"], narrators=[], readBy="C", author=""),
    "languages as a text": _metadata(languages="en"),
    "languages that are odd": _metadata(languages=["en", None, 3], genre=["a", "b", "c"]),
    "ages as texts": _metadata(minAge="3", maxAge="8"),
    "a feed of a podcast": _metadata(
        category="podcast",
        feedUrl="https://example.org/feed.xml",
        numEpisodes=12,
        playbackDirection="DESC",
    ),
    "a state of a card": _metadata(status={"name": "live", "updatedAt": None}, share=True, note=""),
    "sums that are null": _metadata(media={"duration": None, "fileSize": None, "hasStreams": None}),
    "sums that are missing": _metadata(media=GONE),
    "a category of later": _metadata(category="bedtime", accent="en-GB", order=3),
    "no metadata": _card(metadata=GONE),
    "metadata that are null": _card(metadata=None),
    "no content": _card(content=GONE),
    "content that is null": _card(content=None),
    "a title of 140 characters": _card(title="x" * 140),
    "a title of other letters": _card(
        title="Сказки 🦊 \u202egnos\u202c", slug="сказки", sortkey=""
    ),
    "a title that is a number": _card(title=1984),
    "a title that is missing": _card(title=GONE),
    "what only Yoto writes": _card(
        userId="auth0|1",
        createdAt="2023-01-01T00:00:00.000Z",
        updatedAt="2026-11-01",
        shareLimit=5,
        sharing={"linkCreatedAt": None, "shareCount": 0},
        tags=[],
    ),
}
"""By what is odd about them."""

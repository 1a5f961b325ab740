"""Items and folders to test with."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from hypothesis import strategies as st

from custom_components.yoto_smart_stream.audio.container import Mark
from custom_components.yoto_smart_stream.audio.frame_writer import Written
from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.library.index import AudioIndex
from custom_components.yoto_smart_stream.library.item import (
    AudioItem,
    Details,
    Place,
    Source,
    SourceKind,
    StoredFile,
    User,
    UserKind,
    one_line,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILE = Source(kind=SourceKind.FILE)

TEXTS = st.text(st.characters(codec="utf-8"))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | TEXTS
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
LINES = st.text(min_size=1).map(one_line).filter(bool)
DIGESTS = st.integers().map(lambda number: digest(str(number)))


def digest(text: str) -> str:
    """Return the digest of a text."""
    return sha256(text.encode()).hexdigest()


def written(text: str, seconds: float = 60, size_bytes: int = 1000) -> Written:
    """Describe audio that differs from all with another text."""
    profile = Profile()
    frames = max(profile.frames_in(seconds), 1)
    return Written(profile=profile, frames=frames, size_bytes=size_bytes, sha256=digest(text))


def added(index: AudioIndex, title: str, audio: str | None = None, **more: object) -> AudioItem:
    """Add an item whose audio differs from that of other titles."""
    details = Details(title=title, **more)  # type: ignore[arg-type]
    return index.add(details=details, file=written(audio or title), source=FILE, now=NOW)


def stored(place: Place, suffix: str) -> st.SearchStrategy[StoredFile | None]:
    """Return names of files, or None."""
    names = st.builds(StoredFile, place=st.just(place), sha256=DIGESTS, suffix=st.just(suffix))
    return st.none() | names


DETAILS = st.builds(
    Details,
    title=LINES,
    author=st.none() | LINES,
    tags=st.lists(LINES, max_size=3, unique_by=str.casefold).map(tuple),
    description=st.none() | TEXTS,
    cover=stored(Place.COVERS, "jpg"),
    icon=st.none() | LINES,
    transcript=st.none() | TEXTS,
)
MARKS = st.builds(
    Mark, start=st.floats(0, 1e6), stop=st.floats(0, 1e6), title=st.none() | TEXTS.filter(bool)
)
USERS = st.builds(User, kind=st.sampled_from(UserKind), reference=TEXTS.filter(bool))
ITEMS = st.builds(
    AudioItem,
    audio_id=st.integers(0, 2**64).map(lambda number: f"{number:026d}"),
    slug=st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True),
    details=DETAILS,
    file=st.builds(
        Written,
        profile=st.just(Profile()),
        frames=st.integers(1, 10**9),
        size_bytes=st.integers(1, 10**12),
        sha256=DIGESTS,
    ),
    source=st.builds(Source, kind=st.sampled_from(SourceKind), reference=st.none() | TEXTS),
    created=st.datetimes(timezones=st.just(UTC)),
    original=stored(Place.ORIGINALS, "flac"),
    chapters=st.lists(MARKS, max_size=3).map(tuple),
    used_by=st.frozensets(USERS, max_size=3),
    trashed=st.none() | st.datetimes(timezones=st.just(UTC)),
    unknown=st.dictionaries(TEXTS.map(lambda name: f"x-{name}"), JSON, max_size=2),
)


def files_in(folder: Path) -> set[str]:
    """Return every file below a folder, by its path from there."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def with_fields(record: Json, **changes: Json) -> Json:
    """Return a record with other fields."""
    assert isinstance(record, dict)
    return {**record, **changes}

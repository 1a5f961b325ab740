"""What was uploaded is stored, and read whatever the store holds."""

import json

from hypothesis import given, strategies as st

from custom_components.yoto_smart_stream.cloud.uploaded import UploadedAudio
from custom_components.yoto_smart_stream.json import Json
from custom_components.yoto_smart_stream.uploads.records import (
    KeptUploads,
    UploadKey,
    read_uploads,
    write_uploads,
)
from tests.library.samples import JSON, TEXTS

KEYS = st.builds(UploadKey, account=TEXTS, sha256=TEXTS)
AUDIO = st.builds(
    UploadedAudio,
    key=TEXTS,
    format=TEXTS,
    duration=st.floats(0, 1e6),
    file_size=st.integers(0, 10**12),
    channels=st.sampled_from(["mono", "stereo"]),
)


@given(st.dictionaries(KEYS, AUDIO, max_size=5), st.lists(JSON, max_size=3))
def test_what_is_written_is_read(uploads: dict[UploadKey, UploadedAudio], odd: list[Json]) -> None:
    """And what could not be read once is kept."""
    kept = KeptUploads(uploads=uploads, set_aside=tuple(odd))
    assert read_uploads(json.loads(json.dumps(write_uploads(kept)))) == kept


@given(JSON)
def test_an_odd_record_hides_no_other(odd: Json) -> None:
    """It is set aside."""
    audio = UploadedAudio(key="k", format="aac", duration=1.5, file_size=3, channels="mono")
    at = UploadKey(account="a", sha256="s")
    stored = write_uploads(KeptUploads(uploads={at: audio}))
    records = stored["uploads"]
    assert isinstance(records, list)
    found = read_uploads({"uploads": [odd, *records]})
    assert found == KeptUploads(uploads={at: audio}, set_aside=(odd,))
    if not isinstance(odd, dict):
        kept = KeptUploads(set_aside=() if odd is None else (odd,))
        assert read_uploads(odd) == kept

"""Uploading audio to the simulator, and everything that goes wrong with that."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
import hashlib
from pathlib import Path

import aiohttp
from hypothesis import given, strategies as st
import psutil
import pytest

from custom_components.yoto_smart_stream.cloud.endpoints import Endpoints
from custom_components.yoto_smart_stream.cloud.errors import (
    CloudError,
    CloudUnreachableError,
    LocalAudioError,
    NotFoundError,
    ScopeMissingError,
    TranscodingFailedError,
    TranscodingTooLongError,
    UploadDamagedError,
    UploadRefusedError,
)
from custom_components.yoto_smart_stream.cloud.oauth import OAuth, Tokens
from custom_components.yoto_smart_stream.cloud.rest import CloudRest
from custom_components.yoto_smart_stream.cloud.tokens import TokenOwner
from custom_components.yoto_smart_stream.cloud.uploaded import (
    Transcoding,
    UploadedAudio,
    read_place,
    read_transcoding,
)
from custom_components.yoto_smart_stream.cloud.uploads import AudioFile, Patience, Uploads
from custom_components.yoto_smart_stream.json import Json
from simulator.cloud.silence import make_silence
from simulator.simulation import Simulation
from tests.simulator.conftest import noted, until

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
QUICK = Patience(first_pause=0.01, first_poll=0.01, longest_poll=0.05)
INFO: dict[str, Json] = {
    "duration": 61.5,
    "format": "opus",
    "channels": 1,
    "fileSize": 1000,
}
DONE: dict[str, Json] = {
    "uploadSha256": "a" * 64,
    "transcodedSha256": "key",
    "progress": {"phase": "complete", "percent": 100},
    "transcodedInfo": INFO,
}


@pytest.fixture
async def uploads(
    session: aiohttp.ClientSession, endpoints: Endpoints, oauth: OAuth, tokens: Tokens
) -> Uploads:
    """Return the uploads of an account that waits for nothing long."""

    async def save(_tokens: Tokens) -> None:
        """Keep nothing."""

    owner = TokenOwner(oauth, "anybody", tokens, save)
    return Uploads(session, CloudRest(session, endpoints, owner), QUICK)


def audio_file(path: Path) -> AudioFile:
    """Describe a file as it is."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return AudioFile(path=path, name=path.name, sha256=digest, size=path.stat().st_size)


@pytest.fixture
def tune(tmp_path: Path) -> AudioFile:
    """Return an MP3 of one minute."""
    path = tmp_path / "A tune & more.mp3"
    path.write_bytes(make_silence("a tune", 60.0))
    return audio_file(path)


def received(simulation: Simulation) -> int:
    """Return how many uploads have come completely."""
    return len(noted(simulation, "upload_received"))


def open_files(path: Path) -> list[str]:
    """Return what this process holds open of a file."""
    return [file.path for file in psutil.Process().open_files() if file.path == str(path)]


async def test_audio_is_uploaded(uploads: Uploads, simulation: Simulation, tune: AudioFile) -> None:
    """Byte for byte; the progress only ever grows, and what a track needs comes back."""
    shares: list[float] = []
    done = await uploads.upload(tune, on_progress=shares.append)
    assert done.was_sent
    assert done.audio.format == "mp3"
    assert done.audio.channels == "mono"
    assert done.audio.duration == 60
    assert done.audio.file_size > tune.size
    assert simulation.cloud.media.has(done.audio.key)
    assert done.audio.track_url == f"yoto:#{done.audio.key}"
    (came,) = noted(simulation, "upload_received")
    assert (came["sha256"], came["bytes"]) == (tune.sha256, tune.size)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len({*shares}) > 2


async def test_what_yoto_has_is_not_sent(
    uploads: Uploads, simulation: Simulation, tune: AudioFile
) -> None:
    """Whether or not we remember what came of it."""
    first = await uploads.upload(tune)
    again = await uploads.upload(tune)
    remembered = await uploads.upload(tune, known=first.audio)
    assert again.audio == remembered.audio == first.audio
    assert not again.was_sent
    assert not remembered.was_sent
    assert received(simulation) == 1


async def test_what_yoto_has_lost_is_sent_again(
    uploads: Uploads, simulation: Simulation, tune: AudioFile
) -> None:
    """What we remember counts only while Yoto says that it has the audio."""
    old = UploadedAudio(key="old", format="aac", duration=1.0, file_size=1, channels="stereo")
    done = await uploads.upload(tune, known=old)
    assert done.was_sent
    assert done.audio.key != "old"


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param({"failing_uploads": 3}, id="the storage is busy"),
        pytest.param({"cut_uploads": 3}, id="the network breaks"),
        pytest.param({"expired_uploads": 2}, id="the address has expired"),
        pytest.param({"damaged_uploads": 1}, id="something else arrives"),
        pytest.param({"server_errors": 2}, id="the API fails"),
        pytest.param({"too_many_requests": 2}, id="the API wants a rest"),
        pytest.param({"dropped_connections": 2}, id="the API breaks off"),
        pytest.param({"latency": 0.05, "transcode_seconds": 0.5}, id="all is slow"),
        pytest.param({"upload_speed": 4_000_000}, id="the line is slow"),
    ],
)
async def test_a_fault_that_passes_is_overcome(
    uploads: Uploads, simulation: Simulation, tune: AudioFile, faults: Mapping[str, float]
) -> None:
    """By trying again; what arrives is whole."""
    for name, value in faults.items():
        setattr(simulation.world.faults, name, value)
    done = await uploads.upload(tune)
    assert simulation.cloud.media.has(done.audio.key)
    assert noted(simulation, "upload_received")[-1]["sha256"] == tune.sha256
    assert not open_files(tune.path)


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        pytest.param({"failing_uploads": 99}, CloudUnreachableError, id="busy for good"),
        pytest.param({"cut_uploads": 99}, CloudUnreachableError, id="always cut"),
        pytest.param({"damaged_uploads": 99}, UploadDamagedError, id="always damaged"),
        pytest.param({"uploads_denied": True}, ScopeMissingError, id="denied"),
        pytest.param({"transcoding": "failed"}, TranscodingFailedError, id="not converted"),
        pytest.param({"transcoding": "endless"}, TranscodingTooLongError, id="never converted"),
        pytest.param({"server_errors": 99}, CloudUnreachableError, id="no API"),
    ],
)
async def test_a_fault_that_stays_is_told(
    uploads: Uploads,
    simulation: Simulation,
    tune: AudioFile,
    faults: Mapping[str, object],
    error: type[CloudError],
) -> None:
    """Each by an error of its own, and nothing stays open."""
    uploads.patience = replace(QUICK, tries=3, transcoding=1.0)
    for name, value in faults.items():
        setattr(simulation.world.faults, name, value)
    with pytest.raises(error):
        await uploads.upload(tune)
    assert not open_files(tune.path)


async def test_a_transfer_that_stands_still_is_given_up(
    uploads: Uploads, simulation: Simulation, tune: AudioFile
) -> None:
    """Slow is fine, still is not."""
    uploads.patience = replace(QUICK, tries=1, stall=0.2)
    simulation.world.faults.upload_speed = 1000.0
    with pytest.raises(CloudUnreachableError):
        await uploads.upload(tune)
    assert not open_files(tune.path)


async def test_what_is_no_audio_is_refused_once(
    uploads: Uploads, simulation: Simulation, tmp_path: Path
) -> None:
    """Trying again would not mend it."""
    path = tmp_path / "story.mp3"
    path.write_bytes(b"Once upon a time " * 20_000)
    with pytest.raises(TranscodingFailedError):
        await uploads.upload(audio_file(path))
    assert received(simulation) == 1


@pytest.mark.parametrize("harm", ["missing", "shorter", "other bytes"])
async def test_a_file_that_is_not_what_it_was(
    uploads: Uploads, simulation: Simulation, tune: AudioFile, harm: str
) -> None:
    """It is our fault and not Yoto's, and is told without trying again."""
    content = tune.path.read_bytes()
    if harm == "missing":
        tune.path.unlink()
    else:
        tune.path.write_bytes(content[:-1] + (b"!" if harm == "other bytes" else b""))
    with pytest.raises(LocalAudioError):
        await uploads.upload(tune)
    assert received(simulation) == (harm == "other bytes")
    assert not open_files(tune.path)


async def test_a_disk_that_fails_is_no_fault_of_the_network(
    uploads: Uploads, tune: AudioFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not tried again."""
    from custom_components.yoto_smart_stream.cloud.audio_body import AudioBody

    def broken(_self: AudioBody, *, from_start: bool) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(AudioBody, "_next", broken)
    with pytest.raises(OSError, match="Input/output error"):
        await uploads.upload(tune)


@pytest.mark.parametrize("step", ["sending", "transcoding"])
async def test_cancelling_stops_at_once(
    uploads: Uploads, simulation: Simulation, tune: AudioFile, step: str
) -> None:
    """Nothing stays open, here or there."""
    if step == "sending":
        simulation.world.faults.upload_speed = 50_000.0
    else:
        simulation.world.faults.transcoding = "endless"
    begun = asyncio.Event()
    reached = 0.1 if step == "sending" else 0.8

    def told(share: float) -> None:
        if share >= reached:
            begun.set()

    task = asyncio.create_task(uploads.upload(tune, on_progress=told))
    await asyncio.wait_for(begun.wait(), 10)
    task.cancel()
    async with asyncio.timeout(1):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not open_files(tune.path)
    if step == "sending":
        await until(lambda: bool(noted(simulation, "upload_cut")))
        assert received(simulation) == 0


async def test_a_large_file_is_never_in_memory(
    uploads: Uploads, simulation: Simulation, tmp_path: Path
) -> None:
    """Some hundred megabytes go through little."""
    size = 300 * 1024 * 1024
    path = tmp_path / "large.mp3"
    with path.open("wb") as sparse:
        sparse.truncate(size)
    file = audio_file(path)
    memory = psutil.Process().memory_info
    before, most = memory().rss, 0

    def look(_share: float) -> None:
        nonlocal most
        most = max(most, memory().rss)

    # Nothing is MP3 in it, which the simulator finds out at the end.
    with pytest.raises(TranscodingFailedError):
        await uploads.upload(file, on_progress=look)
    assert noted(simulation, "upload_received")[-1]["bytes"] == size
    # The simulator's part, in the same process, is counted too.
    assert most - before < 64 * 1024 * 1024


async def test_an_upload_that_yoto_forgets(
    uploads: Uploads, simulation: Simulation, tune: AudioFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, with Yoto's words."""

    async def another(_self: CloudRest, _sha256: str, _name: str) -> Mapping[str, Json]:
        return {"upload": {"uploadId": "no/such?one", "uploadUrl": None}}

    monkeypatch.setattr(CloudRest, "upload_address", another)
    with pytest.raises(NotFoundError):
        await uploads.upload(tune)


async def test_a_storage_that_refuses_for_good(
    uploads: Uploads, simulation: Simulation, tune: AudioFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not tried again."""

    async def another(_self: CloudRest, _sha256: str, _name: str) -> Mapping[str, Json]:
        url = f"{simulation.http_url}/media/yoto/nothing"
        return {"upload": {"uploadId": "x", "uploadUrl": url}}

    monkeypatch.setattr(CloudRest, "upload_address", another)
    with pytest.raises(UploadRefusedError) as caught:
        await uploads.upload(tune)
    assert caught.value.status == 405


def test_what_came_of_an_upload_is_read() -> None:
    """Channels come as numbers or words (protocol §5.1)."""
    audio = UploadedAudio(key="key", format="opus", duration=61.5, file_size=1000, channels="mono")
    assert read_transcoding({"transcode": DONE}) == Transcoding(
        share=1.0, audio=audio, arrived="a" * 64
    )
    opaque: dict[str, Json] = {"transcode": {**DONE, "uploadSha256": "in-another_notation"}}
    assert read_transcoding(opaque) == Transcoding(share=1.0, audio=audio)
    stereo: dict[str, Json] = {**INFO, "channels": "stereo"}
    found = read_transcoding({"transcode": {**DONE, "transcodedInfo": stereo}})
    assert found.audio == replace(audio, channels="stereo")


@pytest.mark.parametrize("name", ["duration", "format", "channels", "fileSize"])
def test_half_an_answer_is_none(name: str) -> None:
    """A track made of it would not be played."""
    info: dict[str, Json] = {**INFO, name: None}
    with pytest.raises(CloudUnreachableError):
        read_transcoding({"transcode": {**DONE, "transcodedInfo": info}})


@given(JSON)
def test_odd_answers_are_told(odd: Json) -> None:
    """Whatever they are, they raise errors of the cloud or mean that it goes on."""
    for answer in ({"upload": odd}, {"upload": {"uploadId": odd, "uploadUrl": 5}}):
        with pytest.raises(CloudUnreachableError):
            read_place(answer)
    blocks: list[Json] = [odd, {"progress": odd}, {"progress": {"percent": odd}}]
    for block in blocks:
        assert 0.0 <= read_transcoding({"transcode": block}).share <= 1.0

"""Archives that are no parcels, or shall do harm: nothing of them is taken, and it is said why."""

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
import json
from pathlib import Path
import struct
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

from hypothesis import given
import pytest

from custom_components.yoto_smart_stream.library.errors import ParcelError, ParcelFault
from custom_components.yoto_smart_stream.parcels import unpacking
from custom_components.yoto_smart_stream.parcels.manifest import Parcel
from custom_components.yoto_smart_stream.parcels.unpacking import read_manifest, verify

from .damage import damaged

SONG = b"a song"
DIGEST = sha256(SONG).hexdigest()
MEMBER = f"audio/{DIGEST}.mp3"


def manifest(**more: object) -> dict[str, Any]:
    """Return the manifest of a card with one song."""
    track = {"key": "01", "title": "Song", "type": "stream", "trackUrl": f"parcel:audio/{DIGEST}"}
    return {
        "format": "yoto_smart_stream.card",
        "version": 1,
        "card": {"title": "Songs", "content": {"chapters": [{"key": "01", "tracks": [track]}]}},
        "audio": [
            {
                "sha256": DIGEST,
                "suffix": "mp3",
                "size": len(SONG),
                "duration": 1.0,
                "title": "Song",
            }
        ],
        **more,
    }


def archive(
    manifest: object, files: dict[str, bytes] | None = None, *, compress: int = ZIP_DEFLATED
) -> bytes:
    """Return an archive."""
    out = BytesIO()
    text = manifest if isinstance(manifest, str | bytes) else json.dumps(manifest)
    with ZipFile(out, "w", compression=compress) as file:
        file.writestr("card.json", text)
        for name, content in ({MEMBER: SONG} if files is None else files).items():
            file.writestr(name, content)
    return out.getvalue()


def look(path: Path, content: bytes) -> Parcel:
    """Read a parcel, and everything in it."""
    path.write_bytes(content)
    parcel = read_manifest(path)
    verify(path, parcel, lambda: None, lambda _: None)
    return parcel


def test_a_parcel_is_one(tmp_path: Path) -> None:
    """Whoever has packed it, and in whatever way."""
    assert look(tmp_path / "a.zip", archive(manifest())).audio[0].title == "Song"


def _twice() -> bytes:
    """Return an archive that has a file twice."""
    out = BytesIO(archive(manifest()))
    with pytest.warns(UserWarning, match="Duplicate"), ZipFile(out, "a") as file:
        file.writestr(MEMBER, SONG)
    return out.getvalue()


def _encrypted() -> bytes:
    """Return an archive that says of its files that they are encrypted."""
    content = bytearray(archive(manifest()))
    for place in _directory(content):
        content[place + 8] |= 1
    return bytes(content)


def _directory(content: bytes | bytearray) -> list[int]:
    """Return where the records of the directory are."""
    found, place = [], 0
    while (place := content.find(b"PK\x01\x02", place)) >= 0:
        found.append(place)
        place += 4
    return found


def _lying(size: int) -> bytes:
    """Return an archive that says that its song has another size."""
    content = bytearray(archive(manifest()))
    struct.pack_into("<L", content, _directory(content)[1] + 24, size)
    return bytes(content)


def _enormous_directory() -> bytes:
    """Return an archive with a directory that takes a lot of memory."""
    out = BytesIO(archive(manifest()))
    with ZipFile(out, "a") as file:
        for number in range(20_000):
            file.writestr(f"audio/{number:064}.mp3", b"")
    return out.getvalue()


def _enormous_directory_64() -> bytes:
    """Return an archive that says in the long form that its directory is larger than any memory."""
    content = archive(manifest())
    end = content.rfind(b"PK\x05\x06")
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, 1 << 40, 0)
    place = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return content[:end] + record + place + content[end:]


def _with_track(url: str) -> dict[str, Any]:
    """Return a manifest of a card whose track plays something else."""
    chapters = [{"key": "01", "tracks": [{"key": "01", "trackUrl": url, "type": "stream"}]}]
    return manifest(card={"title": "Songs", "content": {"chapters": chapters}})


def _with_streams(*named: tuple[str, str]) -> dict[str, Any]:
    """Return a manifest with streams that each play another one."""
    streams = [
        {
            "id": "01ARZ3NDEKTSV4RRFFQ69G5FA" + "VWXYZ"[number],
            "slug": f"s{number}",
            "name": name,
            "revision": 1,
            "items": [{"stream": inner}, {"audio": DIGEST}],
            "play_mode": "sequential",
            "seed": "fixed",
            "gap": 0.0,
            "lead_in": 0.0,
            "rules": [],
            "endless_hours": 12.0,
        }
        for number, (name, inner) in enumerate(named)
    ]
    return {**_with_track(f"parcel:stream/{named[0][0]}"), "streams": streams}


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        pytest.param(lambda: b"", ParcelFault.BROKEN, id="nothing"),
        pytest.param(lambda: b"PK" * 40_000, ParcelFault.BROKEN, id="no archive"),
        pytest.param(lambda: archive(manifest())[:-30], ParcelFault.BROKEN, id="cut off"),
        pytest.param(lambda: archive("{"), ParcelFault.BROKEN, id="no JSON"),
        pytest.param(lambda: archive(b"\xff\xfe"), ParcelFault.BROKEN, id="no text"),
        pytest.param(lambda: archive("[" * 200_000), ParcelFault.BROKEN, id="too deep"),
        pytest.param(lambda: archive('{"a": NaN}'), ParcelFault.BROKEN, id="no number"),
        pytest.param(lambda: archive([]), ParcelFault.BROKEN, id="no object"),
        pytest.param(lambda: archive({}), ParcelFault.BROKEN, id="an empty object"),
        pytest.param(
            lambda: archive(manifest(format="other")), ParcelFault.BROKEN, id="another format"
        ),
        pytest.param(lambda: archive(manifest(version=0)), ParcelFault.BROKEN, id="version 0"),
        pytest.param(lambda: archive(manifest(version=2)), ParcelFault.NEWER, id="newer"),
        pytest.param(lambda: archive(manifest(card=None)), ParcelFault.BROKEN, id="no card"),
        pytest.param(
            lambda: archive(manifest(audio=[{}])), ParcelFault.BROKEN, id="nothing said of audio"
        ),
        pytest.param(
            lambda: archive(manifest(audio=[{**manifest()["audio"][0], "sha256": "../../etc/x"}])),
            ParcelFault.BROKEN,
            id="a digest that is a path",
        ),
        pytest.param(
            lambda: archive(manifest(audio=[{**manifest()["audio"][0], "size": -1}])),
            ParcelFault.BROKEN,
            id="a size below zero",
        ),
        pytest.param(
            lambda: archive(manifest(audio=manifest()["audio"] * 2)),
            ParcelFault.BROKEN,
            id="said twice",
        ),
        pytest.param(
            lambda: archive(_with_track("yoto:#abc")), ParcelFault.BROKEN, id="audio of Yoto's"
        ),
        pytest.param(
            lambda: archive(_with_track("file:///etc/passwd")), ParcelFault.BROKEN, id="a file"
        ),
        pytest.param(
            lambda: archive(_with_track("https://example.com/a.mp3")),
            ParcelFault.BROKEN,
            id="audio that is not needed",
        ),
        pytest.param(
            lambda: archive(_with_streams(("A", "B"))), ParcelFault.BROKEN, id="a missing stream"
        ),
        pytest.param(
            lambda: archive(manifest(), {}), ParcelFault.DAMAGED, id="the audio is missing"
        ),
        pytest.param(
            lambda: archive(manifest(), {MEMBER: b"o song"}), ParcelFault.DAMAGED, id="other audio"
        ),
        pytest.param(
            lambda: archive(manifest(), {MEMBER: SONG * 2}), ParcelFault.DAMAGED, id="another size"
        ),
        pytest.param(lambda: _lying(2**31 - 1), ParcelFault.DAMAGED, id="a size that is a lie"),
        pytest.param(lambda: _lying(0xFFFFFFF0), ParcelFault.TOO_BIG, id="an enormous size"),
        pytest.param(
            lambda: archive(" " * (unpacking.LARGEST_MANIFEST + 1)),
            ParcelFault.TOO_BIG,
            id="a bomb",
        ),
        *(
            pytest.param(
                lambda name=name: archive(manifest(), {MEMBER: SONG, name: b"x"}),
                ParcelFault.STRANGE,
                id=name,
            )
            for name in (
                "../../../config/secrets.yaml",
                "/etc/passwd",
                "audio/../../x.mp3",
                "audio\\..\\x.mp3",
                "C:\\x.mp3",
                "audio/",
                "audio",
                "pictures/",
                "other/x.mp3",
                "audio/x.mp3",
                f"audio/{DIGEST}.mp3/x",
                "__MACOSX/card.json",
            )
        ),
        pytest.param(
            lambda: archive(manifest(), compress=ZIP_BZIP2), ParcelFault.STRANGE, id="bzip2"
        ),
        pytest.param(_twice, ParcelFault.STRANGE, id="twice"),
        pytest.param(_encrypted, ParcelFault.STRANGE, id="encrypted"),
        pytest.param(_enormous_directory, ParcelFault.BROKEN, id="an enormous directory"),
        pytest.param(_enormous_directory_64, ParcelFault.BROKEN, id="a directory of a terabyte"),
    ],
)
def test_what_is_no_parcel_is_refused(
    tmp_path: Path, made: Callable[[], bytes], fault: ParcelFault
) -> None:
    """And nothing is written anywhere."""
    path = tmp_path / "inner" / "a.zip"
    path.parent.mkdir()
    with pytest.raises(ParcelError) as caught:
        look(path, made())
    assert caught.value.fault is fault
    assert [*tmp_path.rglob("*")] == [path.parent, path]


def test_a_link_is_no_way_out(tmp_path: Path) -> None:
    """What an archive calls a link is bytes like all others."""
    out = BytesIO(archive(manifest(), {}))
    with ZipFile(out, "a") as file:
        info = ZipInfo(MEMBER)
        info.external_attr = 0o120777 << 16
        file.writestr(info, "/etc/passwd")
    with pytest.raises(ParcelError):
        look(tmp_path / "a.zip", out.getvalue())


GOOD = archive(manifest())


@given(damaged(GOOD))
def test_any_damage_is_noticed_or_does_nothing(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """However it is damaged, what is taken is what was packed."""
    path = tmp_path_factory.mktemp("damaged") / "a.zip"
    try:
        parcel = look(path, content)
    except ParcelError:
        return
    assert [one.sha256 for one in parcel.audio] == [DIGEST]

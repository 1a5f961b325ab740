"""The cache of what was made canonical."""

from pathlib import Path

from custom_components.yoto_smart_stream.audio.profile import Profile
from custom_components.yoto_smart_stream.opening.cache import About, AudioCache, key_of


def put(cache: AudioCache, key: str, size: int) -> None:
    """Put a file in its place."""
    cache.path(key).write_bytes(bytes(size))
    cache.note(key, About(title=key.upper()))


def test_what_was_asked_for_longest_ago_goes(tmp_path: Path) -> None:
    """And not what is being used."""
    cache = AudioCache(tmp_path / "opened", most_bytes=250)
    cache.open()
    for now, key in enumerate("abcd"):
        put(cache, key, 100)
        assert cache.find(key, now) is not None
    mtime = cache.path("a").stat().st_mtime_ns
    cache.find("b", 10)
    cache.trim(frozenset("a"))
    assert [key for key in "abcd" if cache.find(key, 20)] == ["a", "b"]
    assert cache.path("a").stat().st_mtime_ns == mtime
    assert {path.stem for path in cache.folder.iterdir()} == {"a", "b"}


def test_leftovers_of_a_power_cut_go(tmp_path: Path) -> None:
    """What is whole stays, with its title."""
    cache = AudioCache(tmp_path)
    put(cache, "a", 10)
    (tmp_path / "arriving-1").touch()
    cache.open()
    found = cache.find("a", 1)
    assert found is not None
    assert found.about == About(title="A")
    assert not (tmp_path / "arriving-1").exists()


def test_what_cannot_be_read_is_made_again(tmp_path: Path) -> None:
    """A damaged note is no note."""
    cache = AudioCache(tmp_path)
    put(cache, "a", 10)
    cache.path("a").with_suffix(".json").write_text("{")
    assert cache.find("a", 1) is None


def test_another_profile_is_another_file() -> None:
    """And so is another source."""
    keys = {key_of(Profile(), "a"), key_of(Profile(), "b"), key_of(Profile(channels=2), "a")}
    assert len(keys) == 3

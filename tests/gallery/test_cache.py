"""What is known of artwork lasts on disk, and damage to it only means asking Yoto again."""

from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cloud.icons import Icon
from custom_components.yoto_smart_stream.cloud.studio import Cover
from custom_components.yoto_smart_stream.gallery import cache as caching
from custom_components.yoto_smart_stream.gallery.cache import GalleryCache, Known

TEXT = st.text(max_size=8)
KNOWN = st.builds(
    Known,
    fetched=st.floats(0, 2e9),
    icons=st.lists(
        st.builds(
            Icon,
            media_id=TEXT,
            title=TEXT,
            url=TEXT,
            tags=st.lists(TEXT, max_size=3).map(tuple),
            is_own=st.booleans(),
        ),
        max_size=4,
    ).map(tuple),
    uploads=st.dictionaries(TEXT, TEXT, max_size=3),
    covers=st.dictionaries(TEXT, st.builds(Cover, media_id=TEXT, url=TEXT), max_size=3),
)


def opened(folder: Path) -> GalleryCache:
    """Return the cache of a folder."""
    cache = GalleryCache(folder)
    cache.open()
    return cache


@given(known=KNOWN)
def test_what_is_known_lasts(known: Known, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Until it is forgotten."""
    folder = tmp_path_factory.mktemp("artwork")
    cache = opened(folder)
    cache.write("account", known)
    assert opened(folder).read("account") == known
    assert cache.read("other") == Known()
    cache.remove("account")
    assert cache.read("account") == Known()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"fetched": "now", "icons": [], "uploads": {}, "covers": {}}',
        '{"fetched": 1, "icons": {}, "uploads": {}, "covers": {}}',
    ],
)
def test_damage_counts_as_nothing(content: str, tmp_path: Path) -> None:
    """Yoto is asked again."""
    cache = opened(tmp_path)
    (tmp_path / "account.json").write_text(content)
    assert cache.read("account") == Known()


def test_what_makes_no_sense_is_left_out(tmp_path: Path) -> None:
    """The rest stays."""
    cache = opened(tmp_path)
    (tmp_path / "account.json").write_text(
        '{"fetched": 1, "icons": [7, {"media_id": "a", "title": "Moon", "url": "x", "tags": [1],'
        ' "is_own": true}], "uploads": {"a": 1, "b": "c"}, "covers": {"d": []}}'
    )
    moon = Icon(media_id="a", title="Moon", url="x", is_own=True)
    assert cache.read("account") == Known(fetched=1.0, icons=(moon,), uploads={"b": "c"})


def test_pictures_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go; names that are no names of icons lead nowhere."""
    monkeypatch.setattr(caching, "MOST_PICTURES", 10)
    cache = opened(tmp_path)
    for number in range(25):
        cache.keep_picture(f"icon{number}", bytes([number]))
    assert cache.picture("icon24") == bytes([24])
    assert cache.picture("icon0") is None
    assert len(list((tmp_path / "icons").iterdir())) <= 10
    cache.keep_picture("../account", b"x")
    assert cache.picture("../account") is None
    assert not (tmp_path / "account.png").exists()

"""Records: nothing that is stored is ever lost, and junk harms nobody."""

from dataclasses import replace
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.json import Json, JsonObject
from custom_components.yoto_smart_stream.library.errors import NewerStoreError
from custom_components.yoto_smart_stream.library.item import AudioItem
from custom_components.yoto_smart_stream.library.records import (
    MAJOR,
    Step,
    digests_set_aside,
    migrate,
    read_contents,
    read_item,
    write_contents,
    write_item,
)
from custom_components.yoto_smart_stream.library.sifting import Sifted

from .samples import ITEMS, JSON, with_fields


def _stored(data: JsonObject) -> Json:
    """Write data to the disk and read them again, as it were."""
    content = json.dumps(data, allow_nan=False, ensure_ascii=False).encode()
    read: Json = json.loads(content)
    return read


@given(item=ITEMS)
def test_an_item_comes_back_as_it_was(item: AudioItem) -> None:
    """Every field survives, those included that only a newer version knows."""
    assert read_item(_stored(write_item(item))) == item


@given(item=ITEMS)
def test_a_record_holds_only_what_its_item_has(item: AudioItem) -> None:
    """What is null or empty is not written; records in which it was are read as ever."""
    record = write_item(replace(item, unknown={"later": None}))
    lacking: JsonObject = {
        **dict.fromkeys(("author", "description", "cover", "icon", "transcript"), None),
        **dict.fromkeys(("source_reference", "original", "trashed"), None),
        **{name: [] for name in ("tags", "chapters", "used_by")},
    }
    assert record.pop("later", "lost") is None
    assert not [name for name, value in record.items() if value is None or value == []]
    assert read_item({**lacking, **record}) == replace(item, unknown={})


@given(junk=JSON)
def test_whatever_is_stored_is_kept(junk: Json) -> None:
    """A store that is no store is set aside as a whole, and written again as it was."""
    contents = read_contents(junk)
    again = read_contents(write_contents(contents))
    assert again == contents
    if junk is not None and not isinstance(junk, dict):
        assert contents.set_aside == (junk,)


@given(
    items=st.lists(ITEMS, max_size=4, unique_by=(lambda i: i.audio_id, lambda i: i.slug)),
    junk=st.lists(JSON, max_size=4),
    data=st.data(),
)
def test_bad_records_never_take_others_down(
    items: list[AudioItem], junk: list[Json], data: st.DataObject
) -> None:
    """All good ones are there, all bad ones are kept word for word."""
    records: list[Json] = [*(write_item(item) for item in items), *junk]
    mixed = data.draw(st.permutations(records))
    contents = read_contents({"items": mixed, "later": 1})
    assert sorted(item.audio_id for item in contents.records) == sorted(i.audio_id for i in items)
    assert sorted(map(repr, contents.set_aside)) == sorted(map(repr, junk))
    assert contents.unknown == {"later": 1}


@given(
    item=ITEMS,
    name=st.sampled_from(
        [
            "id",
            "slug",
            "title",
            "tags",
            "frames",
            "bytes",
            "sha256",
            "source",
            "created",
            "bit_rate",
            "used_by",
            "trashed",
            "cover",
        ]
    ),
)
def test_a_field_of_another_kind_makes_no_item(item: AudioItem, name: str) -> None:
    """Nothing is guessed: true is no number, a path is no digest."""
    wrongs: list[Json] = [True, 1.5, {}, "../../x.mp3", "2026-01-01T00:00:00", [1]]
    for wrong in wrongs:
        if name == "title" and isinstance(wrong, str):
            continue
        with pytest.raises(ValueError, match=r"."):
            read_item({**write_item(item), name: wrong})


@given(item=ITEMS)
def test_a_second_record_of_an_item_is_set_aside(item: AudioItem) -> None:
    """The first one counts, and the other is not lost."""
    twin = with_fields(write_item(item), title="Twin")
    contents = read_contents({"items": [write_item(item), twin]})
    assert contents.records == (item,)
    assert contents.set_aside == (twin,)
    assert item.file.sha256 in digests_set_aside(contents)


@given(item=ITEMS)
def test_what_was_set_aside_is_tried_again(item: AudioItem) -> None:
    """A record that a newer version understands comes back by itself."""
    contents = read_contents({"set_aside": [write_item(item), 7]})
    assert contents == Sifted(records=(item,), set_aside=(7,))


def test_migration_goes_step_by_step_and_never_back() -> None:
    """Each step is taken once, in order; what is newer is refused."""
    steps: dict[int, Step] = {
        1: lambda data: {"first": data},
        2: lambda data: {"second": data},
    }
    assert migrate({"a": 1}, 1, to=3, steps=steps) == {"second": {"first": {"a": 1}}}
    assert migrate({"a": 1}, MAJOR) == {"a": 1}
    with pytest.raises(NewerStoreError):
        migrate({}, MAJOR + 1)

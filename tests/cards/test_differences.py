"""What a version of a card changes, and what Yoto has kept otherwise."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.cards.builder import build, completed, new_card, streamed
from custom_components.yoto_smart_stream.cards.differences import (
    Difference,
    differences,
    fingerprint,
    lost,
)
from custom_components.yoto_smart_stream.cards.model import Card
from custom_components.yoto_smart_stream.json import Json


def card(*titles: str) -> Card:
    """Return a card with chapters."""
    return completed(
        new_card(
            title="Songs",
            chapters=[
                streamed(title=one, url=f"https://example.com/{one}", duration=1, size=1)
                for one in titles
            ],
        )
    )


def test_fields_and_chapters_that_are_others_are_told() -> None:
    """By keys: new ones, those that are gone, and those that play something else."""
    before = card("Ant", "Bee", "Cat")
    _, bee, cat = before.chapters
    elk = replace(card("Elk").chapters[0], key="09")
    after = replace(before, title="Animals", chapters=(cat, replace(bee, title="The bee"), elk))
    assert differences(before, after) == [
        Difference(what="title", before="Songs", after="Animals"),
        Difference(what="chapter", key="01", before="Ant", after=None),
        Difference(what="chapter", key="02", before="Bee", after="The bee"),
        Difference(what="chapter", key="09", before=None, after="Elk"),
        Difference(what="order", before=["02", "03"], after=["03", "02"]),
    ]


@given(st.permutations(["Ant", "Bee", "Cat"]))
def test_numbers_on_the_display_are_no_difference(order: list[str]) -> None:
    """A chapter that comes earlier is the same one."""
    before = card("Ant", "Bee", "Cat")
    by_title = {chapter.title: chapter for chapter in before.chapters}
    after = completed(replace(before, chapters=tuple(by_title[title] for title in order)))
    found = {one.what for one in differences(before, after)}
    assert found == (set() if order == ["Ant", "Bee", "Cat"] else {"order"})


@pytest.mark.parametrize(
    ("added", "is_same"),
    [
        pytest.param({"updatedAt": "later", "userId": "x"}, True, id="Yoto's own"),
        pytest.param({"metadata": {"author": "x"}}, False, id="author"),
        pytest.param({"metadata": {"unknown": 1}}, False, id="unknown field"),
        pytest.param({"title": "Other"}, False, id="title"),
    ],
)
def test_a_fingerprint_is_of_what_people_change(added: dict[str, Json], is_same: bool) -> None:
    """And of nothing else."""
    payload = build(card("Ant"))
    changed = fingerprint({**payload, **added}, str)
    assert (changed == fingerprint(payload, str)) is is_same


def test_a_fingerprint_goes_by_what_counts_of_an_address() -> None:
    """The rest of it may be another."""
    one, other = build(card("Ant")), build(card("Bee"))
    assert fingerprint(one, str) != fingerprint(other, str)
    renamed = build(replace(card("Bee"), chapters=card("Ant").chapters))
    assert fingerprint(one, lambda _: "") == fingerprint(renamed, lambda _: "")


def test_a_fingerprint_goes_by_what_counts_of_the_address_of_an_icon() -> None:
    """Of a chapter and of a track."""
    (chapter,) = card("Ant").chapters
    (track,) = chapter.tracks

    def dressed(url: str) -> dict[str, Json]:
        shown = replace(chapter, icon_url=url, tracks=(replace(track, icon_url=url),))
        return build(replace(card("Ant"), chapters=(shown,)))

    here, there = dressed("http://here/a.png"), dressed("http://there/a.png")
    assert fingerprint(here, str) != fingerprint(there, str)
    assert fingerprint(here, lambda _: "") == fingerprint(there, lambda _: "")


def test_what_yoto_adds_is_no_loss() -> None:
    """What it leaves out or changes is."""
    sent: dict[str, Json] = {"title": "a", "content": {"chapters": [{"key": "01", "tracks": []}]}}
    kept: dict[str, Json] = {**sent, "metadata": {"x": 1}, "updatedAt": "now"}
    assert lost(sent, kept) == []
    assert lost(sent, {**kept, "title": "b"}) == ["title"]
    other: dict[str, Json] = {"chapters": [{"key": "1", "tracks": []}]}
    assert lost(sent, {**kept, "content": other}) == ["content.chapters[1].key"]
    assert lost(sent, {**kept, "content": {"chapters": []}}) == ["content.chapters"]

"""The index: whatever is done to it in whatever order, it agrees with a plain list."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
import pytest

from custom_components.yoto_smart_stream.library.errors import (
    AmbiguousTitleError,
    AudioInUseError,
    UnknownAudioError,
)
from custom_components.yoto_smart_stream.library.index import TRASH_TIME, AudioIndex
from custom_components.yoto_smart_stream.library.item import (
    AudioItem,
    Details,
    Source,
    SourceKind,
    User,
    UserKind,
    one_line,
)
from custom_components.yoto_smart_stream.library.search import Filter, folded

from .samples import DETAILS, FILE, NOW, TEXTS, added, written

STREAM = User(kind=UserKind.STREAM, reference="bedtime")
CARD = User(kind=UserKind.CARD, reference="abc")


class IndexMachine(RuleBasedStateMachine):
    """Do anything to an index, and remember what should be there in the plainest way."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        self.index = AudioIndex(on_change=self.note)
        self.items: dict[str, AudioItem] = {}
        self.slugs: dict[str, str] = {}
        self.now = NOW
        self.changes = 0

    def note(self) -> None:
        """Count a change."""
        self.changes += 1

    def live(self, audio_id: str) -> bool:
        """Tell whether an item is there and not in the trash."""
        item = self.items.get(audio_id)
        return item is not None and item.trashed is None

    @rule(target=ids, details=DETAILS, audio=st.sampled_from("abcd"))
    def add(self, details: Details, audio: str) -> str:
        """Add an item."""
        item = self.index.add(details=details, file=written(audio), source=FILE, now=self.now)
        assert item.audio_id not in self.slugs
        assert item.slug not in {one.slug for one in self.items.values()}
        self.items[item.audio_id] = item
        self.slugs[item.audio_id] = item.slug
        return item.audio_id

    @rule(audio_id=ids, details=DETAILS)
    def update(self, audio_id: str, details: Details) -> None:
        """Change what is said of an item."""
        if self.live(audio_id):
            self.items[audio_id] = self.index.update(audio_id, lambda _: details)
            assert self.items[audio_id].details == details
        else:
            with pytest.raises(UnknownAudioError):
                self.index.update(audio_id, lambda _: details)

    @rule(audio_id=ids, audio=st.sampled_from("abcdef"))
    def replace(self, audio_id: str, audio: str) -> None:
        """Give an item other audio."""
        if self.live(audio_id):
            before = self.items[audio_id]
            after = self.index.replace(audio_id, file=written(audio), source=FILE)
            assert after == replace(before, file=written(audio), original=None)
            self.items[audio_id] = after

    @rule(user=st.sampled_from([STREAM, CARD]), ids=st.lists(ids, max_size=3))
    def use(self, user: User, ids: list[str]) -> None:
        """Let somebody use some items and no others."""
        fine = [
            key
            for key in ids
            if key in self.items and (self.live(key) or user in self.items[key].used_by)
        ]
        if len(fine) < len(ids):
            with pytest.raises(UnknownAudioError):
                self.index.use(user, ids)
            return
        self.index.use(user, ids)
        for key, item in self.items.items():
            users = item.used_by - {user} | ({user} if key in ids else set())
            self.items[key] = replace(item, used_by=users)

    @rule(audio_id=ids, force=st.booleans())
    def delete(self, audio_id: str, force: bool) -> None:
        """Delete an item, unless it is used."""
        if not self.live(audio_id):
            return
        if self.items[audio_id].used_by and not force:
            with pytest.raises(AudioInUseError) as caught:
                self.index.delete(audio_id, now=self.now)
            assert set(caught.value.users) == self.items[audio_id].used_by
            return
        self.items[audio_id] = self.index.delete(audio_id, now=self.now, force=force)
        assert self.items[audio_id].trashed == self.now

    @rule(audio_id=ids)
    def restore(self, audio_id: str) -> None:
        """Take an item out of the trash."""
        if audio_id in self.items and not self.live(audio_id):
            before = self.items[audio_id]
            self.items[audio_id] = self.index.restore(audio_id)
            assert self.items[audio_id] == replace(before, trashed=None)
        else:
            with pytest.raises(UnknownAudioError):
                self.index.restore(audio_id)

    @rule(audio_id=consumes(ids))
    def purge(self, audio_id: str) -> None:
        """Forget an item in the trash."""
        if audio_id in self.items and not self.live(audio_id):
            self.index.purge(audio_id)
            del self.items[audio_id]
        else:
            with pytest.raises(UnknownAudioError):
                self.index.purge(audio_id)

    @rule(days=st.integers(1, 8))
    def wait(self, days: int) -> None:
        """Let days pass; what is old goes."""
        self.now += timedelta(days=days)
        old = {
            key
            for key, item in self.items.items()
            if item.trashed is not None and self.now - item.trashed >= TRASH_TIME
        }
        assert {item.audio_id for item in self.index.purge_old(self.now)} == old
        for key in old:
            del self.items[key]

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        """Each way to find something finds the same."""
        index, items = self.index, self.items
        assert {item.audio_id: item for item in index.everything} == items
        assert all(item.slug == self.slugs[key] for key, item in items.items())
        live = [item for item in items.values() if item.trashed is None]
        page = index.find(limit=1000)
        assert {item.audio_id for item in page.items} == {item.audio_id for item in live}
        assert page.total == len(index.items) == len(live)
        for item in live:
            assert index.get(item.audio_id) == index.get(item.slug) == item
            found = index.find(item.title, limit=1000).items
            assert item in found
        for audio in "abcdef":
            holders = [item for item in items.values() if item.file == written(audio)]
            known = index.with_audio(written(audio).sha256)
            assert (known is None) == (not holders)
            assert known is None or known in holders
            assert known is None or known.trashed is None or not set(holders) & set(live)
        needed = {file for item in items.values() for file in item.stored_files}
        assert all(index.needs(file) for file in needed)
        assert not index.unneeded & needed
        for user in (STREAM, CARD):
            users = {item.audio_id for item in items.values() if user in item.used_by}
            assert {item.audio_id for item in index.used_by(user)} == users


TestIndex = IndexMachine.TestCase


def test_an_item_is_found_by_any_name_that_is_clear() -> None:
    """Titles are found however they are written; two of the same ask for a slug."""
    index = AudioIndex()
    cat = added(index, "Die Bär's Höhle!")
    assert cat.slug == "die-bars-hohle"
    assert index.get("die bars hohle") == index.get(cat.slug) == index.get(cat.audio_id) == cat
    twin = added(index, "Die Bärs Höhle")
    assert twin.slug == "die-bars-hohle-2"
    with pytest.raises(AmbiguousTitleError) as caught:
        index.get("Die Bärs Höhle")
    assert caught.value.slugs == (cat.slug, twin.slug)
    index.delete(cat.slug, now=NOW)
    assert index.get("Die Bärs Höhle") == twin
    assert added(index, "Die Bärs Höhle").slug == "die-bars-hohle-3"
    assert added(index, "🦊").slug == "audio"
    assert index.get("🦊").title == "🦊"
    for nothing in ("", "!", "fox"):
        with pytest.raises(UnknownAudioError):
            index.get(nothing)


def test_a_search_shows_the_best_first() -> None:
    """Beginnings of titles, then words of titles, then everything else."""
    index = AudioIndex()
    for title, author in [
        ("Sleepy songs", "Cat Miller"),
        ("A cat at sea", None),
        ("Catfish blues", None),
        ("Scatter", None),
        ("Dogs", "Ann"),
    ]:
        added(index, title, author=author)
    found = index.find("CAT")
    assert [item.title for item in found.items] == [
        "Catfish blues",
        "A cat at sea",
        "Scatter",
        "Sleepy songs",
    ]
    page = index.find("cat", limit=2, offset=1)
    assert (page.total, [item.title for item in page.items]) == (4, ["A cat at sea", "Scatter"])
    assert [item.title for item in index.find("sleepy miller").items] == ["Sleepy songs"]


def test_filters_narrow_a_search() -> None:
    """Every part of a filter has to fit."""
    index = AudioIndex()
    for number, seconds in enumerate((10, 100, 1000)):
        kind = SourceKind.SPEECH if number == 1 else SourceKind.UPLOAD
        index.add(
            details=Details(
                title=f"Piece {number}", author="Ann Ó Dé", tags=("Bedtime", f"t{number}")
            ),
            file=written(str(number), seconds),
            source=Source(kind=kind),
            now=NOW,
        )

    def numbers(chosen: Filter) -> list[str]:
        """Return the last letters of the titles that are found."""
        return [item.title[-1] for item in index.find("piece", chosen).items]

    assert numbers(Filter(tags=frozenset({"bedtime"}))) == ["0", "1", "2"]
    assert numbers(Filter(tags=frozenset({"BEDTIME", "t1"}))) == ["1"]
    assert numbers(Filter(author="ann o de", min_duration=50)) == ["1", "2"]
    assert numbers(Filter(min_duration=0, max_duration=0)) == []
    assert numbers(Filter(sources=frozenset({SourceKind.SPEECH}))) == ["1"]
    assert numbers(Filter(author="Bob")) == []


def test_a_filter_takes_a_name_as_a_whole() -> None:
    """An author is no tag, a tag no author, and what a description says is neither."""
    index = AudioIndex()
    added(index, "By Ann", author="Ann", tags=("Owl", "!"), description="\0 fox \0 Bob \0")
    added(index, "On Ann", author="Owl", tags=("Ann Lee", "Fox"))
    added(index, "Ann")

    def titles(query: str = "", *tags: str, author: str | None = None) -> list[str]:
        """Return the titles that are found."""
        chosen = Filter(tags=frozenset(tags), author=author)
        return [item.title for item in index.find(query, chosen).items]

    assert titles(author="ANN") == ["By Ann"]
    assert titles("", "ann") == titles(author="Bob") == titles(author="lee") == []
    assert titles("", "fox") == ["On Ann"]
    assert titles("", "owl") == titles("", "?") == ["By Ann"]
    assert titles(author="") == ["Ann"]
    assert titles("fox bob") == ["By Ann"]
    assert titles("\0 lee") == ["On Ann"]


@given(st.lists(DETAILS, min_size=1, max_size=4), st.data())
def test_every_part_of_every_word_finds_its_item(
    wanted: list[Details], data: st.DataObject
) -> None:
    """Be it in the title, the author, a tag or the description, and after others have gone."""
    index = AudioIndex()
    items = [
        index.add(details=details, file=written(str(number)), source=FILE, now=NOW)
        for number, details in enumerate(wanted)
    ]
    gone = data.draw(st.sampled_from([None, *items]))
    if gone is not None:
        index.delete(gone.audio_id, now=NOW)
    for item in items:
        details = item.details
        for text in (details.title, details.author or "", *details.tags, details.description or ""):
            words = folded(text).split()
            for word in words:
                part = word[data.draw(st.integers(0, len(word) - 1)) :]
                found = index.find(part, limit=len(items)).items
                assert (item in found) == (item is not gone)
                assert all(part in " ".join(_all_words(one)) for one in found)
            assert (item in index.find(text, limit=len(items)).items) == (item is not gone)


def _all_words(item: AudioItem) -> list[str]:
    """Return the folded words of all texts of an item."""
    details = item.details
    texts = (details.title, details.author or "", *details.tags, details.description or "")
    return [word for text in texts for word in folded(text).split()]


@given(TEXTS)
def test_words_are_compared_without_capitals_and_accents(text: str) -> None:
    """What is folded stays as it is when it is folded again, so that a title is found by itself."""
    assert folded(folded(text)) == folded(text)


def test_accents_do_not_matter() -> None:
    """Neither in what is looked for nor in what is found; a part of a word is enough."""
    index = AudioIndex()
    added(index, "Der Eisbär & l'école", description="Straße\x1fnach Łódź")
    for query in ("bär", "BAR", "ecole", "lécole", "strasse", "odz nach", "eisbar der"):
        assert index.find(query).total == 1, query
    assert not index.find("strassenach").total


@given(st.text(max_size=250))
def test_a_line_is_what_can_be_shown_as_one(text: str) -> None:
    """Nothing else is taken for a title."""
    if text and text == one_line(text):
        assert Details(title=text).title == text
    else:
        with pytest.raises(ValueError, match="one line"):
            Details(title=text)

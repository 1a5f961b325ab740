"""The index: every item of the library, found by id, slug, title, content or words. Pure.

What is deleted is in the trash for some days, keeps its id and slug, and comes back as it was. The
index says which files are needed; whoever holds it writes it down and removes the others.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ulid_transform import ulid_at_time

from ..audio.container import Mark
from ..audio.frame_writer import Written
from .errors import AmbiguousTitleError, AudioInUseError, UnknownAudioError
from .item import AudioItem, Details, Place, Source, StoredFile, User, UserKind
from .search import Filter, Page, SearchTable, title_key
from .slugs import Slugs

TRASH_TIME: Final = timedelta(days=7)


class AudioIndex:
    """All items, those in the trash included. `on_change` is called after every change."""

    def __init__(
        self, items: Iterable[AudioItem] = (), *, on_change: Callable[[], None] = lambda: None
    ) -> None:
        """Start with items whose ids and slugs differ."""
        self._items: dict[str, AudioItem] = {}
        self._by_slug: dict[str, str] = {}
        # Nearly all of these have one member, and a tuple is a fifth of the size of a set.
        self._by_audio: dict[str, tuple[str, ...]] = {}
        self._by_other_file: dict[StoredFile, tuple[str, ...]] = {}
        self._by_user: dict[User, set[str]] = {}
        self._unneeded: set[StoredFile] = set()
        self._slugs = Slugs(self._by_slug.__contains__)
        for item in items:
            self._note(item)
        self._table = SearchTable(self.items)
        self._on_change = on_change

    @property
    def items(self) -> tuple[AudioItem, ...]:
        """Return the items that are not in the trash, in the order in which they came."""
        return tuple(item for item in self._items.values() if item.trashed is None)

    @property
    def trash(self) -> tuple[AudioItem, ...]:
        """Return the items in the trash, in the order in which they came."""
        return tuple(item for item in self._items.values() if item.trashed is not None)

    @property
    def everything(self) -> tuple[AudioItem, ...]:
        """Return all items, wherever they are."""
        return tuple(self._items.values())

    @property
    def unneeded(self) -> frozenset[StoredFile]:
        """Return the files that were needed once and are not now."""
        return frozenset(self._unneeded)

    def get(self, key: str) -> AudioItem:
        """Return the item with an id, a slug, or a title that only one has.

        Raises:
            UnknownAudioError: There is none, or it is in the trash.
            AmbiguousTitleError: Several have the title.
        """
        return self._found(key, in_trash=False)

    def get_trashed(self, key: str) -> AudioItem:
        """Return an item in the trash by its id, slug or title; raises as `get` does."""
        return self._found(key, in_trash=True)

    def find(
        self, query: str = "", chosen: Filter | None = None, *, limit: int = 50, offset: int = 0
    ) -> Page:
        """Return what a query and a filter find outside the trash, the best first."""
        return self._table.find(query, chosen, limit=limit, offset=offset)

    def with_audio(self, sha256: str) -> AudioItem | None:
        """Return the item with this audio, rather one that is not in the trash; None for none."""
        holders = [self._items[key] for key in self._by_audio.get(sha256, ())]
        return min(
            holders, key=lambda item: (item.trashed is not None, item.audio_id), default=None
        )

    def needs(self, file: StoredFile) -> bool:
        """Tell whether a file belongs to an item, be it in the trash."""
        if file.place is Place.AUDIO:
            return file.sha256 in self._by_audio
        return file in self._by_other_file

    def removed(self, files: Iterable[StoredFile]) -> None:
        """Note that files that were not needed are gone."""
        self._unneeded.difference_update(files)

    def add(
        self,
        *,
        details: Details,
        file: Written,
        source: Source,
        now: datetime,
        original: StoredFile | None = None,
        chapters: tuple[Mark, ...] = (),
    ) -> AudioItem:
        """Add an item with a new id and a new slug, and return it."""
        item = AudioItem(
            audio_id=self._new_id(now),
            slug=self._slugs.make(details.title),
            details=details,
            file=file,
            source=source,
            created=now,
            original=original,
            chapters=chapters,
        )
        return self._put(item)

    def update(self, key: str, change: Callable[[Details], Details]) -> AudioItem:
        """Change what people say of an item; its id and slug stay. Raises as `get` does."""
        item = self.get(key)
        return self._put(replace(item, details=change(item.details)))

    def replace(
        self,
        key: str,
        *,
        file: Written,
        source: Source,
        original: StoredFile | None = None,
        chapters: tuple[Mark, ...] = (),
    ) -> AudioItem:
        """Give an item other audio; everything else stays, so that its users follow.

        Raises as `get` does.
        """
        item = replace(
            self.get(key), file=file, source=source, original=original, chapters=chapters
        )
        return self._put(item)

    def use(self, user: User, keys: Iterable[str]) -> None:
        """Note all that somebody uses now; what he used before and does not now is released.

        An item in the trash can still be used by whom it was used before.

        Raises:
            UnknownAudioError, AmbiguousTitleError: A key is wrong; nothing was changed.
        """
        before = frozenset(self._by_user.get(user, ()))
        after = {key if key in before else self.get(key).audio_id for key in keys}
        for audio_id in before - after:
            item = self._items[audio_id]
            self._hold(replace(item, used_by=item.used_by - {user}))
        for audio_id in after - before:
            item = self._items[audio_id]
            self._hold(replace(item, used_by=item.used_by | {user}))
        if before != after:
            self._on_change()

    def use_present(self, user: User, keys: Iterable[str]) -> None:
        """Note all that somebody uses now, as `use` does, without what is not there."""
        before = self._by_user.get(user, ())
        self.use(user, [key for key in keys if key in before or self._is_present(key)])

    def use_only(
        self, kind: UserKind, uses: Mapping[str, Iterable[str]], *, is_all: bool = True
    ) -> None:
        """Note all that every user of a kind uses now, by reference.

        Others of the kind use nothing any more, unless these are not all.
        """
        for reference, keys in uses.items():
            self.use_present(User(kind=kind, reference=reference), keys)
        if is_all:
            for user in [*self._by_user]:
                if user.kind is kind and user.reference not in uses:
                    self.use(user, ())

    def used_by(self, user: User) -> tuple[AudioItem, ...]:
        """Return what somebody uses, be it in the trash."""
        return tuple(self._items[key] for key in sorted(self._by_user.get(user, ())))

    def delete(self, key: str, *, now: datetime, force: bool = False) -> AudioItem:
        """Move an item to the trash.

        Raises:
            AudioInUseError: Something uses it, and no force is meant.
            UnknownAudioError, AmbiguousTitleError: As `get`.
        """
        item = self.get(key)
        if item.used_by and not force:
            raise AudioInUseError(item)
        return self._put(replace(item, trashed=now))

    def restore(self, key: str) -> AudioItem:
        """Take an item out of the trash; raises as `get` does."""
        return self._put(replace(self.get_trashed(key), trashed=None))

    def purge(self, key: str) -> AudioItem:
        """Forget an item in the trash for good; raises as `get` does."""
        item = self.get_trashed(key)
        self._drop(item)
        self._on_change()
        return item

    def purge_old(self, now: datetime) -> tuple[AudioItem, ...]:
        """Forget what has been in the trash for its time, and return it."""
        old = [item for item in self.trash if item.trashed and item.trashed <= now - TRASH_TIME]
        for item in old:
            self._drop(item)
        if old:
            self._on_change()
        return tuple(old)

    def _found(self, key: str, *, in_trash: bool) -> AudioItem:
        """Return what a key means among the items inside or outside the trash."""
        named = self._items.get(key) or self._items.get(self._by_slug.get(key, ""))
        if named is not None and (named.trashed is not None) is in_trash:
            return named
        titled = self._trashed_with(key) if in_trash else self._table.titled(key)
        if len(titled) > 1:
            raise AmbiguousTitleError(key, (item.slug for item in titled))
        if not titled:
            raise UnknownAudioError(key)
        return titled[0]

    def _trashed_with(self, title: str) -> list[AudioItem]:
        """Return the items in the trash whose titles count as equal to one."""
        key = title_key(title)
        return [item for item in self.trash if title_key(item.title) == key]

    def _is_present(self, key: str) -> bool:
        """Tell whether there is an item with an id outside the trash."""
        item = self._items.get(key)
        return item is not None and item.trashed is None

    def _new_id(self, now: datetime) -> str:
        """Return an id that is not taken."""
        while (audio_id := ulid_at_time(now.timestamp())) in self._items:
            pass
        return audio_id

    def _put(self, item: AudioItem) -> AudioItem:
        """Hold an item and say that something changed."""
        self._hold(item)
        self._on_change()
        return item

    def _hold(self, item: AudioItem) -> None:
        """Hold an item in place of the one with its id."""
        if (before := self._items.get(item.audio_id)) is not None:
            self._forget(before)
        self._note(item)
        if before is not None and before.trashed is None:
            self._table.remove(before)
        if item.trashed is None:
            self._table.add(item)

    def _drop(self, item: AudioItem) -> None:
        """Let go of an item in the trash."""
        self._forget(item)
        del self._items[item.audio_id]
        del self._by_slug[item.slug]

    def _note(self, item: AudioItem) -> None:
        """Note an item under everything that it is found by."""
        key = item.audio_id
        self._items[key] = item
        self._by_slug[item.slug] = key
        _join(self._by_audio, item.file.sha256, key)
        for file in item.other_files:
            _join(self._by_other_file, file, key)
        if self._unneeded:
            self._unneeded.difference_update(item.stored_files)
        for user in item.used_by:
            self._by_user.setdefault(user, set()).add(key)

    def _forget(self, item: AudioItem) -> None:
        """Undo what `_note` did, but for the id and the slug, which stay."""
        _leave(self._by_audio, item.file.sha256, item.audio_id)
        for file in item.other_files:
            _leave(self._by_other_file, file, item.audio_id)
        self._unneeded.update(file for file in item.stored_files if not self.needs(file))
        for user in item.used_by:
            members = self._by_user[user]
            members.discard(item.audio_id)
            if not members:
                del self._by_user[user]


def _join[K](groups: dict[K, tuple[str, ...]], key: K, member: str) -> None:
    """Put a member into a group."""
    groups[key] = (*groups[key], member) if key in groups else (member,)


def _leave[K](groups: dict[K, tuple[str, ...]], key: K, member: str) -> None:
    """Take a member out of a group, and the group away with the last one."""
    if rest := tuple(other for other in groups[key] if other != member):
        groups[key] = rest
    else:
        del groups[key]

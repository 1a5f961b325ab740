"""Importing packs: a pack becomes a story, with its audio in the library: all of it, or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from homeassistant.util import dt as dt_util

from ..audio.errors import AudioError, AudioErrorCode
from ..audio.stoppable import in_thread
from ..json import JsonObject
from ..library.errors import PackError, PackFault
from ..library.importing import Import, Imported, take_back
from ..library.item import Source, SourceKind
from ..library.job import failure_of
from ..library.jobs import Handle
from ..sources.receiving import removed_after
from ..sources.refusals import async_save, refusal, result_of
from ..story.formats.story_format import StoryFormat
from ..story.formats.studio.losses import PackLost
from ..story.formats.studio.nodes import Told, story_of, title_of
from ..story.formats.writing import write
from ..story.script import Script
from .pack_files import PackFile, extract
from .shelf import StoryShelf
from .stored import StoredStory

KIND: Final = "import_story"
OWNER: Final = "library"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What came of a pack, or would: a story, and what it could not keep."""

    stored: StoredStory | None
    """As it is kept now; None before that."""
    script: Script
    audio: tuple[Imported, ...]
    lost: tuple[PackLost, ...]


@dataclass(slots=True)
class _Taken:
    """What was brought into the library."""

    by_asset: dict[str, Imported] = field(default_factory=dict)

    @property
    def ids(self) -> Mapping[str, str]:
        """Return the ids of the audio by asset."""
        return {asset: one.item.audio_id for asset, one in self.by_asset.items()}

    @property
    def every(self) -> tuple[Imported, ...]:
        """Return what came in, each audio once."""
        found: dict[str, Imported] = {}
        for one in self.by_asset.values():
            found.setdefault(one.item.audio_id, one)
        return tuple(found.values())


class PackImport:
    """The import of one pack."""

    def __init__(self, shelf: StoryShelf, file: PackFile, before: StoredStory | None) -> None:
        """Prepare; `before` is the story that gets another text, None for a new one.

        Raises:
            TitleTakenError: Another story is called so.
        """
        self._shelf = shelf
        self._catalog = shelf.catalog
        self._file = file
        self._before = before
        self._assets = file.pack.audio
        self._title = title_of(file.pack, file.path.stem)
        self._taken = _Taken()
        shelf.index.check_title(self._title, before)

    async def async_foreseen(self) -> Unpacked:
        """Return what would come of the pack; nothing is changed.

        Raises:
            StoryError: The story would be too large.
        """
        told, _ = await self._async_told({asset: asset for asset in self._assets})
        return Unpacked(
            stored=self._before,
            script=await in_thread(lambda _: Script.of(told.story)),
            audio=(),
            lost=told.lost,
        )

    async def async_run(self) -> Unpacked:
        """Bring in the audio as a job, and keep the story.

        Raises:
            StoryError: The story would be too large.
            TitleTakenError, NotWrittenError: It cannot be kept.
            HomeAssistantError: The audio could not be brought in. Nothing is left in any case.
        """
        await self.async_foreseen()
        jobs = self._catalog.jobs
        job = jobs.add(kind=KIND, owner=OWNER, title=self._title, body=self._work)
        result_of(await jobs.wait(job.job_id), self._file.path.name)
        try:
            # The library first: a story on the disk finds its audio there.
            await async_save(self._catalog)
            told, text = await self._async_told(self._taken.ids)
            script = await in_thread(lambda _: Script.of(told.story))
            stored = await self._shelf.async_change(partial(self._keep, text))
        except BaseException:
            self._take_back()
            raise
        for imported in self._taken.every:
            self._catalog.async_imported(imported)
        return Unpacked(stored=stored, script=script, audio=self._taken.every, lost=told.lost)

    async def _async_told(self, audio: Mapping[str, str]) -> tuple[Told, str]:
        """Return the story with some audio, and its text."""

        def tell() -> tuple[Told, str]:
            told = story_of(self._file.pack, self._title, audio)
            return told, write(told.story, StoryFormat.YAML).text

        return await in_thread(lambda _: tell())

    def _keep(self, text: str) -> StoredStory:
        """Keep the story in the index."""
        index, form, now = self._shelf.index, StoryFormat.YAML, dt_util.utcnow()
        if self._before is None:
            return index.add(title=self._title, form=form, text=text, now=now)
        story_id = self._before.story_id
        return index.rewrite(story_id, title=self._title, form=form, text=text, now=now)

    async def _work(self, job: Handle) -> JsonObject:
        """Bring in one audio after the other; the body of the job."""
        try:
            for number, asset in enumerate(self._assets):

                def tell(share: float, before: int = number) -> None:
                    job.progress((before + share) / len(self._assets))

                await self._async_bring_in(asset, tell)
        except BaseException:
            self._take_back()
            raise
        return {"title": self._title, "audio": len(self._taken.every)}

    async def _async_bring_in(self, asset: str, tell: Callable[[float], None]) -> None:
        """Bring one audio into the library, unless nothing is heard in it.

        Raises:
            PackError: It is no audio.
        """
        stage = self._assets[asset]
        with removed_after(self._catalog.collection.storage.arriving("asset")) as target:
            await in_thread(partial(extract, self._file, asset, target))
            wanted = Import(
                path=target,
                source=Source(kind=SourceKind.FILE, reference=self._file.path.name),
                title=f"{self._title}: {stage.name or asset}",
                tags=(self._title,),
            )
            try:
                self._taken.by_asset[asset] = await self._catalog.importer().run(wanted, tell)
            except AudioError as err:
                if err.code is AudioErrorCode.SILENT:
                    # STUdio gives such audio to what is only seen.
                    return
                reason = str(refusal(failure_of(err), asset))
                raise PackError(PackFault.AUDIO, file=asset, reason=reason) from err

    def _take_back(self) -> None:
        """Take the audio out of the library again that was not in it."""
        take_back(self._catalog.collection.index, self._taken.by_asset.values(), dt_util.utcnow())

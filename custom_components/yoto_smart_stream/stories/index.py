"""The index: every story that a family has, found by id, slug or title. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from ulid_transform import ulid_at_time

from ..library.slugs import Slugs
from .errors import AmbiguousStoryError, TitleTakenError, UnknownStoryError
from .stored import StoredStory


class StoryIndex:
    """All stories by id."""

    def __init__(self, stories: Iterable[StoredStory] = ()) -> None:
        """Start with stories whose ids and slugs differ."""
        self._stories: Mapping[str, StoredStory] = {one.story_id: one for one in stories}
        self._slugs = Slugs(lambda slug: any(one.slug == slug for one in self._stories.values()))

    @property
    def stories(self) -> Mapping[str, StoredStory]:
        """Return the stories of this moment by id."""
        return MappingProxyType(self._stories)

    def get(self, key: str) -> StoredStory:
        """Return the story with an id, a slug, or a title that only one has.

        An example answers to the name it is taken by, which is its slug with underscores.

        Raises:
            UnknownStoryError: There is none.
            AmbiguousStoryError: Several have the title.
        """
        folded = key.strip().casefold()
        every = self._stories.values()
        for one in every:
            if folded == one.story_id.casefold() or folded.replace("_", "-") == one.slug:
                return one
        titled = [one for one in every if one.title.casefold() == folded]
        if not titled:
            raise UnknownStoryError(key, sorted(one.title for one in every))
        if len(titled) > 1:
            raise AmbiguousStoryError(key, [one.slug for one in titled])
        return titled[0]

    def check_title(self, title: str, itself: StoredStory | None) -> None:
        """Refuse a title that another story has than the one that is to be called so.

        Raises:
            TitleTakenError: There is one.
        """
        for one in self._stories.values():
            if one is not itself and one.title.casefold() == title.casefold():
                raise TitleTakenError(title)

    def add(self, *, title: str, form: str, text: str, now: datetime) -> StoredStory:
        """Add a story with a new id and a new slug, and return it.

        Raises:
            TitleTakenError: There is one of that title.
        """
        self.check_title(title, None)
        while (story_id := ulid_at_time(now.timestamp())) in self._stories:
            pass
        story = StoredStory(
            story_id=story_id,
            slug=self._slugs.make(title),
            title=title,
            format=form,
            text=text,
            revision=1,
            created=now,
            changed=now,
        )
        return self.put(story)

    def rewrite(
        self, story_id: str, *, title: str, form: str, text: str, now: datetime
    ) -> StoredStory:
        """Give a story another text; its id and its slug stay.

        Raises:
            TitleTakenError: Another one has that title.
            UnknownStoryError: There is none.
        """
        before = self.get(story_id)
        self.check_title(title, before)
        if (before.title, before.format, before.text) == (title, form, text):
            return before
        return self.put(
            replace(
                before,
                title=title,
                format=form,
                text=text,
                revision=before.revision + 1,
                changed=now,
            )
        )

    def put(self, story: StoredStory) -> StoredStory:
        """Keep a story as it is now."""
        self._stories = {**self._stories, story.story_id: story}
        return story

    def delete(self, story_id: str) -> None:
        """Forget a story, if it is there."""
        self._stories = {key: one for key, one in self._stories.items() if key != story_id}

    def reset(self, stories: Mapping[str, StoredStory]) -> None:
        """Go back to what the stories have been before, such as when that could not be written."""
        self._stories = dict(stories)

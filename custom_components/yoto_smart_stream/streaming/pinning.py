"""Pinning: what a play is made of is decided when it begins, and can be kept. Pure.

A pinned stream has no rules left, and names only what is there. With it the same edition is made
again after a restart, whatever has been edited since.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..audio.profile import Profile
from .choosing import Circumstances, chosen_items
from .stream import AudioItem, Item, Stream, StreamItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """Hold a stream, by name, and those within it, as they are played.

    `revision` is that of the stream as its index tells it, `profile` that of all its audio.
    """

    name: str
    revision: str
    profile: Profile
    streams: Mapping[str, Stream]


def pin(
    name: str,
    streams: Mapping[str, Stream],
    circumstances: Circumstances,
    profile_of: Callable[[str], Profile | None],
    *,
    revision: str,
) -> Pinned:
    """Choose among the lists of a stream and of all within it.

    Audio that is gone (`profile_of` returns None), or that cannot be joined to the first audio (of
    the stream itself if it has any), is left out, and so are streams that are gone or have nothing
    left. The rest is worth hearing.

    Raises:
        KeyError: There is no such stream, or a template was not evaluated.
    """
    pinned: dict[str, Stream] = {}
    profile: Profile | None = None

    def is_there(item: Item) -> bool:
        """Tell whether an item can be played, and let the first audio decide about the others."""
        nonlocal profile
        match item:
            case AudioItem(audio_id=audio_id):
                if (found := profile_of(audio_id)) is None:
                    return False
                profile = profile or found
                return found == profile
            case StreamItem(name=inner):
                return inner in streams
        return True

    left = [name]
    while left:
        if (at := left.pop()) in pinned:
            continue
        stream = streams[at]
        items = tuple(filter(is_there, chosen_items(stream, circumstances)))
        pinned[at] = replace(stream, items=items, rules=(), unknown={})
        left.extend(reversed([*_names(items)]))
    _leave_out_empty(pinned)
    return Pinned(name=name, revision=revision, profile=profile or Profile(), streams=pinned)


def _leave_out_empty(streams: dict[str, Stream]) -> None:
    """Take out streams with nothing in them, and those that have nothing left then."""
    while empty := {StreamItem(name=name) for name, one in streams.items() if not one.items}:
        users = [one for one in streams.values() if not empty.isdisjoint(one.items)]
        if not users:
            return
        for user in users:
            items = tuple(item for item in user.items if item not in empty)
            streams[user.name] = replace(user, items=items)


def _names(items: tuple[Item, ...]) -> Iterator[str]:
    """Yield the names of the streams among items."""
    return (item.name for item in items if isinstance(item, StreamItem))

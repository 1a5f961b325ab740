"""Drafts of cards: what becomes of the icon of a chapter that stays."""

from dataclasses import replace

from custom_components.yoto_smart_stream.cards.builder import completed, new_card, streamed
from custom_components.yoto_smart_stream.cards.model import Chapter
from custom_components.yoto_smart_stream.publishing.draft import Draft, SameChapter, lay_out

URL = "https://example.com/icon.png"


def dressed(icon: str | None) -> Chapter:
    """Return a chapter whose icon had an address, after somebody has asked for an icon, or not."""
    (made,) = completed(
        new_card(
            title="Songs",
            chapters=[streamed(title="Ant", url="https://a.test", duration=1, size=1)],
        )
    ).chapters
    (track,) = made.tracks
    track = replace(track, icon=None, icon_url=URL)
    chapter = replace(made, icon=None, icon_url=URL, tracks=(track,))
    card = replace(new_card(title="Songs", chapters=()), chapters=(chapter,))
    draft = Draft(chapters=(SameChapter(named="Ant", icon=icon),))
    (after,) = completed(lay_out(card, draft).card).chapters
    return after


def test_an_icon_with_an_address_stays_and_no_other_one_is_filled_in() -> None:
    """As it does where nobody says anything of it."""
    after = dressed(None)
    assert (after.icon, after.icon_url) == (None, URL)
    assert [(track.icon, track.icon_url) for track in after.tracks] == [(None, URL)]


def test_an_icon_comes_in_the_place_of_an_address() -> None:
    """There is one or the other (protocol §5.3)."""
    after = dressed("yoto:#a")
    assert (after.icon, after.icon_url) == ("yoto:#a", None)
    assert [(track.icon, track.icon_url) for track in after.tracks] == [("yoto:#a", None)]

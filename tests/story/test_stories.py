"""The stories that are made up are such that they can be believed."""

from hypothesis import given

from custom_components.yoto_smart_stream.story.model import Chance, Goto, Story, Wait

from .stories import stories


@given(stories(chance=True, home=True, streams=True))
def test_all_ways_lead_somewhere(story: Story) -> None:
    """Every target is a node of the story."""
    targets = {story.start}
    for node in story.nodes.values():
        targets |= {each.target for each in (*node.left, *node.right)}
        for ending in node.on_end:
            then = ending.then.then if isinstance(ending.then, Wait) else ending.then
            lots = [each.then for each in then.lots] if isinstance(then, Chance) else [then]
            targets |= {each.target for each in lots if isinstance(each, Goto)}
    assert targets <= set(story.nodes)


@given(stories())
def test_what_is_heard_tells_where_it_is(story: Story) -> None:
    """No two variants sound alike."""
    heard = [each.audio for node in story.nodes.values() for each in node.variants]
    assert len(set(heard)) == len(heard)

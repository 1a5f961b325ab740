"""Where the content that plays comes from, as soon as it can be told."""

from .insertion import is_physical
from .messages import CardInsertion
from .snapshot import Snapshot


def provenance(snapshot: Snapshot) -> CardInsertion | None:
    """Return where the content comes from; None while nobody can tell.

    A status block says it outright, but up to a minute late. What plays, and the slot, tell at once
    (protocol §3.5, §3.8).
    """
    if snapshot.card_id is None:
        if snapshot.card_in is None and snapshot.card_insertion is None:
            return None
        inserted = snapshot.card_in or (
            snapshot.card_in is None and snapshot.card_insertion is CardInsertion.PHYSICAL
        )
        return CardInsertion.PHYSICAL if inserted else CardInsertion.NONE
    if snapshot.streaming:
        return CardInsertion.STREAMING
    if is_physical(snapshot):
        return CardInsertion.PHYSICAL
    return CardInsertion.REMOTE if snapshot.source else snapshot.card_insertion

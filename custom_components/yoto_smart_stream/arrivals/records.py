"""Which cards of each account are known, as it is stored. Pure.

A record that cannot be read is set aside and kept. Without it, an account is as if it were new: the
cards that are there next are known, and none of them is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..json import Json, JsonObject
from ..library.fields import Fields
from ..library.sifting import sift


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCards:
    """The ids of the known cards, by the config entry of the account.

    Ids stay when a card goes, as Yoto uses none again and a list may lack cards for a while.
    """

    accounts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    set_aside: tuple[Json, ...] = ()


def read_known(data: Json) -> KnownCards:
    """Read what is stored, whatever it is."""
    sifted = sift(data, "accounts", _read, lambda one: (one[0],))
    return KnownCards(accounts=dict(sifted.records), set_aside=sifted.set_aside)


def write_known(known: KnownCards) -> JsonObject:
    """Return what is to be stored."""
    return {
        "accounts": [
            {"owner": owner, "cards": [*sorted(cards)]} for owner, cards in known.accounts.items()
        ],
        "set_aside": [*known.set_aside],
    }


def _read(record: Json) -> tuple[str, frozenset[str]]:
    """Read the account and the ids of one record."""
    fields = Fields(record)
    return fields.text("owner"), frozenset(fields.texts("cards"))

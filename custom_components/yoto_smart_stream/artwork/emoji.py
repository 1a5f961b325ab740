"""Emoji: where one ends, what they are called, and which icons show the same. Pure."""

from collections.abc import Iterable
import re
from typing import Final
import unicodedata

from .choosing import Named, choose, words_of

JOINER: Final = "\N{ZERO WIDTH JOINER}"
COLOURED: Final = "\N{VARIATION SELECTOR-16}"
"""Makes an emoji of a sign that is none without it."""
PLAIN: Final = "\N{VARIATION SELECTOR-15}"
"""Asks for a sign without colours."""
KEYCAP: Final = "\N{COMBINING ENCLOSING KEYCAP}"
_REGIONS: Final = "\U0001f1e6-\U0001f1ff"
_TONES: Final = "\U0001f3fb-\U0001f3ff"
_TAGS: Final = "\U000e0020-\U000e007f"
_PART: Final = (
    rf"(?:[{_REGIONS}]{{1,2}}|[^\s{JOINER}{COLOURED}{KEYCAP}{_REGIONS}{_TAGS}]"
    rf"{COLOURED}?(?:{KEYCAP}|[{_TONES}]|[{_TAGS}]+)?)"
)
_ONE: Final = re.compile(rf"{_PART}(?:{JOINER}{_PART})*")
"""What may be one emoji (Unicode Technical Standard 51, 1.4.9)."""
_FLAG: Final = re.compile(rf"[{_REGIONS}]{{2}}|\N{{WAVING BLACK FLAG}}[{_TAGS}]+")
_MADE: Final = re.compile(
    rf"[#*0-9]{COLOURED}?{KEYCAP}|[^\w\s]{COLOURED}|\N{{INFORMATION SOURCE}}{COLOURED}"
    "|[\N{WHITE MEDIUM SMALL SQUARE}\N{BLACK MEDIUM SMALL SQUARE}]"
)
"""Digits and other signs that are emoji by what follows them; two squares are it without."""
_TAG: Final = re.compile(rf"[{_TAGS}]")
_SYMBOL: Final = "So"
_UNKNOWN: Final = "Cn"
_LATER: Final = re.compile("[\U0001f000-\U0001faff]")
"""Where Unicode puts new emoji, which Python learns of later than fonts."""
_ADDED: Final = frozenset({"Sk", "Mn", "Me", "Cf"})
"""Categories of what changes a sign, or joins two."""
_PLAIN_WORDS: Final = frozenset({"sign", "symbol", "with", "face", "and"})
"""Words in the names of signs that say nothing of what they show."""
_FORMS: Final = frozenset({"heavy", "black", "white"})
"""Words that say how a sign is printed. A later sign, such as a heart, is of that colour."""
_LAST_PRINTED: Final = "\uffff"
_COLOURS: Final = frozenset(
    {
        "black",
        "blue",
        "brown",
        "green",
        "grey",
        "orange",
        "pink",
        "purple",
        "red",
        "white",
        "yellow",
    }
)


def is_emoji(text: str) -> bool:
    """Say whether a text is one or a few emoji and nothing else."""
    others, made = _MADE.subn("", text)
    kinds = {_category(sign) for sign in others if not sign.isspace()}
    return (made > 0 or _SYMBOL in kinds) and kinds <= _ADDED | {_SYMBOL}


def is_one(emoji: str) -> bool:
    """Say whether emoji are only one, which may be joined of several: a family, a flag."""
    return _ONE.fullmatch(emoji.replace(PLAIN, "")) is not None


def has_tags(emoji: str) -> bool:
    """Say whether there is something in it that names a region, and is not seen."""
    return _TAG.search(emoji) is not None


def emoji_name(text: str) -> str:
    """Return what emoji show, in words: "crescent moon"; themselves if they have no name yet."""
    if _FLAG.fullmatch(text):
        return f"flag {_region(text)}"
    words = " ".join(_name(sign) for sign in text).casefold().split()
    return " ".join(word for word in words if word not in _PLAIN_WORDS) or " ".join(words) or text


def suiting[I: Named](icons: Iterable[I], emoji: str) -> I | None:
    """Return the icon that shows what an emoji shows, as far as words tell; None where none does.

    It shows nothing beside, and has the emoji's colour: a moon is good for a crescent moon, a
    heart is not for a green heart. The flag of one country is no other's.
    """
    if _FLAG.fullmatch(emoji):
        return None
    name = emoji_name(emoji)
    wanted = set(words_of(name))
    for icon in choose(icons, name):
        shown = set(words_of(icon.title))
        tagged = {word for tag in icon.tags for word in words_of(tag)}
        if shown <= wanted and wanted & _COLOURS <= shown | tagged:
            return icon
    return None


def _category(sign: str) -> str:
    """Return the category of a sign, also of an emoji that is newer than Python."""
    category = unicodedata.category(sign)
    return _SYMBOL if category == _UNKNOWN and _LATER.fullmatch(sign) else category


def _name(sign: str) -> str:
    """Return what a sign is called, as far as that says something."""
    name = unicodedata.name(sign, "")
    if unicodedata.category(sign) in _ADDED:
        return ""
    if sign > _LAST_PRINTED:
        return name
    return " ".join(word for word in name.split() if word.casefold() not in _FORMS) or name


def _region(flag: str) -> str:
    """Return the letters of a flag: "DE", or "GBSCT" where it is of a part of a country."""
    names = (unicodedata.name(sign, "") for sign in flag)
    return "".join(
        name.rpartition(" ")[2]
        for name in names
        if name.startswith(("REGIONAL INDICATOR SYMBOL LETTER", "TAG LATIN SMALL LETTER"))
    )

"""Names that look most like one that does not exist, for messages that help: in any spelling, in Latin or Chinese.

It works on keys (`normalise.name_key`), so that width, case, spacing and Traditional or Simplified script make no
difference. It refuses to guess across languages: what a name is called in another one is for the aliases to say.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from aigraph.text.normalise import name_key

MOST = 5
LIKE = 0.6  # least share of equal characters (difflib's ratio)
SHORT = 4  # keys of so few characters may be half alike, as two-character Chinese names with one wrong are
CLOSE = 0.8  # more alike than this goes before names that merely contain the other


def nearest_names(name: str, keys: Iterable[str], most: int = MOST) -> list[str]:
    """The keys most like that of `name`, best first, the same in any order of `keys`."""
    wanted = name_key(name)
    known = sorted(keys)
    cut = 0.5 if len(wanted) <= SHORT else LIKE
    alike = difflib.get_close_matches(wanted, known, most, cut)
    if len(wanted) <= SHORT:
        alike = [key for key in alike if abs(len(key) - len(wanted)) <= 1] or alike
    holding = [key for key in known if wanted and wanted in key]
    holding.sort(key=lambda key: (not key.startswith(wanted), len(key), key))
    matcher = difflib.SequenceMatcher(a=wanted)
    close = []
    for key in alike:
        matcher.set_seq2(key)
        if matcher.ratio() >= CLOSE:
            close.append(key)
    return list(dict.fromkeys([*close, *holding[:most], *alike]))[:most]

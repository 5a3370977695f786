"""The names of a thing in one document: which of them it is called by in each language, and its other names.

The lexicon's own name of a language stands first, then the name that the document writes most often. It refuses to
call a thing by one of the lexicon's further names (nicknames, short forms) that the document does not write.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from aigraph.model import Entity
from aigraph.recognise.lexicon import load_entries
from aigraph.text.normalise import converter

HANS, HANT = "zh-Hans", "zh-Hant"


def names_of(entity: Entity, seen: Mapping[str, int]) -> Iterator[tuple[str, str, bool]]:
    """(name, language tag, whether it is the preferred one there), by language; at most one is preferred in each.

    `seen` says how often the document writes each name.
    """
    by_language: dict[str, list[str]] = defaultdict(list)
    for name, language in dict.fromkeys([(entity.name, entity.lang), *sorted(entity.aliases)]):
        if name.strip():
            by_language[language].append(name)
    own = _own_names(entity, by_language)
    row = load_entries().get(entity.lexicon_id or "")
    further = frozenset(row.aliases) if row else frozenset()
    for language, names in sorted(by_language.items()):
        choice = [name for name in names if seen.get(name) or name not in further]
        best = own.get(language) or min(choice, key=lambda name: (-seen.get(name, 0), name), default=None)
        for name in dict.fromkeys([*names, best] if best else names):
            yield name, language, name == best


def _own_names(entity: Entity, names: Mapping[str, list[str]]) -> dict[str, str]:
    """Language -> the thing's name there: its own, else its row's, as far as the thing still has it.

    A name in Traditional script that the row does not give is the Simplified one in the other script.
    """
    own = {entity.lang: entity.name} if entity.name.strip() else {}
    row = load_entries().get(entity.lexicon_id or "")
    labels = {tag: name for name, tag in row.labels} if row else {}
    for tag, name in labels.items():
        if name in names.get(tag, ()):
            own.setdefault(tag, name)
            if tag == HANS and HANT in names and HANT not in labels:
                own.setdefault(HANT, converter("s2t").convert(name))
    return own

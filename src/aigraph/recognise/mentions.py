"""From what the tagger and the lexicon propose to the mentions of a document: one overlap rule, one type a name.

The same name gets the same type throughout a document unless the lexicon knows it for two things; a name found once is
found wherever it stands (propagation). Generic terms are no names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from aigraph.model import Mention
from aigraph.recognise.layers import load_word_lists
from aigraph.recognise.lexicon import Lexicon, LexiconMatch
from aigraph.recognise.surfaces import SurfaceFinder
from aigraph.text.normalise import name_key

LEXICON_VOTE = 0.75  # what a lexicon type weighs against one tagger vote of probability 1
MIN_SCORE = 0.4  # below, the tagger is guessing: precision on held-out documents gains more than recall loses
TAGGER_ONLY = frozenset({"Technique", "Software", "Publication"})  # common words too often
HOMONYM_SHARE = 0.34  # the second type of a name known for two things must win this share of its votes
_MADE = frozenset({"Model", "Hardware", "Benchmark", "Dataset", "Software", "Technique"})
_REST = re.compile(r"(?:-[A-Z0-9]\w*+(?:[.+]\w++)*+\+?)++", re.ASCII)  # Larkspur-70B|-INT4; not H100|-based
_COINED = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")
_TRIM = " \t\n\"'“”‘’《》「」『』（）()[]【】,，.。:：;；、*_`|#"


def choose_mentions(
    norm: str, tagged: Sequence[Mention], matches: Sequence[LexiconMatch], lexicon: Lexicon
) -> list[Mention]:
    """The mentions of a document, sorted and without overlap, each with type, score and lexicon row."""
    generic = load_word_lists().generic
    parts = [part for m in tagged for part in _unbracketed(norm, m)]
    kept = [m for m in (_trimmed(norm, m) for m in parts) if m is not None and m.score >= MIN_SCORE]
    kept = [m for m in kept if norm[m.start : m.end].lower() not in generic and _is_name(norm[m.start : m.end])]
    kept = _completed(norm, [*kept, *_from_lexicon(norm, kept, matches)])
    kept = _one_type_a_name(norm, kept, lexicon)
    kept += _propagated(norm, kept)
    kept.sort(key=lambda m: (m.start, -m.end))
    return [_with_row(norm, m, lexicon) for m in _without_overlap(kept)]


def _is_name(surface: str) -> bool:
    return any(c.isalnum() for c in surface) and not surface.replace(".", "").isdigit()


def _unbracketed(norm: str, mention: Mention) -> list[Mention]:
    """A bracket that opens or closes in a name and not both ends it; what follows is a name of its own."""
    surface = norm[mention.start : mention.end]
    for opening, closing in ("()", "（）"):
        at, shut = surface.find(opening), surface.find(closing)
        stray = 0 < shut < len(surface) - 1 and not 0 <= at < shut
        if stray or (at > 0 and closing not in surface[at:]):
            at = shut if stray else at
            cut = mention.start + at
            return [replace(mention, end=cut), replace(mention, start=cut + 1)]
    return [mention]


def _trimmed(norm: str, mention: Mention) -> Mention | None:
    """Without quotes and punctuation at its ends; brackets stay where they are balanced."""
    start, end = mention.start, mention.end
    while start < end and norm[start] in _TRIM:
        start += 1
    while end > start and norm[end - 1] in _TRIM and not (norm[end - 1] in ")）" and _balanced(norm[start:end])):
        end -= 1
    if start == end:
        return None
    return mention if (start, end) == (mention.start, mention.end) else replace(mention, start=start, end=end)


def _balanced(text: str) -> bool:
    return text.count("(") + text.count("（") == text.count(")") + text.count("）") > 0


def _completed(norm: str, mentions: Sequence[Mention]) -> list[Mention]:
    """With the rest of a hyphenated word that a name was cut out of: the part alone names something else."""
    starts = {m.start for m in mentions}
    out = []
    for m in mentions:
        rest = _REST.match(norm, m.end) if m.type in _MADE else None
        cut = rest is not None and starts.isdisjoint(range(m.end, rest.end())) and norm[m.end - 1].isalnum()
        out.append(replace(m, end=rest.end()) if rest is not None and cut else m)
    return out


def _from_lexicon(norm: str, kept: Sequence[Mention], matches: Iterable[LexiconMatch]) -> list[Mention]:
    """Strong, unambiguous lexicon names that the tagger passed over."""
    taken = bytearray(len(norm) + 1)
    for m in kept:
        taken[m.start : m.end] = b"\1" * (m.end - m.start)
    out = []
    for match in matches:
        types = {e.type for e in match.entries}
        if match.weak or len(types) != 1 or any(taken[match.start : match.end]):
            continue
        surface = norm[match.start : match.end]
        if len(surface) >= 2 and (types.isdisjoint(TAGGER_ONLY) or (types == {"Software"} and _is_coined(surface))):
            out.append(Mention(match.start, match.end, types.pop(), "lexicon", 0.6))
    return out


def _is_coined(surface: str) -> bool:
    """Capitals in mid-word beside small letters: no common word is written like GitHub."""
    return _COINED.search(surface) is not None


def _one_type_a_name(norm: str, mentions: Sequence[Mention], lexicon: Lexicon) -> list[Mention]:
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for m in mentions:
        votes[name_key(norm[m.start : m.end])][m.type] += m.score
    known: dict[str, set[str]] = {}
    for key, by_type in votes.items():
        known[key] = {e.type for e in lexicon.by_name(key)}
        share = sum(by_type.values()) * LEXICON_VOTE
        for kind in known[key]:
            by_type[kind] += share / len(known[key])
    out = []
    for m in mentions:
        key = name_key(norm[m.start : m.end])
        by_type = votes[key]
        best = max(sorted(by_type), key=lambda t: by_type[t])
        total = sum(by_type.values())
        homonym = m.type in known[key] and len(known[key]) > 1 and by_type[m.type] >= HOMONYM_SHARE * total
        out.append(m if m.type == best or homonym else replace(m, type=best))
    return out


def _propagated(norm: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Further occurrences of the names found: longest names first, Latin ones as whole words."""
    best: dict[str, Mention] = {}
    for m in mentions:
        surface = norm[m.start : m.end]
        if len(surface) >= (3 if surface.isascii() else 2) and m.score >= 0.6 and surface not in best:
            best[surface] = m
    if not best:
        return []
    taken = bytearray(len(norm) + 1)
    for m in mentions:
        taken[m.start : m.end] = b"\1" * (m.end - m.start)
    out = []
    for start, end in SurfaceFinder(norm, best, versions=True).find(0, len(norm)):
        if not any(taken[start:end]):
            source = best[norm[start:end]]
            out.append(Mention(start, end, source.type, "propagation", round(source.score * 0.9, 4)))
    return out


def _without_overlap(mentions: Iterable[Mention]) -> list[Mention]:
    """Of overlapping mentions the tagger's own, then the longer one; input sorted by start."""
    out: list[Mention] = []
    for m in mentions:
        if out and m.start < out[-1].end:
            last = out[-1]
            if (m.source == "tagger", m.end - m.start) > (last.source == "tagger", last.end - last.start):
                out[-1] = m
            continue
        out.append(m)
    return out


def _with_row(norm: str, mention: Mention, lexicon: Lexicon) -> Mention:
    """The lexicon row of this name and type, where there is exactly one; its subtype with it.

    A weak name counts here: that it is a name at all, and of this type, the context has decided.
    """
    surface = norm[mention.start : mention.end]
    rows = [e for e in lexicon.by_name(surface) if e.type == mention.type]
    rows = rows or [e for e in lexicon.by_weak_name(surface) if e.type == mention.type]
    if len(rows) == 1:
        return replace(mention, lexicon_id=rows[0].id, subtype=rows[0].subtype)
    return mention

"""Names inside names: the maker in "NVIDIA DGX Spark", the parent in "AMD Shanghai R&D Center", the model in a title.

A nested mention overlaps its host and is used for facts between the two alone; it never competes with the host.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from aigraph.model import Mention
from aigraph.recognise.lexicon import Lexicon
from aigraph.recognise.surfaces import SurfaceFinder

SOURCE = "nested"
HOSTS = frozenset({"Organization", "Model", "Software", "Hardware", "Publication", "Benchmark", "Dataset"})
INNER = frozenset({"Organization", "Model", "Software", "Hardware", "Benchmark", "Technique", "Dataset"})
_PART = re.compile(r"[A-Za-z]+|[0-9.]+|[\u3400-\u9fff]|[^\sA-Za-z0-9\u3400-\u9fff]")
MIN_HOST = 4  # characters; nothing shorter holds a name of its own


def nested_mentions(norm: str, mentions: Sequence[Mention], lexicon: Lexicon) -> list[Mention]:
    """Names of the document and of the lexicon that stand as a proper part of a longer mention, in order."""
    own: dict[str, Mention] = {}
    for m in mentions:
        if m.type in INNER and m.end - m.start >= 2:
            own.setdefault(norm[m.start : m.end], m)
    names = SurfaceFinder(norm, own)
    out: list[Mention] = []
    for host in mentions:
        if host.type not in HOSTS or host.end - host.start < MIN_HOST:
            continue
        second, last = _inner_borders(norm, host)
        found: dict[tuple[int, int], Mention] = {}
        for low, high in ((host.start, last), (second, host.end)):  # so that the host never matches itself
            for start, end in names.find(low, high):
                if not _overlaps(found, start, end):
                    found[start, end] = replace(own[norm[start:end]], start=start, end=end, source=SOURCE)
        for low, high in ((host.start, last), (second, host.end)):
            for match in lexicon.find(norm[low:high]):
                start, end = low + match.start, low + match.end
                entry = match.entries[0]
                if match.weak or len(match.entries) > 1 or entry.type not in INNER or _overlaps(found, start, end):
                    continue
                found[start, end] = Mention(start, end, entry.type, SOURCE, 0.5, entry.subtype, entry.id)
        out += [found[k] for k in sorted(found)]
    return out


def _overlaps(found: dict[tuple[int, int], Mention], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in found)


def _inner_borders(norm: str, host: Mention) -> tuple[int, int]:
    """Where the second part of a name begins, and where its last part begins."""
    starts = [m.start() for m in _PART.finditer(norm, host.start, host.end)]
    return (starts[1], starts[-1]) if len(starts) > 1 else (host.end, host.start)

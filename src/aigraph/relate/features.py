"""Features of a candidate fact: two slots and the words that join them.

The same strings feed training and prediction. Names are masked by their types, so that what is learned is how a
thing is said, never of whom. Refuses any knowledge of a predicate: a trained part weighs the strings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log10

from aigraph.model import Literal
from aigraph.relate.context import Carried, Site, Slot
from aigraph.relate.cues import Cue
from aigraph.wordlists import grammar

_CLAUSE = frozenset(",，;；:：。.!！?？|")
_WORD = re.compile(r"[A-Za-z]+|[0-9]+(?:\.[0-9]+)?|[\u3400-\u9fff]+|[^\sA-Za-z0-9\u3400-\u9fff]")
_MARK = re.compile(r"[,，;；:：、()（）/|]")
MAX_BETWEEN = 24  # words between two slots that still count singly; beyond, only the ends are read


@dataclass(slots=True)
class Word:
    """A word of a masked sentence: a plain word, or a slot's type in angle brackets."""

    form: str
    start: int
    slot: int  # order of the slot it masks, -1 for plain words
    clause: int


@dataclass(slots=True)
class Item:
    """A part of a sentence's skeleton: a slot, a cue word with its senses, or a clause mark."""

    start: int
    form: str
    senses: tuple[str, ...]
    slot: int
    clause: int


@dataclass(slots=True)
class MaskedSentence:
    """A sentence as words and as a skeleton, with the place of each slot in both."""

    words: list[Word]
    at: list[int]  # word index of each slot, by its order
    items: list[Item]
    item_at: list[int]  # skeleton index of each slot, by its order
    senses: list[str]  # of all its cue words, sorted
    types: list[str]  # of all its slots, sorted
    clauses: dict[int, list[str]]  # the plain words of each clause, sorted
    cue_before: list[int]  # of each item: the nearest cue before it in its clause, -1 for none
    cue_after: list[int]


def skeleton(norm: str, site: Site, cues: Sequence[Cue]) -> tuple[list[Item], list[int]]:
    """Slots, cue words and clause marks of a sentence in order; everything else is left out."""
    parts = [Item(s.start, "<" + s.type + ">", (), s.order, 0) for s in site.slots]
    ends = [(s.start, s.end) for s in site.slots]
    k = 0
    for cue in cues:
        while k < len(ends) and ends[k][1] <= cue.start:
            k += 1
        if k == len(ends) or cue.end <= ends[k][0]:
            parts.append(Item(cue.start, "+".join(cue.senses), cue.senses, -1, 0))
    for m in _MARK.finditer(norm, site.start, site.end):
        parts.append(Item(m.start(), m.group(), (), -1, 0))
    parts.sort(key=lambda x: (x.start, x.slot))
    at = [0] * len(site.slots)
    clause = 0
    for i, item in enumerate(parts):
        if item.slot >= 0:
            at[item.slot] = i
        elif not item.senses:
            clause += item.form not in "、()（）/"
        item.clause = clause
    return parts, at


def mask(norm: str, site: Site, cut: Callable[[str], Iterable[str]], cues: Sequence[Cue]) -> MaskedSentence:
    """A sentence with slots replaced by their types; `cut` splits Han into words, `cues` are those of the sentence."""
    words: list[Word] = []
    at: list[int] = []
    clause = 0

    def plain(start: int, end: int) -> None:
        nonlocal clause
        for m in _WORD.finditer(norm, start, end):
            piece = m.group()
            if "\u3400" <= piece[0] <= "\u9fff":
                offset = m.start()
                for w in cut(piece):
                    words.append(Word(w, offset, -1, clause))
                    offset += len(w)
            else:
                if piece in _CLAUSE:
                    clause += 1
                words.append(Word("0" if piece[0].isdigit() else piece.lower(), m.start(), -1, clause))

    position = site.start
    for slot in site.slots:
        if slot.start < position:  # overlapping slots share one place
            at.append(max(len(words) - 1, 0))
            continue
        plain(position, slot.start)
        at.append(len(words))
        words.append(Word(f"<{slot.type}>", slot.start, slot.order, clause))
        position = slot.end
    plain(position, site.end)
    items, item_at = skeleton(norm, site, cues)
    senses, types = sorted({s for x in items for s in x.senses}), sorted({s.type for s in site.slots})
    before, after = _nearest(items)
    return MaskedSentence(words, at, items, item_at, senses, types, _by_clause(words), before, after)


def _nearest(items: Sequence[Item]) -> tuple[list[int], list[int]]:
    """The nearest cue of its own clause before and after each item, by one pass each way."""
    n = len(items)
    before, after = [-1] * n, [-1] * n
    for found, order in ((before, range(n)), (after, range(n - 1, -1, -1))):
        last = -1
        for i in order:
            if last >= 0 and items[last].clause == items[i].clause:
                found[i] = last
            if items[i].senses:
                last = i
    return before, after


def _by_clause(words: Iterable[Word]) -> dict[int, list[str]]:
    found: dict[int, set[str]] = {}
    for w in words:
        if w.slot < 0:
            found.setdefault(w.clause, set()).add(w.form)
    return {clause: sorted(forms) for clause, forms in found.items()}


def size_bucket(n: int) -> str:
    """A number as one of a few sizes."""
    return str(n) if n <= 3 else "4-5" if n <= 5 else "6-8" if n <= 8 else "9-15" if n <= 15 else "16+"


def pair_features(site: Site, masked: MaskedSentence, a: Slot, b: Slot) -> list[str]:
    """Feature strings of two slots of one sentence, `a` standing before `b`."""
    words = masked.words
    i, j = masked.at[a.order], masked.at[b.order]
    between = words[i + 1 : j]
    n = len(between)
    forms = [w.form for w in between]
    clauses = words[j].clause - words[i].clause
    f = ["n=" + size_bucket(n), "c=" + size_bucket(clauses), "ty=" + a.type + ">" + b.type, "bk=" + site.block.kind]
    if n <= 5:
        f.append("bt=" + "_".join(forms))
    core = forms if n <= MAX_BETWEEN else forms[:8] + forms[-8:]
    seen = set()
    for k, w in enumerate(core):
        if w not in seen:
            seen.add(w)
            f.append("b=" + w)
        if k:
            f.append("b2=" + core[k - 1] + "_" + w)
    if n:
        f += ["bf=" + forms[0], "bl=" + forms[-1]]
        if n > 1:
            f += ["bf2=" + "_".join(forms[:2]), "bl2=" + "_".join(forms[-2:])]
        if n > 2:
            f += ["bf3=" + "_".join(forms[:3]), "bl3=" + "_".join(forms[-3:])]
    _outside(f, words, i, j)
    _clause_bag(f, words, i, j)
    _skeleton_features(f, masked, a, b)
    f.append("sa=" + size_bucket(site.count(a.type, a.order + 1, b.order)))
    f.append("sb=" + size_bucket(site.count(b.type, a.order + 1, b.order)))
    f.append(f"fa={not site.count(a.type, 0, a.order)}")
    f.append(f"lb={not site.count(b.type, b.order + 1, len(site.slots))}")
    return f


def _skeleton_features(f: list[str], masked: MaskedSentence, a: Slot, b: Slot) -> None:
    """Cue senses and their order around two slots: what generalises from one wording to its synonyms."""
    items = masked.items
    i, j = masked.item_at[a.order], masked.item_at[b.order]
    between = items[i + 1 : j]
    if len(between) <= 7:
        f.append("sk=" + "~".join(x.form for x in between))
        before = items[i - 1].form if i else "^"
        after = items[j + 1].form if j + 1 < len(items) else "$"
        f.append("skb=" + before + "@" + "~".join(x.form for x in between))
        f.append("ska=" + "~".join(x.form for x in between) + "@" + after)
        if len(between) <= 3:
            f.append("skx=" + before + "@" + "~".join(x.form for x in between) + "@" + after)
    short = [x.form for x in between if x.senses or x.slot >= 0]
    if len(short) <= 5:
        f.append("ss=" + "~".join(short))
    f.append("sc=" + "~".join([x.form for x in between if x.senses][:4]))
    f.extend(sorted({"m:" + s for x in between for s in x.senses}))
    _nearest_cues(f, masked, i, j)


def _nearest_cues(f: list[str], masked: MaskedSentence, i: int, j: int) -> None:
    """Senses before the first and after the second item: nearest one, and all of the same clause."""
    items = masked.items
    if masked.cue_before[i] >= 0:
        f.extend("pre1:" + s for s in items[masked.cue_before[i]].senses)
    seen = {s for x in items[max(0, i - 10) : i] if x.clause == items[i].clause for s in x.senses}
    f.extend(sorted("pre:" + s for s in seen))
    if masked.cue_after[j] >= 0:
        f.extend("post1:" + s for s in items[masked.cue_after[j]].senses)
    seen = {s for x in items[j + 1 : j + 11] if x.clause == items[j].clause for s in x.senses}
    f.extend(sorted("post:" + s for s in seen))
    f.append("pi=" + (items[i - 1].form if i else "^"))
    f.append("ni=" + (items[j + 1].form if j + 1 < len(items) else "$"))


def _outside(f: list[str], words: Sequence[Word], i: int, j: int) -> None:
    """The words just before the first and just after the second slot."""
    for step in (1, 2, 3):
        f.append(f"o-{step}=" + (words[i - step].form if i >= step else "#"))
        f.append(f"o+{step}=" + (words[j + step].form if j + step < len(words) else "#"))
    if i >= 2:
        f.append("oo-=" + words[i - 2].form + "_" + words[i - 1].form)
    if j + 2 < len(words):
        f.append("oo+=" + words[j + 1].form + "_" + words[j + 2].form)


def _clause_bag(f: list[str], words: Sequence[Word], i: int, j: int) -> None:
    """All words of the clauses that the two slots stand in, before the first and after the second."""
    seen = set()
    k = i - 1
    while k >= 0 and words[k].clause == words[i].clause and i - k <= 12:
        seen.add("cb=" + words[k].form)
        k -= 1
    k = j + 1
    while k < len(words) and words[k].clause == words[j].clause and k - j <= 12:
        seen.add("ca=" + words[k].form)
        k += 1
    f.extend(sorted(seen))


def nested_features(norm: str, host: Slot, inner: Slot) -> list[str]:
    """Feature strings of a name inside a name: their types, the place, and the words around it inside the host."""
    before, after = norm[host.start : inner.start].lower(), norm[inner.end : host.end].lower()
    place = "start" if not before.strip() else "end" if not after.strip() else "middle"
    f = ["N", "ty=" + host.type + "@" + inner.type, "np=" + place + "|" + host.type + "@" + inner.type]
    rest = [("0" if w[0].isdigit() else w) for w in _WORD.findall(after)]
    f += ["na=" + "_".join(rest[:3]), "nz=" + after.strip()[-2:], "nb=" + "_".join(_WORD.findall(before)[-2:])]
    f += ["nw=" + w for w in sorted(set(rest))]
    f.append("nd=" + ("digit" if rest and rest[0] == "0" else "sep" if after[:1] in _separators() else "glued"))
    return f


@cache
def _separators() -> str:
    found: str = grammar("connectives")["inside_names"]
    return found


def single_features(site: Site, masked: MaskedSentence, a: Slot) -> list[str]:
    """Feature strings of one name by itself: what happens to it or is done by it in this sentence."""
    words, items = masked.words, masked.items
    i, p = masked.at[a.order], masked.item_at[a.order]
    f = ["ty=" + a.type, "bk=" + site.block.kind, "so=" + size_bucket(a.order), "sn=" + size_bucket(len(site.slots))]
    _outside(f, words, i, i)
    _nearest_cues(f, masked, p, p)
    f.extend("xm:" + s for s in masked.senses)
    f.extend("xt:" + s for s in masked.types)
    seen = {w.form for w in words[max(0, i - 25) : i + 25] if w.slot < 0}
    f.extend(sorted("xw=" + w for w in seen))
    f.extend("cw=" + w for w in masked.clauses.get(words[i].clause, ()))
    around = [x.form for x in items[max(0, p - 3) : p] if x.senses or x.slot >= 0]
    f.append("sl=" + "~".join(around[-2:]))
    around = [x.form for x in items[p + 1 : p + 4] if x.senses or x.slot >= 0]
    f.append("sr=" + "~".join(around[:2]))
    return f


def literal_features(literal: Literal, subject_type: str) -> list[str]:
    """What a figure says of itself: kind, unit, size, currency, and the subject's type it would go with."""
    f = ["lk=" + literal.kind + "|" + subject_type, "lu=" + str(literal.unit), "lc=" + str(literal.currency)]
    f.append("lp=" + str(literal.per))
    f.append("lm=" + str(literal.modifier))
    if isinstance(literal.value, (int, float)) and literal.value > 0:
        f.append(f"lv={literal.kind}{int(log10(literal.value))}")
    if literal.kind == "date":
        f.append(f"ld={len(str(literal.value or ''))}{literal.relative}{literal.high is not None}")
    return f


def carried_features(site: Site, carried: Carried, b: Slot) -> list[str]:
    """Feature strings of a name carried into the sentence, beside those of `landing_features` of the slot it meets."""
    a = carried.slot
    return [
        "xr=" + carried.role + size_bucket(carried.distance),
        "ty=" + a.type + ">>" + b.type,
        "xo=" + size_bucket(a.order),
        f"xs={site.count(a.type, 0, b.order) > 0}",
        f"xS={site.count(a.type, 0, len(site.slots)) > 0}",
    ]


def landing_features(site: Site, masked: MaskedSentence, b: Slot) -> list[str]:
    """Feature strings of a slot and its sentence, the same for every name that is carried to it."""
    words = masked.words
    j = masked.at[b.order]
    f = [
        "X",
        "bk=" + site.block.kind,
        "xc=" + size_bucket(words[j].clause),
        f"xn={site.first_name < b.order}",
        f"xb={site.count(b.type, 0, b.order)}",
        "xf=" + "_".join(w.form for w in words[:2]),
        "x0=" + (words[0].form if words else "#"),
    ]
    for k in range(max(0, j - 12), j):
        if words[k].clause == words[j].clause or j - k <= 4:
            f.append("cb=" + words[k].form)
    f.extend("ca=" + w.form for w in words[j + 1 : j + 9] if w.clause == words[j].clause)
    items, p = masked.items, masked.item_at[b.order]
    _nearest_cues(f, masked, p, p)
    lead = [x.form for x in items[:p] if x.senses or x.slot >= 0]
    if len(lead) <= 4:
        f.append("xl=" + "~".join(lead))
    f.extend("xm:" + s for s in masked.senses)
    for name, k in (("o-1=", j - 1), ("o-2=", j - 2), ("o+1=", j + 1), ("o+2=", j + 2)):
        f.append("X" + name + (words[k].form if 0 <= k < len(words) else "#"))
    if j >= 2:
        f.append("Xoo-=" + words[j - 2].form + "_" + words[j - 1].form)
    f.extend("xw=" + w.form for w in words[max(0, j - 30) : j + 30] if w.slot < 0)
    return f


_CORE = re.compile(r"[0-9]+(?:\.[0-9]+)?|[A-Za-z]+|[\u3400-\u9fff]+")


@lru_cache(maxsize=20_000)
def name_features(a: str, b: str) -> tuple[str, ...]:
    """How two names resemble each other: what lineage (variant, version, brand) can be read from."""
    if not a or not b:
        return ()
    x, y = a.casefold(), b.casefold()
    if x == y:
        return ("nm=same",)
    f = []
    if y.startswith(x):
        f.append("nm=a<b")
        rest = _CORE.findall(y[len(x) :])
        f.append("nr=" + ("d" if rest and rest[0][0].isdigit() else "w" if rest else "-"))
    elif x.startswith(y):
        f.append("nm=b<a")
        rest = _CORE.findall(x[len(y) :])
        f.append("nr=" + ("d" if rest and rest[0][0].isdigit() else "w" if rest else "-"))
    elif x in y or y in x:
        f.append("nm=in")
    p, q = _CORE.findall(x), _CORE.findall(y)
    if p and q and p[0] == q[0] and not p[0][0].isdigit():
        f.append("np=1")
        dp = [w for w in p if w[0].isdigit()]
        dq = [w for w in q if w[0].isdigit()]
        if dp and dq:
            same_words = [w for w in p if w not in dp] == [w for w in q if w not in dq]
            f.append("nv=" + _compare(dp[0], dq[0]) + ("w" if same_words else ""))
        else:
            f.append(f"nd={bool(dp)}{bool(dq)}")
    return tuple(f)


def _compare(a: str, b: str) -> str:
    x, y = float(a), float(b)
    return "<" if x < y else ">" if x > y else "="


@lru_cache(maxsize=20_000)
def likeness(a: str, b: str) -> tuple[float, ...]:
    """Numbers of likeness of two names: begins, contained (both ways), same first part, version order, lengths."""
    x, y = a.casefold(), b.casefold()
    p, q = _CORE.findall(x), _CORE.findall(y)
    dp = [w for w in p if w[0].isdigit()]
    dq = [w for w in q if w[0].isdigit()]
    order = 0.0
    if dp and dq:
        order = float(float(dp[0]) > float(dq[0])) - float(float(dp[0]) < float(dq[0]))
    shared = bool(p and q and p[0] == q[0])
    return (x.startswith(y), y.startswith(x), (x in y) - (y in x), shared, order if shared else 0.0, len(y))


def family_of(name: str) -> str:
    """The first word of a name, where it is one that can be shared by a family: GPT of GPT-4o, 混元 of 混元 Turbo S."""
    parts = _CORE.findall(name.casefold())
    return parts[0] if parts and len(parts[0]) > 1 and not parts[0][0].isdigit() else ""

"""What a price is for: "per 1M input tokens", "per month". Reads the words around a sum of money that is already found.

A price without such words stays without `per`. It does not decide whether a sum is a price at all.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from aigraph.model import Literal
from aigraph.wordlists import alternation, grammar

TOKEN_REACH = 60  # characters a leading "per million tokens" carries forward inside its sentence
PAIR_REACH = 16  # characters between two sums that share the words behind the second
SIMPLE = ("month", "year", "week", "day", "hour", "minute", "second", "user", "unit", "share", "image", "call", "video")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    per = grammar("units")["per"]
    bare = grammar("units")["bare"]
    scales = alternation([w for ws in grammar("units")["per_scales"].values() for w in ws])
    direction = alternation([*per["input"], *per["output"], *per["cache"]])
    count = alternation(grammar("numbers")["zh"]["count_word"])
    sign, every = alternation(per["sign"]), alternation(per["every"])
    token = alternation(per["token_words"], boundary=True)
    words = alternation([w for name in SIMPLE for w in per[name]], boundary=True)
    core = rf"(?P<scale>{scales})[ ]?{count}?[ ]?(?P<d1>{direction})?[ ]?(?P<tok>{token})(?:[ ]?(?P<d2>{direction}))?"
    currency = alternation(
        [w for ws in grammar("units")["currencies"].values() for w in ws]
        + grammar("units")["currency_bare"]["words"]
        + grammar("units")["currency_slang"]["words"]
    )
    ends = re.escape("".join(bare["sentence_end"]))
    scale_sign, basis = alternation(per["scale_sign"]), alternation(per["basis"])
    return {
        "signed": re.compile(rf"(?P<sign>{scale_sign})[ ]?{core}"),
        "short": re.compile(
            rf"(?P<sign>{scale_sign})[ ]?(?P<scale>{scales})(?![A-Za-z0-9])(?:[ ]?(?P<d1>{direction}))?(?=[ ]?"
            rf"(?:{direction}|{alternation(per['glue'])}|[0-9]|$|[^\w\s]))"
        ),
        "unsigned": re.compile(rf"(?<![\d.A-Za-z]){core}(?=[^{ends}]{{0,8}}?\d[\d.,]*[ ]?{currency})"),
        "after": re.compile(rf"[ ]?{sign}[ ]?(?P<w>{words})(?:[ ]?{sign}[ ]?(?P<w2>{words}))?"),
        "before": re.compile(
            rf"{every}[ ]?(?P<w>{words})(?:{every}[ ]?(?P<w2>{words}))?(?:[ ]|{alternation(per['glue'])})*$"
        ),
        "direction": re.compile(direction),
        "direction_after": re.compile(rf"[ ]?[(\uff08][ ]?(?P<d>{direction})[ ]?[)\uff09]"),
        "other_unit": re.compile(alternation(per["other_unit"])),
        "basis": re.compile(basis),
        "link": re.compile(alternation(per["link"])),
        "fee": re.compile(
            rf"(?:(?P<month>{alternation(per['fee_month'])})|(?P<year>{alternation(per['fee_year'])}))(?:[ ]|"
            rf"{alternation(per['glue'])})*$"
        ),
        "end": re.compile(rf"[{ends}]"),
    }


@cache
def _names() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    per, scales = grammar("units")["per"], grammar("units")["per_scales"]
    simple = {w: name for name in reversed(SIMPLE) for w in per[name]}
    scale = {w: name for name, ws in scales.items() for w in ws}
    direction = {w: name for name in ("input", "output") for w in per[name]}
    return simple, scale, direction


def _canonical(scale: str, direction: str | None) -> str:
    return f"{scale} {direction} tokens" if direction else f"{scale} tokens"


def token_phrases(text: str) -> list[tuple[int, int, str, str | None]]:
    """Every "per million (input) tokens": (start, end, scale, direction). These tokens are no quantity of tokens."""
    pats = _patterns()
    _, scales, directions = _names()
    found = {}
    for name in ("short", "unsigned", "signed"):
        for m in pats[name].finditer(text):
            groups = m.groupdict()
            direction = directions.get(groups.get("d1") or "") or directions.get(groups.get("d2") or "")
            found[m.start()] = (m.start(), m.end(), scales[" ".join(m["scale"].split())], direction)
    spans: list[tuple[int, int, str, str | None]] = []
    for start in sorted(found):
        if not spans or start >= spans[-1][1]:
            spans.append(found[start])
    return spans


def attach(text: str, sums: list[Literal]) -> list[Literal]:
    """The same sums of money, in order, with `per` set and `end` moved behind words that belong to the price."""
    if not sums:
        return sums
    phrases = token_phrases(text)
    out = [_one(text, lit, phrases) for lit in sums]
    _carry_back(text, out)
    _carry_forward(text, out)
    _basis_behind(text, out, phrases)
    return _directions(text, out)


def _one(text: str, lit: Literal, phrases: list[tuple[int, int, str, str | None]]) -> Literal:
    pats = _patterns()
    simple, _, _ = _names()
    for start, end, scale, direction in phrases:
        if (
            lit.end <= start
            and not text[lit.end : start].strip(" ")
            and start - lit.end <= 1
            and not pats["basis"].match(text, start)
        ):
            return replace(lit, end=end, per=_canonical(scale, direction))
    if m := pats["after"].match(text, lit.end):
        names = [simple[" ".join(w.split())] for w in (m["w"], m["w2"]) if w]
        return replace(lit, end=m.end(), per="/".join(names))
    for _, end, scale, direction in reversed(phrases):
        if end <= lit.start and lit.start - end <= TOKEN_REACH:
            if pats["end"].search(text, end, lit.start) or pats["other_unit"].search(text, end, lit.start):
                break
            return replace(lit, per=_canonical(scale, direction))
    if m := pats["before"].search(text[max(0, lit.start - 20) : lit.start]):
        names = [simple[" ".join(w.split())] for w in (m["w"], m["w2"]) if w]
        return replace(lit, per="/".join(reversed(names)) if len(names) > 1 else names[0])
    if m := pats["fee"].search(text[max(0, lit.start - 12) : lit.start]):
        return replace(lit, per="month" if m["month"] else "year")
    return lit


def _carry_back(text: str, out: list[Literal]) -> None:
    """Of "0.1 yuan down to 0.03 yuan per 1K tokens" the first sum is per 1K tokens too."""
    end = _patterns()["end"]
    for i in range(len(out) - 2, -1, -1):
        here, after = out[i], out[i + 1]
        near = 0 <= after.start - here.end <= PAIR_REACH and not end.search(text, here.end, after.start)
        if here.per is not None or after.per is None or not near or here.currency != after.currency:
            continue
        if after.per.endswith("tokens"):
            out[i] = replace(here, per=_canonical(after.per.split()[0], None))
        elif _patterns()["link"].search(text, here.end, after.start):
            out[i] = replace(here, per=after.per)


def _carry_forward(text: str, out: list[Literal]) -> None:
    """Of "1.2 yuan an hour cut to 0.5 yuan" the second sum is per hour too."""
    pats = _patterns()
    for i in range(1, len(out)):
        before, here = out[i - 1], out[i]
        between = text[before.end : here.start]
        if here.per is None and before.per and here.currency == before.currency and len(between) <= PAIR_REACH // 2:
            if pats["link"].search(between) and not pats["end"].search(between):
                out[i] = replace(here, per=before.per)


def _basis_behind(text: str, out: list[Literal], phrases: list[tuple[int, int, str, str | None]]) -> None:
    """Of "input 0.2 dollars, output 0.5 dollars, by the million tokens" both sums are per 1M tokens."""
    pats = _patterns()
    for start, _, scale, direction in phrases:
        if not pats["basis"].match(text, start):
            continue
        for i, lit in enumerate(out):
            near = lit.per is None and 0 <= start - lit.end <= TOKEN_REACH
            if near and not pats["end"].search(text, lit.end, start):
                out[i] = replace(lit, per=_canonical(scale, direction))


def _directions(text: str, out: list[Literal]) -> list[Literal]:
    """Set input or output where a word before the sum says so; from-to pairs share it."""
    pats = _patterns()
    _, _, directions = _names()
    done: list[Literal] = []
    for lit in out:
        if lit.per is None or not lit.per.endswith("tokens"):
            done.append(lit)
            continue
        last = done[-1] if done else None
        low = max(0, lit.start - 30, last.end if last else 0)
        if last and (closing := pats["direction_after"].match(text, last.end)):
            low = max(low, closing.end())
        for m in pats["end"].finditer(text, low, lit.start):
            low = m.end()
        words = [
            directions[m.group()] for m in pats["direction"].finditer(text, low, lit.start) if m.group() in directions
        ]
        scale, *rest = lit.per.split()
        behind = pats["direction_after"].match(text, lit.end)
        inside = pats["direction"].search(text, lit.start, lit.end)
        if behind and behind["d"] in directions:
            lit = replace(lit, per=_canonical(scale, directions[behind["d"]]))
        elif words and not inside:
            lit = replace(lit, per=_canonical(scale, words[-1]))
        elif len(rest) == 1 and last and last.per and last.per.endswith("tokens") and low == last.end:
            previous = last.per.split()
            if len(previous) == 3 and lit.start - last.end <= PAIR_REACH:
                lit = replace(lit, per=_canonical(scale, previous[1]))
        done.append(lit)
    return done

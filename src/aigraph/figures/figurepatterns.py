"""The regular expressions of figures, built from the words in ontology/grammar. Finds shapes, decides nothing."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from aigraph.wordlists import alternation, grammar


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern of the figure grammar by name."""
    units, numbers = grammar("units"), grammar("numbers")
    return {**_ranges(units, numbers), **_ranks(units, numbers), **_surroundings(units, numbers), **_shapes()}


def _ranges(units: dict[str, Any], numbers: dict[str, Any]) -> dict[str, re.Pattern[str]]:
    """What joins or opens the two ends of a range, and the signs of percents and multiples."""
    ranges, fixed = numbers["ranges"], units["fixed"]
    dash, words = alternation(ranges["dashes"]), alternation(ranges["words"], boundary=True)
    return {
        "separator": re.compile(rf"[ ]?(?:(?P<dash>{dash})|(?P<word>{words}))[ ]?"),
        "and": re.compile(rf"[ ]{alternation(ranges['between_and'])}[ ]"),
        "between": re.compile(rf"(?i:{alternation(ranges['between'])})[ ]$"),
        "opener": re.compile(rf"(?<![A-Za-z])(?:{alternation(ranges['openers'])})[^,，;；。、]{{0,8}}$"),
        "percent": re.compile(rf"{alternation(fixed['percent_prefix'])}[ ]?$"),
        "fixed": re.compile(rf"(?<![A-Za-z]){alternation(fixed['multiple'], boundary=True)}"),
    }


def _ranks(units: dict[str, Any], numbers: dict[str, Any]) -> dict[str, re.Pattern[str]]:
    """What tells that a number is a place in an order."""
    rank, ordinals = units["rank"], alternation(numbers["ordinals"])
    return {
        "ordinal": re.compile(rf"{alternation(rank['ordinal'])}[ ]?$"),
        "rank_after": re.compile(rf"[ ]?{alternation(rank['after'])}"),
        "rank_void": re.compile(rf"[ ]?{alternation(rank['void_after'])}"),
        "rank_before": re.compile(rf"{alternation(rank['before'])}[ ]?{alternation(rank['ordinal'])}[ ]?$"),
        "rank_sign": re.compile(rf"(?<![A-Za-z0-9]){alternation(rank['sign'])}[ ]?$"),
        "rank_gate": re.compile(alternation(rank["gate"])),
        "rank_english": re.compile(
            rf"(?<![A-Za-z])(?:(?P<ctx>(?i:{alternation([w for w in rank['before'] if w.isascii()])})[ ](?:the"
            rf"[ ])?)(?P<o1>(?i:{ordinals})|\d+(?:st|nd|rd|th))(?![A-Za-z-])|(?P<o2>(?i:{ordinals})|\d+(?:st|nd|rd"
            rf"|th)){alternation(rank['place'])})"
        ),
        "small_rank": re.compile(rf"(?<![A-Za-z0-9]){alternation(rank['small_sign'])}$"),
        "small_rank_after": re.compile(alternation(rank["small_sign_after"])),
        "top": re.compile(rf"{alternation(rank['top'])}[ ]?$"),
    }


def _surroundings(units: dict[str, Any], numbers: dict[str, Any]) -> dict[str, re.Pattern[str]]:
    """Words around a number that say what it counts, or that it counts nothing."""
    bare = units["bare"]
    return {
        "elo_before": re.compile(
            rf"(?<![A-Za-z]){alternation(units['elo']['before'])}[ ]?[:=]?(?:[^\d,，;；。]{{0,3}})$"
        ),
        "void_after": re.compile(rf"[ ]?{alternation(bare['void_after'])}"),
        "void_before": re.compile(rf"(?<![A-Za-z0-9])(?:{alternation(bare['void_before'])})[ ]?:?[ ]?$"),
        "product_line": re.compile(rf"(?<![A-Za-z]){alternation(units['product_lines']['words'])}[ ]?$"),
        "bits": re.compile(alternation(units["bits"]["words"])),
        "hours_before": re.compile(rf"[0-9][ ]?{alternation(units['minutes']['after'])}[ ]?$"),
        "per_second": re.compile(rf"{alternation(units['per_second']['before'])}[ ]?$"),
        "clause_end": re.compile("[" + re.escape("".join(bare["clause_end"])) + "]"),
        "resolution": re.compile(rf"[ ]?{alternation(units['resolution']['words'])}"),
        "slang_follow": re.compile(rf"[ ]?(?:$|\n|{alternation(units['currency_slang']['follow'])})"),
        "price_word": re.compile(alternation(units["currency_slang"]["price_words"])),
        "noun_ahead": re.compile(
            rf"[ ](?:(?:[A-Z][A-Za-z0-9.-]*[ ]){{1,3}}"
            rf"(?P<noun>{alternation(units['nouns_ahead']['words'], boundary=True)})"
            r"|(?P<chips>[A-Z]{1,4}[0-9]{1,4}[A-Z]{0,3}s)(?![A-Za-z0-9-]))"
        ),
        "measure": re.compile(rf"{alternation(units['measures']['ends'])}[ ]$"),
        "one_counter": re.compile(alternation(numbers["zh"]["count_word"])),
    }


def _shapes() -> dict[str, re.Pattern[str]]:
    """Forms that no word of the grammar names: names, versions, telephone numbers, marks of lists."""
    return {
        "phone": re.compile(r"(?<!\d)\d{3,4}-\d{3,4}[ -]$"),
        "title_before": re.compile(r"(?<![A-Za-z])[A-Z][a-z]+[ ]$"),
        "title_after": re.compile(r"[ ][A-Z][a-z]+(?![A-Za-z0-9])"),
        "thousands_dot": re.compile(r"[1-9]\d{0,2}\.\d{3}"),
        "latin_name": re.compile(r"[A-Za-z0-9.]*[A-Z0-9][A-Za-z0-9.+-]*[ ]$"),
        "acronym": re.compile(r"(?:[A-Za-z0-9.-]*[A-Z][A-Za-z0-9.-]*[A-Z0-9][A-Za-z0-9.-]*)[ ]$"),
        "list_mark": re.compile(r"(?:^|\n)[ \t#>*(\uff08\u3010\[-]*$"),
        "section": re.compile(r"[ \t\u3000]+[^\W\d]"),
        "quoted": re.compile(r"[\u201c\u300c\u300e\u300a\"][^\u201c\u201d\u300d\u300f\u300b\",;\n]*[^\W\d_][ ]?$"),
        "software": re.compile(r"(?<![A-Za-z0-9.+-])[A-Z][A-Za-z]*[a-z][A-Za-z]*[ ]$"),
        "version": re.compile(r"[1-9]\.[0-9]{1,2}"),
        "next_cell": re.compile(r"[ \t]+[+-]?[0-9]"),
    }


@cache
def context() -> tuple[re.Pattern[str], dict[str, str], re.Pattern[str], dict[str, str]]:
    """(words before a number, their kinds, words behind it, their kinds)."""
    data = grammar("units")
    before = {w: kind for kind, ws in data["context"].items() for w in ws}
    after = {w: kind for kind, ws in data["context_after"].items() for w in ws}
    return re.compile(alternation(before)), before, re.compile(rf"[ ]?(?P<w>{alternation(after)})"), after

"""The regular expressions of dates, built from the words in ontology/grammar/dates.toml.

Finds shapes, resolves nothing.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from aigraph.wordlists import alternation, grammar

_YEAR4 = r"(?:1[5-9]|20)\d{2}"


def _han_digits() -> str:
    return "".join(grammar("numbers")["digits"])


@cache
def year_words() -> dict[str, tuple[str, int]]:
    """Words for a year: word -> ("anchor" or "stated", distance in years)."""
    data = grammar("dates")
    words = {w: ("anchor", n) for w, n in data["zh_years"].items()}
    ana = data["zh_anaphora"]
    for key, n in (("same_year", 0), ("next_year", 1), ("previous_year", -1)):
        words.update(dict.fromkeys(ana[key], ("stated", n)))
    return words


@cache
def month_words() -> dict[str, tuple[str, int]]:
    """Words for a month: word -> ("anchor" or "stated", distance in months)."""
    data = grammar("dates")
    words = {w: ("anchor", n) for w, n in data["zh_months"].items()}
    words.update(dict.fromkeys(data["zh_anaphora"]["same_month"], ("stated", 0)))
    words.update(dict.fromkeys(data["zh_anaphora"]["next_month"], ("stated", 1)))
    words.update(dict.fromkeys(data["zh_anaphora"]["within_month"], ("line", 0)))
    return words


@cache
def day_words() -> dict[str, tuple[str, int]]:
    """Words for a day: word -> ("anchor" or "stated", distance in days)."""
    data = grammar("dates")
    words = {w: ("anchor", n) for w, n in data["zh_days"].items()}
    for key, n in (("same_day", 0), ("next_day", 1), ("previous_day", -1)):
        words.update(dict.fromkeys(data["zh_anaphora"][key], ("stated", n)))
    return words


def _zh_year_parts(zh: dict[str, Any], digits: str) -> tuple[str, str]:
    """Quarters, one or several from the first on, and half years."""
    quarter = (
        rf"(?:{alternation(zh['quarters_from_first'])}[ ]?(?P<qn>[23]|[{digits}])[ ]?"
        rf"{alternation(zh['quarter_counter'])}?[ ]?{alternation(zh['quarter_mark'])}|"
        rf"{alternation(zh['ordinal'])}?[ ]?(?P<q>[1-4]|[{digits}])[ ]?{alternation(zh['quarter_mark'])}|[Qq]"
        rf"(?P<q2>[1-4]))"
    )
    half = rf"(?P<h1>{alternation(zh['first_half'])}|[Hh]1)|(?P<h2>{alternation(zh['second_half'])}|[Hh]2)"
    return quarter, half


def _zh(data: dict[str, Any]) -> dict[str, str]:
    """Years, months and days in Chinese, with the words that stand for a year or month."""
    zh = data["zh"]
    digits, tens = _han_digits(), "".join(grammar("numbers")["small_scales"])
    year, month, day = alternation(zh["year"]), alternation(zh["month"]), alternation(zh["day"])
    mnum = rf"(?:1[0-2]|0?[1-9]|[{digits}{tens}]{{1,2}})"
    dnum = rf"(?:3[01]|[12]\d|0?[1-9]|[{digits}{tens}]{{1,3}})"
    day_end = rf"(?!{alternation(zh['day_void_after'])})"
    not_before = "".join(rf"(?<!{re.escape(w)})(?<!{re.escape(w)} )" for w in zh["day_void_before"])
    han_guard = rf"(?<![\d.{digits}{tens}])"
    parts = alternation(zh["month_part"])
    quarter, half = _zh_year_parts(zh, digits)
    month_day = (
        rf"(?P<m>{mnum})[ ]?{month}(?:(?P<mp>{parts})|[ ]?(?P<d>{dnum})(?:[ ]?{day}|(?=[ ]?"
        rf"{alternation(zh['range'])}[ ]?{dnum}[ ]?{day})))?"
    )
    seasons = rf"(?:{alternation(zh['season'])})(?!{alternation(zh['season_void_after'])})"
    tail = rf"(?:[ ]?(?:{month_day}|{quarter}|{half}|(?P<yp>{seasons}|{alternation(zh['year_part'])})))?"
    words = alternation(year_words())
    number = (
        rf"{han_guard}(?P<y>\d{{4}}|\d{{2}}(?=[ ]?{year}[ ]?{mnum}[ ]?{month})|[{digits}]{{4}})[ ]?"
        rf"(?:{alternation(zh['fiscal'])}|{year})"
    )
    head = rf"(?:{number}|(?P<yw>{words})(?!{alternation(data['zh_anaphora']['void_after'])}))"
    birth = "".join(rf"(?<!{re.escape(w)})(?<!{re.escape(w)} )" for w in zh["birth_void_before"])
    fest = alternation([*data["festivals"], *data["lunar"]])
    loose, void = alternation(data["festival_void"]["loose"]), alternation(data["festival_void"]["after"])
    decade = rf"(?:\d{{2,4}}|[{digits}{tens}]{{2,4}})[ ]?{alternation(zh['decade'])}{alternation(zh['month_part'])}?"
    return {
        "decade": rf"(?:(?:\d{{1,2}}|[{digits}{tens}]{{1,3}})[ ]?{alternation(zh['century'])}[ ]?)(?:{decade})?|"
        rf"{han_guard}{decade}",
        "years": rf"(?<!\d)(?P<y1>{_YEAR4})[ ]?{year}?[ ]?{alternation(zh['range'])}[ ]?(?P<y2>{_YEAR4})[ ]?{year}",
        "festival": rf"(?:{head}[ ]?)?(?P<fest>{fest})(?!{void})(?P<loose>{loose})?",
        "birth": rf"{han_guard}{birth}(?<![A-Za-z-])(?P<yy>[4-9]\d)[ ]?{year}(?={alternation(zh['birth_after'])})",
        "dated": head + tail,
        "months": rf"(?:{head}[ ]?)?{han_guard}(?P<m>{mnum})[ ]?{alternation(zh['range'])}[ ]?(?P<m2>{mnum})"
        rf"[ ]?{month}(?![ ]?"
        rf"{dnum}[ ]?{day})",
        "month": rf"{han_guard}{month_day}{day_end}",
        "monthword": rf"(?P<mw>{alternation(month_words())})(?:[ ]?(?P<d>{dnum})[ ]?{day}|(?P<mp>{parts}))?",
        "zoned": rf"{alternation(data['zh_zone']['words'])}[ ]?(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])"
        r"(?![\d/.])",
        "day": rf"{han_guard}{not_before}(?P<d>{dnum})[ ]?{day}{day_end}",
        "quarter": rf"{han_guard}(?<![A-Za-z]){quarter}(?![A-Za-z0-9])|(?<![\dA-Za-z])(?:{half})(?![A-Za-z0-9])",
    }


def _zh_relative(data: dict[str, Any]) -> dict[str, str]:
    """Days, weeks and distances that count from the document's date or a stated one."""
    zh, part_words = data["zh"], data["zh_year_parts"]
    digits, tens = _han_digits(), "".join(grammar("numbers")["small_scales"])
    han_guard = rf"(?<![\d.{digits}{tens}])"
    shift = data["zh_shift"]
    count = rf"(?P<n>\d{{1,3}}|[{digits}{tens}]{{1,3}})[ ]?(?P<more>{alternation(shift['more'])})?"
    units = "|".join(rf"(?P<u_{u}>{alternation(shift[u])})" for u in ("month", "week", "day", "year"))
    week = alternation(zh["weekday_mark"])
    before_week = "".join(rf"(?<!{re.escape(w)})" for w in zh["weekday_void_before"])
    weekdays = rf"(?P<wd>{alternation(zh['weekday'])})(?!{alternation(zh['weekday_void_after'])})"
    return {
        "quarterword": rf"(?P<qw>{alternation(data['zh_quarters'])})",
        "dayword": rf"(?P<dw>{alternation(day_words())})",
        "weekday": rf"{before_week}(?:(?P<ww>{alternation(data['zh_weeks'])})|{week}){weekdays}",
        "week": rf"(?P<ww>{alternation(data['zh_weeks'])})(?!{alternation(zh['weekday'])})",
        "shift": rf"{han_guard}(?:{count}(?:{units})|(?P<half_year>{alternation(shift['half_year'])}))"
        rf"(?:(?P<ago>{alternation(shift['ago'])})|(?P<later>{alternation(shift['later'])}))"
        rf"(?!{alternation(shift['void_after'])})",
        "yearpart": "".join(rf"(?<!{re.escape(w)})" for w in part_words["void_before"])
        + rf"(?P<part>{alternation(part_words['words'])})",
    }


def _numeric() -> dict[str, str]:
    dash = alternation(grammar("dates")["zh"]["range"])
    free = r"(?<![\d.A-Za-z/_-])"
    return {
        "iso": rf"{free}(?P<y>{_YEAR4})(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?!\d)(?:[ ]?{dash}[ ]?"
        rf"(?:(?P<y2>{_YEAR4})[-/.])?(?P<m2>\d{{1,2}})[-/.](?P<d2>\d{{1,2}})(?![\d]))?",
        "isomonth": rf"{free}(?P<y>{_YEAR4})(?:[-/](?P<m>0[1-9]|1[0-2])|[.](?P<md>0[1-9]|1[0-2])(?=[ ]*(?:$"
        rf"|[\s\u3000,，;；:：)）\]】|。—–~-])))(?![\d])(?![-./]\d)(?!-[A-Za-z])",
        "compact": rf"{free}(?P<y>20\d{{2}})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
        "spaced": rf"{free}(?P<y>{_YEAR4}) (?P<m>1[0-2]|0?[1-9])[./](?P<d>3[01]|[12]\d|0?[1-9])(?![\d./])",
        "brackets": rf"(?<=[(（\[])(?P<m>1[0-2]|0?[1-9])(?P<s>[./])(?P<d>3[01]|[12]\d|0?[1-9])[ ]?{dash}[ ]?"
        rf"(?:(?P<m2>1[0-2]|0?[1-9])(?P=s))(?P<d2>3[01]|[12]\d|0?[1-9])(?=[)）\]])",
        "slash": rf"{free}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:[ ]?{dash}[ ]?(?P<a2>\d{{1,2}})/(?P<b2>\d{{1,2}}))?"
        r"/(?P<y>20\d{2})(?![\d/])",
        "yq": rf"{free}(?P<y>{_YEAR4})[ -]?(?:[Qq](?P<q>[1-4])|[Hh](?P<h>[12]))(?![A-Za-z0-9])",
        "cited": rf"(?<=[,(，（])[ ]?(?P<y>{_YEAR4})(?=[ ]*(?:[).;。；）]|$))|(?<=[.] )(?:[A-Z][A-Za-z]+[ ])?"
        rf"(?P<ye>{_YEAR4})(?=[.]?[ \t]*$)",
    }


def _which(en: dict[str, Any], unit: str, names: tuple[str, ...]) -> str:
    """Last year, this year, the same year: one group a meaning (last_year, ...)."""
    return "(?i:" + "|".join(rf"(?P<{n}_{unit}>{alternation(en[f'{n}_{unit}'])})" for n in names) + ")"


def _english(data: dict[str, Any]) -> dict[str, str]:
    """Years, months, days and quarters in English."""
    en = data["en"]
    month = rf"(?P<mon>{alternation(en['months'])})\.?"
    day = r"(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
    year = rf"(?P<y>{_YEAR4})(?!\d|[.,-]\d)"
    dash = r"[ ]?(?:-|–|—|to)[ ]?"
    intro = rf"(?<![A-Za-z])(?i:{alternation(en['year_before'])})"
    q = rf"(?:(?P<qo>{alternation(en['quarters'])})[ -]quarter|[Qq](?P<q>[1-4]))"
    h = rf"(?:(?P<ho>{alternation(en['halves'])})[ ]half|[Hh](?P<h>[12]))"
    scale = alternation(grammar("numbers")["en_scales"])
    which_year = _which(en, "year", ("last", "this", "next", "same"))
    which_month = _which(en, "month", ("last", "this", "next"))
    return {
        "en_mdy": rf"(?<![A-Za-z]){month}[ ]{day}(?:{dash}(?P<d2>3[01]|[12]\d|0?[1-9])(?![\d.,]\d)(?![ ]?%))?(?:,"
        rf"[ ]?|[ ]){year}",
        "en_dmy": rf"(?<![\d.A-Za-z-]){day}(?:{dash}(?P<d2>3[01]|[12]\d|0?[1-9]))?[ ](?:of[ ])?{month},?[ ]{year}",
        "en_my": rf"(?<![A-Za-z]){month},?[ ](?:of[ ])?{year}",
        "en_md": rf"(?<![A-Za-z])(?P<mon>{alternation(en['months'])})\.?[ ]{day}"
        rf"(?:{dash}(?P<d2>3[01]|[12]\d|0?[1-9])(?![\d.,:]\d|\d|[ ]?%|[-/]|[ ]?{scale}))?(?!\d|[.,:]\d|[ ]?%)",
        "en_dm": rf"(?<![\d.A-Za-z-]){day}[ ](?:of[ ])?(?P<mon>{alternation(en['months'])})(?![A-Za-z])",
        "en_q": rf"(?<![A-Za-z0-9.-])(?i:(?P<lq>last|this|next)[ ])?(?:{q}|{h})(?:[ ](?:of[ ])?(?:the[ ])?(?:fiscal"
        rf"[ ](?:year[ ])?|FY)?{year}|[ ](?:of[ ]|in[ ])?{which_year})?(?![A-Za-z0-9])",
        "en_month_of": rf"(?<![A-Za-z])(?P<mon>{alternation(en['months'])})\.?(?:[ ]{day})?,?[ ](?:of[ ])?{which_year}"
        rf"(?![A-Za-z'])",
        "en_nth": rf"(?<![A-Za-z\d])(?i:the[ ])?(?P<d>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)[ ]of[ ]{which_month}"
        rf"(?![A-Za-z])",
        "en_bracket": rf"(?<=[(])(?P<mon>{alternation(en['months'])})(?=[)])",
        "en_years": rf"(?:(?<=[(（])|(?:{intro}[ ]))(?P<y1>{_YEAR4})(?:{dash}|[ ]and[ ])(?P<y2>{_YEAR4})(?!\d)",
        "en_year": rf"(?:{intro}[ -](?:the[ ])?(?:year[ ])?|(?<=[(（])){year}(?![A-Za-z]|-[A-Za-z])",
        "en_decade": r"(?<![\dA-Za-z'])(?:the[ ])?(?:early[ ]|mid-|late[ ])?(?:(?:19|20)\d0|'\d0)s(?![A-Za-z])",
        "en_fy": r"(?<![A-Za-z])FY[ ]?(?P<y>20\d{2})(?!\d)",
        "en_short": r"(?<=[A-Za-z] )'(?P<yy>[0-4]\d)(?![\dA-Za-z])",
    }


def _english_relative(data: dict[str, Any]) -> dict[str, str]:
    """Months, weeks, days and distances that count from the document's date or a stated one."""
    en = data["en"]
    week, seasons = alternation(en["weekdays"]), alternation(en["seasons"])
    count = rf"(?P<n>\d{{1,3}}|{alternation(en['articles'])})"
    last, this, nxt = (alternation(en[k]) for k in ("last", "this", "next"))
    which = rf"(?<![A-Za-z])(?i:(?P<last>{last})|(?P<this>{this})|(?P<next>{nxt}))"
    return {
        "en_monthword": rf"(?<![A-Za-z])(?i:(?P<last>{last})|(?P<this>this)|(?P<next>{nxt}))"
        rf"[ ](?P<mon>{alternation(en['months'])})(?![A-Za-z])",
        "en_month": rf"(?<![A-Za-z])(?i:{alternation(en['month_before'])})[ ](?P<mon>{alternation(en['months'])})"
        rf"(?![A-Za-z])(?![ ]\d)",
        "en_which": rf"(?:(?i:earlier|later)[ ])?{which}[ ](?i:(?P<week>week)|(?P<month>month)|(?P<quarter>quarter)"
        rf"|(?P<season>{seasons})|(?P<year>year))(?![A-Za-z'])",
        "en_weekday": rf"(?<![A-Za-z])(?:(?i:(?P<last>last)|(?P<this>this)|(?P<next>next))[ ])?"
        rf"(?P<wd>{week})(?![A-Za-z])",
        "en_day": rf"(?<![A-Za-z])(?i:(?P<dw>{alternation(en['days'])}))(?![A-Za-z])(?!'s[ ](?:world|era))",
        "en_shift": rf"(?<![A-Za-z\d.])(?i:{count}[ ](?P<u>{alternation(en['units'])})[ ](?:(?P<ago>ago)|"
        rf"(?P<later>later)))(?![A-Za-z])",
        "en_same": rf"(?<![A-Za-z])(?i:{alternation(en['same'])}[ ](?:(?P<day>day)|(?P<month>month)|"
        rf"(?P<year>year)))(?![A-Za-z])",
        "en_ana": rf"(?<![A-Za-z])(?i:(?P<ny>{alternation(en['following_year'])})|"
        rf"(?P<nm>{alternation(en['following_month'])})|(?P<nd>{alternation(en['following_day'])})|"
        rf"(?P<pd>{alternation(en['previous_day'])})|(?P<py>{alternation(en['previous_year'])}))"
        rf"(?![A-Za-z])",
    }


@cache
def patterns() -> tuple[tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]], ...]:
    """Shapes by writing: (gate, shapes). A line in which the gate finds nothing holds none of its shapes.

    In order of preference: of two matches that begin together the longer wins, then the earlier shape.
    """
    data = grammar("dates")
    gates = data["gates"]
    groups = (
        (re.compile("[0-9][0-9]|[0-9][./]"), _numeric()),
        (re.compile(alternation(gates["zh"])), {**_zh(data), **_zh_relative(data)}),
        (re.compile(alternation([*gates["en"], *"0123456789"])), {**_english(data), **_english_relative(data)}),
    )
    return tuple(
        (gate, tuple((name, re.compile(source, re.MULTILINE | re.ASCII)) for name, source in shapes.items()))
        for gate, shapes in groups
    )

"""A Markdown brief of what changed between two graphs, in English or Chinese, section by section.

Names and quotes are escaped, so that nothing in them becomes a link, a picture or markup. Long sections are cut and
say by how much; empty ones are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from aigraph.ask.accounts import phrase
from aigraph.claims.difference import Change, Difference, NewThing
from aigraph.exporters.brief import plain

QUOTE = 160  # characters of a quote


def change_lines(found: Difference, before: str, after: str, lang: str, top: int | None) -> Iterator[str]:
    """The lines of the brief; `before` and `after` say what was compared, `top` is the most items a section shows."""

    def say(name: str, *filled: object) -> str:
        return phrase("diff", name, lang, *filled)

    yield "# " + plain(say("title", before, after))
    yield ""
    if not found:
        yield say("nothing")
        return
    facts_gone = len(found.facts_gone)
    new = len(found.things_new) + len(found.events_new)
    counts = (new, len(found.facts_new), len(found.values), len(found.statuses), facts_gone, found.confirmed)
    yield say("summary", *counts)
    sections: list[tuple[str, list[tuple[str, list[str]]]]] = [
        ("documents_new", [("", [plain(name) for name in found.documents_new])]),
        ("documents_corrected", [("", [plain(name) for name in found.documents_corrected])]),
        ("documents_gone", [("", [plain(name) for name in found.documents_gone])]),
        ("values", _grouped(found.values, lang)),
        ("statuses", _grouped(found.statuses, lang)),
        ("things_new", _named(found.things_new, lang)),
        ("events_new", _named(found.events_new, lang)),
        ("facts_new", _grouped(found.facts_new, lang)),
        ("facts_gone", _grouped(found.facts_gone, lang)),
        ("events_gone", _named(found.events_gone, lang)),
        ("things_gone", _named(found.things_gone, lang)),
    ]
    for name, groups in sections:
        total = sum(len(items) for _, items in groups)
        if total:
            yield ""
            yield f"## {say(name)} ({total})"
            yield from _cut(groups, total, lang, top)


def _cut(groups: list[tuple[str, list[str]]], total: int, lang: str, top: int | None) -> Iterator[str]:
    left = total if top is None else top
    for title, items in groups:
        if left <= 0:
            break
        yield ""
        if title:
            yield f"**{plain(title)}**"
            yield ""
        for item in items[:left]:
            yield f"- {item}"
        left -= len(items)
    if top is not None and total > top:
        yield ""
        yield phrase("diff", "more", lang, total - top)


def _grouped(changes: Iterable[Change], lang: str) -> list[tuple[str, list[str]]]:
    """Changes under their property."""
    return [(title, [_item(c, lang) for c in part]) for title, part in groupby(changes, key=lambda c: c.property)]


def _item(change: Change, lang: str) -> str:
    if change.before and (change.after or change.why == "over"):
        none = phrase("diff", "none", lang)
        what = phrase("words", "from_to", lang, _tone(change.before, lang), _tone(change.after, lang) or none)
    else:
        what = change.before or change.after
    thing = plain(change.thing)
    if change.about:
        thing += phrase("words", "brackets", lang, plain(change.about))
    notes = [phrase("diff", change.status, lang)] if change.status else []
    if change.why == "over":
        notes.append(phrase("diff", "over", lang, change.when) if change.when else phrase("why", "ended", lang))
    elif change.why:
        notes.append(phrase("diff", change.why, lang))
    elif change.when:
        notes.append(change.when)
    line = f"{thing}{phrase('words', 'colon', lang)}{plain(what)}"
    if notes:
        line += phrase("words", "brackets", lang, phrase("words", "list", lang).join(notes))
    if change.sentence:
        flat = " ".join(change.sentence.split())
        quote = plain(flat if len(flat) <= QUOTE else flat[:QUOTE] + "…")
        documents = plain(phrase("words", "list", lang).join(change.said_by))
        line += "  \n  " + phrase("diff", "quote", lang, quote, documents)
    return line


def _tone(text: str, lang: str) -> str:
    """A status in words; any other text as it is."""
    from aigraph.model import POLARITIES

    return phrase("diff", text, lang) if text in POLARITIES else text


def _named(things: Iterable[NewThing], lang: str) -> list[tuple[str, list[str]]]:
    """Things under their class, events in order of time."""
    by_class: dict[str, list[str]] = {}
    for thing in things:
        dated = bool(thing.date) and thing.date not in thing.name
        by_class.setdefault(thing.type, []).append(
            plain(thing.name) + (phrase("words", "brackets", lang, thing.date) if dated else "")
        )
    return sorted(by_class.items())

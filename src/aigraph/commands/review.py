"""`review`: what awaits a decision, walked through in the terminal or listed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aigraph.commands.options import PartialDate, format_option, graph_option, open_graph
from aigraph.commands.output import FORMATS, console, say, write_rows

if TYPE_CHECKING:
    from aigraph.review.cases import Case

COLUMNS = ("kind", "what", "confidence", "why", "document", "sentence", "decision")
EPILOG = """\b
Keys: a accept   r reject   t retype   m merge   l alias   s skip   b back   q quit
Without a terminal, the first letter of each line of standard input is a key; a question takes the next line."""


class _Day(PartialDate):
    """A date, or `today` for the clock's."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value == "today":
            from datetime import date

            return date.today().isoformat()
        return super().convert(value, param, ctx)


@click.command(epilog=EPILOG, short_help="Decide on doubtful facts and links.")
@graph_option
@click.option(
    "--decisions",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("decisions.toml"),
    show_default=True,
    envvar="AIGRAPH_DECISIONS",
    help="File to which decisions are added; `build`, `extract` and `add` carry them out.",
)
@click.option("--below", type=click.FloatRange(0, 1), default=0.6, show_default=True, help="Facts less sure than this.")
@click.option("--kind", type=click.Choice(("facts", "links")), help="Only facts, or only links; by default both.")
@click.option("--limit", type=click.IntRange(1), default=500, show_default=True, help="At most so many cases.")
@click.option("--who", help="Your name, written into each decision.")
@click.option("--when", type=_Day(), help="Date written into each decision (YYYY[-MM[-DD]], or today).")
@click.option("--ask-why", is_flag=True, help="Ask for the reason after each decision.")
@click.option("--list", "listing", is_flag=True, help="List what awaits, and decide nothing.")
@format_option(*FORMATS)
def review(
    graph: Path,
    decisions: Path,
    below: float,
    kind: str | None,
    limit: int,
    who: str | None,
    when: str | None,
    ask_why: bool,
    listing: bool,
    form: str,
) -> None:
    """Walk through low-confidence facts and doubtful links, and write what you decide into a file.

    The graph itself is not touched: build it again to have the decisions carried out. What was decided is not asked
    again, so that a walk can be left at any time.

    \b
    Examples:
      aigraph review --who "Li Ming" --when today
      aigraph review --kind links --decisions reviews/decisions.toml
      aigraph review --list --below 0.3 --format csv
    """
    from aigraph.review.file import read_decisions
    from aigraph.review.queue import KINDS, awaiting
    from aigraph.review.walk import Signature, Walk

    known = read_decisions(decisions) if decisions.exists() else ()
    with open_graph(graph) as store:
        cases = awaiting(store.inner, known, below=below, kinds=(kind,) if kind else KINDS, limit=limit)
    if listing:
        write_rows(COLUMNS, map(_row, cases), form)
        return
    if not cases:
        say("nothing awaits a decision")
        return
    walk = Walk(cases, decisions, _hand(), say, _show, Signature(who, when, ask_why))
    written = walk.run()
    say(f"{written} decision{'' if written == 1 else 's'} written to {decisions}; {len(cases)} were waiting")
    if written:
        again = f"refresh --all --store {graph}" if graph.is_dir() else "build SOURCES"
        say(f"carry them out with: aigraph {again} --decisions {decisions}")


def _row(case: Case) -> dict[str, Any]:
    first = case.passages[0] if case.passages else None
    return {
        "kind": case.kind,
        "what": case.title,
        "confidence": case.confidence,
        "why": case.why,
        "document": first.document if first else None,
        "sentence": " ".join(first.quote.split()) if first else None,
        "decision": case.accept.text,
    }


_LOOKS = {"context": "dim", "quote": "bold", "name": "bold reverse"}


def _show(case: Case, number: int, count: int) -> None:
    """A case with its sentences; names are marked by brackets where there are no colours."""
    from rich.text import Text

    from aigraph.review.walk import keys_line, pieces

    out = console()
    out.print(Text(f"\n[{number}/{count}] {case.title}", style="bold"))
    sure = "" if case.confidence is None else f"confidence {case.confidence:.2f}, "
    out.print(Text("  ".join([sure + case.why, *case.details]), style="dim"))
    for index, passage in enumerate(case.passages):
        text = Text().append(f"{passage.document}: ", style="cyan")
        for piece, role in pieces(case, index):
            shown = " ".join(piece.split("\n"))
            text.append(f"[{shown}]" if role == "name" and not out.is_terminal else shown, style=_LOOKS[role])
        out.print(text)
    if case.kind != "fact":
        out.print(Text(f"accept: {case.accept.text}\nreject: {case.reject.text}", style="dim"))
    if out.is_terminal:
        out.print(Text(keys_line(), style="dim"))


def _hand() -> _Typing | _Piped:
    return _Typing() if sys.stdin.isatty() else _Piped()


class _Typing:
    """A person at a terminal: single keys, and lines where a question needs words."""

    def __init__(self) -> None:
        self._ahead = ""  # typed faster than asked

    def key(self) -> str:
        try:
            typed = self._ahead or click.getchar().lower()
        except (EOFError, KeyboardInterrupt):
            return ""
        if typed.startswith("\x1b"):  # an arrow or function key comes as one sequence
            self._ahead = ""
            return typed
        self._ahead = typed[1:]
        return typed[:1]

    def line(self, prompt: str) -> str:
        self._ahead = ""
        answer: str = click.prompt(prompt, default="", show_default=False, err=True)
        return answer.strip()


class _Piped:
    """Another program, or a file: a line a key, a line an answer."""

    def key(self) -> str:
        for line in sys.stdin:
            if line.strip():
                return line.strip()[0].lower()
        return ""

    def line(self, prompt: str) -> str:
        say(prompt)
        return sys.stdin.readline().strip()

"""Options that several commands share, so that they read and behave the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

DEFAULT_GRAPH = Path("exports/graph.nq")

F = TypeVar("F", bound=Callable[..., Any])


class PartialDate(click.ParamType):
    """YYYY, YYYY-MM or YYYY-MM-DD; a day that no calendar has is refused."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from datetime import date

        text = str(value)
        try:
            if re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text) and date.fromisoformat(text + "-01-01"[len(text) - 4 :]):
                return text
        except ValueError as error:
            self.fail(f"{text!r} is no date ({error})", param, ctx)
        self.fail(f"{text!r} is no date; write 2025, 2025-08 or 2025-08-21", param, ctx)


def date_option(function: F) -> F:
    """--date: publication date of documents that do not give their own."""
    return click.option(
        "--date", type=PartialDate(), help="Publication date of documents that do not give their own (YYYY[-MM[-DD]])."
    )(function)


def graph_option(function: F) -> F:
    """--graph: the graph to ask."""
    return click.option(
        "--graph",
        "-g",
        type=click.Path(path_type=Path),
        default=DEFAULT_GRAPH,
        show_default=True,
        envvar="AIGRAPH_GRAPH",
        help="The graph to ask: a file (.nq .ttl .nt .trig .jsonld .rdf) or a store folder.",
    )(function)


def format_option(*formats: str) -> Callable[[F], F]:
    """--format: how rows are written to standard output."""
    return click.option(
        "--format",
        "-f",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How to write the answer.",
    )

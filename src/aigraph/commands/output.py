"""Rows and messages for the terminal: tables for people, CSV, JSON and Markdown for programs and notes.

Rows go to standard output; everything else, progress above all, goes to standard error.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

FORMATS = ("table", "csv", "json", "markdown")
SEPARATED = 10_000  # numbers from here on have their thousands separated in a table
SIX_DIGITS = 1e6
PIPE_WIDTH = 200  # columns of a table that goes to a file or another program


def console(*, stderr: bool = False) -> Console:
    """A rich console that takes text as it is: no markup, no emoji codes, no highlighting."""
    from rich.console import Console

    class Quiet(Console):
        """Rich's console, which ends the command with 1 where a reader such as `head` has enough; here with 0."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else PIPE_WIDTH
    return Quiet(file=stream, markup=False, emoji=False, highlight=False, width=width)


def say(message: str) -> None:
    """A line for the person at the terminal, on standard error."""
    click.echo(message, err=True)


def write_rows(
    columns: Sequence[str], rows: Iterable[Mapping[str, Any]], form: str = "table", *, title: str | None = None
) -> None:
    """Write rows to standard output in one of FORMATS. None is an empty cell, and null in JSON.

    Numbers keep all their digits, in JSON as numbers too; only the table, made for reading, separates thousands and
    cuts measures (float) to six digits.
    """
    picked = [{column: row.get(column) for column in columns} for row in rows]
    if form == "json":
        objects = (",\n".join(f"  {_json(key)}: {_json(value)}" for key, value in row.items()) for row in picked)
        click.echo("[\n" + ",\n".join(" {\n" + body + "\n }" for body in objects) + "\n]" if picked else "[]")
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(row[column]) for column in columns] for row in picked)
    elif form == "markdown":
        click.echo("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns))
        for row in picked:
            click.echo("| " + " | ".join(_text(row[c]).replace("|", "\\|").replace("\n", " ") for c in columns) + " |")
    else:
        _table(columns, picked, title)


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], title: str | None) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for column in columns:
        numbers = bool(rows) and all(isinstance(row[column], int | float | Decimal | None) for row in rows)
        table.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_read(row[column]) for column in columns))
    console().print(table)


def _text(value: Any) -> str:
    """A cell for programs and notes."""
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _read(value: Any) -> str:
    """A cell for people. Four digits are not separated: they may be a year."""
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < SIX_DIGITS else f"{value:,}"
    if isinstance(value, Decimal):
        return format(value, ",f") if abs(value) >= SEPARATED else format(value, "f")
    if isinstance(value, int) and abs(value) >= SEPARATED:
        return f"{value:,}"
    return _text(value)


def _json(value: Any) -> str:
    """A value as JSON; a decimal is a number with the digits it has, which json would make a float of."""
    return format(value, "f") if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """A function to call with each document's name; draws on standard error when that is a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        count = 0

        def step(name: str) -> None:
            nonlocal count
            count += 1
            bar.update(task, description=f"{what} {count}: {name}")

        yield step

"""Options that several commands share, so that they read and behave the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    import pyoxigraph

    from aigraph.storage.store import GraphStore

DEFAULT_GRAPH = Path("exports/graph.nq")
DEFAULT_STORE = Path("aigraph-store")
WAIT = 5.0  # seconds to wait for another command that has the store open

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


def decisions_option(function: F) -> F:
    """--decisions: what people decided in review; by default the file decisions.toml of the current folder."""
    return click.option(
        "--decisions",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        default=default_decisions,
        envvar="AIGRAPH_DECISIONS",
        help="File of review decisions to carry out.  [default: decisions.toml of the current folder, if it is there]",
    )(function)


def default_decisions() -> Path | None:
    """The decisions file of the current folder, where there is one."""
    from aigraph.review.file import DEFAULT_FILE

    return DEFAULT_FILE if DEFAULT_FILE.is_file() else None


def graph_option(function: F) -> F:
    """--graph: the graph to ask."""
    return _graph_option(
        "The graph to ask: a file (.nq .ttl .nt .trig .jsonld .rdf), a store folder, or an endpoint (.toml)."
    )(function)


def local_graph_option(function: F) -> F:
    """--graph of what does not ask endpoints."""
    return _graph_option("The graph: a file (.nq .ttl .nt .trig .jsonld .rdf) or a store folder.")(function)


def _graph_option(text: str) -> Callable[[F], F]:
    return click.option(
        "--graph",
        "-g",
        type=click.Path(path_type=Path),
        default=DEFAULT_GRAPH,
        show_default=True,
        envvar="AIGRAPH_GRAPH",
        help=text,
    )


def store_option(function: F) -> F:
    """--store: the store to keep."""
    return click.option(
        "--store",
        type=click.Path(path_type=Path),
        default=DEFAULT_STORE,
        show_default=True,
        envvar="AIGRAPH_STORE",
        help="Folder of the store, or a .toml file that describes a SPARQL endpoint; ask it with --graph.",
    )(function)


def projection_option(function: F) -> F:
    """--projection: which part of the graph is looked at as a network."""
    return click.option(
        "--projection", "-p", default="all", show_default=True, help="Part of the graph to look at as a network."
    )(function)


def plot_option(what: str) -> Callable[[F], F]:
    """--plot: a picture beside the rows."""
    return click.option(
        "--plot",
        type=click.Path(dir_okay=False, path_type=Path),
        help=f"{what}, as .png or .svg (extra 'plots').",
    )


def lang_option(function: F) -> F:
    """--lang: the language of names in the answer."""
    return click.option(
        "--lang", default="en", show_default=True, help="Language of names in the answer (en, zh-Hans, zh-Hant)."
    )(function)


def as_of_option(function: F) -> F:
    """--as-of and --dated-only: the graph as of a day."""
    function = click.option(
        "--dated-only", is_flag=True, help="With --as-of: leave out documents that have no date, too."
    )(function)
    return click.option(
        "--as-of", type=PartialDate(), help="Only what was said by this date and holds on it (YYYY[-MM[-DD]])."
    )(function)


@contextmanager
def open_view(path: Path, as_of: str | None, dated_only: bool, *, ranks: bool = False) -> Iterator[pyoxigraph.Store]:
    """The graph to ask, as of a day or with ranks where these are asked for; says what a day leaves out."""
    from aigraph.claims.snapshot import ranked, snapshot
    from aigraph.commands.output import say

    if dated_only and as_of is None:
        raise click.UsageError("--dated-only goes with --as-of")
    with open_graph(path, whole=ranks or as_of is not None) as store:
        if as_of is None:
            yield ranked(store.inner) if ranks else store.inner
            return
        view = snapshot(store.inner, as_of, dated_only=dated_only)
        undated = f"; without a date, {'left out' if dated_only else 'kept'}: {len(view.undated)}"
        say(
            f"as of {as_of}: documents published later, left out: {len(view.later)}{undated if view.undated else ''}; "
            f"facts over by then: {len(view.closed)}, not begun: {len(view.ahead)}"
        )
        yield view.store


def usual(path: Path) -> Path:
    """The graph that is meant: where the usual file is not there, the usual store, if that is."""
    return DEFAULT_STORE if path == DEFAULT_GRAPH and not path.exists() and DEFAULT_STORE.is_dir() else path


def open_graph(path: Path, *, whole: bool = True) -> GraphStore:
    """The graph to ask; where the usual file is missing, the usual store. Raises StoreError where there is none.

    `whole`: the command walks through all of it, so that a graph at an endpoint is copied into memory first.
    """
    from aigraph.errors import StoreError
    from aigraph.remote.settings import is_endpoint
    from aigraph.storage.store import GraphStore

    path = usual(path)
    if is_endpoint(path):
        return _at_endpoint(path, whole=whole)
    if not path.exists():
        raise StoreError(f"there is no graph at {path}: make one with `aigraph build FILES`, or name one with --graph")
    return GraphStore.read(path, wait=WAIT)


def _at_endpoint(path: Path, *, whole: bool) -> GraphStore:
    from aigraph.remote.store import RemoteStore

    remote = RemoteStore(path, write=False)
    if not whole:
        return remote
    with remote:
        return remote.copy()


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

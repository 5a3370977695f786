"""`view`: the graph to look at, as a page or as the answer to one question."""

from __future__ import annotations

from pathlib import Path

import click

from aigraph.commands.options import format_option, graph_option, open_graph
from aigraph.commands.output import say, write_rows


@click.command(short_help="A page of the graph, or a view that answers one question.")
@click.argument("names", nargs=-1)
@graph_option
@click.option("--kind", "-k", help="leaderboard, company, timeline, lineage or compare; without it, the whole graph.")
@click.option("--out", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write this .html or .csv file.")
@click.option("--lang", type=click.Choice(("en", "zh")), default="en", show_default=True, help="Language of the page.")
@format_option("table", "csv", "json", "markdown")
def view(names: tuple[str, ...], graph: Path, kind: str | None, out: Path | None, lang: str, form: str) -> None:
    """The graph as one offline page, or a view of it: --kind with the names it asks for.

    leaderboard [BENCHMARK], company NAME, timeline [NAME], lineage [MODEL], compare A B. Without --out a view is
    printed as a table; the page always goes to a file.

    \b
    Examples:
      aigraph view --out graph.html --lang zh
      aigraph view --kind leaderboard
      aigraph view --kind compare DeepSeek-V3 GPT-4o --out compare.html
      aigraph view --kind timeline OpenAI --format csv
    """
    from aigraph.measures.projection import to_networkx
    from aigraph.render import page, view_page, views
    from aigraph.render.sheets import flat_rows

    if kind is None:
        if names:
            raise click.UsageError("names go with a view: add --kind leaderboard (or company, timeline ...)")
        if out is None:
            raise click.UsageError("say where the page goes: aigraph view --out graph.html (or ask a --kind)")
        with open_graph(graph) as store:
            say(f"wrote {page.write_page(store.inner, out, lang=lang)}")
        return
    with open_graph(graph) as store:
        try:
            if out is not None:
                say(f"wrote {view_page.write_view(store.inner, kind, out, *names, lang=lang)}")
                return
            columns, rows = flat_rows(views.view(to_networkx(store.inner), kind, *names, lang=lang))
        except ValueError as error:  # too few or too many names
            raise click.UsageError(str(error)) from error
    write_rows(columns, rows, form)
    if not rows:
        say("the graph says nothing that this view would show")

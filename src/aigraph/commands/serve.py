"""`serve`: the graph over HTTP, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path

import click

from aigraph.commands.options import local_graph_option, usual
from aigraph.commands.output import say


@click.command(short_help="Serve the graph: SPARQL, pages, search.")
@local_graph_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is everybody.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0: any free one.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 3600),
    default=30.0,
    show_default=True,
    help="Seconds a query may take; waiting for a free worker is not counted.",
)
@click.option(
    "--limit", type=click.IntRange(1), default=100_000, show_default=True, help="Rows or triples an answer may have."
)
@click.option("--workers", type=click.IntRange(1, 256), default=8, show_default=True, help="Queries at the same time.")
@click.option(
    "--ranks", is_flag=True, help="Give every fact aig:rank, as `aigraph query --ranks` does; pages show ranks anyway."
)
@click.option(
    "--update-token",
    envvar="AIGRAPH_UPDATE_TOKEN",
    help="Allow SPARQL updates to who sends this token; better given as the variable AIGRAPH_UPDATE_TOKEN.",
)
def serve(
    graph: Path, host: str, port: int, timeout: float, limit: int, workers: int, ranks: bool, update_token: str | None
) -> None:
    """Serve the graph: a query page at /, SPARQL at /sparql, a page for each thing at /id/..., search at /search.

    Read-only. A store folder may be added to meanwhile; the server follows within seconds.

    \b
    Examples:
      aigraph serve
      aigraph serve --graph kb/ --port 8080 --timeout 10
      curl -H "Accept: text/csv" --data-urlencode "query=SELECT * { ?s ?p ?o } LIMIT 5" http://127.0.0.1:8000/sparql
    """
    from aigraph.errors import StoreError
    from aigraph.remote.settings import is_endpoint
    from aigraph.serve.run import serve_forever
    from aigraph.serve.settings import Settings

    graph = usual(graph)
    if is_endpoint(graph):
        raise StoreError(f"{graph}: an endpoint serves itself; name a file or a store folder to serve")
    if not graph.exists():
        raise StoreError(f"there is no graph at {graph}: make one with `aigraph build FILES`, or name one with --graph")
    try:
        settings = Settings(
            graph, timeout=timeout, limit=limit, workers=workers, ranks=ranks, update_token=update_token
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    serve_forever(settings, host, port, lambda address: say(f"serving {graph} at {address} (Ctrl-C stops)"))

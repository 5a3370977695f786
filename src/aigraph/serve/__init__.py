"""The graph served over HTTP: a SPARQL endpoint, a query page, a page for each thing, and search.

`app.application(Settings(...))` gives the ASGI application; `aigraph serve` runs it. Queries run in processes of their
own that are stopped when their time is over, on a copy of the store that nobody writes to. It refuses what would make
the server a tool against others: SERVICE, LOAD, and updates without the operator's token.
"""

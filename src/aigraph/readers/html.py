"""Web pages: the article without the page around it, as text with Markdown marks that the block model reads.

The article is the element that says so (article, main), else the one that holds most of the paragraph text. Scripts
are not run, and nothing is fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from aigraph.errors import UnreadableDocument
from aigraph.readers.dateline import stated_date
from aigraph.readers.encoding import decode
from aigraph.readers.reading import ReadFailure, Reading, Source, iso_date, unix_lines

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_DROPPED = (
    "script", "style", "noscript", "template", "nav", "aside", "footer", "form", "iframe", "svg", "button", "select",
    "[hidden]", "[aria-hidden=true]", "[role=navigation]", "[role=banner]", "[role=complementary]",
)  # fmt: skip
_PARAGRAPHS = frozenset(
    {
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "figure",
        "figcaption",
        "dl",
        "dd",
        "dt",
        "ul",
        "ol",
        "center",
        "address",
        "body",
    }
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLANKS = re.compile(r"[ \t\n\r\f\u00a0]+")
_DATE_META = (
    "article:published_time",
    "datePublished",
    "publishdate",
    "pubdate",
    "date",
    "dc.date",
    "og:published_time",
    "publish_date",
)
_LD_DATE = ("datePublished", "dateCreated", "uploadDate")


def read_html(source: Source) -> Iterator[Reading | ReadFailure]:
    """One reading: the article, its title, date of publication and canonical address."""
    from selectolax.lexbor import LexborHTMLParser

    markup, encoding = _decode(source.read_bytes())
    tree = LexborHTMLParser(unix_lines(markup))
    title, published, url = _title(tree), _date(tree), _address(tree)
    for selector in _DROPPED:
        for node in tree.css(selector):
            node.decompose()
    root = _article(tree)
    text = _text(root) if root is not None else ""
    if not text.strip():
        raise UnreadableDocument("holds no text outside scripts and navigation; save the page as shown, or as PDF")
    if title and title not in text[: len(title) + 400]:
        text = f"# {title}\n\n{text}"
    yield Reading(text, title, published or stated_date(text), url, f"text/html; charset={encoding}")


def _decode(data: bytes) -> tuple[str, str]:
    declared = _CHARSET.search(data[:4096])
    if declared is not None:
        name = declared.group(1).decode("ascii").lower()
        name = "gb18030" if name in ("gb2312", "gbk") else name
        try:
            return data.decode(name), name
        except (LookupError, UnicodeDecodeError):
            pass  # pages lie about their encoding; the bytes decide
    return decode(data)


def _meta(tree: Any, *names: str) -> str | None:
    wanted = {name.lower(): rank for rank, name in enumerate(names)}
    best: tuple[int, str] | None = None
    for node in tree.css("meta"):
        attributes = node.attributes
        name = (attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or "").lower()
        content = (attributes.get("content") or "").strip()
        if name in wanted and content and (best is None or wanted[name] < best[0]):
            best = (wanted[name], content)
    return best[1] if best else None


def _title(tree: Any) -> str | None:
    found = _meta(tree, "og:title", "twitter:title")
    if found:
        return found
    for selector in ("article h1", "main h1", "h1", "title"):
        node = tree.css_first(selector)
        if node is not None and node.text(strip=True):
            return _BLANKS.sub(" ", node.text()).strip()
    return None


def _date(tree: Any) -> str | None:
    candidates = [_meta(tree, *_DATE_META)]
    for node in tree.css('script[type="application/ld+json"]'):
        candidates.append(_linked_date(node.text()))
    for node in tree.css("time[datetime]"):
        candidates.append(node.attributes.get("datetime"))
    for candidate in candidates:
        try:
            if candidate and (found := iso_date(candidate)):
                return found
        except ValueError:
            continue  # metadata may hold anything; the next candidate may be a date
    return None


def _linked_date(source: str) -> str | None:
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        return None
    items = data if isinstance(data, list) else [data]
    items = [part for item in items if isinstance(item, dict) for part in (item, *_graph(item))]
    return next((str(item[key]) for key in _LD_DATE for item in items if item.get(key)), None)


def _graph(item: dict[str, Any]) -> list[dict[str, Any]]:
    graph = item.get("@graph")
    return [part for part in graph if isinstance(part, dict)] if isinstance(graph, list) else []


def _address(tree: Any) -> str | None:
    node = tree.css_first('link[rel="canonical"]')
    found = node.attributes.get("href") if node is not None else None
    found = found or _meta(tree, "og:url")
    return found if found and found.startswith(("http://", "https://")) else None


def _article(tree: Any) -> Any:
    """The element with the article: article or main where it holds text, else the parent of most paragraph text."""
    for selector in ("article", "main", "[role=main]", "[itemprop=articleBody]"):
        nodes = tree.css(selector)
        if nodes:
            best = max(nodes, key=lambda node: len(node.text()))
            if len(best.text(strip=True)) >= 200 or (len(nodes) == 1 and best.text(strip=True)):
                return best
    return tree.body


def _text(root: Any) -> str:
    """The text of an element, one block a paragraph, with marks for headings, items, quotes, rows and code."""
    lines: list[str] = []
    _walk(root, lines, "", [])
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _walk(root: Any, lines: list[str], prefix: str, buffer: list[str]) -> None:
    """Depth first over children; inline text gathers in `buffer` until a block ends it."""

    def flush(mark: str = "") -> None:
        text = _BLANKS.sub(" ", "".join(buffer)).strip()
        buffer.clear()
        if text:
            lines.append(f"{prefix}{mark}{text}")

    for node in root.iter(include_text=True):
        tag = node.tag
        if tag in ("-text", "_text"):
            buffer.append(node.text(deep=False) if hasattr(node, "text") else "")
        elif tag == "br":
            flush()
        elif tag in _HEADINGS:
            flush()
            buffer.append(node.text())
            lines.append("")
            flush("#" * _HEADINGS[tag] + " ")
            lines.append("")
        elif tag == "pre":
            flush()
            lines.extend(["", "```", *node.text().strip("\n").split("\n"), "```", ""])
        elif tag == "table":
            flush()
            lines.append("")
            lines.extend(_rows(node))
            lines.append("")
        elif tag == "li":
            flush()
            _item(node, lines, prefix)
        elif tag == "blockquote":
            flush()
            lines.append("")
            _walk(node, lines, prefix + "> ", [])
            lines.append("")
        elif tag in _PARAGRAPHS:
            flush()
            lines.append("")
            _walk(node, lines, prefix, [])
            lines.append("")
        else:
            _inline(node, buffer, lines, prefix)
    flush()


def _inline(node: Any, buffer: list[str], lines: list[str], prefix: str) -> None:
    """Text of an inline element; one that hides blocks inside (a link around a card) is walked as a block."""
    if node.css_first("p, div, li, table, pre, h1, h2, h3, h4") is not None:
        _walk(node, lines, prefix, buffer)
    else:
        buffer.append(node.text())


def _item(node: Any, lines: list[str], prefix: str) -> None:
    inner: list[str] = []
    _walk(node, inner, "", [])
    inner = [line for line in inner if line]
    if inner:
        lines.append(f"{prefix}- {inner[0]}")
        lines.extend(f"{prefix}  {line}" for line in inner[1:])


def _rows(table: Any) -> Iterator[str]:
    """Markdown rows; a rule follows the first where it is made of header cells."""
    for number, row in enumerate(table.css("tr")):
        cells = row.css("th, td")
        if not cells:
            continue
        texts = [_BLANKS.sub(" ", cell.text(separator=" ")).strip().replace("|", "/") for cell in cells]
        yield "| " + " | ".join(texts) + " |"
        if number == 0 and all(cell.tag == "th" for cell in cells):
            yield "|" + "---|" * len(cells)

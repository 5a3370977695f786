"""How server and worker talk through pipes: a header in JSON and a body of bytes, each with its length before it.

It refuses nothing by itself; a stream that ends within a frame reads as its end.
"""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any, BinaryIO

Frame = tuple[dict[str, Any], bytes]
_LENGTHS = struct.Struct(">IQ")


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """Header and body as one frame."""
    head = json.dumps(header).encode()
    return _LENGTHS.pack(len(head), len(body)) + head + body


def write_frame(out: BinaryIO, header: dict[str, Any], body: bytes) -> None:
    """Write a frame and flush it."""
    out.write(pack(header, body))
    out.flush()


def read_frame(source: BinaryIO) -> Frame | None:
    """The next frame, or None at the end."""
    lengths = source.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, body = _LENGTHS.unpack(lengths)
    data = source.read(head + body)
    return (json.loads(data[:head]), data[head:]) if len(data) == head + body else None


async def receive(source: asyncio.StreamReader) -> Frame:
    """The next frame; raises asyncio.IncompleteReadError where the stream ends first."""
    head, body = _LENGTHS.unpack(await source.readexactly(_LENGTHS.size))
    return json.loads(await source.readexactly(head)), await source.readexactly(body)

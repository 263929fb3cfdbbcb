"""Arrays and text as one run of bytes, the form in which drawings receive them.

``st.components.v2`` carries bytes only alone, never inside a dictionary, so a payload brings its
own header: a length, a JSON header, then the buffers, each on an 8-byte boundary so that the
browser reads them in place as typed arrays.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ALIGNMENT = 8
_TYPES = {"f4": "float32", "u1": "uint8", "u2": "uint16", "u4": "uint32"}


@dataclass(frozen=True)
class Payload:
    """Packed bytes and the name the browser knows them by.

    Attributes
    ----------
    id
        Fingerprint of the content; equal content is sent and kept once.
    data
        What crosses the wire.
    """

    id: str
    data: bytes


def pack(
    meta: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    texts: Mapping[str, Sequence[str]] | None = None,
) -> Payload:
    """Pack arrays, lists of text and small facts.

    Parameters
    ----------
    meta
        JSON-serialisable facts, for the header.
    arrays
        Little-endian float32, uint8, uint16 or uint32 arrays by name.
    texts
        Lists of text by name; each becomes one buffer of JSON.
    """
    buffers = [(name, *_array_bytes(array)) for name, array in arrays.items()]
    buffers += [(name, "json", _text_bytes(text)) for name, text in (texts or {}).items()]
    body, directory = _lay_out(buffers)
    facts = json.dumps({"meta": meta, "buffers": directory}, ensure_ascii=False)
    identity = fingerprint(facts.encode(), body)
    header = json.dumps({"id": identity}).encode() + b"\n" + facts.encode()
    header += b" " * (-(len(header) + 4) % _ALIGNMENT)
    return Payload(identity, len(header).to_bytes(4, "little") + header + body)


def fingerprint(*parts: bytes) -> str:
    """Return a short digest of bytes."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def text_fingerprint(text: Sequence[str]) -> str:
    """Return a short digest of a list of text."""
    return fingerprint(_text_bytes(text))


def encode_indices(indices: NDArray[Any] | Sequence[int]) -> str:
    """Write item indices as base64 of little-endian uint32."""
    return base64.b64encode(np.asarray(indices, dtype="<u4").tobytes()).decode("ascii")


def decode_indices(text: str, count: int) -> NDArray[np.int32]:
    """Read item indices that a browser sent.

    Raises
    ------
    ValueError
        If the text is not base64 of uint32, or names an item beyond ``count``.
    """
    indices = np.frombuffer(base64.b64decode(text, validate=True), dtype="<u4")
    if indices.size and int(indices.max()) >= count:
        raise ValueError(f"The browser selected item {indices.max()} of {count}.")
    return indices.astype(np.int32)


def _array_bytes(array: NDArray[Any]) -> tuple[str, bytes]:
    kind = array.dtype.str[1:]
    if kind not in _TYPES:
        raise ValueError(f"A payload holds {', '.join(_TYPES.values())}, not {array.dtype}.")
    return _TYPES[kind], array.astype(f"<{kind}", copy=False).tobytes()


def _text_bytes(text: Sequence[str]) -> bytes:
    # A lone surrogate is legal in a Python string and illegal in UTF-8: shown as a question mark.
    return json.dumps([str(line) for line in text], ensure_ascii=False).encode("utf-8", "replace")


def _lay_out(buffers: list[tuple[str, str, bytes]]) -> tuple[bytes, list[dict[str, Any]]]:
    body = bytearray()
    directory = []
    for name, kind, content in buffers:
        body += b"\0" * (-len(body) % _ALIGNMENT)
        directory.append({"name": name, "type": kind, "at": len(body), "bytes": len(content)})
        body += content
    return bytes(body), directory

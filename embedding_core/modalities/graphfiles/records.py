"""Graphs as JSON: node-link as networkx and D3 write it, and Cytoscape's elements."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from embedding_core.errors import InputError, UnreadableItemError
from embedding_core.modalities.graphfiles.base import Asked, Found, check_edges, of_records
from embedding_core.modalities.tables import decode_text

_SHAPE = (
    "it is no graph; bring an object with “nodes”, each with an id, and “links”, each with a "
    "source and a target."
)
_ID = ("id", "key", "name", "label")
_WEIGHTS = ("weight", "value")


def holds_graph(data: bytes, name: str) -> bool:
    """Tell whether JSON is a graph."""
    try:
        _parts(_parsed(data, name)[0], name)
    except InputError:
        return False
    return True


def read(data: bytes, name: str, asked: Asked) -> Found:
    """Read a graph of nodes and links.

    Links name nodes by their id; where nodes have none, by their place, as D3 did.

    Raises
    ------
    UnreadableItemError
    TooLargeError
    """
    whole, notes = _parsed(data, name)
    listed, links = _parts(whole, name)
    check_edges(len(links), name, asked)
    key = next((k for k in _ID if any(k in node for node in listed)), "")
    by_place = key != "id" and all(
        isinstance(link.get(end), int) for link in links for end in ("source", "target")
    )
    nodes: dict[Any, dict[str, Any]] = {}
    twice = 0
    for i, node in enumerate(listed):
        own = i if by_place else _key(node.get(key, i))
        twice += own in nodes
        nodes.setdefault(own, {k: v for k, v in node.items() if k != "id"})
    if twice:
        notes.append(f"{twice:,} nodes have the id of another and were left out.")
    edges, lost = [], 0
    weighted = next((k for k in _WEIGHTS if any(k in link for link in links)), "")
    for link in links:
        begin, end = (_end(link.get(one), key) for one in ("source", "target"))
        if not by_place:
            begin, end = _key(begin), _key(end)
        if begin is None or end is None:
            lost += 1
            continue
        # Links may speak of nodes that are not listed: that is all there is to know of them.
        if by_place and not (begin in nodes and end in nodes):
            lost += 1
            continue
        nodes.setdefault(begin, {})
        nodes.setdefault(end, {})
        edges.append((begin, end, link.get(weighted, 1) if weighted else 1))
    if lost:
        notes.append(f"{lost:,} links without two nodes were left out.")
    directed = asked.has_direction(bool(whole.get("directed", False)))
    return of_records(nodes, edges, weighted=bool(weighted), directed=directed, notes=notes)


def _parsed(data: bytes, name: str) -> tuple[dict[str, Any], list[str]]:
    text, notes = decode_text(data, name)
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise UnreadableItemError(name, "it is no valid JSON.") from problem
    if not isinstance(whole, dict):
        raise UnreadableItemError(name, _SHAPE)
    return whole, notes


def _parts(
    whole: Mapping[str, Any], name: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the nodes and the links of a graph as lists of objects."""
    elements = whole.get("elements", whole)
    if not isinstance(elements, dict):
        raise UnreadableItemError(name, _SHAPE)
    nodes = elements.get("nodes")
    links = elements.get("links", elements.get("edges"))
    if not isinstance(nodes, list) or not isinstance(links, list):
        raise UnreadableItemError(name, _SHAPE)
    listed = [_said(node) if isinstance(node, dict) else {"id": node} for node in nodes]
    ends = [_said(link) if isinstance(link, dict) else {} for link in links]
    if links and not any("source" in link and "target" in link for link in ends):
        raise UnreadableItemError(name, _SHAPE)
    return listed, ends


def _said(element: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a node or link, which Cytoscape puts one level down."""
    inner = element.get("data")
    return (
        inner
        if isinstance(inner, dict) and "id" not in element and "source" not in element
        else element
    )


def _end(end: Any, key: str) -> Any:
    """Return a link's end: D3 puts the node itself there once it has drawn it."""
    return end.get(key) if isinstance(end, dict) else end


def _key(value: Any) -> Any:
    """Return an id as text: Cytoscape's nodes have texts where its edges have numbers."""
    return None if value is None else str(value)

"""GraphML, GEXF and GML: read by networkx, XML only after defusedxml let it pass."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from embedding_core.errors import UnreadableItemError
from embedding_core.modalities.graphfiles.base import Asked, Found, check_edges, of_records
from embedding_core.modalities.tables import decode_text

if TYPE_CHECKING:
    import networkx as nx

_WEIGHT = "weight"


def read_graphml(data: bytes, name: str, asked: Asked) -> Found:
    """Read GraphML. Raises UnreadableItemError and TooLargeError."""
    import networkx as nx

    _check_xml(data, name)
    check_edges(len(re.findall(rb"<(?:\w+:)?edge[\s/>]", data)), name, asked)
    return found_of(_opened(lambda: nx.read_graphml(io.BytesIO(data)), name, "GraphML"), asked)


def read_gexf(data: bytes, name: str, asked: Asked) -> Found:
    """Read GEXF. Raises UnreadableItemError and TooLargeError."""
    import networkx as nx

    _check_xml(data, name)
    check_edges(len(re.findall(rb"<(?:\w+:)?edge[\s/>]", data)), name, asked)
    return found_of(_opened(lambda: nx.read_gexf(io.BytesIO(data)), name, "GEXF"), asked)


def read_gml(data: bytes, name: str, asked: Asked) -> Found:
    """Read GML. Raises UnreadableItemError and TooLargeError."""
    import networkx as nx

    text, notes = decode_text(data, name)
    check_edges(len(re.findall(r"(?m)^\s*edge\b", text)), name, asked)
    # As many files do, it may list an edge twice without saying that this can happen.
    several = re.search(r"(?m)^\s*multigraph\s+1", text)
    if not several:
        text = re.sub(r"\bgraph\s*\[", "graph [\n  multigraph 1", text, count=1)
    graph = _opened(lambda: nx.parse_gml(text.splitlines(), label=None), name, "GML")
    return found_of(graph, asked, notes)


def found_of(graph: nx.Graph, asked: Asked, notes: list[str] | None = None) -> Found:
    """Return what a networkx graph holds."""
    nodes = {node: dict(said) for node, said in graph.nodes(data=True)}
    edges: list[tuple[Any, Any, Any]] = list(graph.edges(data=_WEIGHT))
    weighted = any(weight is not None for *_, weight in edges)
    # networkx reads an edge without a weight in a weighted graph as 1, and so does this.
    edges = [(begin, end, 1 if weight is None else weight) for begin, end, weight in edges]
    directed = asked.has_direction(graph.is_directed())
    return of_records(nodes, edges, weighted=weighted, directed=directed, notes=notes or [])


def _check_xml(data: bytes, name: str) -> None:
    """Raise UnreadableItemError where XML is broken, or defines entities: they can be bombs."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        fromstring(data)
    except DefusedXmlException as problem:
        raise UnreadableItemError(
            name,
            "it defines XML entities or refers to other files, which is not safe to open; save it "
            "again without them.",
        ) from problem
    except (ParseError, ValueError, LookupError) as problem:
        raise UnreadableItemError(name, f"it is no valid XML ({problem}).") from problem


def _opened(read: Callable[[], nx.Graph], name: str, kind: str) -> nx.Graph:
    import networkx as nx

    try:
        return read()
    except (nx.NetworkXException, ValueError, KeyError, TypeError, AttributeError, IndexError,
            RecursionError) as problem:  # fmt: skip
        why = str(problem).split("\n")[0][:120]
        raise UnreadableItemError(name, f"it is no {kind} that can be read ({why}).") from problem

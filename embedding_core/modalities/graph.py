"""Graphs: edge lists, adjacency matrices, GraphML, GEXF, GML and JSON; an item is a node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from embedding_core.collection import Collection, Payload
from embedding_core.errors import EmptyCollectionError, InputError
from embedding_core.graph import Node
from embedding_core.modalities.base import Bundle, ModalitySpec
from embedding_core.modalities.contents import Content
from embedding_core.modalities.delimited import find_column, read_cells
from embedding_core.modalities.graphfiles import READERS, edgelist
from embedding_core.modalities.graphfiles.assembly import collect
from embedding_core.modalities.graphfiles.base import Asked, Found, most_edges
from embedding_core.modalities.tables import typed

TABLES = (".csv", ".tsv", ".txt")
_NODE_KEYS = ("id", "node", "nodeid", "key", "name", "vertex")
_EDGES, _NODES = ("edges", "links", "edgelist", "edge"), ("nodes", "vertices", "node", "labels")


def decode(
    source: bytes | Path,
    name: str,
    *,
    unit: str = "",
    column: str = "",
    label: str = "",
    metadata: str = "",
    directed: str = "auto",
) -> Collection:
    """Read a file of a graph.

    Parameters
    ----------
    source : bytes or Path
        From the disk a graph may have more edges than an upload.
    name : str
        The file; its ending decides how it is read.
    unit : str
        Not used; nodes have none.
    column : str
        Of an edge list, its columns apart by commas: where edges begin, where they end, and their
        weight where there is one. Found by headings, else by order, where left out.
    label : str
        The column that names the nodes.
    metadata : str
        Where a table of the nodes lies, a line for each; its first column, or one called ``id`` or
        ``node``, names them as the edges do.
    directed : {"auto", "yes", "no"}
        Whether edges have a direction; "auto" takes what the file says, none where it says nothing.

    Returns
    -------
    Collection
        Of the nodes; its context is the :class:`~embedding_core.graph.Graph`.
    """
    from_disk = isinstance(source, Path)
    data = source.read_bytes() if isinstance(source, Path) else source
    found = _found(data, name, column, directed, from_disk)
    if metadata:
        path = Path(metadata)
        if not path.is_file():
            raise InputError(f"There is no file {metadata} beside {name}; check the path.")
        found = with_nodes(found, path.read_bytes(), path.name)
    return collect(found, name, label)


def _found(data: bytes, name: str, column: str, directed: str, from_disk: bool) -> Found:
    if not data.strip():
        raise EmptyCollectionError(f"{name} is empty; bring at least one edge.")
    chosen = tuple(one.strip() for one in column.split(",") if one.strip())
    asked = Asked(chosen, directed, most_edges(from_disk))
    # Pasted data has no ending: a list of edges.
    read = READERS.get(PurePosixPath(name).suffix.lower(), edgelist.read)
    return read(data, name, asked)


def columns_of(data: bytes, name: str) -> tuple[tuple[str, ...], tuple[str, str, str]]:
    """Return the columns of a list of edges; and of them the ends of an edge and its weight.

    None where a file is no table, or a matrix; the weight is "" where there is none.
    """
    if PurePosixPath(name).suffix.lower() not in TABLES:
        return (), ("", "", "")
    return edgelist.columns_of(data, name)


def with_nodes(found: Found, data: bytes, name: str) -> Found:
    """Return a graph with what a table says of its nodes; those that only it has are added.

    Parameters
    ----------
    found : Found
    data : bytes
        A CSV or TSV.
    name : str
        What it is called, for messages.

    Raises
    ------
    InputError
        If it names none of the nodes.
    """
    import pandas as pd

    cells = read_cells(data, name, _NODE_KEYS)
    columns = [str(column) for column in cells.frame.columns]
    key = find_column(columns, _NODE_KEYS, set()) or columns[0]
    said = cells.frame[cells.frame[key] != ""].drop_duplicates(key).set_index(key)
    own = pd.Index([str(one) for one in found.names])
    if not own.isin(said.index).any():
        raise InputError(
            f"The column “{key}” of {name} names no node of the graph, such as “{own[0]}”; its "
            "cells must be the ids that the edges use."
        )
    extra = said.index.difference(own, sort=False)
    order = own.append(extra)
    told = typed(said.reindex(order).fillna("").reset_index(drop=True))
    before = found.columns.reindex(range(len(order)))
    notes = [*found.notes, *cells.notes]
    missing = len(own) - int(own.isin(said.index).sum())
    if missing:
        nodes = "1 node is" if missing == 1 else f"{missing:,} nodes are"
        notes.append(f"{nodes} not in {name}.")
    return replace(
        found,
        names=list(order),
        columns=pd.concat([before[before.columns.difference(told.columns)], told], axis=1),
        notes=notes,
    )


def bundles(files: Sequence[tuple[str, Content]]) -> list[Bundle]:
    """Return which tables are the edges and the nodes of one graph, by their names.

    Such as ``edges.csv`` beside ``nodes.csv``, as Gephi writes them, or ``town_edges.tsv`` beside
    ``town_nodes.tsv``.
    """
    listed = [(name, *_role(name)) for name, _ in files]
    nodes = {(place, rest): name for name, role, place, rest in listed if role == "nodes"}
    contents = dict(files)
    return [
        _pair(name, nodes[place, rest], contents)
        for name, role, place, rest in listed
        if role == "edges" and (place, rest) in nodes
    ]


def _role(name: str) -> tuple[str, str, str]:
    """Return what a table's name says it holds, its folder, and the rest of its name."""
    path = PurePosixPath(name)
    if path.suffix.lower() in TABLES:
        stem = path.stem.lower()
        for role, words in (("edges", _EDGES), ("nodes", _NODES)):
            for word in words:
                if stem == word:
                    return role, str(path.parent), ""
                for joint in "_-. ":
                    if stem.endswith(joint + word):
                        return role, str(path.parent), stem.removesuffix(joint + word)
                    if stem.startswith(word + joint):
                        return role, str(path.parent), stem.removeprefix(word + joint)
    return "", "", ""


def _pair(edges: str, nodes: str, contents: dict[str, Content]) -> Bundle:
    def read(
        unit: str = "", column: str = "", label: str = "", directed: str = "auto"
    ) -> Collection:
        found = _found(contents[edges](), edges, column, directed, from_disk=False)
        return collect(with_nodes(found, contents[nodes](), nodes), edges, label)

    return Bundle(edges, frozenset((edges, nodes)), read)


def _preview(payload: Payload) -> str:
    assert isinstance(payload, Node)
    return payload.name or f"node {payload.position + 1:,}"


SPEC = ModalitySpec(
    name="graph",
    label="Graph",
    suffixes=tuple(READERS),
    decode=decode,
    preview=_preview,
    bundles=bundles,
    opens_paths=True,
)

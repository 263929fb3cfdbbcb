"""Tables of links: a line an edge, with its weight and what its ends are; or a matrix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import InputError, UnknownNameError, UnreadableItemError
from embedding_core.modalities.delimited import Cells, find_column, numbers, read_cells
from embedding_core.modalities.graphfiles.base import Asked, Found, check_edges
from embedding_core.modalities.graphfiles.matrix import as_matrix, found_of
from embedding_core.modalities.tables import is_number, typed

if TYPE_CHECKING:
    import pandas as pd

# fmt: off
SOURCES = (
    "source", "sourceid", "from", "fromid", "fromnodeid", "src", "start", "node1", "nodea", "id1",
    "person1", "u", "i", "follower", "citing", "parent",
)
TARGETS = (
    "target", "targetid", "to", "toid", "tonodeid", "dst", "dest", "destination", "end", "node2",
    "nodeb", "id2", "person2", "v", "j", "followee", "cited", "child",
)
WEIGHTS = ("weight", "weights", "w", "value", "count", "strength", "n", "freq", "frequency")
# fmt: on
_HEADINGS = tuple(name for name in SOURCES + TARGETS if len(name) > 1)
_TYPES = ("type", "directed")
_FEW = 3
_SECONDS = 1e8


def read(data: bytes, name: str, asked: Asked) -> Found:
    """Read an edge list.

    Where an edge begins and ends is told by headings such as ``source`` and ``target``, else by
    order. A line with one end only is a node without edges. Columns such as ``source_group`` say
    what the nodes are.

    Raises
    ------
    UnreadableItemError
        If it has fewer than two columns, or weights that are none.
    UnknownNameError
        If a column asked for is not there.
    TooLargeError
    """
    import pandas as pd

    check_edges(data.count(b"\n") - 1, name, asked)
    cells = read_cells(data, name, _HEADINGS)
    frame = cells.frame
    square = None if asked.columns else _square(cells)
    if square is not None:
        return found_of(*square, name, asked)
    if frame.shape[1] < 2:
        raise UnreadableItemError(
            name, "it has one column, and an edge needs two: where it begins and where it ends."
        )
    check_edges(len(frame), name, asked)
    source, target, weight = _ends(cells, name, asked)
    notes = list(cells.notes)
    begin, end = frame[source], frame[target]
    named = (begin != "") | (end != "")
    if not named.all():
        n = int((~named).sum())
        notes.append(f"{n:,} {'line names' if n == 1 else 'lines name'} no node and are left out.")
    whole = ((begin != "") & (end != "")).to_numpy()
    stacked = np.stack([begin.to_numpy(object), end.to_numpy(object)], axis=1).ravel()
    stacked[stacked == ""] = None
    places, names = pd.factorize(stacked, use_na_sentinel=True)
    pairs = places.reshape(-1, 2)
    columns = _node_columns(frame, source, target, weight, pairs, len(names), notes)
    pairs = pairs[whole]
    weights = None
    if weight:
        weights = numbers(frame[weight])[whole].to_numpy()
        _refuse_words(frame[weight], weights, weight, name)
    told = _directed(frame)
    if told is None:
        pairs, weights, told = _once(pairs, weights, len(names), asked, notes)
    directed = asked.has_direction(told)
    return Found(list(names), columns, pairs[:, 0], pairs[:, 1], weights, directed, notes)


def columns_of(data: bytes, name: str) -> tuple[tuple[str, ...], tuple[str, str, str]]:
    """Return the columns of a list of edges; and of them the ends of an edge and its weight.

    None where it is a matrix, or has one column; the weight is "" where there is none.

    Raises
    ------
    UnreadableItemError
        If it is no table.
    """
    cells = read_cells(data, name, _HEADINGS)
    if cells.frame.shape[1] < 2 or _square(cells) is not None:
        return (), ("", "", "")
    return tuple(map(str, cells.frame.columns)), _ends(cells, name, Asked())


def _square(cells: Cells) -> tuple[list[str], np.ndarray] | None:
    """Return the names and weights of an adjacency matrix, None where it is a list."""
    rows, width = cells.frame.shape
    if width < 3 or abs(rows - width) > 1 or has_edges([str(c) for c in cells.frame.columns]):
        return None
    body: list[list[str]] = cells.frame.to_numpy().tolist()
    return as_matrix([[str(c) for c in cells.frame.columns], *body] if cells.named else body)


def has_edges(columns: Sequence[str]) -> bool:
    """Tell whether headings name where edges begin and where they end."""
    listed = list(columns)
    source = find_column(listed, SOURCES, set())
    return bool(source and find_column(listed, TARGETS, {source}))


def _ends(cells: Cells, name: str, asked: Asked) -> tuple[str, str, str]:
    """Return the columns where edges begin and end, and that of the weights, "" if none."""
    frame, columns = cells.frame, [str(column) for column in cells.frame.columns]
    if asked.columns:
        for column in asked.columns:
            if column not in columns:
                raise UnknownNameError(f"column of {name}", column, columns)
        if not 2 <= len(asked.columns) <= 3:
            raise InputError(
                f"An edge list of {name} got {len(asked.columns)} columns; name two, where edges "
                "begin and end, or three with the weight, apart by commas."
            )
        source, target, weight = (*asked.columns, "")[:3]
        return source, target, weight
    source = find_column(columns, SOURCES, set())
    target = find_column(columns, TARGETS, {source}) if source else ""
    if source and target:
        return source, target, find_column(columns, WEIGHTS, {source, target})
    weight = find_column(columns, WEIGHTS, set()) if cells.named else ""
    if not weight and len(columns) >= 3:
        weight = _decimals(frame) or columns[2]
        if weight == columns[2] and (cells.named or not _are_weights(frame[weight])):
            weight = ""
    rest = [column for column in columns if column != weight]
    if len(rest) < 2:
        raise UnreadableItemError(name, "an edge needs two columns: where it begins and ends.")
    return rest[0], rest[1], weight


def _decimals(frame: pd.DataFrame) -> str:
    """Return the only column with decimal numbers among names or whole ones; "" if none is."""
    found = [
        str(column)
        for column in frame.columns
        if _mostly_numbers(frame[column]) and "." in "".join(frame[column].head(1000))
    ]
    return found[0] if len(found) == 1 else ""


def _are_weights(cells: pd.Series) -> bool:
    """Tell whether cells are numbers, and not seconds since 1970."""
    return _mostly_numbers(cells) and not numbers(cells.head(1000)).min() > _SECONDS


def _mostly_numbers(cells: pd.Series) -> bool:
    head = [cell for cell in cells.head(1000) if cell]
    return bool(head) and sum(map(is_number, head)) > len(head) / 2


def _refuse_words(cells: pd.Series, weights: np.ndarray, column: str, name: str) -> None:
    """Raise UnreadableItemError where most weights are words: the columns are others."""
    wrong = np.isnan(weights)
    if len(wrong) and wrong.mean() > 0.5:
        words = [cell for cell in cells.head(1000) if cell and not is_number(cell)]
        shown = f", such as “{words[0]}”" if words else ""
        raise UnreadableItemError(
            name,
            f"most weights in its column “{column}” are no numbers{shown}; are the columns "
            "swapped? Name them source, target and weight in the first line.",
        )


def _directed(frame: pd.DataFrame) -> bool | None:
    """Return whether edges have a direction, as Gephi's column ``Type`` says; None if it is not."""
    column = find_column([str(column) for column in frame.columns], _TYPES, set())
    if not column:
        return None
    said = set(frame[column].str.lower().unique())
    if said <= {"undirected", "no", "false", "0"}:
        return False
    return (
        True if said <= {"directed", "undirected", "yes", "true", "1", "0", "no", "false"} else None
    )


def _once(
    pairs: np.ndarray, weights: np.ndarray | None, n: int, asked: Asked, notes: list[str]
) -> tuple[np.ndarray, np.ndarray | None, bool]:
    """Keep one of each two lines where a list names all edges from both of their ends."""
    apart = pairs[:, 0] != pairs[:, 1]
    there = pairs[:, 0] * n + pairs[:, 1]
    back = pairs[:, 1] * n + pairs[:, 0]
    if asked.directed == "yes" or apart.sum() < 2 * _FEW:
        return pairs, weights, False
    order, reverse = np.argsort(there, kind="stable"), np.argsort(back, kind="stable")
    if not np.array_equal(there[order], back[reverse]) or len(np.unique(there)) < len(there):
        return pairs, weights, False
    if weights is not None and not np.array_equal(weights[order], weights[reverse], equal_nan=True):
        return pairs, weights, False
    kept = pairs[:, 0] <= pairs[:, 1]
    notes.append("Every edge is listed from both of its ends; each was counted once.")
    return pairs[kept], None if weights is None else weights[kept], False


def _node_columns(
    frame: pd.DataFrame,
    source: str,
    target: str,
    weight: str,
    pairs: np.ndarray,
    n_nodes: int,
    notes: list[str],
) -> pd.DataFrame:
    """Return what columns such as ``source_group`` and ``target_group`` say of the nodes."""
    import pandas as pd

    found = pd.DataFrame(index=range(n_nodes))
    of: dict[str, dict[int, str]] = {}
    for column in map(str, frame.columns):
        if column in (source, target, weight):
            continue
        for end, said in enumerate((source, target)):
            match = re.fullmatch(rf"{re.escape(said)}[ _.\-]+(.+)", column, re.IGNORECASE)
            if match:
                of.setdefault(match.group(1), {})[end] = column
    for label, ends in of.items():
        parts = [
            pd.DataFrame({"node": pairs[:, end], "cell": frame[column]})
            for end, column in ends.items()
        ]
        said_of = pd.concat(parts)
        said_of = said_of[(said_of["node"] >= 0) & (said_of["cell"] != "")].drop_duplicates()
        n = int(said_of["node"].nunique())
        if len(said_of) > n:
            nodes = (
                "1 node has" if len(said_of) == n + 1 else f"{len(said_of) - n:,} times a node has"
            )
            notes.append(f"{nodes} more than one “{label}”; the first was kept.")
        first = said_of.drop_duplicates("node").set_index("node")["cell"]
        found[label] = first.reindex(range(n_nodes)).fillna("")
    return typed(found)

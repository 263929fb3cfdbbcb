"""The similarity heatmap: the one way a matrix of similarities is drawn in this app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedding_core.figures.matrix import scale_of as matrix_scale
from ui.components.mounting import mount_payload, mount_view
from ui.components.payload import fingerprint, pack, text_fingerprint
from ui.components.pictures import Pictures
from ui.components.selection import (
    SelectionHandler,
    known_revision,
    read_selection,
    selection_callback,
    selection_message,
    take_once,
)

MAX_SIDE = 1_000
KINDS = ("torn", "pushed")

Mark: TypeAlias = tuple[int, int, Literal["torn", "pushed"]]


@dataclass(frozen=True)
class HeatmapEvents:
    """What happened in the browser since the last run.

    Attributes
    ----------
    selected
        Items a person selected by a cell, a label or a stroke over labels, in one run only; None
        when nothing was selected since.
    cell
        Row and column of the clicked cell, if it was a cell.
    revision
        Grows with every selection.
    """

    selected: NDArray[np.int32] | None
    cell: tuple[int, int] | None
    revision: int


def scale_of(matrix: NDArray[np.float32], metric: str) -> dict[str, Any]:
    """Return the colours of a matrix, as :func:`draw_heatmap` takes them."""
    scale = matrix_scale(matrix, metric)
    return {"zmin": scale.low, "zmax": scale.high, "scale": scale.stops, "title": scale.title}


def draw_heatmap(
    matrix: NDArray[np.float32],
    row_labels: Sequence[str],
    col_labels: Sequence[str],
    *,
    key: str,
    scale: Sequence[tuple[float, str]] | None = None,
    zmin: float = -1.0,
    zmax: float = 1.0,
    selected: NDArray[Any] | Sequence[int] = (),
    marked: Sequence[Mark] = (),
    values_in_cells: bool = False,
    height: int = 560,
    title: str = "",
    row_items: NDArray[Any] | Sequence[int] | None = None,
    col_items: NDArray[Any] | Sequence[int] | None = None,
    link: str | None = None,
    summary: str = "",
    file_name: str = "heatmap",
    on_select: SelectionHandler | None = None,
    pictures: Pictures | None = None,
    row_cells: NDArray[Any] | Sequence[int] = (),
    col_cells: NDArray[Any] | Sequence[int] = (),
    are_sent: bool = False,
) -> HeatmapEvents:
    """Draw a heatmap and return what was selected on it.

    Parameters
    ----------
    matrix
        (rows, columns) numbers; NaN stays empty.
    row_labels, col_labels
        Text, shown as it is.
    key
        Unique on the page.
    scale
        Stops (0 to 1) and CSS colours; None is a diverging blue to red.
    zmin, zmax
        The numbers at both ends of the scale.
    selected
        Items whose rows and columns are marked.
    marked
        Row, column and kind of cells where a map disagrees, each outlined: "torn" are alike and
        far apart on the map (solid), "pushed" are unlike and close together there (dashed).
    values_in_cells
        Write the numbers into the cells where they fit.
    height
        Pixels, of everything. Cells are square: in a narrow column some of them stay empty.
    title
        What the numbers are, beside the colour bar.
    row_items, col_items
        Which item each row and column is, when the heatmap shows some of the items of a map or
        shows them in another order; by default row i is item i.
    link
        Drawings with the same name mark each other's items under the pointer.
    summary, file_name, on_select
        As in :func:`ui.map.draw_map`.
    pictures
        Small pictures that stand for the labels, of as many rows and columns as there is room for,
        and for all under the pointer.
    row_cells, col_cells
        Which of the pictures each row and column has.
    are_sent
        Whether a map that stands on the page in every run has the same pictures.
    """
    matrix = _checked(matrix, row_labels, col_labels)
    rows, cols = _items(row_items, matrix.shape[0]), _items(col_items, matrix.shape[1])
    arrays = {"matrix": matrix, "rowItems": rows, "colItems": cols}
    if pictures is not None:
        arrays |= {
            "rowCells": _cells(row_cells, matrix.shape[0], pictures),
            "colCells": _cells(col_cells, matrix.shape[1], pictures),
        }
    payload = pack(
        {"rows": matrix.shape[0], "cols": matrix.shape[1]},
        arrays,
        {"rowLabels": row_labels, "colLabels": col_labels},
    )
    items = _identity(rows, cols, row_labels, col_labels)
    count = int(max(rows.max(initial=0), cols.max(initial=0))) + 1
    message = {
        "matrix": payload.id,
        "pictures": None if pictures is None else pictures.payload.id,
        "items": items,
        "marked": _marks(marked, matrix.shape),
        "scale": [list(stop) for stop in scale or ()],
        "range": [float(zmin), float(zmax)],
        "valuesInCells": bool(values_in_cells),
        "title": title,
        "link": link,
        "summary": summary,
        "fileName": file_name,
        **selection_message(key, items, count, selected),
    }
    with st.container(gap=None):
        mount_payload(payload, key=f"{key}-matrix")
        state = mount_view(
            "heatmap",
            message,
            key=key,
            height=height,
            on_selection=selection_callback(key, items, count, on_select),
        )
        if pictures is not None and not are_sent:
            mount_payload(pictures.payload, key=f"{key}-pictures")
    found = read_selection(state, items=items, count=count)
    if found is None or not take_once(key, found[0]):
        return HeatmapEvents(None, None, known_revision(key))
    revision, indices, raw = found
    return HeatmapEvents(indices, _cell(raw.get("cell"), matrix.shape), revision)


def _checked(
    matrix: NDArray[Any], row_labels: Sequence[str], col_labels: Sequence[str]
) -> NDArray[np.float32]:
    matrix = np.ascontiguousarray(matrix, dtype=np.float32)
    labels = (len(row_labels), len(col_labels))
    if matrix.shape != labels:
        raise ValueError(f"A heatmap of {matrix.shape} needs as many labels, not {labels}.")
    if max(matrix.shape) > MAX_SIDE:
        raise ValueError(f"A heatmap has at most {MAX_SIDE} rows and columns, not {matrix.shape}.")
    return matrix


def _marks(marked: Sequence[Mark], shape: tuple[int, ...]) -> list[list[int | str]]:
    for row, column, kind in marked:
        if not (0 <= row < shape[0] and 0 <= column < shape[1]):
            raise ValueError(f"marked names the cell {row}, {column} of a heatmap of {shape}.")
        if kind not in KINDS:
            raise ValueError(f"A marked cell is {' or '.join(KINDS)}, not {kind!r}.")
    return [[int(row), int(column), kind] for row, column, kind in marked]


def _items(items: NDArray[Any] | Sequence[int] | None, count: int) -> NDArray[np.uint32]:
    indices = np.arange(count) if items is None else np.asarray(items)
    if indices.shape != (count,):
        raise ValueError(f"{count} rows or columns, but {indices.size} items.")
    return indices.astype(np.uint32)


def _cells(
    cells: NDArray[Any] | Sequence[int], count: int, pictures: Pictures
) -> NDArray[np.uint32]:
    found = np.asarray(cells)
    if found.shape != (count,):
        raise ValueError(f"{count} rows or columns, but {found.size} of their pictures.")
    if found.size and not (found.min() >= 0 and found.max() < len(pictures)):
        raise ValueError(f"A picture outside 0 to {len(pictures) - 1} is named.")
    return found.astype(np.uint32)


def _identity(
    rows: NDArray[np.uint32],
    cols: NDArray[np.uint32],
    row_labels: Sequence[str],
    col_labels: Sequence[str],
) -> str:
    """Fingerprint of what is compared: a selection of others is none of these."""
    texts = (text_fingerprint(labels).encode() for labels in (row_labels, col_labels))
    return fingerprint(rows.tobytes(), cols.tobytes(), *texts)


def _cell(raw: object, shape: tuple[int, ...]) -> tuple[int, int] | None:
    """Read the clicked cell, which came from a browser and may be anything."""
    if not isinstance(raw, list) or len(raw) != 2:
        return None
    if not all(type(i) is int and 0 <= i < side for i, side in zip(raw, shape, strict=True)):
        return None
    return raw[0], raw[1]

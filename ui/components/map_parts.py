"""What lies on a map beside its points and colours, checked and packed: each a payload of its own.

A change of one resends nothing of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.components.payload import Payload, pack

EDGE_LEVELS = 5


def pack_hulls(outlines: Sequence[Any], colours: Sequence[str]) -> Payload:
    """Pack outlines, each (m, 2), one after the other, with the colour of each.

    Raises
    ------
    ValueError
        If an outline is anything else, or not finite.
    """
    arrays = [np.asarray(outline, dtype=np.float32) for outline in outlines]
    for array in arrays:
        if array.ndim != 2 or array.shape[1] != 2:
            raise ValueError(f"The outline of a hull is (m, 2), not {array.shape}.")
        if not np.isfinite(array).all():
            raise ValueError("The outline of a hull is finite numbers; some are not.")
    corners = np.concatenate(arrays) if arrays else np.empty((0, 2), np.float32)
    lengths = np.array([len(array) for array in arrays], dtype=np.uint32)
    return pack({"colours": list(colours)}, {"corners": corners.ravel(), "lengths": lengths})


def pack_halos(radii: NDArray[Any]) -> Payload:
    """Pack a radius for every item; what is not a number is none.

    Raises
    ------
    ValueError
        If a radius is below 0 or infinite.
    """
    radii = np.nan_to_num(np.asarray(radii, dtype=np.float32), posinf=np.inf, neginf=-np.inf)
    if radii.size and not (radii.min() >= 0 and np.isfinite(radii).all()):
        raise ValueError("Halos are finite radii of 0 or more.")
    return pack({}, {"radii": radii})


def pack_sizes(sizes: NDArray[Any], title: str, ends: tuple[float, float] | None) -> Payload:
    """Pack a size for every item in one byte each; what is not a number is the smallest.

    Raises
    ------
    ValueError
        If a size is not from 0 to 1.
    """
    sizes = np.nan_to_num(np.asarray(sizes, dtype=np.float32), posinf=np.inf, neginf=-np.inf)
    if sizes.size and not (sizes.min() >= 0 and sizes.max() <= 1):
        raise ValueError(
            f"Sizes are numbers from 0 to 1, not from {sizes.min():g} to {sizes.max():g}."
        )
    return pack(
        {"title": title, "ends": None if ends is None else [float(end) for end in ends]},
        {"sizes": np.rint(sizes * 255).astype(np.uint8)},
    )


def pack_neighbors(neighbors: NDArray[Any]) -> Payload:
    """Pack the neighbours of every item, (n, k), in as few bytes as they need.

    Raises
    ------
    ValueError
        If they are not (n, k) indices of the n items.
    """
    neighbors = np.asarray(neighbors)
    if neighbors.ndim != 2 or not np.issubdtype(neighbors.dtype, np.integer):
        raise ValueError(
            f"Neighbours are (n, k) integers, not {neighbors.shape} of {neighbors.dtype}."
        )
    count, k = neighbors.shape
    if neighbors.size and not (neighbors.min() >= 0 and neighbors.max() < count):
        raise ValueError(f"neighbors names items outside 0 to {count - 1}.")
    kind = np.uint16 if count <= 65_536 else np.uint32
    return pack({"k": k}, {"neighbors": neighbors.astype(kind).ravel()})


def pack_edges(pairs: NDArray[Any], levels: NDArray[Any], *, directed: bool) -> Payload:
    """Pack edges between items, (m, 2), with how strong each is.

    Parameters
    ----------
    pairs
        Indices of items.
    levels
        (m,) from 0, the weakest, to 4, the strongest.
    directed
        Whether each leads from its first item to its second.

    Raises
    ------
    ValueError
        If they are anything else.
    """
    pairs, levels = np.asarray(pairs), np.asarray(levels)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or levels.shape != (len(pairs),):
        raise ValueError(f"Edges are (m, 2) with m levels, not {pairs.shape} with {levels.shape}.")
    if len(pairs) and not 0 <= levels.min() <= levels.max() < EDGE_LEVELS:
        raise ValueError(f"Levels of edges are from 0 to {EDGE_LEVELS - 1}.")
    arrays: dict[str, NDArray[Any]] = {
        "pairs": pairs.astype(np.uint32).ravel(),
        "levels": levels.astype(np.uint8),
    }
    return pack({"directed": directed}, arrays)


def pack_cells(cells: NDArray[Any], pictures: int) -> Payload:
    """Pack which of some pictures each item has, (n,).

    Raises
    ------
    ValueError
        If there is no such picture.
    """
    cells = np.asarray(cells)
    if cells.size and not (cells.min() >= 0 and cells.max() < pictures):
        raise ValueError(f"cells names pictures outside 0 to {pictures - 1}.")
    return pack({}, {"cells": cells.astype(np.uint32)})


def pack_arrows(
    starts: NDArray[np.float32],
    ends: NDArray[np.float32],
    looks: Sequence[tuple[str | None, float]],
    names: Sequence[tuple[int, str]],
) -> Payload:
    """Pack arrows of every frame, (f, m, 2) from and to.

    Parameters
    ----------
    starts, ends
        In the map's own coordinates.
    looks
        CSS colour (None: that of text) and width of each of the m arrows.
    names
        Which arrows' feet carry a name, and which.

    Raises
    ------
    ValueError
        If they are not finite, or not of one shape.
    """
    if starts.shape != ends.shape or starts.ndim != 3 or starts.shape[1:] != (len(looks), 2):
        raise ValueError(f"{len(looks)} arrows from {starts.shape} to {ends.shape}.")
    if not (np.isfinite(starts).all() and np.isfinite(ends).all()):
        raise ValueError("Arrows are finite numbers; some are not.")
    meta = {
        "count": len(starts),
        "looks": [{"colour": colour, "width": width} for colour, width in looks],
        "names": [[int(at), str(name)] for at, name in names],
    }
    sides = {"0": starts, "1": ends}
    arrays = {
        f"{axis}{end}": side[:, :, i].astype(np.float32).ravel()
        for end, side in sides.items()
        for i, axis in enumerate("xy")
    }
    return pack(meta, arrays)


def pack_frames(coords: NDArray[np.float32], steps: Sequence[str]) -> Payload:
    """Pack the places of every item in every frame, (f, n, d), in two bytes a number.

    One step of the grid is a 65,535th of the axis: less than a tenth of a pixel on any screen.
    """
    low = coords.min(axis=(0, 1), initial=np.inf)
    high = coords.max(axis=(0, 1), initial=-np.inf)
    span = np.where(high > low, high - low, 1)
    grid = np.rint((coords - low) / span * 65_535).astype(np.uint16)
    axes = {axis: grid[:, :, i].ravel() for i, axis in enumerate("xyz"[: coords.shape[2]])}
    meta = {"count": len(coords), "low": low.tolist(), "span": span.tolist()}
    return pack(meta, axes, {"steps": steps})

"""Beside the map: loss, how far apart vectors point, and who is nearest to the watched one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.theatre import Company, Play, Spread
from ui.components.mounting import mount_payload, mount_view
from ui.components.payload import Payload, pack

_LOSS = "What the training brings down. Between trainings of other settings it says nothing."
_COSINE = (
    "The mean cosine of all pairs of items in view: 1 if all point the same way, which is called "
    "collapse; about 0 if they point anywhere."
)
_RANK = (
    "How many directions the vectors make use of (effective rank; Roy and Vetterli, 2007): 1 if "
    "all lie on one line."
)


def draw_ledger(
    play: Play,
    spread: Spread,
    company: Company,
    *,
    labels: Sequence[str],
    watched: str,
    longer: NDArray[np.float32] | None,
    height: int,
    link: str,
) -> None:
    """Draw the curves and the neighbours, which keep to the moment that the map shows.

    Parameters
    ----------
    play, spread, company
        What happened, and what was made of it.
    labels
        Names of the items in view.
    watched
        Whose neighbours they are.
    longer
        How many times as long as the step the arrows are drawn, moment by moment.
    height
        Pixels.
    link
        The map's.
    """
    payload = _packed(play, spread, company, labels, watched, longer)
    summary = f"Loss, mean cosine, directions in use, and the items nearest to {watched}."
    mount_view(
        "ledger",
        {"ledger": payload.id, "link": link, "summary": summary},
        key="training-ledger",
        height=height,
        on_selection=lambda: None,
    )
    mount_payload(payload, key="training-ledger-payload")


def _packed(
    play: Play,
    spread: Spread,
    company: Company,
    labels: Sequence[str],
    watched: str,
    longer: NDArray[np.float32] | None,
) -> Payload:
    most = float(min(play.vectors.shape[1:]))
    curves = [
        ("Loss", play.losses, _range(play.losses), "", _LOSS),
        ("Mean cosine of all pairs", spread.cosine, _range(spread.cosine, 0.0, 1.0), "", _COSINE),
        ("Directions in use", spread.rank, (1.0, most), f"of {most:.0f}", _RANK),
    ]
    meta = {
        "count": len(play),
        "k": company.items.shape[1],
        "heading": f"Nearest to {watched}, by cosine",
        "curves": [
            {"name": name, "low": low, "high": high, "unit": unit, "about": about}
            for name, _, (low, high), unit, about in curves
        ],
    }
    arrays: dict[str, NDArray[Any]] = {
        f"curve{at}": values for at, (_, values, *_) in enumerate(curves)
    }
    arrays |= {
        "items": company.items.astype(np.uint16).ravel(),
        "cosines": company.cosines.ravel(),
    }
    if longer is not None:
        arrays["longer"] = longer
    return pack(meta, arrays, {"labels": labels})


def _range(
    values: NDArray[np.float32], low: float = np.inf, high: float = -np.inf
) -> tuple[float, float]:
    """Return the ends of an axis: those that are asked for, or beyond where the values go there."""
    known = values[np.isfinite(values)]
    if not known.size:
        return 0.0, 1.0
    return min(low, float(known.min())), max(high, float(known.max()))

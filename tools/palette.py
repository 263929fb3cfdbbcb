"""Find colours for many categories, each the farthest from all before with any colour vision.

``python tools/palette.py 256`` prints the CATEGORIES of ``embedding_core/palette.py``. Like the
method of Glasbey et al. (2007), but the distance between two colours is the least of those that are
seen with normal vision, protanopia, deuteranopia and tritanopia (Machado, Oliveira and Fernandes,
2009, full severity), measured in Oklab (Ottosson, 2020). The first colours are Okabe and Ito's.
"""

from __future__ import annotations

import sys

import numpy as np

from embedding_core.palette import OKABE_ITO

# Simulations work on linear RGB.
_VISIONS = np.array(
    [
        np.eye(3),
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]],
    ]
)  # fmt: skip
_TO_CONES = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929],
     [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468],
     [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip
# Neither lost on a white ground nor on a black one.
_LIGHTNESS = (0.45, 0.87)
_STEPS = 18


def seen(colours: np.ndarray) -> np.ndarray:
    """Return how colours look to each kind of vision.

    Parameters
    ----------
    colours : ndarray of shape (n, 3)
        sRGB from 0 to 1.

    Returns
    -------
    ndarray of shape (4, n, 3)
        In Oklab.
    """
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    simulated = np.clip(linear @ _VISIONS.transpose(0, 2, 1), 0, 1)
    lab: np.ndarray = np.cbrt(simulated @ _TO_CONES.T) @ _TO_LAB.T
    return lab


def distances(colours: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the distance of every colour to every other by the eye that tells them apart least."""
    gaps = seen(colours)[:, :, None] - seen(others)[:, None]
    least: np.ndarray = np.linalg.norm(gaps, axis=3).min(axis=0)
    return least


def parse(texts: tuple[str, ...] | list[str]) -> np.ndarray:
    """Return hexadecimal colours as sRGB from 0 to 1, (n, 3)."""
    return np.array([[int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)] for text in texts])


def extended(first: tuple[str, ...], n: int) -> list[str]:
    """Return `n` colours that begin with `first`."""
    axis = np.linspace(0, 1, _STEPS)
    grid = np.stack(np.meshgrid(axis, axis, axis), axis=-1).reshape(-1, 3)
    lightness = seen(grid)[0, :, 0]
    grid = grid[(lightness >= _LIGHTNESS[0]) & (lightness <= _LIGHTNESS[1])]
    nearest = distances(grid, parse(first)).min(axis=1)
    found = list(first)
    while len(found) < n:
        best = grid[int(nearest.argmax())]
        found.append("#" + "".join(f"{round(part * 255):02x}" for part in best))
        nearest = np.minimum(nearest, distances(grid, best[None])[:, 0])
    return found


if __name__ == "__main__":
    colours = extended(OKABE_ITO, int(sys.argv[1]) if len(sys.argv) > 1 else 256)
    for start in range(0, len(colours), 8):
        print("    " + " ".join(f'"{colour}",' for colour in colours[start : start + 8]))

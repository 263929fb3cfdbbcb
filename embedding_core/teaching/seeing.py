"""The built-in pictures of lessons, what can be done to them, and how models see them."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import UnknownNameError
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding

PIXELS, COLORS, NETWORK = "raw-pixels", "color-histogram", "efficientnet-lite0"
SEERS = {PIXELS: "raw pixels", COLORS: "colour histogram", NETWORK: "network"}
CHANGES = ("moved", "shuffled")
_SAMPLE = "emoji"


@lru_cache(maxsize=1)
def shown() -> Any:
    """Return the built-in pictures."""
    from embedding_core.samples import SAMPLES

    return SAMPLES[_SAMPLE].read()


def groups() -> list[str]:
    """Return the group of each picture."""
    return [str(group) for group in shown().table["label"]]


def picture(name: str) -> Any:
    """Return one picture by its name.

    Raises
    ------
    UnknownNameError
        If there is none of this name.
    """
    name = name.strip().lower()
    if name not in shown().ids:
        raise UnknownNameError("picture", name, shown().ids)
    return shown().payloads[shown().ids.index(name)]


def seen_by(model: str) -> Embedding:
    """Return the vectors of all pictures."""
    from embedding_core.embedding import embed

    return embed(shown(), model)


def changed(name: str, change: str, amount: float) -> Any:
    """Return a picture moved aside by a share of its width, or its pixels shuffled.

    Moved, what leaves on the right is gone, and white comes in on the left. Shuffled, a share of
    the pixels change places with each other.
    """
    from PIL import Image

    from embedding_core.modalities.image import decode

    pixels = np.asarray(picture(name).load()).copy()
    if change == "moved":
        by = round(amount * pixels.shape[1])
        moved = np.full_like(pixels, 255)
        moved[:, by:] = pixels[:, : pixels.shape[1] - by]
        pixels = moved
    else:
        flat = pixels.reshape(-1, pixels.shape[2])
        rng = np.random.default_rng(0)
        places = rng.permutation(len(flat))[: round(amount * len(flat))]
        flat[places] = flat[rng.permutation(places)]
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return decode(file.getvalue(), f"{name} {change}.png").payloads[0]


def after_change(name: str, change: str, amount: float, model: str) -> tuple[float, float, str]:
    """Return how alike a picture is to its changed self, and to the nearest other, and which."""
    from embedding_core.embedding import load

    vectors = unit(seen_by(model).vectors)
    at = shown().ids.index(name.strip().lower())
    vector = unit(load(model).embed([changed(name, change, amount)]).vectors)[0]
    cosines = vectors @ vectors[at]
    cosines[at] = -np.inf
    nearest = int(np.argmax(cosines))
    return float(vectors[at] @ vector), float(cosines[nearest]), shown().ids[nearest]


@lru_cache(maxsize=1)
def group_shares() -> dict[str, float]:
    """Return how often the nearest picture is of the same group, by model and by layer."""
    from embedding_core.layerwise import embed_layers
    from embedding_core.same_label import same_label

    plain = {SEERS[name]: seen_by(name) for name in (PIXELS, COLORS)}
    layers = {name: found for name, found in embed_layers(shown(), NETWORK).items()
              if name != "logits"}  # fmt: skip
    return {name: same_label(found, groups()).value for name, found in {**plain, **layers}.items()}


def alike_regions(a: str, b: str) -> Any:
    """Return which regions make two pictures alike to the network."""
    from embedding_core.embedding import load
    from embedding_core.regions import pair_regions

    return pair_regions(load(NETWORK), picture(a), picture(b))


def lit(name: str, values: NDArray[np.float32], box: tuple[float, ...], most: float) -> bytes:
    """Return a picture, as PNG, bright where values are high and dark where they are low."""
    from PIL import Image

    image = picture(name).load().convert("RGB")
    share = np.clip(values / (most or 1.0), 0, 1)
    left, top, right, bottom = (
        round(part * size) for part, size in zip(box, image.size * 2, strict=True)
    )
    grey = Image.fromarray((255 * share).astype(np.uint8))
    mask = Image.new("L", image.size, 0)
    mask.paste(grey.resize((right - left, bottom - top), Image.Resampling.BILINEAR), (left, top))
    dark = Image.blend(image, Image.new("RGB", image.size, (20, 20, 60)), 0.8)
    file = io.BytesIO()
    Image.composite(image, dark, mask).save(file, "PNG")
    return file.getvalue()

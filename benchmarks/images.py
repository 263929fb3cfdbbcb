"""Pictures a second: the network alone, and end to end with decoding beside it.

Decoding must not be what is waited for: the embedding of JPEGs of 1 megapixel should be nearly as
fast as the network on pictures that lie ready in memory. Memory is measured by images_reading.py.
"""

from __future__ import annotations

import os
import statistics

import numpy as np
from _timing import Row, seconds, show, show_machine
from images_reading import SIZES, jpeg, photo

import embedding_core as ec
from embedding_core.framing import stacked
from embedding_core.modalities.contents import GivenBytes
from embedding_core.modalities.image import open_picture
from embedding_core.picture_batches import AT_ONCE, decoded

N = int(os.environ.get("BENCH_PICTURES", "160"))
MODEL = "efficientnet-lite0"
RUNS = 3
SEED = 0


def rate(work, n: int) -> float:
    """Return the median pictures a second of some runs, after one that warms up."""
    work()
    return n / statistics.median(seconds(work) for _ in range(RUNS))


def photos() -> list:
    """Return JPEGs of 1 megapixel, each another file."""
    image = photo(*SIZES["1 megapixel"])
    return [open_picture(GivenBytes(jpeg(image, at)), f"{at}.jpg") for at in range(N)]


def network() -> list[Row]:
    encoder = ec.load(MODEL)
    edge = encoder.network.framing.edge
    ready = np.random.default_rng(SEED).integers(0, 256, (AT_ONCE, edge, edge, 3), dtype=np.uint8)
    layers = [*encoder.network.dims]
    alone = rate(lambda: [encoder.network.vectors(ready, ["pooled"]) for _ in range(4)], 64)
    every = rate(lambda: [encoder.network.vectors(ready, layers) for _ in range(4)], 64)
    return [
        Row(f"{MODEL}, network alone, {AT_ONCE} at once", f"{alone:.0f} pictures/s"),
        Row(
            f"the same, vectors of all {len(layers)} layers",
            f"{every:.0f} pictures/s",
            "at least 80% of one layer",
            every > 0.8 * alone,
        ),
    ]


def end_to_end(name: str, payloads: list) -> list[Row]:
    """Measure each half alone, and both beside each other."""
    encoder, n = ec.load(MODEL), len(payloads)
    framing = encoder.network.framing
    ready = [stacked(batch.items) for batch in decoded(payloads, framing.frame)]
    decoding = rate(lambda: list(decoded(payloads, framing.frame)), n)
    alone = rate(lambda: [encoder.network.vectors(part, ["pooled"]) for part in ready], n)
    both = rate(lambda: encoder.embed(payloads), n)
    in_turn = 1 / (1 / decoding + 1 / alone)
    return [
        Row(f"{n} {name}: decoded and cut, no network", f"{decoding:.0f} pictures/s"),
        Row(f"{n} {name}: network on decoded ones", f"{alone:.0f} pictures/s"),
        Row(
            f"{n} {name}: end to end",
            f"{both:.0f} pictures/s, {both / alone:.0%} of the network's; "
            f"{in_turn:.0f} if one waited for the other",
            "decoding faster than the network",
            decoding > alone,
        ),
    ]


if __name__ == "__main__":
    show_machine("torch", "timm", "pillow", "numpy")
    show(network())
    show(end_to_end("JPEGs of 1 megapixel", photos()))
    show(end_to_end("emoji of 256 x 256", list(ec.SAMPLES["emoji"].read().payloads)))

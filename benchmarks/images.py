"""Pictures a second: the network alone, and end to end with decoding beside it.

Decoding must not be what is waited for: the embedding of JPEGs of 1 megapixel should be nearly as
fast as the network on pictures that lie ready in memory. Memory is measured by images_reading.py.
"""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass

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
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
SEED = 0


@dataclass(frozen=True)
class Pace:
    """How fast pictures went by: by the clock, and in processor time, whatever else ran beside."""

    a_second: float
    milliseconds: float

    def __str__(self) -> str:
        return f"{self.a_second:.0f} pictures/s, {self.milliseconds:.1f} ms of processor time each"


def pace(work, n: int) -> Pace:
    """Return the medians of some runs, after one that warms up."""
    work()
    spent, used = [], []
    for _ in range(RUNS):
        start = time.process_time()
        spent.append(seconds(work))
        used.append(time.process_time() - start)
    return Pace(n / statistics.median(spent), 1e3 * statistics.median(used) / n)


def photos() -> list:
    """Return JPEGs of 1 megapixel, each another file."""
    image = photo(*SIZES["1 megapixel"])
    return [open_picture(GivenBytes(jpeg(image, at)), f"{at}.jpg") for at in range(N)]


def network() -> list[Row]:
    encoder = ec.load(MODEL)
    edge = encoder.network.framing.edge
    ready = np.random.default_rng(SEED).integers(0, 256, (AT_ONCE, edge, edge, 3), dtype=np.uint8)
    layers = [*encoder.network.dims]
    alone = pace(lambda: encoder.network.vectors(ready, ["pooled"]), AT_ONCE)
    every = pace(lambda: encoder.network.vectors(ready, layers), AT_ONCE)
    return [
        Row(f"{MODEL}, network alone, {AT_ONCE} at once", str(alone)),
        Row(
            f"the same, vectors of all {len(layers)} layers",
            str(every),
            "at most a quarter more work",
            every.milliseconds < 1.25 * alone.milliseconds,
        ),
    ]


def end_to_end(name: str, payloads: list) -> list[Row]:
    """Measure each half alone, and both beside each other."""
    encoder, n = ec.load(MODEL), len(payloads)
    framing = encoder.network.framing
    ready = [stacked(batch.items) for batch in decoded(payloads, framing.frame)]
    decoding = pace(lambda: list(decoded(payloads, framing.frame)), n)
    alone = pace(lambda: [encoder.network.vectors(part, ["pooled"]) for part in ready], n)
    both = pace(lambda: encoder.embed(payloads), n)
    return [
        Row(
            f"{n} {name}: decoded and cut, no network",
            str(decoding),
            "less work than the network",
            decoding.milliseconds < alone.milliseconds,
        ),
        Row(f"{n} {name}: network on decoded ones", str(alone)),
        Row(f"{n} {name}: end to end", str(both)),
    ]


if __name__ == "__main__":
    show_machine("torch", "timm", "pillow", "numpy")
    show(network())
    show(end_to_end("JPEGs of 1 megapixel", photos()))
    show(end_to_end("emoji of 256 x 256", list(ec.SAMPLES["emoji"].read().payloads)))

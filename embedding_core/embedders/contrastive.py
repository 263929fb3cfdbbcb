"""Contrastive: a small network that learns from the person's own pictures, without labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import digest_of
from embedding_core.errors import Cancelled, InputError
from embedding_core.models import Encoded, Fitted, TrainerSpec
from embedding_core.params import Param
from embedding_core.watching import Watcher, show, wanted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.corpus import Corpus
    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.params import Params
    from embedding_core.simclr import SmallNetwork

_FRAMES = 20
_MOST = 20_000


@dataclass(frozen=True)
class Contrastive(TrainerSpec):
    """SimCLR on pictures of 32 by 32 pixels."""

    def fit(
        self,
        collection: Collection,
        params: Params,
        *,
        corpus: Corpus | None = None,
        seed: int = 0,
        on_frame: Frame | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Fitted:
        """Learn from the pictures, of very many from 20,000 drawn at random, and embed them all.

        Raises
        ------
        InputError
            If fewer than two of them can be decoded.
        """
        from embedding_core import simclr

        def tell(done: int, total: int, what: str) -> None:
            if cancel is not None and cancel():
                raise Cancelled
            if progress is not None:
                progress(done, total, what)

        payloads = collection.payloads
        chosen = _chosen(len(payloads), seed)
        tell(0, len(chosen), "reading pictures")
        pixels, places = simclr.read(
            [payloads[at] for at in chosen.tolist()],
            lambda done: tell(done, len(chosen), "reading pictures"),
        )
        if len(pixels) < 2:
            raise InputError(
                f"{self.label} learns by telling pictures apart, and {len(pixels)} of these "
                f"{len(payloads):,} can be decoded; bring two or more."
            )
        rule = simclr.Rule(
            dim=int(params["dim"]),
            epochs=int(params["epochs"]),
            batch=int(params["batch"]),
            rate=float(params["rate"]),
            temperature=float(params["temperature"]),
            pushes=bool(params["pushes"]),
            mirrors=bool(params["mirrors"]),
        )
        watched = _Watched(on_frame, pixels, chosen[places], len(payloads))

        def told(network: SmallNetwork, done: int, steps: int, loss: float | None) -> None:
            share = done / steps
            tell(done, steps, f"epoch {share * rule.epochs:.1f} of {rule.epochs}")
            watched.after(network, done, steps, loss)

        network = simclr.learn(pixels, rule, seed, told)
        model = simclr.SmallEncoder(network, rule.dim)
        settings = ",".join(f"{name}={value}" for name, value in params.items())
        mark = digest_of(self.name, str(self.version), collection.fingerprint, settings, str(seed))
        encoded = model.embed(payloads)
        watched.last(network, encoded)
        return Fitted(encoded, f"{self.name}:{mark.hex()[:16]}", model.embed, model)


def _chosen(n: int, seed: int) -> NDArray[np.intp]:
    """Return which of n pictures are learned from, in their order."""
    if n <= _MOST:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, _MOST, replace=False))


class _Watched:
    """Shows pictures' vectors some times in all; looks at no more of them than is wanted.

    Those that were not learned from, and those that cannot be decoded, are zero until the end.
    """

    def __init__(
        self,
        on_frame: Frame | None,
        pixels: NDArray[np.uint8],
        places: NDArray[np.intp],
        n_items: int,
    ) -> None:
        self._on_frame = on_frame
        rows = on_frame.rows if isinstance(on_frame, Watcher) else None
        seen = np.ones(len(places), np.bool_) if rows is None else np.isin(places, rows)
        self._pixels, self._places, self._n = pixels[seen], places[seen], n_items
        self._losses: list[float] = []

    def after(self, network: SmallNetwork, done: int, steps: int, loss: float | None) -> None:
        """Take note of a step, and show what it came to where it is time to."""
        from embedding_core.simclr import look

        if self._on_frame is None:
            return
        if loss is not None:
            self._losses.append(loss)
        many = wanted(self._on_frame, _FRAMES) - 1
        # The end is shown when all pictures have been looked at.
        if done == steps or (done and done * many // steps == (done - 1) * many // steps):
            return
        vectors = np.zeros((self._n, network.vector.out_features), np.float32)
        if len(self._pixels):
            vectors[self._places] = look(network, self._pixels)
        self._show(vectors, f"step {done:,}" if done else "the start")

    def last(self, network: SmallNetwork, encoded: Encoded) -> None:
        """Show the vectors as they are handed over."""
        if self._on_frame is not None:
            self._show(encoded.vectors, "the end")

    def _show(self, vectors: NDArray[np.float32], step: str) -> None:
        loss = float(np.mean(self._losses)) if self._losses else None
        self._losses.clear()
        assert self._on_frame is not None
        show(self._on_frame, vectors, loss, step=step)


SPECS = (
    Contrastive(
        name="contrastive",
        label="Contrastive (SimCLR), small, trained here",
        modality="image",
        unit="",
        about=(
            "A small network that learns, from your pictures alone and without labels, which two "
            "changed versions are of one picture; at 32 by 32 pixels it sees no detail."
        ),
        source="Chen, Kornblith, Norouzi and Hinton, 2020; network and training of this project",
        licence="MIT",
        params=(
            Param(
                "dim",
                "Dimensions",
                "number",
                32,
                "Length of each vector.",
                minimum=2,
                maximum=256,
                step=8,
            ),
            Param(
                "epochs",
                "Epochs",
                "number",
                40,
                "How often every picture is seen, changed in two ways each time.",
                minimum=1,
                maximum=500,
                step=10,
            ),
            Param(
                "batch",
                "Batch",
                "number",
                128,
                "Pictures told apart at once: the others are each one's negatives.",
                minimum=2,
                maximum=1_024,
                step=32,
            ),
            Param(
                "rate",
                "Learning rate",
                "number",
                0.003,
                "How far each step goes: large is quick and may overshoot.",
                minimum=0.00001,
                maximum=0.1,
                step=0.001,
            ),
            Param(
                "temperature",
                "Temperature",
                "number",
                0.3,
                "Small: mostly the most alike of the other pictures are pushed away.",
                minimum=0.05,
                maximum=5.0,
                step=0.1,
            ),
            Param(
                "pushes",
                "Negatives",
                "flag",
                True,
                "Push other pictures away. Without, nothing keeps vectors apart.",
            ),
            Param(
                "mirrors",
                "Mirrored too",
                "flag",
                False,
                "A picture may be seen mirrored: right for animals, wrong for digits and letters.",
            ),
        ),
    ),
)

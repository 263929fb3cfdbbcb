"""Clips as the mean and spread of what is heard in each short frame; nothing is learned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.cepstra import Spread, cepstra, decibels, with_changes
from embedding_core.errors import TooLargeError, UnreadableItemError
from embedding_core.listening import Clip, Ended, Heard, Reading, read_ahead, reason_of
from embedding_core.models import Encoded, gathered
from embedding_core.stretches import Stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Payload
    from embedding_core.mel import FrontEnd

    Array = NDArray[np.float32]

# Clips up to so long are transformed together, as many as last that long; longer ones are streamed.
_SECONDS_AT_ONCE = 30
_CLIPS_AT_ONCE = 10
_STRETCH, _STRETCH_HOP = 1.0, 0.5  # seconds

Frames = Callable[[Iterable["Array"]], Iterator["Array"]]
"""From levels in dB (n_frames, n_mels) of one clip, block by block, to what is described."""


def as_levels(levels: Iterable[Array]) -> Iterator[Array]:
    """Take the levels as they are."""
    return iter(levels)


def as_cepstra(n: int, order: int) -> Frames:
    """Return what makes `n` MFCC of levels, with changes up to an order."""

    def frames(levels: Iterable[Array]) -> Iterator[Array]:
        return with_changes((cepstra(block, n) for block in levels), order)

    return frames


class SpectralEncoder:
    """Mean and standard deviation over time of a clip's frames.

    An encoder, with the capabilities Stepwise and Timed.

    Parameters
    ----------
    front : FrontEnd
    frames : callable
        `as_levels`, or what `as_cepstra` returns.
    dim : int
        Of the vectors: twice what describes a frame.
    """

    def __init__(self, front: FrontEnd, frames: Frames, dim: int) -> None:
        self.front, self.dim = front, dim
        self._frames = frames

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return a vector for every clip; those that cannot be read are missing."""
        return gathered(self.steps(payloads), len(payloads), self.dim)

    def steps(self, payloads: Sequence[Payload]) -> Iterator[tuple[list[int], Encoded]]:
        """Yield some clips after others, each group described in one of a few threads.

        Where one clip takes long, none are yielded in between.
        """
        groups = [
            range(start, min(start + _CLIPS_AT_ONCE, len(payloads)))
            for start in range(0, len(payloads), _CLIPS_AT_ONCE)
        ]
        for _, part in read_ahead(groups, partial(self._describe, payloads)):
            if not isinstance(part, Ended):
                yield part

    def stretches(self, payload: Any) -> Stretches:
        """Return the vectors of one clip's seconds, two a second. Raises UnreadableItemError."""
        heard = Heard(payload, self.front.rate)
        bands = np.concatenate(list(self.front.stream(heard)))
        frames = np.concatenate(list(self._frames([decibels(bands)])))
        per_second = self.front.rate / self.front.hop
        size = max(1, round(_STRETCH * per_second))
        last = max(0.0, len(frames) / per_second - _STRETCH)
        starts = np.arange(0, last + _STRETCH_HOP / 2, _STRETCH_HOP)
        places = [min(round(start * per_second), max(0, len(frames) - size)) for start in starts]
        rows = [_described([frames[at : at + size]]) for at in places]
        return Stretches(starts.astype(np.float32), _STRETCH, np.stack(rows))

    def _describe(
        self, payloads: Sequence[Any], places: range
    ) -> Reading[tuple[list[int], Encoded]]:
        """Yield the vectors of a group of clips; those that are short are transformed together."""
        nothing = Encoded(np.zeros((0, self.dim), dtype=np.float32))
        vectors = np.zeros((len(places), self.dim), dtype=np.float32)
        missing: dict[int, str] = {}
        notes: dict[int, str] = {}
        held: dict[int, Array] = {}
        for row, at in enumerate(places):
            try:
                samples, notes[row] = self._whole(payloads[at])
                if samples is None:
                    for found in self._streamed(payloads[at]):
                        if found is not None:
                            vectors[row], notes[row] = found
                        # Nothing is done yet: who asks can stop all the same.
                        yield [], nothing
                elif len(samples):
                    held[row] = samples
                else:
                    missing[row] = "there is no sound in it."
            except (UnreadableItemError, TooLargeError) as problem:
                missing[row] = reason_of(problem)
            if sum(map(len, held.values())) > _SECONDS_AT_ONCE * self.front.rate:
                self._transform(held, vectors)
        self._transform(held, vectors)
        noted = {row: note for row, note in notes.items() if note and row not in missing}
        yield list(places), Encoded(vectors, missing, noted)
        return ""

    def _whole(self, clip: Clip) -> tuple[Array | None, str]:
        """Return all samples of a clip and what is odd about it; None where it is too long."""
        heard, blocks = Heard(clip, self.front.rate), []
        for block in heard:
            blocks.append(block)
            if heard.n_samples > _SECONDS_AT_ONCE * self.front.rate:
                return None, ""
        samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
        return samples, heard.note(self.front.window)

    def _transform(self, held: dict[int, Array], vectors: Array) -> None:
        """Put the vectors of clips into their rows, and forget the clips."""
        bands = self.front.bands(list(held.values()))
        for row, part in zip(held, bands, strict=True):
            vectors[row] = _described(self._frames([decibels(part)]))
        held.clear()

    def _streamed(self, clip: Clip) -> Iterator[tuple[Array, str] | None]:
        """Go through a long clip twice: what counts as silence depends on its loudest moment.

        Yields
        ------
        None
            As long as there is more to do.
        (ndarray, str)
            At last, its vector and what is odd about it.
        """
        loudest = 0.0
        for bands in self.front.stream(Heard(clip, self.front.rate)):
            loudest = max(loudest, float(bands.max()))
            yield None
        heard, spread = Heard(clip, self.front.rate), Spread()
        levels = (decibels(bands, loudest) for bands in self.front.stream(heard))
        for frames in self._frames(levels):
            spread.add(frames)
            yield None
        yield spread.vector(), heard.note(self.front.window)


def _described(frames: Iterable[Array]) -> Array:
    spread = Spread()
    for block in frames:
        spread.add(block)
    return spread.vector()

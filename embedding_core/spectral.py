"""Clips as the mean and spread of what is heard in each short frame; nothing is learned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.cepstra import Spread, cepstra, decibels, with_changes
from embedding_core.listening import Clip, Ended, Heard, Reading, gathered, read_ahead
from embedding_core.models import Encoded
from embedding_core.stretches import Stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Payload
    from embedding_core.mel import FrontEnd

    Array = NDArray[np.float32]

# Clips up to so long are transformed together, as many as last that long; longer ones are streamed.
_SECONDS_AT_ONCE = 30
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


@dataclass(frozen=True, eq=False)
class _Whole:
    """All samples of a short clip."""

    samples: Array


@dataclass(frozen=True, eq=False)
class _Described:
    """The vector of a clip too long to be held."""

    vector: Array


class _StillAtWork:
    """Nothing yet, of a clip that takes long: who asks can stop."""


_Part = _Whole | _Described | _StillAtWork


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
        """Yield clips as they are done, those of half a minute together, while others are read.

        Where one takes long, none are yielded in between.
        """
        held: list[tuple[int, Array]] = []
        rows: dict[int, Array] = {}
        ends: dict[int, Ended] = {}
        room = _SECONDS_AT_ONCE * self.front.rate
        for at, part in read_ahead(payloads, self._read):
            if isinstance(part, Ended):
                ends[at] = part
            elif isinstance(part, _Described):
                rows[at] = part.vector
            elif isinstance(part, _Whole):
                held.append((at, part.samples))
            else:
                yield [], Encoded(np.zeros((0, self.dim), dtype=np.float32))
            if sum(len(samples) for _, samples in held) >= room:
                rows |= self._together(held)
                held = []
            done = [at for at, end in ends.items() if at in rows or end.reason]
            if done:
                yield done, self._encoded(done, rows, ends)
        if held:
            rows |= self._together(held)
        if ends:
            yield list(ends), self._encoded(list(ends), rows, ends)

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

    def _read(self, clip: Clip) -> Reading[_Part]:
        heard, blocks = Heard(clip, self.front.rate), []
        for block in heard:
            blocks.append(block)
            if heard.n_samples > _SECONDS_AT_ONCE * self.front.rate:
                break
        else:
            if blocks:
                yield _Whole(np.concatenate(blocks))
            return heard.note(self.front.window)
        blocks.clear()
        return (yield from self._streamed(clip))

    def _streamed(self, clip: Clip) -> Reading[_Part]:
        """Go through a long clip twice: what counts as silence depends on its loudest moment."""
        loudest = 0.0
        for bands in self.front.stream(Heard(clip, self.front.rate)):
            loudest = max(loudest, float(bands.max()))
            yield _StillAtWork()
        heard, spread = Heard(clip, self.front.rate), Spread()
        levels = (decibels(bands, loudest) for bands in self.front.stream(heard))
        for frames in self._frames(levels):
            spread.add(frames)
            yield _StillAtWork()
        yield _Described(spread.vector())
        return heard.note(self.front.window)

    def _together(self, held: list[tuple[int, Array]]) -> dict[int, Array]:
        """Return the vectors of short clips by position."""
        bands = self.front.bands([samples for _, samples in held])
        return {
            at: _described(self._frames([decibels(part)]))
            for (at, _), part in zip(held, bands, strict=True)
        }

    def _encoded(
        self, places: list[int], rows: dict[int, Array], ends: dict[int, Ended]
    ) -> Encoded:
        """Return what became of clips that are done, and forget them."""
        vectors = np.zeros((len(places), self.dim), dtype=np.float32)
        missing: dict[int, str] = {}
        notes: dict[int, str] = {}
        for row, at in enumerate(places):
            end, vector = ends.pop(at), rows.pop(at, None)
            if vector is None:
                missing[row] = end.reason or "there is no sound in it."
                continue
            vectors[row] = vector
            if end.note:
                notes[row] = end.note
        return Encoded(vectors, missing, notes)


def _described(frames: Iterable[Array]) -> Array:
    spread = Spread()
    for block in frames:
        spread.add(block)
    return spread.vector()

"""Audio: recordings, one an item, decoded when they are asked for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from embedding_core.collection import Collection, Payload
from embedding_core.errors import ContractError
from embedding_core.modalities.base import ModalitySpec
from embedding_core.sound import (
    Facts,
    Source,
    Stream,
    content_digest,
    content_of,
    cut,
    describe,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUFFIXES = (
    *(".wav", ".flac", ".ogg", ".mp3", ".m4a", ".aac", ".opus", ".aiff", ".aif", ".oga", ".au"),
    *(".caf", ".w64", ".rf64", ".wma", ".amr", ".ac3", ".mka", ".webm", ".mp4"),
)
PREVIEW_SECONDS = 60
_PREVIEW_RATE = 48_000


class Sound(NamedTuple):
    """A decoded clip.

    Attributes
    ----------
    samples : ndarray of shape (n,), float32
        Mono, in [-1, 1].
    rate : int
        Samples a second.
    notes : tuple of str
        What is odd about it, each as the rest of a sentence that starts with its name, such as
        "is silent".
    """

    samples: NDArray[np.float32]
    rate: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clip:
    """A payload that is a recording: where its bytes are, and what they say of themselves.

    Build with `of_file` or `of_samples`.

    Attributes
    ----------
    name : str
        The file, for messages.
    seconds : float
    rate : int
        Samples a second as recorded.
    channels : int
    """

    name: str
    seconds: float
    rate: int
    channels: int
    source: Source = field(repr=False)
    facts: Facts = field(repr=False)
    key: bytes = field(repr=False)

    @classmethod
    def of_file(cls, source: Source, name: str) -> Clip:
        """Return the clip of a sound file's path, its bytes, or what gives them.

        Raises
        ------
        UnreadableItemError, TooLargeError
            Where it is no sound, or too long.
        """
        facts = describe(source, name)
        key = content_digest(source, name)
        return cls(name, facts.seconds, facts.rate, facts.channels, source, facts, key)

    @classmethod
    def of_samples(cls, samples: NDArray[np.float32], rate: int, name: str) -> Clip:
        """Return the clip of samples at hand, (n,) or (n, channels), kept as a float WAV."""
        return cls.of_file(wav(samples, rate, subtype="FLOAT"), name)

    def digest(self) -> bytes:
        """Return 16 bytes that stand for the encoded bytes."""
        return self.key

    def encoded(self) -> bytes:
        """Return the file as it came."""
        return content_of(self.source, self.name)

    def stream(self, rate: int | None = None) -> Stream:
        """Return the samples in blocks, resampled once, and after them what is odd about them."""
        return Stream(self.source, self.name, self.facts, rate)

    def listen(self, rate: int | None = None) -> Sound:
        """Return all samples, and what is odd about them.

        Parameters
        ----------
        rate : int or None
            Samples a second to resample to; the clip's own where None.

        Raises
        ------
        UnreadableItemError
            If it cannot be decoded, or a sample is NaN or infinite.
        """
        stream = self.stream(rate)
        blocks = list(stream)
        samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
        return Sound(samples, stream.rate, stream.notes)

    def load(self, rate: int | None = None) -> tuple[NDArray[np.float32], int]:
        """Return all samples, (n,) float32 mono in [-1, 1], and their rate; see `listen`."""
        sound = self.listen(rate)
        return sound.samples, sound.rate

    def windows(self, rate: int, seconds: float, hop: float) -> Iterator[NDArray[np.float32]]:
        """Yield windows of the clip, which is streamed and never held whole.

        Parameters
        ----------
        rate : int
            Samples a second to resample to.
        seconds, hop : float
            How long a window is, and how long from one start to the next.

        Yields
        ------
        ndarray of shape (k,), float32
            The last is shorter where the clip ends within it.
        """
        size, step = round(seconds * rate), round(hop * rate)
        if size < 1 or step < 1:
            raise ContractError(f"windows of {seconds} s every {hop} s at {rate} Hz")
        yield from cut(iter(self.stream(rate)), size, step)


def wav(samples: NDArray[np.float32], rate: int, *, subtype: str = "PCM_16") -> bytes:
    """Return samples (n,) or (n, channels) as the bytes of a WAV file."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, samples, rate, format="WAV", subtype=subtype)
    return file.getvalue()


def decode(source: Source, name: str, *, unit: str = "") -> Collection:
    """Read one sound file.

    Parameters
    ----------
    source : path, bytes or callable
        A file on the disk stays there, and is read when it is asked for.
    name : str
    unit : str
        Not used; sounds have none.
    """
    import pandas as pd

    clip = Clip.of_file(source, name)
    table = pd.DataFrame({"seconds": [round(clip.seconds, 3)], "rate": [clip.rate]})
    notes = [f"{name} {note}." for note in clip.facts.notes]
    id_ = id_of(name)
    return Collection.of([id_], [clip], table, modality="audio", notes=notes, name=name)


def id_of(name: str) -> str:
    """Return what a recording is called: its file's name without ending, and its folder's."""
    path = PurePosixPath(name).with_suffix("")
    return "/".join(path.parts[-2:])


def preview(payload: Payload) -> bytes:
    """Return a WAV to be played: mono as the models hear it, the first minute of a long one."""
    assert isinstance(payload, Clip)
    rate = min(payload.rate, _PREVIEW_RATE)
    first = next(payload.windows(rate, PREVIEW_SECONDS, PREVIEW_SECONDS))
    return wav(first, rate)


SPEC = ModalitySpec(
    name="audio",
    label="Audio",
    suffixes=SUFFIXES,
    decode=decode,
    preview=preview,
    opens_paths=True,
)

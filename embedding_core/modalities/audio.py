"""Audio: recordings, one an item, decoded when they are asked for."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from embedding_core.collection import Collection, Payload
from embedding_core.errors import ContractError
from embedding_core.modalities import items
from embedding_core.modalities.base import MAX_NOTES, Files, ModalitySpec
from embedding_core.modalities.contents import Content, GivenBytes, StoredFile
from embedding_core.sound import Facts, Stream, content_digest, cut, describe

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
    content: Content = field(repr=False, compare=False)
    facts: Facts = field(repr=False)
    key: bytes = field(repr=False)

    @classmethod
    def of_file(cls, source: Content | bytes | Path, name: str) -> Clip:
        """Return the clip of a sound file: where its bytes lie, its path, or the bytes.

        Raises
        ------
        UnreadableItemError, TooLargeError
            Where it is no sound, or too long.
        """
        content = _content(source)
        # Out of an archive, once and not for every look.
        held = content if isinstance(content, StoredFile) else GivenBytes(content())
        facts = describe(held, name)
        key = content_digest(held)
        return cls(name, facts.seconds, facts.rate, facts.channels, content, facts, key)

    @classmethod
    def of_samples(cls, samples: NDArray[np.float32], rate: int, name: str) -> Clip:
        """Return the clip of samples at hand, (n,) or (n, channels), kept as a float WAV."""
        return cls.of_file(wav(samples, rate, subtype="FLOAT"), name)

    def digest(self) -> bytes:
        """Return 16 bytes that stand for the encoded bytes."""
        return self.key

    def encoded(self) -> bytes:
        """Return the file as it came."""
        return self.content()

    def stream(self, rate: int | None = None) -> Stream:
        """Return the samples in blocks, resampled once, and after them what is odd about them."""
        return Stream(self.content, self.name, self.facts, rate)

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


def _content(source: Content | bytes | Path) -> Content:
    if isinstance(source, bytes):
        return GivenBytes(source)
    return StoredFile(source) if isinstance(source, Path) else source


def decode(source: bytes | Path, name: str, *, unit: str = "") -> Collection:
    """Read the file of one recording.

    Parameters
    ----------
    source : bytes or Path
        A file on the disk stays there.
    name : str
        The file.
    unit : str
        Not used; recordings have none.
    """
    import pandas as pd

    clip = Clip.of_file(source, name)
    return Collection.of(
        [PurePosixPath(name).stem],
        [clip],
        pd.DataFrame(_columns([clip])),
        modality="audio",
        notes=_notes([clip]),
        name=name,
    )


def _columns(clips: Sequence[Clip]) -> Mapping[str, Sequence[Any]]:
    """Return what tells recordings apart before any model; the rate only where it differs."""
    columns: dict[str, Sequence[Any]] = {"seconds": [round(clip.seconds, 3) for clip in clips]}
    for name in ("rate", "channels"):
        cells = [getattr(clip, name) for clip in clips]
        if len(set(cells)) > 1:
            columns[name] = cells
    return columns


def _notes(clips: Sequence[Clip]) -> list[str]:
    return [f"{clip.name} {note}." for clip in clips for note in clip.facts.notes]


_KIND = items.ItemKind("audio", "recording", SUFFIXES, Clip.of_file, _columns)


def gather(files: Files, name: str, *, unit: str = "") -> Collection:
    """Read many recordings as one collection.

    Parameters
    ----------
    files : sequence of (str, Content)
        By name; the folder of each becomes its ``label``. A table among them that names them, such
        as ``manifest.csv`` with a column ``file``, gives its columns to them.
    name : str
        What the whole is called.
    unit : str
        Not used; recordings have none.
    """
    found = items.gather(_KIND, files, name)
    clips = [clip for clip in found.payloads if isinstance(clip, Clip)]
    return replace(found, notes=(*found.notes, *_notes(clips)[:MAX_NOTES]))


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
    gather=gather,
)

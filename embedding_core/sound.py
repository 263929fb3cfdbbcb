"""Sound as samples: what a file says of itself, and its samples in blocks, mono, at one rate.

libsndfile reads what it can, FFmpeg (through PyAV) the rest. A file is never held whole unless
somebody asks for all of its samples, and what its header says is not believed before it was seen.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from embedding_core.errors import TooLargeError, UnreadableItemError

if TYPE_CHECKING:
    import av.container
    import soundfile
    from numpy.typing import NDArray

    from embedding_core.modalities.contents import Content

    Samples = NDArray[np.float32]

Reader = Literal["soundfile", "av"]

BLOCK = 131_072
"""Samples a channel that are decoded at once."""
SILENT = 1e-4
"""Peak below which a sound is silent: -80 dB of full scale."""
RATES = (2_000, 768_000)
"""The lowest and the highest rate that is believed, in samples a second."""
_FULL_SCALE = 0.99
# A sound that is cut off leaves the flat top at once; a slow wave leaves it by a step of 16 bits.
_EDGE = 1e-3
_FLAT_SHARE = 1e-4
_SHORTFALL = 0.05
# Up to so many seconds a sound is resampled in one go.
_SHORT = 60.0
_PART = 1 << 20
# Damaged packets in a row, after which FFmpeg's reading ends.
_HOPELESS = 100
_CORRECTED = re.compile(r"(?:data|SSND)\s*: (\d+) \(should be (\d+)\)")
_UNKNOWN_SIZE = 2**32 - 1
# What FFmpeg may take a file for: sounds and films, and no playlist that names other files.
_CONTAINERS = "aac,mov,mp3,ogg,flac,wav,w64,aiff,matroska,asf,amr,caf,au,ac3,eac3,avi,mpeg,mpegts"
_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "none"}


def max_seconds() -> float:
    """Return how long one clip may last, from ``EMBEDDING_MAX_CLIP_SECONDS`` (4 hours)."""
    return float(os.environ.get("EMBEDDING_MAX_CLIP_SECONDS", "14400"))


@dataclass(frozen=True)
class Facts:
    """What a sound is, before it is decoded.

    Attributes
    ----------
    seconds : float
        How long it lasts.
    rate : int
        Samples a second.
    channels : int
    reader : {"soundfile", "av"}
        What can decode it.
    floating : bool
        Whether its samples are floating-point numbers, which may go beyond full scale.
    notes : tuple of str
        What is odd about it, each as the rest of a sentence that starts with its name.
    nbytes : int
        Of the file.
    """

    seconds: float
    rate: int
    channels: int
    reader: Reader
    floating: bool = False
    notes: tuple[str, ...] = ()
    nbytes: int = 0


def describe(source: Content, name: str) -> Facts:
    """Return what a sound is, from its header and a look at its end; little is decoded.

    Parameters
    ----------
    source : Content
        Where its bytes lie.
    name : str
        For messages.

    Raises
    ------
    UnreadableItemError
        If it is empty, no sound, or a film without sound.
    TooLargeError
        If it lasts longer than `max_seconds`.
    """
    nbytes = source.nbytes
    if not nbytes:
        raise UnreadableItemError(name, "it is empty (0 bytes); copy or record it again.")
    facts = replace(_by_soundfile(source) or _by_av(source, name), nbytes=nbytes)
    low, high = RATES
    if not low <= facts.rate <= high:
        raise UnreadableItemError(
            name,
            f"its header says {facts.rate:,} samples a second, and sound has {low:,} to {high:,}; "
            "save it again.",
        )
    if not facts.seconds:
        raise UnreadableItemError(name, "it holds no sound, not one sample; record it again.")
    _check_length(facts.seconds, name)
    return facts


def _check_length(seconds: float, name: str) -> None:
    if seconds > max_seconds():
        raise TooLargeError(
            f"{name} lasts {_spoken(seconds)} and the limit is {_spoken(max_seconds())}; cut it, "
            "or set EMBEDDING_MAX_CLIP_SECONDS to a higher number before starting."
        )


def _spoken(seconds: float) -> str:
    if seconds < 120:
        number = f"{seconds:.3g}"
        return f"{number} second" if number == "1" else f"{number} seconds"
    return f"{seconds / 60:,.0f} minutes" if seconds < 7_200 else f"{seconds / 3600:,.3g} hours"


def _by_soundfile(source: Content) -> Facts | None:
    """Return what libsndfile says, or None where it cannot read this."""
    import soundfile

    try:
        with _sound_file(source) as file:
            if not file.frames:
                return None
            floating = file.subtype in ("FLOAT", "DOUBLE")
            seconds, rate = file.frames / file.samplerate, file.samplerate
            facts = Facts(seconds, rate, file.channels, "soundfile", floating)
            if _promises_more(file.extra_info):
                return replace(facts, notes=(_too_short(seconds),))
            whole = _reaches_its_end(file)
    except (soundfile.LibsndfileError, RuntimeError, TypeError):
        return None
    return facts if whole else _counted(facts, source)


def _promises_more(log: str) -> bool:
    """Tell whether the header of a WAV or AIFF says more than is there.

    libsndfile corrects it, and says so in its log. The largest number of 32 bits is no promise:
    programs write it that do not know yet how long the sound will be.
    """
    found = _CORRECTED.search(log)
    return found is not None and int(found[2]) < int(found[1]) < _UNKNOWN_SIZE


def _too_short(seconds: float) -> str:
    return f"is not as long as its header says: it holds {_spoken(seconds)}"


def _reaches_its_end(file: soundfile.SoundFile) -> bool:
    """Tell whether the last sample that the header promises is there."""
    import soundfile

    try:
        file.seek(file.frames - 1)
        return len(file.read(1, dtype="float32")) == 1
    except (soundfile.LibsndfileError, RuntimeError):
        return False


def _counted(facts: Facts, source: Content) -> Facts | None:
    """Decode a sound whose header is wrong, and say what is there.

    Of a broken FLAC libsndfile reads less than FFmpeg.
    """
    readers: tuple[Reader, ...] = ("soundfile", "av")
    frames = {reader: _frames_of(source, reader) for reader in readers}
    best = max(readers, key=frames.__getitem__)
    if not frames[best]:
        return None
    seconds = frames[best] / facts.rate
    return replace(facts, seconds=seconds, reader=best, notes=(_too_short(seconds),))


def _frames_of(source: Content, reader: Reader) -> int:
    import av

    try:
        return sum(map(len, _blocks(source, reader)))
    except (av.FFmpegError, ValueError, IndexError):
        return 0


def _by_av(source: Content, name: str) -> Facts:
    """Return what FFmpeg says; how long it lasts is added up over its packets."""
    import av

    try:
        with _container(source) as container:
            film = _is_film(container)
            if not container.streams.audio:
                what = "it is a film without sound" if film else "there is no sound in it"
                raise UnreadableItemError(name, f"{what}; bring a recording.")
            # Of some the codec doubles the rate that the container names.
            first = next(_frames(container), None)
            if first is None:
                raise UnreadableItemError(
                    name, "not one sample can be decoded; record or save it anew."
                )
            container.seek(0)
            seconds = _packet_seconds(container)
    except UnreadableItemError:
        raise
    except (av.FFmpegError, ValueError, EOFError) as problem:
        raise _unknown(name) from problem
    rate, channels = first.sample_rate, first.layout.nb_channels
    notes = ("is a film; only its sound is used",) if film else ()
    return Facts(seconds or _frames_of(source, "av") / rate, rate, channels, "av", notes=notes)


def _is_film(container: av.container.InputContainer) -> bool:
    """Tell whether there is a picture that moves, and not that of a record's sleeve."""
    from av.stream import Disposition

    return any(
        not stream.disposition & Disposition.attached_pic for stream in container.streams.video
    )


def _packet_seconds(container: av.container.InputContainer) -> float:
    packets = container.demux(container.streams.audio[0])
    known = (p.duration * p.time_base for p in packets if p.duration and p.time_base)
    return float(sum(known))


def _unknown(name: str) -> UnreadableItemError:
    return UnreadableItemError(
        name, "it is no sound file or is damaged; save it as WAV, FLAC, OGG, MP3 or M4A."
    )


def content_digest(source: Content) -> bytes:
    """Return the 16-byte BLAKE2b digest of the bytes, without holding a file whole."""
    with _byte_stream(source) as stream:
        state = hashlib.blake2b(digest_size=16)
        while part := stream.read(_PART):
            state.update(part)
    return state.digest()


class _Bytes(io.BytesIO):
    """Bytes whose reader, led astray by a damaged file, stays where it was and not on stderr."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        try:
            return super().seek(offset, whence)
        except ValueError:
            return self.tell()


@contextmanager
def _byte_stream(source: Content) -> Iterator[io.BufferedIOBase]:
    """Open a sound's bytes; a file on the disk is read bit by bit."""
    path = _path_of(source)
    if path is None:
        yield _Bytes(source())
        return
    with path.open("rb") as file:
        yield file


def _path_of(source: Content) -> Path | None:
    # The modalities import this module.
    from embedding_core.modalities.contents import StoredFile

    return source.path if isinstance(source, StoredFile) else None


@contextmanager
def _sound_file(source: Content) -> Iterator[soundfile.SoundFile]:
    import soundfile

    path = _path_of(source)
    if path is None:
        with _byte_stream(source) as stream, soundfile.SoundFile(stream) as file:
            yield file
        return
    # By its name libsndfile reads it itself, without asking Python for each part; as bytes, any
    # name that the disk has can be said.
    with soundfile.SoundFile(os.fsencode(path) if os.name == "posix" else str(path)) as file:
        yield file


@contextmanager
def _container(source: Content) -> Iterator[av.container.InputContainer]:
    import av

    with (
        _byte_stream(source) as stream,
        av.open(stream, "r", options=_OPTIONS, metadata_errors="ignore") as container,
    ):
        yield container


def _blocks(source: Content, reader: Reader) -> Iterator[Samples]:
    """Yield the samples as blocks (n, channels) float32, up to where it is damaged."""
    if reader == "av":
        yield from _av_blocks(source)
        return
    import soundfile

    with _sound_file(source) as file:
        while True:
            try:
                block = file.read(BLOCK, dtype="float32", always_2d=True)
            except (soundfile.LibsndfileError, RuntimeError):
                return
            if not len(block):
                return
            yield block


def _av_blocks(source: Content) -> Iterator[Samples]:
    """Yield FFmpeg's frames, many of them at once: they are some hundred samples each."""
    waiting: list[Samples] = []
    with _container(source) as container:
        for frame in _frames(container):
            waiting.append(_as_floats(frame))
            if sum(map(len, waiting)) >= BLOCK:
                yield np.concatenate(waiting)
                waiting = []
    if waiting:
        yield np.concatenate(waiting)


def _frames(container: av.container.InputContainer) -> Iterator[Any]:
    """Yield decoded frames like the first one, without what damaged packets hold."""
    import av

    stream = container.streams.audio[0]
    kind, damaged = None, 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.FFmpegError:
            damaged += 1
            if damaged > _HOPELESS:
                return
            continue
        damaged = 0
        for frame in frames:
            found = (frame.sample_rate, frame.layout.nb_channels)
            kind = kind or found
            if found != kind:
                return
            yield frame


def _as_floats(frame: Any) -> Samples:
    """Return a frame as (n, channels) float32, full scale at 1."""
    values: NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, frame.layout.nb_channels).T
    kind = values.dtype
    # What does not fit becomes infinite, and is refused as such.
    with np.errstate(over="ignore", invalid="ignore"):
        scaled: Samples = values.astype(np.float32)
    if kind == np.uint8:
        scaled -= 128
        scaled /= 128
    elif kind.kind == "i":
        scaled /= -float(np.iinfo(kind).min)
    return scaled.T


class Stream:
    """The samples of one sound, in blocks, mono, at one rate; to be gone through once.

    Parameters
    ----------
    source : Content
        Where its bytes lie.
    name : str
        For messages.
    facts : Facts
        From `describe`.
    rate : int or None
        Samples a second; the sound's own where None.

    Attributes
    ----------
    rate : int
    notes : tuple of str
        Once it has ended, what was heard to be odd, beside what `Facts` say, each as the rest of a
        sentence that starts with its name: "is silent", "is clipped: ...".
    """

    def __init__(self, source: Content, name: str, facts: Facts, rate: int | None = None) -> None:
        self.rate = rate or facts.rate
        self.notes: tuple[str, ...] = ()
        self._source, self._name, self._facts = source, name, facts

    def __iter__(self) -> Iterator[Samples]:
        """Yield (n,) float32 in [-1, 1], the channels averaged.

        Raises
        ------
        UnreadableItemError
            If a sample is NaN or infinite, or nothing is left of the sound.
        TooLargeError
            If it goes on beyond `max_seconds`.
        """
        n = 0
        for block in _resampled(self._mono(), self._facts, self.rate):
            n += len(block)
            if len(block):
                yield np.clip(block, -1, 1, out=block)
        if not n:
            # A sound shorter than a sample of the new rate.
            yield np.zeros(1, np.float32)

    def _mono(self) -> Iterator[Samples]:
        """Yield mono blocks at the sound's own rate, and take note of what is odd."""
        facts, odd = self._facts, _Oddities()
        if self._source.nbytes != facts.nbytes:
            raise UnreadableItemError(self._name, "it changed since it was opened; open it again.")
        scale = 1 / max(1.0, self._peak()) if facts.floating else 1.0
        for block in _blocks(self._source, facts.reader):
            mono = block.mean(axis=1, dtype=np.float32) if block.shape[1] > 1 else block[:, 0]
            if not odd.see(block, mono):
                raise _not_numbers(self._name)
            _check_length(odd.frames / facts.rate, self._name)
            yield mono * np.float32(scale) if scale != 1 else mono
        if not odd.frames:
            raise UnreadableItemError(
                self._name, "not one sample can be decoded; record or save it anew."
            )
        self.notes = tuple(odd.notes(facts, scale))

    def _peak(self) -> float:
        """Return the largest sample; floating-point files alone can go beyond full scale."""
        blocks = _blocks(self._source, self._facts.reader)
        peak = max(map(_swing, blocks), default=0.0)
        if not np.isfinite(peak):
            raise _not_numbers(self._name)
        return peak


def _not_numbers(name: str) -> UnreadableItemError:
    return UnreadableItemError(
        name, "some of its samples are no numbers (NaN or infinity); export it again."
    )


def _resampled(blocks: Iterator[Samples], facts: Facts, rate: int) -> Iterator[Samples]:
    """Yield blocks at a new rate; a short sound in one go, which is quicker and gives the same."""
    if rate == facts.rate:
        yield from blocks
        return
    import soxr

    if facts.seconds <= _SHORT:
        yield soxr.resample(np.concatenate(list(blocks)), facts.rate, rate)
        return
    stream = soxr.ResampleStream(facts.rate, rate, 1, dtype="float32")
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.zeros(0, np.float32), last=True)


def _swing(samples: Samples) -> float:
    """Return the largest distance from zero: NaN or infinite where a sample is."""
    return max(float(samples.max()), -float(samples.min()))


class _Oddities:
    """What is noticed while a sound goes by."""

    def __init__(self) -> None:
        self.frames = 0
        self._flat = 0
        self._peak = 0.0
        self._mono_peak = 0.0

    def see(self, block: Samples, mono: Samples) -> bool:
        """Look at a block; False where a sample of it is no number."""
        peak = _swing(block)
        if not np.isfinite(peak):
            return False
        self.frames += len(block)
        self._peak = max(self._peak, peak)
        self._mono_peak = max(self._mono_peak, _swing(mono) if block.shape[1] > 1 else peak)
        if peak >= _FULL_SCALE:
            self._flat += max(_flat_tops(channel) for channel in block.T)
        return True

    def notes(self, facts: Facts, scale: float) -> Iterator[str]:
        if self._peak < SILENT:
            yield "is silent"
        elif self._mono_peak < SILENT:
            yield "is silent: its channels cancel each other"
        if self._flat >= max(3, _FLAT_SHARE * self.frames):
            share = self._flat / self.frames
            yield f"is clipped: {share:.2g} of its samples are cut off at full scale"
        if scale < 1:
            yield f"goes to {1 / scale:.3g} times full scale; it was made quieter to fit"
        missing = facts.seconds - self.frames / facts.rate
        if missing > _SHORTFALL * facts.seconds + 0.1:
            yield f"ends {_spoken(missing)} before its header says"


def _flat_tops(channel: Samples) -> int:
    """Return how many samples lie on tops that were cut off: three or more alike at full scale.

    A slow wave at full scale is flat at its top too, but comes to it in small steps.
    """
    same = np.flatnonzero((channel[1:] == channel[:-1]) & (np.abs(channel[1:]) >= _FULL_SCALE))
    if len(same) < 2:
        return 0
    runs = np.split(same, np.flatnonzero(np.diff(same) > 1) + 1)
    found = 0
    for run in runs:
        first, last = run[0], run[-1] + 1
        level = channel[first]
        before = abs(channel[first - 1] - level) if first else 0.0
        after = abs(channel[last + 1] - level) if last + 1 < len(channel) else 0.0
        if len(run) >= 2 and max(before, after) > _EDGE:
            found += len(run) + 1
    return found


def cut(blocks: Iterator[Samples], size: int, hop: int) -> Iterator[Samples]:
    """Cut a stream of samples into windows, holding no more than one of them and a block.

    Parameters
    ----------
    blocks : iterator of (n,) float32
    size, hop : int
        Samples in a window, and from one window's start to the next one's.

    Yields
    ------
    ndarray of shape (k,), float32
        `size` samples each. The last is shorter where the sound ends within it; together they
        cover the sound wherever `hop` is not larger than `size`.
    """
    held = np.zeros(0, np.float32)
    skip, covered = 0, 0
    for block in blocks:
        held = np.concatenate([held, block])
        while skip and len(held):
            gone = min(skip, len(held))
            held, skip = held[gone:], skip - gone
        while not skip and len(held) >= size:
            yield held[:size].copy()
            covered = max(0, size - hop)
            gone = min(hop, len(held))
            held, skip = held[gone:], hop - gone
    if len(held) > covered:
        yield held

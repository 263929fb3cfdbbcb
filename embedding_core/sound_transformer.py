"""Transformers that hear: wav2vec 2.0, HuBERT, WavLM, Whisper's encoder, AST; CLAP with texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.collection import writable
from embedding_core.errors import InputError, ModelLoadError
from embedding_core.hub import missing_part
from embedding_core.listening import Clip, Ended, Heard, Reading, read_ahead
from embedding_core.models import Encoded, gathered
from embedding_core.runtime import COMPUTING, transformers
from embedding_core.stretches import Stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Payload

    Array = NDArray[np.float32]

POOLINGS = ("mean", "max", "cls")
# Attention takes memory by the square of a piece's length.
_PIECE = 20.0  # seconds, for models that have no length of their own
_PREPARED = ("preprocessor_config.json", "processor_config.json")
_HEARS = ("input_values", "input_features")


def open_sound_model(folder: Path, name: str, pooling: str) -> SoundTransformer:
    """Load a model from its folder; nothing is fetched and no code of the folder's is run.

    Parameters
    ----------
    folder : Path
    name : str
        What to call it in messages.
    pooling : {"mean", "max", "cls"}
        How the vectors of frames become one; CLAP has a vector of its own for each piece.

    Returns
    -------
    SoundTransformer
        A `Clap`, which embeds texts too, where it is one.

    Raises
    ------
    ModelLoadError
        If the folder is no whole model of sound.
    """
    lacking = missing_part(folder, tokenizer=False)
    if not lacking and not any((folder / file).is_file() for file in _PREPARED):
        lacking = _PREPARED[0]
    if lacking:
        raise ModelLoadError(f"{name} has no {lacking}; copy the whole folder of the model.")
    package: Any = transformers()
    local = {"local_files_only": True, "trust_remote_code": False}
    try:
        ears = package.AutoFeatureExtractor.from_pretrained(folder, **local)
        if not hasattr(ears, "sampling_rate") or ears.model_input_names[0] not in _HEARS:
            raise ModelLoadError(f"{name} is no model of sound; name one that hears.")
        # Not the type the folder asks for: half precision is slow here, and rounds.
        model = package.AutoModel.from_pretrained(folder, dtype="float32", **local).eval()
        encoder: SoundTransformer
        if model.config.model_type == "clap":
            lacking = missing_part(folder)
            if lacking:
                raise ModelLoadError(f"{name} has no {lacking}; copy the whole folder.")
            tokenizer = package.AutoTokenizer.from_pretrained(folder, **local)
            encoder = Clap(ears, model, pooling, tokenizer)
        else:
            if model.config.is_encoder_decoder:
                model = model.get_encoder()
            encoder = SoundTransformer(ears, model, pooling)
        encoder.dim = len(encoder.look(np.zeros(ears.sampling_rate, np.float32)).vector)
    except ModelLoadError:
        raise
    except Exception as problem:  # Readers of many formats each have their own errors.
        first = str(problem).strip().splitlines()[0][:200] if str(problem).strip() else ""
        raise ModelLoadError(
            f"{name} cannot be loaded ({first or type(problem).__name__}); copy the whole folder "
            "of an audio encoder that transformers know."
        ) from problem
    return encoder


@dataclass(frozen=True, eq=False)
class _Pooled:
    """The vector of a piece, or of all pieces so far, and how much sound it stands for."""

    vector: NDArray[np.float64]
    weight: float


class SoundTransformer:
    """A transformer of sound, piece by piece, so that a clip may be long.

    Pieces are looked at one by one: padded to one length, a clip's vector would depend on what
    stands beside it. A long clip's frames are pooled over all its pieces.

    An encoder, with the capabilities Stepwise and Timed.

    Parameters
    ----------
    ears, model
        As transformers load them: a feature extractor, and a model in inference mode.
    pooling : {"mean", "max", "cls"}

    Attributes
    ----------
    dim : int
        Length of its vectors, which only a first look tells.
    """

    def __init__(self, ears: Any, model: Any, pooling: str) -> None:
        self.ears, self.model, self.pooling = ears, model, pooling
        self.rate = int(ears.sampling_rate)
        self.piece = round(self.rate * _piece_seconds(ears))
        self.least = _least(model.config)
        self.dim = 0

    @property
    def nbytes(self) -> int:
        """How much memory its weights take."""
        return sum(part.numel() * part.element_size() for part in self.model.parameters())

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return a vector for every clip; those that cannot be read are missing."""
        return gathered(self.steps(payloads), len(payloads), self.dim)

    def steps(self, payloads: Sequence[Payload]) -> Iterator[tuple[list[int], Encoded]]:
        """Yield clip after clip, while others are read; none between the pieces of one."""
        so_far: dict[int, _Pooled] = {}
        for at, part in read_ahead(payloads, self._read):
            if not isinstance(part, Ended):
                found = self.look(part)
                so_far[at] = self._joined(so_far[at], found) if at in so_far else found
                yield [], Encoded(np.zeros((0, self.dim), dtype=np.float32))
                continue
            pooled = so_far.pop(at, None)
            if pooled is None or part.reason:
                nothing = np.zeros((1, self.dim), np.float32)
                yield [at], Encoded(nothing, {0: part.reason or "there is no sound in it."})
            else:
                vector = self.finished(pooled.vector)[None].astype(np.float32)
                yield [at], Encoded(vector, notes={0: part.note} if part.note else {})

    def stretches(self, payload: Any) -> Stretches:
        """Return the vectors of one clip's frames. Raises UnreadableItemError."""
        rows, starts = [], []
        seconds, start = self.piece / self.rate, 0.0
        for piece in self._read(payload):
            frames, seconds = self.over_time(piece)
            rows.append(frames)
            starts.append(start + seconds * np.arange(len(frames)))
            start += len(piece) / self.rate
        vectors = np.concatenate(rows) if rows else np.zeros((0, self.dim))
        when = np.concatenate(starts) if starts else np.zeros(0)
        return Stretches(when.astype(np.float32), seconds, vectors.astype(np.float32))

    def look(self, piece: Array) -> _Pooled:
        """Return the vector of one piece, (n_samples,)."""
        frames = self._frames(piece)
        return _Pooled(_POOL[self.pooling](frames), float(len(frames)))

    def over_time(self, piece: Array) -> tuple[NDArray[np.float64], float]:
        """Return the vectors of a piece's frames, (n, dim), and how long each of them is."""
        frames = self._frames(piece)
        if self._has_time:
            return frames, len(piece) / self.rate / len(frames)
        return _POOL[self.pooling](frames)[None], self.piece / self.rate

    def finished(self, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a clip's vector, of all its pieces'."""
        return vector

    def _joined(self, one: _Pooled, other: _Pooled) -> _Pooled:
        weight = one.weight + other.weight
        if self.pooling == "max":
            return _Pooled(np.maximum(one.vector, other.vector), weight)
        total = one.vector * one.weight + other.vector * other.weight
        return _Pooled(total / weight, weight)

    def _read(self, clip: Clip) -> Reading[Array]:
        """Yield pieces; the last is left out where it is too short and not the only one."""
        heard = Heard(clip, self.rate)
        held = np.zeros(0, np.float32)
        n_pieces = 0
        for block in heard:
            held = np.concatenate([held, block])
            while len(held) > self.piece:
                yield held[: self.piece]
                held = held[self.piece :]
                n_pieces += 1
        if len(held) >= self.least or (len(held) and not n_pieces):
            yield np.pad(held, (0, max(0, self.least - len(held))))
        return heard.note(self.least)

    @property
    def _has_time(self) -> bool:
        """Whether its frames follow each other in time; patches of a spectrogram do not."""
        takes_samples = hasattr(self.model.config, "conv_stride")
        return takes_samples or hasattr(self.ears, "chunk_length")

    def _frames(self, piece: Array) -> NDArray[np.float64]:
        """Return the last layer's vectors, (n_frames, dim), but for those of padding."""
        import torch

        name = self.ears.model_input_names[0]
        given = self.ears(piece, sampling_rate=self.rate, return_tensors="pt")[name]
        with COMPUTING, torch.inference_mode():
            found = self.model(given.float()).last_hidden_state[0].float().numpy()
        if hasattr(self.ears, "chunk_length"):
            # Whisper hears half a minute always; what follows the sound is its silence.
            found = found[: max(1, round(len(found) * len(piece) / self.piece))]
        return np.asarray(found, dtype=np.float64)


class Clap(SoundTransformer):
    """CLAP (Wu et al., 2023): sounds and texts as vectors of one space.

    A clip that is longer than it hears is the mean of its pieces; the package's own way is to take
    a piece at random.

    As SoundTransformer, and with the capability TextQuery.

    Parameters
    ----------
    tokenizer
        As transformers load it.
    """

    def __init__(self, ears: Any, model: Any, pooling: str, tokenizer: Any) -> None:
        super().__init__(ears, model, pooling="mean")
        self.tokenizer = tokenizer

    def look(self, piece: Array) -> _Pooled:
        """Return the vector of one piece, (n_samples,), of length 1."""
        import torch

        given = self.ears(piece, sampling_rate=self.rate, return_tensors="pt")
        with COMPUTING, torch.inference_mode():
            found = self.model.get_audio_features(
                input_features=given["input_features"].float(),
                # The extractor calls one piece longer than it is, at random, where none is.
                is_longer=torch.zeros(1, 1, dtype=torch.bool),
            ).pooler_output
        vector = found[0].double().numpy()
        return _Pooled(vector, float(len(piece)))

    def over_time(self, piece: Array) -> tuple[NDArray[np.float64], float]:
        """Return the vector of the piece, (1, dim), and how long it is."""
        return self.look(piece).vector[None], self.piece / self.rate

    def finished(self, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean of the pieces' vectors with length 1, as a text's."""
        return vector / (float(np.linalg.norm(vector)) or 1.0)

    def embed_text(self, text: str) -> Array:
        """Return the vector of a typed text, (dim,). Raises InputError where there is none."""
        import torch

        clean = writable(text).strip()
        if not clean:
            raise InputError("An empty text has no vector; type some words.")
        # RoBERTa counts places from behind the padding's.
        most = int(self.model.config.text_config.max_position_embeddings) - 2
        given = self.tokenizer(clean, truncation=True, max_length=most, return_tensors="pt")
        with COMPUTING, torch.inference_mode():
            found = self.model.get_text_features(
                input_ids=given["input_ids"], attention_mask=given["attention_mask"]
            ).pooler_output
        return np.asarray(found[0].float().numpy())


def _piece_seconds(ears: Any) -> float:
    """Return how much a model hears at once: by its feature extractor, or as much as fits."""
    if hasattr(ears, "chunk_length"):
        return float(ears.chunk_length)
    if hasattr(ears, "max_length_s"):
        return float(ears.max_length_s)
    if hasattr(ears, "max_length") and hasattr(ears, "num_mel_bins"):
        return float(ears.max_length) / 100  # AST: frames of 10 ms
    return _PIECE


def _least(config: Any) -> int:
    """Return how many samples a model of raw samples needs for one frame."""
    kernels, strides = getattr(config, "conv_kernel", ()), getattr(config, "conv_stride", ())
    least = 1
    for kernel, stride in zip(reversed(kernels), reversed(strides), strict=True):
        least = (least - 1) * stride + kernel
    # A frame of a spectrogram, where it is none.
    return least if kernels else 400


def _mean(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(frames.mean(axis=0))


def _largest(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(frames.max(axis=0))


def _first(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(frames[0])


_POOL = {"mean": _mean, "max": _largest, "cls": _first}

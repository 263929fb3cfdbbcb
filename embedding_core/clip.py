"""A loaded CLIP: pictures and texts as vectors of one space."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.collection import Payload, Text, writable
from embedding_core.errors import InputError, ModelLoadError
from embedding_core.framing import Framing, stacked
from embedding_core.hub import missing_part
from embedding_core.models import Encoded, gathered
from embedding_core.picture_batches import decoded
from embedding_core.runtime import COMPUTING, transformers

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TEXTS_AT_ONCE = 32
_BICUBIC = 3  # As Pillow numbers its filters.
# One file of either name says how pictures are prepared.
_PREPARED = ("preprocessor_config.json", "processor_config.json")


class Clip:
    """A CLIP with its tokenizer and preprocessing, shared by its two encoders.

    Parameters
    ----------
    name : str
        What to call it in messages.
    model, tokenizer
        As transformers load them; the model in inference mode.
    framing : Framing
    """

    def __init__(self, name: str, model: Any, tokenizer: Any, framing: Framing) -> None:
        self.name = name
        self.model = model
        self.tokenizer = tokenizer
        self.framing = framing
        self.dim = int(model.config.projection_dim)
        self.max_tokens = int(model.config.text_config.max_position_embeddings)

    @classmethod
    def open(cls, folder: Path, name: str) -> Clip:
        """Load a model from its folder; nothing is fetched and no code of the folder's is run.

        Raises
        ------
        ModelLoadError
            If the folder is no whole CLIP.
        """
        lacking = missing_part(folder) or _missing_preparation(folder)
        if lacking:
            raise ModelLoadError(f"{name} has no {lacking}; copy the whole folder of the model.")
        package: Any = transformers()
        local = {"local_files_only": True, "trust_remote_code": False}
        try:
            kind = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
            if kind != "clip":
                raise ModelLoadError(
                    f"{name} is a model of the kind {kind}, not a CLIP; name a CLIP, such as "
                    "openai/clip-vit-base-patch32."
                )
            tokenizer = package.AutoTokenizer.from_pretrained(folder, **local)
            model = package.CLIPModel.from_pretrained(folder, dtype="float32", **local).eval()
            clip = cls(name, model, tokenizer, _framing(folder))
            black = np.zeros((1, clip.framing.edge, clip.framing.edge, 3), np.uint8)
            clip.pictures(black)
            clip.texts([clip.tokens("a first text")])
        except ModelLoadError:
            raise
        except Exception as problem:  # Readers of many formats each have their own errors.
            first = str(problem).strip().splitlines()[0][:200] if str(problem).strip() else ""
            raise ModelLoadError(
                f"{name} cannot be loaded ({first or type(problem).__name__}); copy the whole "
                "folder of a CLIP that transformers know."
            ) from problem
        return clip

    @property
    def nbytes(self) -> int:
        """How much memory its weights take."""
        return sum(part.numel() * part.element_size() for part in self.model.parameters())

    def pictures(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the vectors of framed pictures (n, edge, edge, 3), as (n, dim)."""
        import torch

        with COMPUTING, torch.inference_mode():
            entering = self.framing.normalized(pixels)
            found = self.model.get_image_features(pixel_values=entering).pooler_output
            return np.asarray(found.float().numpy(), dtype=np.float32)

    def tokens(self, text: str) -> list[int]:
        """Return the numbers of a text's tokens, all of them, with those that begin and end it."""
        return list(self.tokenizer(text)["input_ids"])

    def texts(self, rows: list[list[int]]) -> NDArray[np.float32]:
        """Return the vectors of tokenized texts, as (n, dim); what is too long is cut."""
        import torch

        rows = [self._cut(row) for row in rows]
        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), self.tokenizer.pad_token_id or 0, dtype=torch.long)
        mask = torch.zeros((len(rows), longest), dtype=torch.long)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = torch.tensor(row)
            mask[at, : len(row)] = 1
        with COMPUTING, torch.inference_mode():
            found = self.model.get_text_features(input_ids=ids, attention_mask=mask).pooler_output
            return np.asarray(found.float().numpy(), dtype=np.float32)

    def _cut(self, row: list[int]) -> list[int]:
        """Return tokens as many as the model takes; the last, from which it reads, stays."""
        return row if len(row) <= self.max_tokens else [*row[: self.max_tokens - 1], row[-1]]


class ClipTexts:
    """Texts by CLIP. An encoder, with the capabilities Stepwise and TextQuery."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip

    @property
    def nbytes(self) -> int:
        """How much memory its weights take."""
        return self.clip.nbytes

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return a vector for every text; texts that are too long are cut and noted."""
        return gathered(self.steps(payloads), len(payloads), self.clip.dim)

    def steps(self, payloads: Sequence[Payload]) -> Iterator[tuple[Sequence[int], Encoded]]:
        """Embed texts batch by batch."""
        for start in range(0, len(payloads), _TEXTS_AT_ONCE):
            part = payloads[start : start + _TEXTS_AT_ONCE]
            texts = [writable(str(payload.load())).strip() for payload in part]
            yield range(start, start + len(part)), self._embed(texts)

    def embed_text(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a typed text. Raises InputError where there is none."""
        found = self.embed([Text(text)])
        if found.missing:
            raise InputError("An empty text has no vector; type some words.")
        return np.asarray(found.vectors[0])

    def _embed(self, texts: list[str]) -> Encoded:
        vectors = np.zeros((len(texts), self.clip.dim), dtype=np.float32)
        filled = [at for at, text in enumerate(texts) if text]
        rows = [self.clip.tokens(texts[at]) for at in filled]
        if rows:
            vectors[filled] = self.clip.texts(rows)
        most = self.clip.max_tokens
        notes = {
            at: f"cut to its first {most:,} of {len(row):,} tokens"
            for at, row in zip(filled, rows, strict=True)
            if len(row) > most
        }
        missing = {at: "it is empty." for at, text in enumerate(texts) if not text}
        return Encoded(vectors, missing, notes)


class ClipPictures:
    """Pictures by CLIP. An encoder, with the capabilities Stepwise, TextQuery and Scaled."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip

    @property
    def nbytes(self) -> int:
        """How much memory its weights take."""
        return self.clip.nbytes

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return a vector for every picture; those that cannot be decoded are named as missing."""
        return gathered(self.steps(payloads), len(payloads), self.clip.dim)

    def steps(self, payloads: Sequence[Payload]) -> Iterator[tuple[Sequence[int], Encoded]]:
        """Embed pictures batch by batch, the next ones decoded meanwhile."""
        for batch in decoded(payloads, self.clip.framing.frame):
            rows = self.clip.pictures(stacked(batch.items)) if batch.items else None
            yield list(batch.places), Encoded(batch.spread(rows, (self.clip.dim,)), batch.missing)

    @property
    def logit_scale(self) -> float:
        """What a cosine of text and picture is multiplied with before the softmax, as learned."""
        return float(self.clip.model.logit_scale.detach().exp())

    def embed_text(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a typed text, to compare with pictures'."""
        return ClipTexts(self.clip).embed_text(text)


def _missing_preparation(folder: Path) -> str:
    return "" if any((folder / name).is_file() for name in _PREPARED) else _PREPARED[0]


def _framing(folder: Path) -> Framing:
    """Return what the folder says of how pictures are prepared."""
    path = next(folder / name for name in _PREPARED if (folder / name).is_file())
    said = json.loads(path.read_text(encoding="utf-8"))
    said = said.get("image_processor", said)
    edge = _side(said["crop_size"] if said.get("do_center_crop", True) else said["size"])
    return Framing(
        edge=edge,
        resize=_side(said["size"]),
        mean=_of_255(said["image_mean"]),
        std=_of_255(said["image_std"]),
        bicubic=said.get("resample", _BICUBIC) == _BICUBIC,
        whole="height" in said["size"] if isinstance(said["size"], dict) else False,
    )


def _side(size: int | dict[str, int]) -> int:
    """Return a side that is written as a number, of the shorter side, or of a square."""
    return int(size if isinstance(size, int) else size.get("shortest_edge") or size["height"])


def _of_255(values: Sequence[float]) -> tuple[float, float, float]:
    red, green, blue = (255 * float(value) for value in values)
    return red, green, blue

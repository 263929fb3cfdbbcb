"""A loaded transformer of text: one vector a text, and a vector a token in every layer."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.collection import Payload, Text, writable
from embedding_core.errors import InputError, ModelLoadError
from embedding_core.hub import missing_part
from embedding_core.models import Encoded, gathered
from embedding_core.pooling import Head, head_of
from embedding_core.runtime import COMPUTING, transformers

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

# Larger batches gain nothing on a processor, and a stop is heard between them.
_TOKENS_AT_ONCE = 2_048
# All layers of a batch are held: of a BERT this takes 40 MB.
_LAYERED_AT_ONCE = 1_024
# Texts are sorted by length within so many, and no more are held as tokens.
_TEXTS_AT_ONCE = 4_096
_MOST_TOKENS = 512


@dataclass(frozen=True, eq=False)
class Tokens:
    """How a model reads a text.

    Attributes
    ----------
    text : str
    pieces : tuple of str
        Its pieces as the model's vocabulary writes them, with those the model adds.
    ids : tuple of int
        Their places in the vocabulary.
    spans : tuple of (int, int)
        Where each stands in the text; of length 0 for those the model adds.
    is_added : tuple of bool
        Whether the model added it ([CLS], [SEP]).
    n_cut : int
        How many pieces beyond the model's limit were cut off.
    layers : ndarray of shape (n_layers + 1, n_pieces, dim), float32
        Their vectors, those of the embedding table first; of shape (0, n_pieces, 0) where they were
        not asked for.
    """

    text: str
    pieces: tuple[str, ...]
    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    is_added: tuple[bool, ...]
    n_cut: int = 0
    layers: NDArray[np.float32] = field(
        default_factory=lambda: np.empty((0, 0, 0), np.float32), repr=False
    )


class TransformerEncoder:
    """A transformer with its tokenizer.

    An encoder, with the capabilities Stepwise, TextQuery, Segments and Masking.

    Parameters
    ----------
    name : str
        What to call it in messages.
    tokenizer, model
        As transformers load them; the model in inference mode.
    head : Head
        What is done to the token vectors.
    max_tokens : int
        Longer texts are cut.
    """

    def __init__(
        self, name: str, tokenizer: Any, model: Any, head: Head, *, max_tokens: int
    ) -> None:
        self.name = name
        self.tokenizer = tokenizer
        self.model = model
        self.head = head
        self.max_tokens = max_tokens
        # Setting truncation changes the tokenizer, which all visitors share.
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, name: str, *, pooling: str = "") -> TransformerEncoder:
        """Load a model from its folder; nothing is fetched and no code of the folder's is run.

        Raises
        ------
        ModelLoadError
            If the folder is no whole model, or of an architecture that is not known here.
        """
        lacking = missing_part(folder)
        if lacking:
            raise ModelLoadError(f"{name} has no {lacking}; copy the whole folder of the model.")
        package = transformers()
        local = {"local_files_only": True, "trust_remote_code": False}
        try:
            head = head_of(folder, pooling)
            tokenizer = package.AutoTokenizer.from_pretrained(folder, **local)
            # Not the type the folder asks for: half precision is slow here, and rounds.
            model = package.AutoModel.from_pretrained(folder, dtype="float32", **local).eval()
            if model.config.is_encoder_decoder:
                model = model.get_encoder()
            encoder = cls(name, tokenizer, model, head, max_tokens=_limit(folder, tokenizer, model))
            encoder.embed([Text("A first text.")])
        except ModelLoadError:
            raise
        except Exception as problem:  # Readers of many formats each have their own errors.
            first = str(problem).strip().splitlines()[0][:200] if str(problem).strip() else ""
            raise ModelLoadError(
                f"{name} cannot be loaded ({first or type(problem).__name__}); copy the whole "
                "folder of a text encoder that transformers know."
            ) from problem
        return encoder

    # --- one vector a text -------------------------------------------------------------------

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return a vector for every text; texts that are too long are cut and noted."""
        return gathered(self.steps(payloads), len(payloads), self.dim)

    def steps(self, payloads: Sequence[Payload]) -> Iterator[tuple[list[int], Encoded]]:
        """Embed texts batch by batch, those of like length together: there is little to pad.

        Batches come in a shuffled order, so that what is left takes as long as what was done.

        Yields
        ------
        list of int
            Which texts these are.
        Encoded
            Their vectors.
        """
        for start in range(0, len(payloads), _TEXTS_AT_ONCE):
            part = payloads[start : start + _TEXTS_AT_ONCE]
            clean = [writable(str(payload.load())).strip() for payload in part]
            for places, encoded in self._steps_of(clean):
                yield [start + at for at in places], encoded

    def _steps_of(self, texts: list[str]) -> Iterator[tuple[list[int], Encoded]]:
        empty = [at for at, text in enumerate(texts) if not text]
        if empty:
            nothing = np.zeros((len(empty), self.dim), dtype=np.float32)
            yield empty, Encoded(nothing, dict.fromkeys(range(len(empty)), "it is empty."))
        filled = [at for at, text in enumerate(texts) if text]
        rows = self._read([texts[at] for at in filled])
        for batch in _batches([len(row.ids) for row in rows]):
            notes = {at: note for at, i in enumerate(batch) if (note := self._note(rows[i]))}
            vectors = self._pooled([rows[i].ids for i in batch])
            yield [filled[i] for i in batch], Encoded(vectors, notes=notes)

    def embed_text(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a typed text. Raises InputError where there is none."""
        found = self.embed([Text(text)])
        if found.missing:
            raise InputError("An empty text has no vector; type some words.")
        return np.asarray(found.vectors[0])

    @cached_property
    def dim(self) -> int:
        """Length of its vectors."""
        import torch

        size = int(self.model.config.hidden_size)
        return int(self.head(torch.zeros(1, 1, size), torch.ones(1, 1)).shape[1])

    @property
    def nbytes(self) -> int:
        """How much memory its weights take."""
        return sum(part.numel() * part.element_size() for part in self.model.parameters())

    # --- a vector a token --------------------------------------------------------------------

    @property
    def n_layers(self) -> int:
        """Layers above the embedding table."""
        return int(self.model.config.num_hidden_layers)

    @property
    def mask(self) -> str | None:
        """The piece that stands for a hidden word; None where the model has none."""
        token = self.tokenizer.mask_token
        return None if token is None else str(token)

    def tokenize(self, text: str) -> Tokens:
        """Return the pieces of a text, without their vectors."""
        encoding = self._encode([writable(text)])[0]
        return Tokens(
            text=text,
            pieces=tuple(encoding.tokens),
            ids=tuple(encoding.ids),
            spans=tuple(encoding.offsets),
            is_added=tuple(bool(flag) for flag in encoding.special_tokens_mask),
            n_cut=_cut(encoding),
        )

    def layers(self, texts: Sequence[str]) -> Iterator[Tokens]:
        """Yield the pieces of every text with their vectors in every layer, in the order given.

        Neighbours are read together, as many as fill no more than a number of tokens.
        """
        tokens = [self.tokenize(text) for text in texts]
        for batch in _runs([len(row.ids) for row in tokens]):
            yield from self._layered([tokens[at] for at in batch])

    # --- inside ------------------------------------------------------------------------------

    def _encode(self, texts: list[str]) -> list[Any]:
        with self._lock:
            found = self.tokenizer(texts, truncation=True, max_length=self.max_tokens)
        return list(found.encodings)

    def _read(self, texts: list[str]) -> list[_Row]:
        """Return each text as its pieces' numbers, with what was lost on the way."""
        if not texts:
            return []
        unknown = self.tokenizer.unk_token_id
        return [
            _Row(encoding.ids, _cut(encoding), _all_are(unknown, encoding))
            for encoding in self._encode(texts)
        ]

    def _note(self, row: _Row) -> str:
        if row.n_cut:
            return f"cut to its first {self.max_tokens:,} of {row.n_cut + self.max_tokens:,} tokens"
        if row.is_unknown:
            return f"put where all texts stand that have no piece in the vocabulary of {self.name}"
        return ""

    def _pooled(self, rows: list[list[int]]) -> NDArray[np.float32]:
        import torch

        ids, mask = self._padded(rows)
        with COMPUTING, torch.inference_mode():
            tokens = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
            return np.asarray(self.head(tokens, mask).float().numpy(), dtype=np.float32)

    def _layered(self, rows: list[Tokens]) -> Iterator[Tokens]:
        """Read texts together and give each the vectors of its own pieces."""
        import torch

        ids, mask = self._padded([row.ids for row in rows])
        with COMPUTING, torch.inference_mode():
            found = self.model(
                input_ids=ids, attention_mask=mask, output_hidden_states=True
            ).hidden_states
            stacked = torch.stack(found).float().numpy()
        for at, row in enumerate(rows):
            yield replace(row, layers=np.ascontiguousarray(stacked[:, at, : len(row.ids)]))

    def _padded(self, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Return texts as one array, filled up to the longest, and a mask of what is no filling."""
        import torch

        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), self.tokenizer.pad_token_id or 0, dtype=torch.long)
        mask = torch.zeros((len(rows), longest), dtype=torch.long)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = torch.tensor(row)
            mask[at, : len(row)] = 1
        return ids, mask


@dataclass(frozen=True, slots=True)
class _Row:
    """A text as numbers of pieces, how many were cut off, and whether the model knows none."""

    ids: list[int]
    n_cut: int
    is_unknown: bool


def _batches(lengths: list[int]) -> list[list[int]]:
    """Put items of like length together, as many as fill no more than a number of tokens."""
    batches: list[list[int]] = []
    for item in sorted(range(len(lengths)), key=lengths.__getitem__):
        # The item is the longest so far: all others are padded to it.
        if not batches or (len(batches[-1]) + 1) * lengths[item] > _TOKENS_AT_ONCE:
            batches.append([])
        batches[-1].append(item)
    return [batches[at] for at in np.random.default_rng(0).permutation(len(batches))]


def _runs(lengths: list[int]) -> list[list[int]]:
    """Put neighbours together, as many as fill no more than a number of tokens."""
    runs: list[list[int]] = []
    longest = 0
    for item, length in enumerate(lengths):
        longest = max(longest, length)
        if not runs or (len(runs[-1]) + 1) * longest > _LAYERED_AT_ONCE:
            runs.append([])
            longest = length
        runs[-1].append(item)
    return runs


def _all_are(id_: int | None, encoding: Any) -> bool:
    """Tell whether all pieces but those the model adds are one and the same."""
    if id_ is None or id_ not in encoding.ids:
        return False
    pairs = zip(encoding.ids, encoding.special_tokens_mask, strict=True)
    return all(piece == id_ for piece, added in pairs if not added)


def _cut(encoding: Any) -> int:
    """Return how many tokens of the text itself were cut off."""
    return sum(len(more.ids) - sum(more.special_tokens_mask) for more in encoding.overflowing)


def _limit(folder: Path, tokenizer: Any, model: Any) -> int:
    """Return how many tokens a text may have: by the folder, the tokenizer, the positions."""
    positions = int(getattr(model.config, "max_position_embeddings", None) or _MOST_TOKENS)
    table = getattr(getattr(model, "embeddings", None), "position_embeddings", None)
    padding = getattr(table, "padding_idx", None)
    if padding is not None:
        # RoBERTa and its kin count places from behind the padding's.
        positions -= int(padding) + 1
    limits = [positions]
    # A tokenizer that knows no limit gives an astronomical number.
    if tokenizer.model_max_length and tokenizer.model_max_length < 1_000_000:
        limits.append(int(tokenizer.model_max_length))
    own = folder / "sentence_bert_config.json"
    if own.is_file():
        asked = json.loads(own.read_text(encoding="utf-8")).get("max_seq_length")
        limits += [int(asked)] if asked else []
    return min(limits)

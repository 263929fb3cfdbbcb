"""embed(): the one boundary where vectors are made, and what comes out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import VectorRows, array_digest, digest_of
from embedding_core.errors import (
    Cancelled,
    ContractError,
    EmptyCollectionError,
    InputError,
    ModelLoadError,
)
from embedding_core.kept import KeptItems, kept_encoder, kept_fit
from embedding_core.models import (
    Encoded,
    Encoder,
    EncoderSpec,
    Fitted,
    Stepwise,
    TrainerSpec,
)
from embedding_core.params import ParamValue, check_seed, resolve
from embedding_core.weights import Missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Collection, Payload
    from embedding_core.corpus import Corpus
    from embedding_core.models import Cancel, Frame, Progress
    from embedding_core.params import Params

_BATCH = 2_048


@dataclass(frozen=True)
class Embedding:
    """Vectors of a collection's items.

    Attributes
    ----------
    ids : tuple of str
        The items that have a vector.
    vectors : ndarray of shape (n, dim), float32
        In the order of `ids`; read-only and finite.
    space : str
        Vectors may be compared only where this is equal.
    spec_name : str
        The model; ``"vectors"`` where they came ready-made.
    params : mapping
        Its settings, all of them.
    dropped : tuple of (str, str)
        Items without a vector and why.
    notes : tuple of (str, str)
        Items that were changed to fit and how.
    model : object
        The encoder or what was trained, asked for capabilities; None where there is none.
    """

    ids: tuple[str, ...]
    vectors: NDArray[np.float32] = field(repr=False, compare=False)
    space: str
    spec_name: str
    params: Mapping[str, ParamValue] = field(default_factory=dict, compare=False)
    dropped: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    model: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        vectors = self.vectors
        if vectors.dtype != np.float32 or vectors.ndim != 2 or len(vectors) != len(self.ids):
            raise ContractError(
                f"{self.spec_name} gave {vectors.dtype} {vectors.shape} for {len(self.ids)} items"
            )
        if not np.isfinite(vectors).all():
            raise ContractError(f"{self.spec_name} gave vectors with NaN or infinity")
        vectors.setflags(write=False)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def dim(self) -> int:
        """Length of each vector."""
        return int(self.vectors.shape[1])

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each id stands."""
        return {id_: index for index, id_ in enumerate(self.ids)}

    @cached_property
    def fingerprint(self) -> str:
        """Hex digest of ids, space and vectors."""
        return digest_of("\0".join(self.ids), self.space, array_digest(self.vectors)).hex()

    def position(self, id_: str) -> int:
        """Return where an id stands. Raises InputError where it is not among the items."""
        found = self.positions.get(id_)
        if found is None:
            raise InputError(
                f"{id_!r} is not among the {len(self):,} items that have a vector; add it to them "
                "or choose one of theirs."
            )
        return found

    def take(self, positions: Sequence[int] | NDArray[np.intp]) -> Embedding:
        """Return the items at `positions` as an embedding of the same space."""
        return Embedding(
            ids=tuple(self.ids[i] for i in positions),
            vectors=self.vectors[np.asarray(positions, dtype=np.intp)],
            space=self.space,
            spec_name=self.spec_name,
            params=self.params,
            model=self.model,
        )


def embed_more(embedding: Embedding, collection: Collection) -> Embedding:
    """Embed further items by the model that made an embedding, in the same space.

    Parameters
    ----------
    embedding : Embedding
        Whose `model` is there.
    collection : Collection
        Items of the same kind.

    Raises
    ------
    InputError
        If the vectors came without their model.
    EmptyCollectionError
        If none of the items has a vector.
    """
    model = embedding.model
    if model is None:
        raise InputError(
            "These vectors came without their model, so nothing new can be embedded like them; "
            "choose a model and embed the items here."
        )
    encoded = model.embed(collection.payloads)  # type: ignore[attr-defined]
    return _checked(
        collection, encoded, embedding.space, embedding.spec_name, embedding.params, model
    )


def load(name: str, **params: object) -> Encoder:
    """Load a pretrained model, once per process.

    Parameters
    ----------
    name : str
        A name in ``EMBEDDERS``.
    **params
        Its settings.

    Returns
    -------
    Encoder
        Shared by everybody who loads the same model with the same settings.

    Raises
    ------
    ModelLoadError
        If the weights are missing or cannot be read, or the model is trained rather than loaded.
    """
    spec = _spec(name)
    if not isinstance(spec, EncoderSpec):
        raise ModelLoadError(f"{name} is trained on your data, not loaded; use embed() with it.")
    return _load(spec, resolve(name, spec.params, params))


def embed(
    collection: Collection,
    name: str = "vectors",
    *,
    corpus: Corpus | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    on_frame: Frame | None = None,
    **params: object,
) -> Embedding:
    """Turn a collection into vectors.

    Parameters
    ----------
    collection : Collection
        What to embed. Ready-made vectors are handed over as they are.
    name : str
        A name in ``EMBEDDERS``; leave it out for ready-made vectors.
    corpus : Corpus, optional
        Running text to learn from, for trainers that need one.
    seed : int
        For trainers; the same seed gives the same vectors.
    progress, cancel, on_frame : callable, optional
        Told of items done; asked whether to stop; given pictures of a training as it runs.
    **params
        Settings of the model.

    Returns
    -------
    Embedding
        Without the items that could not be embedded, which its `dropped` names.

    Raises
    ------
    EmptyCollectionError
        If no item could be embedded.
    Cancelled
        If `cancel` said so.
    """
    seed = check_seed(seed)
    if name == "vectors":
        resolve("ready-made vectors", (), params)
        return _ready_made(collection)
    spec = _spec(name)
    settings = resolve(name, spec.params, params)
    if collection.modality != spec.modality:
        raise InputError(
            f"{spec.label} embeds {spec.modality}, and these items are {collection.modality}; "
            "choose a model for them."
        )
    if isinstance(spec, EncoderSpec):
        encoder = _load(spec, settings)
        space = spec.space(settings)
        encoded = _encode(spec, encoder, space, settings, collection, progress, cancel)
        return _checked(collection, encoded, space, name, settings, encoder)
    assert isinstance(spec, TrainerSpec)
    fitted = _fit(spec, collection, settings, corpus, seed, on_frame, progress, cancel)
    settings = {**settings, "seed": seed}
    return _checked(collection, fitted.encoded, fitted.space, name, settings, fitted.model)


def _spec(name: str) -> EncoderSpec | TrainerSpec:
    from embedding_core.embedders import EMBEDDERS

    return EMBEDDERS[name]


def _load(spec: EncoderSpec, params: Params) -> Encoder:
    state = spec.availability(params)
    if isinstance(state, Missing):
        raise ModelLoadError(f"{spec.label} is not on this machine: {state.reason} {state.remedy}")
    return kept_encoder(spec, params)


def _ready_made(collection: Collection) -> Embedding:
    """Hand over vectors as they are."""
    if not isinstance(collection.payloads, VectorRows):
        raise InputError(
            f"These items are {collection.modality} without vectors; name a model to embed them."
        )
    origin = collection.context
    space = getattr(origin, "space", "") or f"file:{collection.fingerprint[:12]}"
    return Embedding(
        ids=collection.ids,
        vectors=collection.payloads.matrix,
        space=space,
        spec_name=getattr(origin, "spec_name", "") or "vectors",
        params=getattr(origin, "params", {}),
    )


def _encode(
    spec: EncoderSpec,
    encoder: Encoder,
    space: str,
    params: Params,
    collection: Collection,
    progress: Progress | None,
    cancel: Cancel | None,
) -> Encoded:
    """Embed what was not embedded before, in batches, and put everything in order."""
    n = len(collection)
    kept = KeptItems(spec, space, params)
    known = kept.recall(collection.payloads)
    rows = {i: row for i, (row, _) in known.items()}
    todo = [i for i in range(n) if i not in rows]
    missing: dict[int, str] = {}
    notes = {i: note for i, (_, note) in known.items() if note}
    done = n - len(todo)
    steps = _steps(encoder, [collection.payloads[i] for i in todo])
    with kept:
        while done < n:
            if cancel is not None and cancel():
                raise Cancelled
            positions, part = next(steps)
            batch = [todo[at] for at in positions]
            if part.vectors.shape[0] != len(batch):
                raise ContractError(f"{spec.name} gave {part.vectors.shape} for {len(batch)} items")
            missing.update({batch[at]: why for at, why in part.missing.items()})
            notes.update({batch[at]: how for at, how in part.notes.items()})
            for at, i in enumerate(batch):
                rows[i] = part.vectors[at]
                if at not in part.missing:
                    kept.remember(i, part.vectors[at], part.notes.get(at, ""))
            done += len(batch)
            if progress is not None:
                progress(done, n, "items embedded")
    return Encoded(np.stack([rows[i] for i in range(n)]), missing, notes)


def _steps(
    encoder: Encoder, payloads: Sequence[Payload]
) -> Iterator[tuple[Sequence[int], Encoded]]:
    """Embed in the encoder's own steps, else in batches."""
    if isinstance(encoder, Stepwise):
        yield from encoder.steps(payloads)
        return
    for start in range(0, len(payloads), _BATCH):
        part = payloads[start : start + _BATCH]
        yield range(start, start + len(part)), encoder.embed(part)


def _fit(
    spec: TrainerSpec,
    collection: Collection,
    params: Params,
    corpus: Corpus | None,
    seed: int,
    on_frame: Frame | None,
    progress: Progress | None,
    cancel: Cancel | None,
) -> Fitted:
    """Train, or take the same training from memory."""
    state = spec.availability(params)
    if isinstance(state, Missing):
        raise ModelLoadError(f"{spec.label} cannot run here: {state.reason} {state.remedy}")
    if spec.needs_corpus and corpus is None:
        raise InputError(
            f"{spec.label} learns from running text and got none; paste or upload some, or choose "
            "the built-in corpus."
        )
    return kept_fit(
        spec,
        collection,
        params,
        corpus,
        seed,
        lambda: spec.fit(
            collection,
            params,
            corpus=corpus,
            seed=seed,
            on_frame=on_frame,
            progress=progress,
            cancel=cancel,
        ),
    )


def _checked(
    collection: Collection,
    encoded: Encoded,
    space: str,
    name: str,
    params: Params,
    model: object,
) -> Embedding:
    """Leave out what has no vector, and say so."""
    ids = collection.ids
    kept = [i for i in range(len(ids)) if i not in encoded.missing]
    dropped = tuple((ids[i], why) for i, why in sorted(encoded.missing.items()))
    if not kept:
        raise EmptyCollectionError(
            f"None of the {len(ids):,} items has a vector in {name}; the first, “{ids[0]}”: "
            f"{dropped[0][1]}"
        )
    return Embedding(
        ids=tuple(ids[i] for i in kept),
        vectors=np.ascontiguousarray(encoded.vectors[kept]),
        space=space,
        spec_name=name,
        params=dict(params),
        dropped=dropped,
        notes=tuple((ids[i], how) for i, how in sorted(encoded.notes.items())),
        model=model,
    )

"""What embed() made before: loaded models and trainings in memory, items' vectors on disk too."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from embedding_core import store
from embedding_core.cache import ByteLRU, OnceCache
from embedding_core.collection import digest_of
from embedding_core.models import Encoder, Fitted

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

    from embedding_core.collection import Collection, Payload
    from embedding_core.corpus import Corpus
    from embedding_core.models import EncoderSpec, TrainerSpec
    from embedding_core.params import Params

# With what was changed to fit; empty where nothing.
_ITEMS: ByteLRU[tuple[NDArray[np.float32], str]] = ByteLRU(512 << 20)
_FITS: ByteLRU[Fitted] = ByteLRU(512 << 20)
_LOADED: OnceCache[Encoder] = OnceCache(4)

# Seconds of embedding that a process which is killed may lose.
_WRITTEN_EVERY = 20.0
# What took less is made again as fast as LanceDB is imported: the first picture waits for neither.
# Seconds of the processor: the clock of a busy machine tells of others' work.
_WORTH_KEEPING = 2.0
_OVERHEAD = 200  # bytes of a key and an entry in memory


def forget() -> None:
    """Forget what is in memory; what is on disk stays."""
    for cache in (_ITEMS, _FITS, _LOADED):
        cache.clear()


def kept_encoder(spec: EncoderSpec, params: Params) -> Encoder:
    """Return the loaded model; the same for everybody who asks for it with the same settings."""
    key = (spec.name, spec.space(params), tuple(params.items()))
    return _LOADED.get(key, lambda: spec.load(params))


def kept_fit(
    spec: TrainerSpec,
    collection: Collection,
    params: Params,
    corpus: Corpus | None,
    seed: int,
    fit: Callable[[], Fitted],
) -> Fitted:
    """Return the training of these very things, made by `fit` where it is not in memory."""
    text = corpus.fingerprint if corpus is not None else ""
    key = (spec.name, spec.version, collection.fingerprint, text, tuple(params.items()), seed)
    fitted = _FITS.get(key)
    if fitted is None:
        fitted = fit()
        # What was trained stays as long as its vectors do, and is often much larger.
        model_bytes = int(getattr(fitted.model, "nbytes", 0))
        _FITS.put(key, fitted, fitted.encoded.vectors.nbytes + model_bytes)
    return fitted


class KeptItems:
    """The vectors that one model with one setting gave for items before.

    A context: what it was told to remember is on disk when the block ends, also where it ends by an
    error or a stop; what took no time is in memory only.

    Parameters
    ----------
    spec : EncoderSpec
    space : str
        Of this spec and these settings; it names the weights.
    params : mapping
    """

    def __init__(self, spec: EncoderSpec, space: str, params: Params) -> None:
        mark = (spec.name, space, str(spec.version), repr(sorted(params.items())))
        self._mark = digest_of(*mark)
        self._keeps = spec.keeps
        self._shelf = store.shelf(self._mark) if spec.keeps else None
        self._digests: list[bytes] = []
        self._fresh: dict[bytes, NDArray[np.float32]] = {}
        self._begun = time.process_time()
        self._written = time.monotonic()

    def __enter__(self) -> KeptItems:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if time.process_time() - self._begun >= _WORTH_KEEPING:
            self._write()

    def recall(self, payloads: Sequence[Payload]) -> dict[int, tuple[NDArray[np.float32], str]]:
        """Return the vectors and notes that are known, by position in `payloads`."""
        found: dict[int, tuple[NDArray[np.float32], str]] = {}
        if not self._keeps:
            return found
        self._digests = [payload.digest() for payload in payloads]
        for at, digest in enumerate(self._digests):
            known = _ITEMS.get(self._mark + digest)
            if known is not None:
                found[at] = known
        unknown = [at for at in range(len(payloads)) if at not in found]
        if self._shelf is None or not unknown:
            return found
        for at, row in self._shelf.get([self._digests[i] for i in unknown]).items():
            found[unknown[at]] = row, ""
            self._put(self._digests[unknown[at]], row, "")
        return found

    def remember(self, at: int, row: NDArray[np.float32], note: str = "") -> None:
        """Keep the vector of the payload at a position of those last recalled.

        On disk there is no place for notes: vectors that have one are kept in memory only.
        """
        if not self._keeps:
            return
        own = row.copy()
        self._put(self._digests[at], own, note)
        if self._shelf is None or note:
            return
        self._fresh[self._digests[at]] = own
        if time.monotonic() - self._written > _WRITTEN_EVERY:
            self._write()

    def _put(self, digest: bytes, row: NDArray[np.float32], note: str) -> None:
        _ITEMS.put(self._mark + digest, (row, note), row.nbytes + len(note) + _OVERHEAD)

    def _write(self) -> None:
        if self._shelf is not None and self._fresh:
            self._shelf.put(list(self._fresh), np.stack(list(self._fresh.values())))
        self._fresh.clear()
        self._written = time.monotonic()

"""The built-in data: what there is, where it comes from, how to open it."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedding_core.errors import ContractError
from embedding_core.registry import Registry

if TYPE_CHECKING:
    from embedding_core.collection import Collection
    from embedding_core.corpus import Corpus


def samples_dir() -> Path:
    """Return the folder of built-in data: beside the package, or ``EMBEDDING_SAMPLES``."""
    default = Path(__file__).resolve().parent.parent / "samples"
    return Path(os.environ.get("EMBEDDING_SAMPLES") or default)


@dataclass(frozen=True)
class Sample:
    """One built-in data set.

    Attributes
    ----------
    name, title : str
        In code and links, and on screen.
    about : str
        One sentence: what can be seen with it.
    source, licence : str
        Where it comes from, or why it was chosen; its licence.
    modality, unit : str
        What it holds.
    file : str
        Its file or folder, relative to `folder`.
    folder : str
        Its folder within the built-in data.
    color : str
        The column to colour by, or empty.
    make : callable or None
        Makes it where it lies in no file.
    """

    name: str
    title: str
    about: str
    source: str
    licence: str
    file: str = ""
    folder: str = ""
    modality: str = "text"
    unit: str = "word"
    color: str = ""
    make: Callable[[], Collection] | None = None

    def read(self) -> Collection:
        """Open it as a collection."""
        from embedding_core.modalities import MODALITIES

        if self.make is not None:
            return replace(self.make(), name=self.title)
        path = samples_dir() / self.folder / self.file
        return MODALITIES[self.modality].read(path, unit=self.unit, title=self.title)


def _manifest(folder: str, **fixed: Any) -> list[Sample]:
    path = samples_dir() / folder / "manifest.json"
    if not path.is_file():
        raise ContractError(f"{path} is missing; EMBEDDING_SAMPLES names the folder of samples")
    known = Sample.__dataclass_fields__
    rows = json.loads(path.read_text(encoding="utf-8"))
    fixed["folder"] = folder
    return [Sample(**{k: v for k, v in row.items() if k in known}, **fixed) for row in rows]


def _tones() -> Collection:
    from embedding_core.tones import tones

    return tones()


_TONES = Sample(
    name="tones",
    title="Made-up tones, sweeps and noises",
    about=(
        "180 sounds of known pitch, timbre and loudness: the nearest tone of another pitch or "
        "timbre has the same pitch for 56% and the same timbre for 35% with MFCC, and for 66% and "
        "13% with log-mel bands."
    ),
    source="made by this program; embedding_core/tones.py says how",
    licence="CC0 1.0",
    modality="audio",
    unit="",
    color="timbre",
    make=_tones,
)

SAMPLES: Registry[Sample] = Registry(
    "sample",
    (
        *_manifest("words", modality="text", unit="word"),
        *_manifest("sentences", modality="text", unit="sentence"),
        *_manifest("images", modality="image", unit=""),
        *_manifest("vectors", modality="vectors", unit=""),
        *_manifest("audio", modality="audio", unit=""),
        _TONES,
    ),
)
CORPORA: Registry[Sample] = Registry("corpus", _manifest("corpora", unit="corpus"))


def sample_corpus(name: str) -> Corpus:
    """Read a built-in corpus.

    Parameters
    ----------
    name : str
        A name in ``CORPORA``.
    """
    from embedding_core.corpus import Corpus

    sample = CORPORA[name]
    with lzma.open(samples_dir() / "corpora" / sample.file, "rt", encoding="utf-8") as file:
        return Corpus(file.read(), sample.title)

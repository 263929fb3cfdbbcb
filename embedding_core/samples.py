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
from embedding_core.networks import BLOCKS, CLIQUES
from embedding_core.params import Param
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
    params : tuple of Param
        What `make` can be told, where it is made up.
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
    make: Callable[..., Collection] | None = None
    params: tuple[Param, ...] = ()

    def read(self, **params: object) -> Collection:
        """Open it as a collection.

        Parameters
        ----------
        **params
            Of `params`; the defaults where left out.
        """
        from embedding_core.modalities import MODALITIES

        if self.make is not None:
            return replace(self.make(**params), name=self.title)
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


def _network(name: str) -> Callable[..., Collection]:
    def make(**params: object) -> Collection:
        from embedding_core import networks

        found: Collection = getattr(networks, name)(**params)
        return found

    return make


def _tastes() -> Collection:
    from embedding_core.tastes import made_up_ratings

    return made_up_ratings()


_GRAPHS = (
    Sample(
        name="karate",
        title="Zachary's karate club",
        about=(
            "34 members of a club that split after a quarrel: who met whom outside of it, and on "
            "whose side each was in the end. Member 1 is the teacher, Mr. Hi, and 34 the officer."
        ),
        source="W. W. Zachary, 1977, as networkx has it; numbered from 1 as in the paper",
        licence="facts from a paper; networkx is BSD-3-Clause",
        modality="graph",
        unit="",
        color="club",
        make=_network("karate_club"),
    ),
    Sample(
        name="les-miserables",
        title="People of Les Misérables",
        about=(
            "77 people of Victor Hugo's novel, linked by how many chapters they appear in "
            "together; the communities are found by this program, with Louvain's method."
        ),
        source="D. E. Knuth, The Stanford GraphBase, 1993, as networkx has it",
        licence="facts from a book; networkx is BSD-3-Clause",
        modality="graph",
        unit="",
        color="community",
        make=_network("les_miserables"),
    ),
    Sample(
        name="southern-women",
        title="Davis's southern women",
        about="18 women and the 14 social events they went to: every edge joins one to the other.",
        source="A. Davis, B. B. Gardner and M. R. Gardner, Deep South, 1941, as networkx has it",
        licence="facts from a book; networkx is BSD-3-Clause",
        modality="graph",
        unit="",
        color="kind",
        make=_network("southern_women"),
    ),
    Sample(
        name="florentine-families",
        title="Florentine families",
        about="Marriages between 15 families of Florence around 1430, the Medici among them.",
        source="R. L. Breiger and P. E. Pattison, 1986, after J. F. Padgett, as networkx has it",
        licence="facts from a paper; networkx is BSD-3-Clause",
        modality="graph",
        unit="",
        color="degree",
        make=_network("florentine_families"),
    ),
    Sample(
        name="blocks",
        title="Made-up communities",
        about=(
            "A stochastic block model: nodes of one community are linked more often than others, "
            "so the truth is known."
        ),
        source="P. W. Holland, K. B. Laskey and S. Leinhardt, 1983; made by this program",
        licence="CC0 1.0",
        modality="graph",
        unit="",
        color="community",
        make=_network("block_model"),
        params=BLOCKS,
    ),
    Sample(
        name="cliques",
        title="A ring of cliques",
        about=(
            "Groups in which all know each other, each joined to the next by one edge: members "
            "and the links between groups play two roles."
        ),
        source="made by this program",
        licence="CC0 1.0",
        modality="graph",
        unit="",
        color="clique",
        make=_network("ring_of_cliques"),
        params=CLIQUES,
    ),
)
_RATINGS = Sample(
    name="tastes",
    title="Made-up ratings",
    about=(
        "Synthetic: 300 invented users rate 160 invented films by four known tastes, so that what "
        "a model finds can be held against the truth. Nobody's real opinion is in it."
    ),
    source="made by this program; embedding_core/tastes.py says how",
    licence="CC0 1.0",
    modality="ratings",
    unit="",
    color="taste",
    make=_tastes,
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
        *_GRAPHS,
        *_manifest("graphs", modality="graph", unit=""),
        _RATINGS,
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

    return Corpus(corpus_text(name), CORPORA[name].title)


def corpus_text(name: str) -> str:
    """Return a built-in corpus as it is written, one sentence a line: far sooner than its words."""
    with lzma.open(samples_dir() / "corpora" / CORPORA[name].file, "rt", encoding="utf-8") as file:
        return file.read()

"""What a model is: specs that describe it, encoders and trainers that make vectors, capabilities.

A spec is light: listing specs imports no machine-learning library. What only some models can do is
a small protocol, asked for with ``isinstance`` and never by a model's name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from embedding_core.params import Param, Params
from embedding_core.weights import Availability, Available

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embedding_core.collection import Collection, Payload
    from embedding_core.corpus import Corpus


@dataclass(frozen=True, eq=False)
class Encoded:
    """Vectors of a batch of items.

    Attributes
    ----------
    vectors : ndarray of shape (n, dim), float32
        One row per payload, in their order; rows of `missing` items are zero.
    missing : mapping of int to str
        Position of each item that has no vector, and why, with what can be done.
    notes : mapping of int to str
        Position of each item that was changed to fit, such as a truncated text, and how.
    """

    vectors: NDArray[np.float32]
    missing: Mapping[int, str] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)


class Encoder(Protocol):
    """A loaded model that embeds items one by one: order and batch size change nothing."""

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return the vectors of the payloads."""


@runtime_checkable
class Stepwise(Protocol):
    """Capability of an encoder: it says itself in which order and batches it embeds.

    For models that are quicker with items of like size together, or so slow that a person should
    see them advance and be able to stop them.
    """

    def steps(self, payloads: Sequence[Payload]) -> Iterator[tuple[Sequence[int], Encoded]]:
        """Yield positions of some payloads and what became of them, until all were embedded."""


def gathered(steps: Iterator[tuple[Sequence[int], Encoded]], n_items: int, dim: int) -> Encoded:
    """Return what the steps of an encoder made, as one whole in the order of the payloads."""
    import numpy as np

    vectors = np.zeros((n_items, dim), dtype=np.float32)
    missing: dict[int, str] = {}
    notes: dict[int, str] = {}
    for places, part in steps:
        vectors[list(places)] = part.vectors
        missing |= {places[at]: why for at, why in part.missing.items()}
        notes |= {places[at]: how for at, how in part.notes.items()}
    return Encoded(vectors, missing, notes)


class Progress(Protocol):
    """Told how far the work is."""

    def __call__(self, done: int, total: int, what: str = "") -> None:
        """Say that `done` of `total` steps are done; `what` names the step in plain words."""


class Cancel(Protocol):
    """Asked between steps whether to stop."""

    def __call__(self) -> bool:
        """Return True to stop."""


Frame = Callable[[Any], None]


@dataclass(frozen=True)
class ModelSpec(ABC):
    """What a person chooses from, and what drives its widgets.

    Attributes
    ----------
    name : str
        How it is named in code, links and the shell.
    label : str
        How it is named on screen.
    modality, unit : str
        What it embeds.
    about : str
        One sentence: how it makes its vectors.
    source : str
        Paper or project with its year, and where the weights come from.
    licence : str
        Of the weights; of the method where nothing is pretrained.
    size : str
        On disk, with unit; empty where nothing is loaded.
    params : tuple of Param
        Its settings.
    """

    name: str
    label: str
    modality: str
    unit: str
    about: str
    source: str
    licence: str
    size: str = ""
    params: tuple[Param, ...] = ()

    version: ClassVar[int] = 1
    """Raised when the code changes what vectors come out, so that caches forget the old ones."""

    def availability(self, params: Params) -> Availability:
        """Tell whether it can be used here. Touches no network and loads nothing."""
        return Available()


@dataclass(frozen=True)
class EncoderSpec(ModelSpec):
    """A pretrained model that embeds items one by one."""

    keeps: ClassVar[bool] = True
    """Whether its vectors are worth keeping across restarts; False where they are looked up."""

    @abstractmethod
    def space(self, params: Params) -> str:
        """Return the name of the space its vectors live in; other weights, another name."""

    @abstractmethod
    def dim(self, params: Params) -> int | None:
        """Return the length of its vectors, or None where only loading can tell."""

    @abstractmethod
    def load(self, params: Params) -> Encoder:
        """Load the model. Raises ModelLoadError or MissingDependencyError."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a trainer learned.

    Attributes
    ----------
    encoded : Encoded
        The vectors of the collection's items.
    space : str
        Unique to this fit: collection, corpus, parameters and seed.
    transform : callable or None
        Embeds payloads that were not there while training. None where the method cannot.
    model : object
        What was trained, asked for capabilities. None where there is nothing to ask. Its `nbytes`
        says how much memory it takes.
    """

    encoded: Encoded
    space: str
    transform: Callable[[Sequence[Payload]], Encoded] | None = None
    model: object = None


@dataclass(frozen=True)
class TrainerSpec(ModelSpec):
    """A method that learns vectors from what the person brought.

    Attributes
    ----------
    needs_corpus : bool
        Learns from running text rather than from the collection.
    """

    needs_corpus: bool = False

    @abstractmethod
    def fit(
        self,
        collection: Collection,
        params: Params,
        *,
        corpus: Corpus | None = None,
        seed: int = 0,
        on_frame: Frame | None = None,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Fitted:
        """Learn the vectors. The same input and seed give the same vectors."""


@runtime_checkable
class Vocabulary(Protocol):
    """Capability: a fixed list of words, each with a vector."""

    @property
    def words(self) -> Sequence[str]:
        """All words, the most frequent first where the model knows."""

    @property
    def matrix(self) -> NDArray[np.float32]:
        """Their vectors, (n_words, dim) float32."""

    def positions(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the place of each word in `words`, -1 where it is unknown."""

    def scores(self, query: NDArray[np.float32], metric: str) -> NDArray[np.float32]:
        """Return the similarity of every word to a vector, (n_words,); larger is nearer."""


@runtime_checkable
class Subwords(Protocol):
    """Capability: builds a vector for a word it never saw from the word's parts."""

    def pieces(self, word: str) -> list[str]:
        """Return the parts the vector is made of."""


@runtime_checkable
class TextQuery(Protocol):
    """Capability: embeds a typed query into the same space as the items."""

    def embed_text(self, text: str) -> NDArray[np.float32]:
        """Return the query's vector, (dim,) float32. Raises InputError where it has none."""


@dataclass(frozen=True, eq=False)
class Grids:
    """Features of pictures before they are pooled: a vector for every part of each picture.

    Attributes
    ----------
    vectors : ndarray of shape (n, rows, columns, dim), float32
        From the top left; those of `missing` pictures are zero.
    boxes : ndarray of shape (n, 4), float32
        What the grid covers of each upright picture: left, top, right, bottom as fractions of its
        width and height. Each cell's box is an equal share of it; what the network looks at for a
        cell is larger.
    missing : mapping of int to str
        Position of each picture that has none, and why.
    """

    vectors: NDArray[np.float32]
    boxes: NDArray[np.float32]
    missing: Mapping[int, str] = field(default_factory=dict)


@runtime_checkable
class SpatialMaps(Protocol):
    """Capability: gives a grid of vectors per picture, those from which its vector is pooled."""

    @property
    def pools_by_mean(self) -> bool:
        """Whether a picture's vector is the mean of its grid, at the model's own `edge`."""

    def grids(
        self, payloads: Sequence[Payload], edge: int | None = None, *, whole: bool = False
    ) -> Grids:
        """Return the grids of pictures.

        Parameters
        ----------
        payloads : sequence of Payload
        edge : int, optional
            The side, in pixels, to which pictures are brought; the model's own where left out.
            Larger gives finer grids.
        whole : bool
            The whole picture, squeezed into a square, in place of the part from its middle that the
            model looks at.

        Raises
        ------
        InputError
            If the model takes pictures of its own size only.
        """

    def grid_steps(
        self, payloads: Sequence[Payload], edge: int | None = None, *, whole: bool = False
    ) -> Iterator[tuple[Sequence[int], Grids]]:
        """Yield the same batch by batch: positions of some payloads and their grids."""


@runtime_checkable
class Layered(Protocol):
    """Capability: gives the vectors of several of its layers in one pass."""

    def layer_steps(
        self, payloads: Sequence[Payload], layers: Sequence[str]
    ) -> Iterator[tuple[Sequence[int], Mapping[str, Encoded]]]:
        """Yield positions of some payloads and, by layer, what became of them."""


@dataclass(frozen=True, eq=False)
class Probabilities:
    """How likely a classifier finds each of its classes.

    Attributes
    ----------
    values : ndarray of shape (n, n_classes), float32
        Each row sums to 1; rows of `missing` items are zero.
    missing : mapping of int to str
        Position of each item that has none, and why.
    """

    values: NDArray[np.float32]
    missing: Mapping[int, str] = field(default_factory=dict)


@runtime_checkable
class Classifier(Protocol):
    """Capability: knows a fixed list of classes and how likely each of them is."""

    @property
    def classes(self) -> Sequence[str]:
        """The names of the classes."""

    def probabilities(self, payloads: Sequence[Payload]) -> Probabilities:
        """Return how likely each class is, for every payload."""


@runtime_checkable
class LinearHead(Protocol):
    """Capability: ``logits = pooled @ weights.T + bias``.

    What each part of a picture adds to a class is then exact, where the vector is a mean.
    """

    def head(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return weights (n_classes, dim) and bias (n_classes,), float32."""

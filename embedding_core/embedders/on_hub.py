"""What every model has in common whose files lie here, or can be fetched from the hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from embedding_core.hub import availability_of, weights_mark
from embedding_core.models import EncoderSpec
from embedding_core.params import Params
from embedding_core.weights import Availability


@dataclass(frozen=True)
class OnHub(EncoderSpec):
    """A model whose files lie on this machine, or can be fetched where that is allowed.

    Attributes
    ----------
    model : str
        The hub's id; empty where the person names it.
    relative : str
        A bundled model to use in its place.
    differs : str
        What is different about that one.
    """

    model: str = ""
    relative: str = ""
    differs: str = ""

    has_tokenizer: ClassVar[bool] = True
    """Whether the folder of such a model has the files of a tokenizer."""

    def availability(self, params: Params) -> Availability:
        """Tell whether its files are on this machine. Touches no network."""
        return availability_of(self.named(params), self.size, tokenizer=self.has_tokenizer)

    def space(self, params: Params) -> str:
        """Return the space of these very weights; another pooling, if there is one, is another."""
        model = self.named(params)
        pooling = f"|{params['pooling']}" if "pooling" in params else ""
        return f"{model}@{weights_mark(model)}{pooling}"

    def dim(self, params: Params) -> int | None:
        """Return None: only loading can tell."""
        return None

    def named(self, params: Params) -> str:
        """Return the hub's id, or the folder that the person named."""
        return self.model or str(params.get("model", "")).strip()

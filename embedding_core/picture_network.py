"""A loaded network that sees: a vector a picture from any of its layers, grids, and classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import InputError
from embedding_core.framing import Framing, stacked
from embedding_core.models import Encoded, Grids, Probabilities, gathered
from embedding_core.picture_batches import AT_ONCE, decoded
from embedding_core.runtime import COMPUTING

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from embedding_core.collection import Payload

POOLED = "pooled"
"""The layer of the features from which classes are told."""
LOGITS = "logits"
"""The layer of the scores, one a class."""
_LAST = "last map"
_SAME = 1e-4  # Of numbers that are about 1.


class PictureNetwork:
    """A network with its preprocessing, shared by the encoders of its layers.

    Parameters
    ----------
    name : str
        What to call it in messages.
    model : torch.nn.Module
        In inference mode; its outcome is a score for every class.
    framing : Framing
    blocks : mapping of str to torch.nn.Module
        Layers that can be asked for by name, the first first: their outcomes are maps of shape
        (n, channels, rows, columns).
    last : torch.nn.Module or None
        The layer whose map is pooled; None where there is none.
    classifier : torch.nn.Linear or None
        The last layer, which makes scores of pooled features; None where pooled features are the
        mean of the last map.
    classes : sequence of str
    """

    def __init__(
        self,
        name: str,
        model: torch.nn.Module,
        framing: Framing,
        *,
        blocks: Mapping[str, torch.nn.Module],
        last: torch.nn.Module | None,
        classifier: torch.nn.Linear | None,
        classes: Sequence[str],
    ) -> None:
        import torch

        self.name = name
        self.framing = framing
        self.blocks = tuple(blocks)
        self.classes = tuple(classes)
        self.has_maps = last is not None
        self.classifier = classifier
        # On a processor, convolutions are quicker with the channels of a pixel side by side.
        side_by_side: Any = {"memory_format": torch.channels_last}
        self.model: torch.nn.Module = model.eval().to(**side_by_side)
        self._caught: dict[str, torch.Tensor] = {}
        for layer, block in blocks.items():
            block.register_forward_hook(self._catch(layer))
        if last is not None:
            last.register_forward_hook(self._catch(_LAST))
        if classifier is not None:
            classifier.register_forward_pre_hook(self._catch_entering(POOLED))

    @property
    def nbytes(self) -> int:
        """How much memory its weights take."""
        return sum(part.numel() * part.element_size() for part in self.model.parameters())

    @cached_property
    def dims(self) -> dict[str, int]:
        """Length of the vectors of every layer, found on a black picture."""
        edge = self.framing.edge
        black = np.zeros((1, edge, edge, 3), dtype=np.uint8)
        found = self.vectors(black, [*self.blocks, POOLED, LOGITS])
        return {layer: rows.shape[1] for layer, rows in found.items()}

    @cached_property
    def pools_by_mean(self) -> bool:
        """Whether pooled features are the mean of the last map, as seen on a picture of noise."""
        if not self.has_maps:
            return False
        edge = self.framing.edge
        noise = np.random.default_rng(0).integers(0, 256, (1, edge, edge, 3), dtype=np.uint8)
        mean = self.maps(noise, POOLED).mean(axis=(1, 2))
        pooled = self.vectors(noise, [POOLED])[POOLED]
        return mean.shape == pooled.shape and np.allclose(mean, pooled, atol=_SAME, rtol=_SAME)

    def vectors(
        self, pixels: NDArray[np.uint8], layers: Sequence[str]
    ) -> dict[str, NDArray[np.float32]]:
        """Return a vector a picture for each layer: of blocks, the mean over their map.

        Parameters
        ----------
        pixels : ndarray of shape (n, edge, edge, 3), uint8
        layers : sequence of str

        Returns
        -------
        dict of str to ndarray of shape (n, dim), float32
        """
        return self._run(pixels, dict.fromkeys(layers, _averaged))

    def maps(self, pixels: NDArray[np.uint8], layer: str) -> NDArray[np.float32]:
        """Return the map of a block, or for ``"pooled"`` the one that is pooled.

        Returns
        -------
        ndarray of shape (n, rows, columns, dim), float32
        """
        name = _LAST if layer == POOLED else layer
        return self._run(pixels, {name: _channels_last})[name]

    def _run(
        self, pixels: NDArray[np.uint8], wanted: Mapping[str, Callable[[torch.Tensor], Any]]
    ) -> dict[str, NDArray[np.float32]]:
        import torch

        with COMPUTING, torch.inference_mode():
            try:
                caught = self._caught
                caught[LOGITS] = self.model(self.framing.normalized(pixels))
                if self.classifier is None:
                    caught[POOLED] = caught[_LAST]
                # Not while it runs: some networks go on working in place on what a layer gave.
                return {
                    name: np.ascontiguousarray(take(caught[name]).numpy())
                    for name, take in wanted.items()
                }
            finally:
                self._caught.clear()

    def _catch(self, layer: str) -> Callable[..., None]:
        def keep(module: Any, entering: Any, leaving: torch.Tensor) -> None:
            self._caught[layer] = leaving

        return keep

    def _catch_entering(self, layer: str) -> Callable[..., None]:
        def keep(module: Any, entering: tuple[torch.Tensor, ...]) -> None:
            self._caught[layer] = entering[0]

        return keep


class PictureEncoder:
    """Pictures as vectors of one layer. Capabilities Stepwise, Layered and Classifier.

    Parameters
    ----------
    network : PictureNetwork
    layer : str
        A block's name, ``"pooled"`` or ``"logits"``.
    """

    def __init__(self, network: PictureNetwork, layer: str = POOLED) -> None:
        self.network = network
        self.layer = layer

    @property
    def nbytes(self) -> int:
        """How much memory its weights take."""
        return self.network.nbytes

    @property
    def dim(self) -> int:
        """Length of its vectors."""
        return self.network.dims[self.layer]

    @property
    def classes(self) -> Sequence[str]:
        """The names of the classes."""
        return self.network.classes

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return a vector for every picture; those that cannot be decoded are named as missing."""
        return gathered(self.steps(payloads), len(payloads), self.dim)

    def steps(self, payloads: Sequence[Payload]) -> Iterator[tuple[Sequence[int], Encoded]]:
        """Embed pictures batch by batch, the next ones decoded meanwhile."""
        for places, found in self.layer_steps(payloads, [self.layer]):
            yield places, found[self.layer]

    def layer_steps(
        self, payloads: Sequence[Payload], layers: Sequence[str]
    ) -> Iterator[tuple[Sequence[int], Mapping[str, Encoded]]]:
        """Embed pictures by several layers in one pass, batch by batch."""
        for layer in layers:
            check_layer(self.network, layer)
        for batch in decoded(payloads, self.network.framing.frame):
            rows = self.network.vectors(stacked(batch.items), layers) if batch.items else {}
            dims = self.network.dims
            yield (
                list(batch.places),
                {
                    layer: Encoded(batch.spread(rows.get(layer), (dims[layer],)), batch.missing)
                    for layer in layers
                },
            )

    def probabilities(self, payloads: Sequence[Payload]) -> Probabilities:
        """Return how likely each class is, for every picture."""
        values = np.zeros((len(payloads), len(self.classes)), dtype=np.float32)
        missing: dict[int, str] = {}
        for places, found in self.layer_steps(payloads, [LOGITS]):
            part = found[LOGITS]
            values[places] = _softmax(part.vectors)
            missing |= {places[at]: why for at, why in part.missing.items()}
        values[list(missing)] = 0
        return Probabilities(values, missing)


class MapEncoder(PictureEncoder):
    """A layer that has a vector for every part of a picture. Capability SpatialMaps besides."""

    @property
    def pools_by_mean(self) -> bool:
        """Whether a picture's vector is the mean of its grid."""
        return self.layer != POOLED or self.network.pools_by_mean

    def grids(
        self, payloads: Sequence[Payload], edge: int | None = None, *, whole: bool = False
    ) -> Grids:
        """Return the grids of pictures, as `grid_steps` gives them."""
        places: list[int] = []
        parts: list[Grids] = []
        missing: dict[int, str] = {}
        for found, part in self.grid_steps(payloads, edge, whole=whole):
            missing |= {found[at]: why for at, why in part.missing.items()}
            places.extend(found)
            parts.append(part)
        if not parts:
            return Grids(np.zeros((0, 1, 1, self.dim), np.float32), np.zeros((0, 4), np.float32))
        vectors = np.concatenate([part.vectors for part in parts])
        boxes = np.concatenate([part.boxes for part in parts])
        return Grids(vectors, boxes, missing)

    def grid_steps(
        self, payloads: Sequence[Payload], edge: int | None = None, *, whole: bool = False
    ) -> Iterator[tuple[Sequence[int], Grids]]:
        """Yield the grids of pictures batch by batch, the next ones decoded meanwhile.

        Raises
        ------
        InputError
            If the network takes pictures of its own size only.
        """
        framing = self.network.framing.at(edge, whole=whole)
        black = np.zeros((1, framing.edge, framing.edge, 3), dtype=np.uint8)
        shape: tuple[int, ...] = ()
        for batch in decoded(payloads, framing.frame, _pictures_at_once(framing.edge)):
            maps = self._maps(stacked(batch.items)) if batch.items else None
            shape = shape or (self._maps(black) if maps is None else maps).shape[1:]
            boxes = np.array([item.box for item in batch.items], np.float32).reshape(-1, 4)
            yield (
                list(batch.places),
                Grids(batch.spread(maps, shape), batch.spread(boxes, (4,)), batch.missing),
            )

    def _maps(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        try:
            return self.network.maps(pixels, self.layer)
        except (RuntimeError, ValueError, AssertionError) as problem:
            own = self.network.framing.edge
            if pixels.shape[1] == own:
                raise
            raise InputError(
                f"{self.network.name} cannot take pictures of {pixels.shape[1]:,} pixels; leave "
                f"them at its own {own}."
            ) from problem


class FeatureEncoder(MapEncoder):
    """The features that are pooled, from which classes are told. Capability LinearHead besides."""

    def head(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return weights (n_classes, dim) and bias (n_classes,) of the last layer, float32."""
        classifier = self.network.classifier
        assert classifier is not None
        weights, bias = classifier.weight.detach().numpy(), classifier.bias.detach().numpy()
        return weights.astype(np.float32), bias.astype(np.float32)


def encoder_of(network: PictureNetwork, layer: str) -> PictureEncoder:
    """Return the encoder of a layer, with the capabilities that this layer has.

    Raises
    ------
    InputError
        If the network has no such layer.
    """
    check_layer(network, layer)
    if layer == LOGITS or not network.has_maps:
        return PictureEncoder(network, layer)
    if layer == POOLED and network.pools_by_mean and network.classifier is not None:
        return FeatureEncoder(network, layer)
    return MapEncoder(network, layer)


def check_layer(network: PictureNetwork, layer: str) -> None:
    """Raise InputError where a network has no layer of that name."""
    known = (*network.blocks, POOLED, LOGITS)
    if layer not in known:
        raise InputError(
            f"{network.name} has no layer called {layer!r}; choose one of: {', '.join(known)}."
        )


def _averaged(found: torch.Tensor) -> torch.Tensor:
    """Return a row a picture: maps by their mean, what is pooled already as it is."""
    return found.mean(dim=(2, 3)) if found.ndim == 4 else found.flatten(1)


def _channels_last(found: torch.Tensor) -> torch.Tensor:
    return found.permute(0, 2, 3, 1)


def _pictures_at_once(edge: int) -> int:
    """Return how many pictures of a size fill as much memory as a batch of usual ones."""
    return max(1, min(AT_ONCE, AT_ONCE * 224**2 // edge**2))


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = np.exp(scores - scores.max(axis=1, keepdims=True))
    share: NDArray[np.float32] = rows / rows.sum(axis=1, keepdims=True)
    return share

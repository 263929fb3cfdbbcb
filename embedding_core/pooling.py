"""From token vectors to one vector a text: what comes after the last layer of a transformer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedding_core.errors import ModelLoadError

if TYPE_CHECKING:
    from torch import Tensor

POOLINGS = ("mean", "cls", "max")
_DENSE_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True)
class Head:
    """What is done to the token vectors.

    Attributes
    ----------
    pooling : {"mean", "cls", "max"}
        The mean over the tokens that are no padding, the first token's vector, or the largest value
        in each dimension.
    layers : tuple of callable
        What follows, in order: linear layers with their activation, scaling to length 1.
    """

    pooling: str = "mean"
    layers: tuple[Callable[[Tensor], Tensor], ...] = ()

    def __call__(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return one vector a text.

        Parameters
        ----------
        tokens : Tensor of shape (n, length, dim)
        mask : Tensor of shape (n, length)
            1 for tokens, 0 for padding.

        Returns
        -------
        Tensor of shape (n, dim)
        """
        found = _POOL[self.pooling](tokens, mask.unsqueeze(-1).to(tokens.dtype))
        for layer in self.layers:
            found = layer(found)
        return found


def head_of(folder: Path, pooling: str = "") -> Head:
    """Return what a model's own folder says is done to its token vectors.

    Parameters
    ----------
    folder : Path
        Where it has a ``modules.json``, as Sentence Transformers write it, that is followed; else
        the mean is taken.
    pooling : str
        Takes the place of the folder's own pooling; what follows it is then left out but for the
        scaling, as its linear layers were trained on the folder's own.

    Raises
    ------
    ModelLoadError
        If the folder asks for a module of a kind that is not known here.
    """
    listed = folder / "modules.json"
    if not listed.is_file():
        return Head(pooling or "mean")
    own, scaled = "mean", False
    layers: list[Callable[[Tensor], Tensor]] = []
    for module in json.loads(listed.read_text()):
        kind = str(module["type"]).rsplit(".", 1)[-1]
        place = folder / str(module.get("path", ""))
        if kind == "Pooling":
            own = _pooling_of(place, folder.name)
        elif kind == "Normalize":
            scaled = True
            layers.append(_scale)
        elif kind == "Dense":
            layers.append(_dense(place, folder.name))
        elif kind != "Transformer":
            raise ModelLoadError(
                f"{folder.name} ends in a module {kind}, which is not known here; choose a model "
                "of Transformer, Pooling, Dense and Normalize."
            )
    if pooling and pooling != own:
        return Head(pooling, (_scale,) if scaled else ())
    return Head(own, tuple(layers))


def _pooling_of(place: Path, name: str) -> str:
    config: dict[str, Any] = json.loads((place / "config.json").read_text())
    on = [key for key, value in config.items() if key.startswith("pooling_mode") and value is True]
    known = {
        "pooling_mode_mean_tokens": "mean",
        "pooling_mode_cls_token": "cls",
        "pooling_mode_max_tokens": "max",
    }
    # Newer folders name it: "pooling_mode": "mean".
    named = config.get("pooling_mode")
    if isinstance(named, str) and named in POOLINGS:
        return named
    if len(on) != 1 or on[0] not in known:
        raise ModelLoadError(
            f"{name} pools its tokens by {', '.join(on) or 'nothing named'}; known here are mean, "
            "cls and max: choose one of them."
        )
    return known[on[0]]


def _dense(place: Path, name: str) -> Callable[[Tensor], Tensor]:
    import torch

    config = json.loads((place / "config.json").read_text())
    activation = str(config.get("activation_function", "torch.nn.modules.linear.Identity"))
    known = {"Identity": torch.nn.Identity(), "Tanh": torch.nn.Tanh(), "ReLU": torch.nn.ReLU(),
             "GELU": torch.nn.GELU()}  # fmt: skip
    kind = activation.rsplit(".", 1)[-1]
    if kind not in known:
        raise ModelLoadError(f"{name} has a linear layer with {kind}, which is not known here.")
    linear = torch.nn.Linear(
        int(config["in_features"]), int(config["out_features"]), bool(config.get("bias", True))
    )
    file = next((place / part for part in _DENSE_WEIGHTS if (place / part).is_file()), None)
    if file is None:
        raise ModelLoadError(f"{name} lacks the weights of {place.name}; copy the whole folder.")
    if file.suffix == ".safetensors":
        from safetensors.torch import load_file

        weights = load_file(file)
    else:
        weights = torch.load(file, weights_only=True, map_location="cpu")
    linear.load_state_dict({key.removeprefix("linear."): value for key, value in weights.items()})
    return torch.nn.Sequential(linear, known[kind]).eval()


def _mean(tokens: Tensor, mask: Tensor) -> Tensor:
    return (tokens * mask).sum(1) / mask.sum(1).clamp(min=1)


def _first(tokens: Tensor, mask: Tensor) -> Tensor:
    return tokens[:, 0]


def _largest(tokens: Tensor, mask: Tensor) -> Tensor:
    return tokens.masked_fill(mask == 0, float("-inf")).amax(1)


def _scale(vectors: Tensor) -> Tensor:
    import torch

    return torch.nn.functional.normalize(vectors, dim=-1)


_POOL = {"mean": _mean, "cls": _first, "max": _largest}

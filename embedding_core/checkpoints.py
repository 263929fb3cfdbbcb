"""Weights of torchvision's networks: which files there are, and which lie on this machine."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from embedding_core.errors import ModelLoadError
from embedding_core.reach import answers, may_answer
from embedding_core.weights import (
    Availability,
    Available,
    Fetchable,
    Missing,
    local_mode,
    models_dir,
)

SERVER = "https://download.pytorch.org/models/"
_MARK = re.compile(r"-([0-9a-f]{8,})\.")


@dataclass(frozen=True)
class Checkpoint:
    """One file of weights.

    Attributes
    ----------
    weights : str
        What torchvision calls these weights of the network, such as ``"IMAGENET1K_V2"``.
    file : str
        Its name, here and on PyTorch's server.
    megabytes : int
        Millions of bytes.
    """

    weights: str
    file: str
    megabytes: int

    @property
    def size(self) -> str:
        """Its size, with unit."""
        return (
            f"{self.megabytes:,} MB" if self.megabytes < 1_000 else f"{self.megabytes / 1e3:.1f} GB"
        )


@cache
def checkpoints() -> dict[str, tuple[Checkpoint, ...]]:
    """Return torchvision's classifiers of ImageNet by name, each with its files, the best first.

    Listed in a file, as asking torchvision would mean to import it.
    """
    path = Path(__file__).with_name("torchvision_weights.json")
    listed = json.loads(path.read_text(encoding="utf-8"))
    return {name: tuple(Checkpoint(**row) for row in rows) for name, rows in listed.items()}


def find(network: str) -> tuple[Checkpoint, Path] | None:
    """Return the weights of a network on this machine, the best of them; None where none are."""
    for checkpoint in checkpoints()[network]:
        for folder in (models_dir(), torch_folder()):
            if (folder / checkpoint.file).is_file():
                return checkpoint, folder / checkpoint.file
    return None


def availability_of(network: str) -> Availability:
    """Tell whether weights of a network are here, or can be had. Touches no network."""
    if find(network) is not None:
        return Available()
    best = checkpoints()[network][0]
    if local_mode() and may_answer(SERVER):
        return Fetchable(best.size)
    reached = " and download.pytorch.org cannot be reached" if local_mode() else ""
    return Missing(f"{best.file} ({best.size}) is not on this machine{reached}.", _remedy(best))


def fetch(network: str) -> tuple[Checkpoint, Path]:
    """Return the weights of a network, fetched from PyTorch's server where that is allowed.

    Raises
    ------
    ModelLoadError
        If they are neither here nor can be had, or came damaged.
    """
    found = find(network)
    if found is not None:
        return found
    best = checkpoints()[network][0]
    if not local_mode() or not answers(SERVER):
        raise ModelLoadError(f"{best.file} ({best.size}) is not on this machine. {_remedy(best)}")
    from torch.hub import download_url_to_file

    path = torch_folder() / best.file
    mark = _MARK.search(best.file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written beside it first: what is cut off never lies there under its name.
        download_url_to_file(
            SERVER + best.file, str(path), mark[1] if mark else None, progress=False
        )
    except (OSError, RuntimeError) as problem:
        raise ModelLoadError(
            f"{best.file} could not be fetched ({type(problem).__name__}); try again later, or put "
            f"the file into {models_dir()}."
        ) from problem
    return best, path


def _remedy(checkpoint: Checkpoint) -> str:
    put = f"Put {SERVER}{checkpoint.file} into {models_dir()}"
    if local_mode():
        return f"{put}, or try again with a network."
    return f"{put}, or start with EMBEDDING_LOCAL=1 to have it fetched."


def torch_folder() -> Path:
    """Return where PyTorch itself keeps what it fetched."""
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    home = Path(os.environ.get("TORCH_HOME") or cache_home / "torch").expanduser()
    return home / "hub" / "checkpoints"

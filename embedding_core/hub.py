"""Where a model's files lie: in our folder, in the hub's cache, or, where allowed, on the hub."""

from __future__ import annotations

import json
import re
import socket
from functools import lru_cache
from pathlib import Path

from embedding_core.errors import ModelLoadError
from embedding_core.weights import Availability, Available, Missing, local_mode, models_dir

_ID = re.compile(r"[A-Za-z0-9][\w.\-]*(/[A-Za-z0-9][\w.\-]*)?")
_WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin")
_HUB = ("huggingface.co", 443)
_PROBE_SECONDS = 2.0


def folder_of(model: str) -> Path | None:
    """Return the folder with a model's files on this machine, or None.

    Parameters
    ----------
    model : str
        A hub's id (``owner/name`` or ``name``); or, in local mode, a folder.
    """
    model = model.strip()
    if local_mode() and model and Path(model).expanduser().is_dir():
        return Path(model).expanduser()
    if not _ID.fullmatch(model):
        return None
    for name in (model, model.replace("/", "--"), model.rsplit("/", 1)[-1]):
        folder = models_dir() / name
        if (folder / "config.json").is_file():
            return folder
    return _cached(model)


def availability_of(model: str, size: str = "") -> Availability:
    """Tell whether a model's files are on this machine. Touches no network."""
    if not model.strip():
        return Missing("no model is named.", "Type the hub's id of one, such as owner/name.")
    folder = folder_of(model)
    if folder is None:
        about = f" ({size})" if size else ""
        fetch = (
            "With the app on your own machine it is fetched when first used, or "
            if (local_mode())
            else ""
        )
        put = f"put its folder into {models_dir()} as {model.rsplit('/', 1)[-1]}."
        return Missing(
            f"{model}{about} is not on this machine.",
            f"{fetch}{put}" if fetch else put[0].upper() + put[1:],
        )
    lacking = missing_part(folder)
    if lacking:
        return Missing(f"{folder.name} has no {lacking}.", "Copy the whole folder of the model.")
    return Available()


def missing_part(folder: Path) -> str:
    """Return what a folder lacks to be a whole model; empty where nothing."""
    if not (folder / "config.json").is_file():
        return "config.json"
    if not any((folder / name).is_file() for name in _WEIGHTS):
        return "weights (model.safetensors)"
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        try:
            parts = set(json.loads(index.read_text())["weight_map"].values())
        except (ValueError, KeyError, AttributeError):
            return "readable model.safetensors.index.json"
        lost = sorted(part for part in parts if not (folder / part).is_file())
        if lost:
            return lost[0]
    tokenizers = ("tokenizer.json", "vocab.txt", "tokenizer_config.json", "spiece.model")
    if not any((folder / name).is_file() for name in tokenizers):
        return "tokenizer (tokenizer.json)"
    return ""


def fetch(model: str) -> Path:
    """Return the folder with a model's files, fetched from the hub where that is allowed.

    Raises
    ------
    ModelLoadError
        If it is neither here nor can be had: not allowed, hub not reachable, no such model, or one
        that asks for an account.
    """
    folder = folder_of(model)
    if folder is not None:
        return folder
    if not local_mode() or not _ID.fullmatch(model.strip()):
        state = availability_of(model)
        assert isinstance(state, Missing)
        raise ModelLoadError(f"{state.reason} {state.remedy}")
    if not _hub_answers():
        raise ModelLoadError(
            f"{model} is not on this machine and the hub cannot be reached; put its folder into "
            f"{models_dir()} as {model.rsplit('/', 1)[-1]}."
        )
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    try:
        return Path(
            snapshot_download(
                model,
                allow_patterns=["*.json", "*.txt", "*.model", "*.safetensors", "*/config.json"],
            )
        )
    except GatedRepoError as problem:
        raise ModelLoadError(
            f"{model} asks for an account on the hub; choose an open model, or fetch it yourself "
            f"and put its folder into {models_dir()}."
        ) from problem
    except RepositoryNotFoundError as problem:
        raise ModelLoadError(
            f"The hub has no model {model}; check the spelling (owner/name)."
        ) from problem
    except (HfHubHTTPError, OSError) as problem:
        raise ModelLoadError(
            f"{model} could not be fetched from the hub ({type(problem).__name__}); try again "
            f"later, or put its folder into {models_dir()}."
        ) from problem


def _cached(model: str) -> Path | None:
    """Return the folder in which the hub's own cache keeps a model, or None."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(model, "config.json")
    return Path(found).parent if isinstance(found, str) else None


@lru_cache(maxsize=1)
def _hub_answers() -> bool:
    """Ask once a process whether the hub can be reached: its own waits take minutes."""
    try:
        with socket.create_connection(_HUB, timeout=_PROBE_SECONDS):
            return True
    except OSError:
        return False

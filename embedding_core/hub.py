"""Where a model's files lie: in our folder, in the hub's cache, or, where allowed, on the hub."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from embedding_core.errors import ModelLoadError
from embedding_core.reach import is_reached
from embedding_core.weights import (
    Availability,
    Available,
    Fetchable,
    Missing,
    local_mode,
    models_dir,
    path_identity,
)

# The hub's own ids have 96 letters at most; what is far longer is no name of a folder either.
_ID = re.compile(r"[A-Za-z0-9][\w.\-]{,95}(/[A-Za-z0-9][\w.\-]{,95})?", re.ASCII)
_WEIGHTS = ("model.safetensors", "model.safetensors.index.json", "pytorch_model.bin")
_TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "tokenizer_config.json", "spiece.model")
# No pickles, and no code.
_FETCHED = ("*.json", "*.txt", "*.model", "*.safetensors")
# Models of before safetensors have their numbers in a pickle alone. It is read as numbers only:
# transformers load it with weights_only, and code in it is refused.
_OLDER = ("pytorch_model.bin",)
_ASKED_EVERY = 60  # seconds
# Whether the hub answered, by the minute it was asked in; the last one alone.
_answers: dict[int, bool] = {}


def is_id(model: str) -> bool:
    """Tell whether a text is written as the hub's ids are."""
    return bool(_ID.fullmatch(model.strip()))


def folder_of(model: str) -> Path | None:
    """Return the folder with a model's files on this machine, or None.

    Parameters
    ----------
    model : str
        A hub's id (``owner/name`` or ``name``); or, in local mode, a folder.
    """
    model = model.strip()
    own = _own_folder(model) if local_mode() else None
    if own is not None:
        return own
    if not is_id(model):
        return None
    for name in (model, model.replace("/", "--"), _name(model)):
        folder = models_dir() / name
        if (folder / "config.json").is_file():
            return folder
    return _cached(model)


def _own_folder(model: str) -> Path | None:
    """Return the folder that a person named on their own machine, or None."""
    try:
        folder = Path(model).expanduser()
        return folder if model and folder.is_dir() else None
    except (OSError, RuntimeError, ValueError):
        # Too long for a name, not ours to look into, or the home of nobody (~nobody).
        return None


def weights_mark(model: str) -> str:
    """Return a short digest of a model's weights on this machine; ``"hub"`` where none are."""
    folder = folder_of(model)
    files = [*folder.glob("*.safetensors"), *folder.glob("pytorch_model.bin")] if folder else []
    return path_identity(min(files)) if files else "hub"


def availability_of(model: str, size: str = "", *, tokenizer: bool = True) -> Availability:
    """Tell whether a model's files are on this machine, or can be had. Touches no network.

    Parameters
    ----------
    model : str
        As for :func:`folder_of`.
    size : str
        Of its files, as text, where it is known.
    tokenizer : bool
        Whether it needs one; a model that reads no text needs none.
    """
    model = model.strip()
    if not model:
        return Missing("no model is named.", "Type the hub's id of one, such as owner/name.")
    folder = folder_of(model)
    if folder is None and not is_id(model):
        return Missing(
            f"{model} is neither the hub's id of a model nor a folder that may be read here.",
            "Type an id such as owner/name.",
        )
    lacking = "" if folder is None else missing_part(folder, tokenizer=tokenizer)
    if folder is not None and not lacking:
        return Available()
    if _may_fetch(model, folder) and _answers.get(_minute(), True):
        return Fetchable(size)
    if folder is not None:
        return Missing(f"{folder.name} has no {lacking}.", "Copy the whole folder of the model.")
    about = f" ({size})" if size else ""
    reached = " and the hub cannot be reached" if local_mode() else ""
    return Missing(f"{model}{about} is not on this machine{reached}.", _remedy(model))


def missing_part(folder: Path, *, tokenizer: bool = True) -> str:
    """Return what a folder lacks to be a whole model; empty where nothing.

    A tokenizer is asked for unless `tokenizer` says that the model reads no text.
    """
    if not (folder / "config.json").is_file():
        return "config.json"
    if not any((folder / name).is_file() for name in _WEIGHTS):
        return "weights (model.safetensors)"
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        try:
            parts: set[str] = set(
                json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return "readable model.safetensors.index.json"
        lost = sorted(part for part in parts if not (folder / part).is_file())
        if lost:
            return lost[0]
    if tokenizer and not any((folder / name).is_file() for name in _TOKENIZERS):
        return "tokenizer (tokenizer.json)"
    return ""


def fetch(model: str, *, tokenizer: bool = True) -> Path:
    """Return the folder with a model's files, fetched from the hub where that is allowed.

    Raises
    ------
    ModelLoadError
        If it is neither here nor can be had: not allowed, hub not reachable, no such model, or one
        that asks for an account.
    """
    model = model.strip()
    folder = folder_of(model)
    if folder is not None and not missing_part(folder, tokenizer=tokenizer):
        return folder
    if not _may_fetch(model, folder) or not hub_answers():
        state = availability_of(model, tokenizer=tokenizer)
        if isinstance(state, Missing):
            raise ModelLoadError(f"{state.reason} {state.remedy}")
        raise ModelLoadError(f"{model} changed while it was looked at; try again.")
    return _fetched(model)


def hub_answers() -> bool:
    """Tell whether the hub can be reached: asked at most once a minute, for two seconds.

    Its own client waits for minutes where nothing answers.
    """
    minute = _minute()
    if minute not in _answers:
        found = _is_reached()
        _answers.clear()
        _answers[minute] = found
    return _answers[minute]


def _fetched(model: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    try:
        folder = Path(snapshot_download(model, allow_patterns=list(_FETCHED)))
        if not any((folder / name).is_file() for name in _WEIGHTS):
            snapshot_download(model, allow_patterns=list(_OLDER))
        return folder
    except GatedRepoError as problem:
        raise ModelLoadError(
            f"{model} asks for an account on the hub; choose an open model, or fetch it yourself "
            f"and put its folder into {models_dir()}."
        ) from problem
    except RepositoryNotFoundError as problem:
        raise ModelLoadError(
            f"The hub has no model {model}; check the spelling (owner/name)."
        ) from problem
    except Exception as problem:  # The hub, its transport and the disk each have their own errors.
        raise ModelLoadError(
            f"{model} could not be fetched from the hub ({type(problem).__name__}); try again "
            f"later, or {_put(model)}."
        ) from problem


def _may_fetch(model: str, folder: Path | None) -> bool:
    """Tell whether the hub may be asked: on one's own machine, and not to mend one's own folder."""
    own = folder is not None and not folder.is_relative_to(_hub_cache())
    return local_mode() and not own and is_id(model)


def _remedy(model: str) -> str:
    put = _put(model)
    if local_mode():
        return f"{put[0].upper()}{put[1:]}, or try again with a network."
    return f"{put[0].upper()}{put[1:]}, or start with EMBEDDING_LOCAL=1 to have it fetched."


def _put(model: str) -> str:
    return f"put its folder into {models_dir()} as {_name(model)}"


def _name(model: str) -> str:
    return model.rsplit("/", 1)[-1]


def _hub_cache() -> Path:
    # Of the hub's package, this part alone is quick to import.
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def _cached(model: str) -> Path | None:
    """Return the folder in which the hub's own cache keeps a model, or None."""
    if not (_hub_cache() / f"models--{model.replace('/', '--')}").is_dir():
        return None
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(model, "config.json", cache_dir=_hub_cache())
    return Path(found).parent if isinstance(found, str) else None


def _minute() -> int:
    return int(time.monotonic() // _ASKED_EVERY)


def _is_reached() -> bool:
    """Open a connection to the hub, or to the proxy before it."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return False
    return is_reached(constants.ENDPOINT)

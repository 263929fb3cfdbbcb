"""PyTorch, transformers, torchvision and timm, made ready to import beside each other."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from embedding_core.errors import MissingDependencyError

if TYPE_CHECKING:
    from types import ModuleType

COMPUTING = threading.Lock()
"""Held during a forward pass: each takes all cores, and two at once would take turns at every layer
instead of at every batch."""
_LOCK = threading.Lock()
# Kept for good: a library of operators is gone with its last reference.
_DECLARED: list[Any] = []
_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def transformers() -> ModuleType:
    """Return the transformers package, imported once in some seconds.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    with _LOCK:
        try:
            mend_torchvision()
            import transformers as package
        except ImportError as problem:
            raise MissingDependencyError(
                "transformers", "A transformer", "pip install -r requirements.txt"
            ) from problem
        told: Any = package.logging
        told.set_verbosity_error()
        told.disable_progress_bar()
        return package


def torchvision() -> ModuleType:
    """Return the torchvision package, whether or not it was built for this PyTorch.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    return _vision("torchvision")


def timm() -> ModuleType:
    """Return the timm package, whose definitions of networks are kept up by many.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    return _vision("timm")


def _vision(name: str) -> ModuleType:
    with _LOCK:
        try:
            mend_torchvision()
            return import_module(name)
        except ImportError as problem:
            raise MissingDependencyError(
                name, "A network that sees", "pip install -r requirements.txt"
            ) from problem


@cache
def mend_torchvision() -> None:
    """Make ``import torchvision`` work where it was built for CUDA and PyTorch was not.

    Such a torchvision fails while it is imported, as PyTorch does not know its operators, and takes
    transformers with it. Declaring the two operators it looks for is enough for everything that
    does not call them. A torchvision that imports is left as it is.
    """
    import torch

    try:
        import torchvision
    except ImportError:
        return
    except RuntimeError as problem:
        if "torchvision::" not in str(problem):
            raise
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        make: Any = torch.library.Library
        library = make("torchvision", "DEF")
        _DECLARED.append(library)
        for operator in ("nms", "qnms"):
            with suppress(RuntimeError):
                library.define(operator + _SCHEMA)
        import torchvision  # noqa: F401

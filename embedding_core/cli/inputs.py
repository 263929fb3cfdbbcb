"""From what was named on the command line to items, vectors and maps."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import embedding_core as ec
from embedding_core.cli.terminal import ProgressLine, say_dropped, say_notes
from embedding_core.collection import VectorRows
from embedding_core.errors import InputError, UnknownNameError
from embedding_core.models import ModelSpec, TrainerSpec
from embedding_core.params import Param
from embedding_core.reading import guess_modality
from embedding_core.weights import Available, Fetchable

if TYPE_CHECKING:
    from embedding_core.collection import Collection
    from embedding_core.corpus import Corpus
    from embedding_core.embedding import Embedding

SAMPLE = "sample:"
# Which kinds of items an option of reading is for.
_OWNERS = {
    "label": ("vectors", "graph"),
    "metadata": ("vectors", "graph"),
    "parts": ("text",),
}
# What a setting without a default holds, by its kind.
_NAMED = {"path": "FILE", "text": "ID"}


@dataclass(frozen=True)
class Opened:
    """What was named as INPUT.

    Attributes
    ----------
    collection : Collection
    color : str
        The column its maker colours by; empty where unknown.
    """

    collection: Collection
    color: str = ""


def open_input(arguments: Namespace) -> Opened:
    """Open INPUT: a file, ZIP or folder, or a built-in sample as ``sample:NAME``.

    What was changed or left out on reading is said on stderr.
    """
    source: str = arguments.input
    if source.startswith(SAMPLE):
        if arguments.parts:
            raise InputError(f"--parts is for files of text; {source} is a table.")
        sample = ec.SAMPLES[source.removeprefix(SAMPLE)]
        opened = Opened(sample.read(), sample.color)
    else:
        with _openable(source):
            if source in ec.SAMPLES and not Path(source).exists():
                raise InputError(
                    f"There is no file called {source}; the built-in sample is {SAMPLE}{source}."
                )
            model = ec.EMBEDDERS[arguments.model] if arguments.model else None
            modality = arguments.modality or _told(arguments, model) or guess_modality(source)
            opened = Opened(ec.read(source, modality, **_options(arguments, modality, model)))
    say_notes(opened.collection.notes)
    return opened


def _told(arguments: Namespace, model: ModelSpec | None) -> str:
    """Return what the items must be, by what was asked for; empty where a look is needed."""
    if arguments.metadata and (model is None or model.modality != "graph"):
        return "vectors"
    return model.modality if model is not None else ""


def _options(arguments: Namespace, modality: str, model: ModelSpec | None) -> dict[str, str]:
    """Return how the file is to be read, as far as it was said; the model says what an item is."""
    names = ("column", "label", "metadata", "parts")
    given = {name: value for name in names if (value := getattr(arguments, name))}
    for name, owners in _OWNERS.items():
        if name in given and modality not in owners:
            raise InputError(
                f"--{name} is for {' and '.join(owners)}; {arguments.input} holds {modality}."
            )
    if modality == "text":
        unit = model.unit if model is not None and model.modality == "text" else ""
        if "parts" in given and unit == "word":
            raise InputError(
                f"--parts is for sentences and documents; {arguments.model} embeds words."
            )
        given["unit"] = unit or ("sentence" if "parts" in given else "")
    return given


@contextmanager
def _openable(path: str) -> Iterator[None]:
    """Say in a sentence what the disk has against a path the person named."""
    try:
        yield
    except OSError as problem:
        raise InputError(
            f"{problem.filename or path} cannot be opened ({problem.strerror or problem}); check "
            "the path and who may read it."
        ) from problem


def open_embedding(arguments: Namespace) -> tuple[Collection, Embedding]:
    """Return the items of INPUT and their vectors."""
    collection = open_input(arguments).collection
    model = arguments.model
    owners = {model: ec.EMBEDDERS[model].params} if model else {}
    params = split_settings(arguments.set, owners).get(model, {})
    with ProgressLine() as progress:
        return collection, make_embedding(arguments, collection, params, progress)


def make_embedding(
    arguments: Namespace, collection: Collection, params: Mapping[str, Any], progress: ProgressLine
) -> Embedding:
    """Return the vectors of a collection: by the model named, or those that came with it.

    Items without a vector are named on stderr.
    """
    name: str = arguments.model or ""
    if name:
        corpus = _corpus(name, arguments.corpus)
        embedding = ec.embed(
            collection,
            name,
            corpus=corpus,
            seed=arguments.seed or 0,
            progress=progress,
            **params,
        )
    else:
        _refuse_without_model(arguments, collection)
        embedding = ec.embed(collection)
    progress.clear()
    say_dropped(embedding.dropped)
    say_dropped(embedding.notes, "changed to fit")
    return embedding


def _refuse_without_model(arguments: Namespace, collection: Collection) -> None:
    if not isinstance(collection.payloads, VectorRows):
        fitting = [
            spec.name for spec in ec.EMBEDDERS.values() if spec.modality == collection.modality
        ]
        raise InputError(
            f"{arguments.input} holds {collection.modality} without vectors; name a model with "
            f"--model, one of: {', '.join(fitting)}."
        )
    if arguments.corpus:
        raise InputError("--corpus is for models that learn; name one with --model.")


def _corpus(model: str, named: str | None) -> Corpus | None:
    """Return the text to learn from: a built-in corpus or a file."""
    spec = ec.EMBEDDERS[model]
    learns = isinstance(spec, TrainerSpec) and spec.needs_corpus
    if not named:
        if learns:
            raise InputError(
                f"{model} learns from running text; give it with --corpus, a text file or one of: "
                f"{', '.join(ec.CORPORA)}."
            )
        return None
    if not learns:
        raise InputError(f"{model} learns from no text; leave --corpus out.")
    name = named.removeprefix(SAMPLE)
    if name in ec.CORPORA:
        return ec.sample_corpus(name)
    with _openable(named):
        if not Path(named).exists():
            raise UnknownNameError("text file or corpus", named, ec.CORPORA)
        return ec.read_corpus(named)


def split_settings(
    given: Sequence[str], owners: Mapping[str, Sequence[Param]]
) -> dict[str, dict[str, Any]]:
    """Give each ``--set param=value`` to the model or the projector that has such a setting.

    Parameters
    ----------
    given : sequence of str
        ``param=value``, or ``owner.param=value`` where both have a setting of that name.
    owners : mapping of str to sequence of Param
        The settings of the model and the projector in use.

    Returns
    -------
    dict of str to dict
        By owner; values are checked where they are used.

    Raises
    ------
    InputError
        If it is no ``param=value``, is given twice, or fits two owners.
    UnknownNameError
        If nobody has such a setting.
    """
    settings: dict[str, dict[str, Any]] = {owner: {} for owner in owners}
    known = {owner: {param.name for param in params} for owner, params in owners.items()}
    for text in given:
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign or not name:
            raise InputError(
                f"--set got {text!r}; write it as param=value, such as n_neighbors=30."
            )
        owner, dot, short = name.partition(".")
        if dot and owner in owners:
            found = [owner] if short in known[owner] else []
        else:
            short, found = name, [owner for owner in owners if name in known[owner]]
        if len(found) > 1:
            raise InputError(
                f"--set {name} fits {' and '.join(found)}; write {found[0]}.{name}={value}."
            )
        if not found:
            valid = [param for names in known.values() for param in sorted(names)]
            kind = f"setting of {' or '.join(owners)}" if owners else "setting"
            raise UnknownNameError(kind, name, valid or ("(there are none)",))
        if short in settings[found[0]]:
            raise InputError(f"--set {name} is given twice; give it once.")
        settings[found[0]][short] = value
    return settings


def availability_of(name: str) -> tuple[bool, str, str]:
    """Return whether a model can be used here, what is missing, and what to do about it."""
    spec = ec.EMBEDDERS[name]
    state = spec.availability({param.name: param.default for param in spec.params})
    if isinstance(state, Fetchable):
        return True, "", "a network, when first used"
    if isinstance(state, Available):
        return True, "", ""
    for param in spec.params:
        if param.kind in _NAMED and not param.default:
            # Nothing is missing: it is named in each command.
            return True, "", f"--set {param.name}={_NAMED[param.kind]}"
    return False, state.reason, state.remedy

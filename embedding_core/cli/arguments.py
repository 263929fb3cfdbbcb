"""The commands of the shell and their options."""

from __future__ import annotations

import argparse
from typing import NoReturn

import embedding_core as ec
from embedding_core.cli import (
    commands,
    comparing,
    grouping,
    keeping,
    linking,
    listings,
    looking,
    recommending,
    shrinking,
    verifying,
)
from embedding_core.cli.terminal import shown
from embedding_core.compression.codes import METRICS as COMPRESSIBLE
from embedding_core.modalities.passages import PARTS
from embedding_core.params import Param
from embedding_core.similarity import METRICS

PROGRAM = "embedding-explorer"
_MAX_SEED = 2**32 - 1
_OUT = (
    "the file to write: .parquet keeps everything; .csv, .npz, .vec (word2vec text), .tsv or .zip "
    "(the Embedding Projector's pair)"
)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, and ends with 2."""

    def error(self, message: str) -> NoReturn:
        """Write the sentence to stderr."""
        self.exit(2, shown(f"{self.prog}: {message}; {self.prog} --help tells more.") + "\n")


def build() -> Parser:
    """Return the parser of the whole command line; each command's function is its ``run``."""
    parser = Parser(
        prog=PROGRAM,
        description="Embeddings of words, sentences, pictures, sounds, graphs, ratings, vectors: "
        "make them, map them, ask who is near whom.",
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {ec.__version__}")
    found = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, about, run in (
        ("models", "list the models", listings.list_models),
        ("samples", "list the built-in data", listings.list_samples),
    ):
        command = _command(found, name, about, run)
        command.add_argument("--json", action="store_true", help="print JSON")
    _store(found)
    _embed(found)
    _project(found)
    _neighbors(found)
    _compare(found)
    _clusters(found)
    _duplicates(found)
    _probe(found)
    _same_label(found)
    _compress(found)
    _classify(found)
    _spot(found)
    _verify(found)
    _links(found)
    _recommend(found)
    _map(found)
    return parser


def _command(found, name: str, about: str, run, epilog: str = "") -> argparse.ArgumentParser:  # type: ignore[no-untyped-def]  # argparse's own type is private
    command: argparse.ArgumentParser = found.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _store(found) -> None:  # type: ignore[no-untyped-def]
    about = "tell where computed vectors are kept for the next time, and how large that is"
    command = _command(found, "store", about, keeping.keep)
    command.add_argument("--clear", action="store_true", help="forget all of it")
    command.add_argument("--json", action="store_true", help="print JSON")


def _embed(found) -> None:  # type: ignore[no-untyped-def]
    about = "embed items and write one row an item: id, its columns, vector"
    command = _command(found, "embed", about, commands.embed, _models_help())
    _input(command, "a file, ZIP or folder (sub-folders become the column label), or sample:NAME")
    _seed(command)
    command.add_argument("--out", required=True, metavar="X.parquet", help=_OUT)


def _project(found) -> None:  # type: ignore[no-untyped-def]
    about = "draw the map of vectors and write it beside them as x, y (and z)"
    command = _command(found, "project", about, commands.project, _projectors_help())
    _input(command, "what embed wrote; or anything with vectors, or with --model any items")
    _map_options(command)
    command.add_argument("--out", required=True, metavar="Y.parquet", help=_OUT)


def _neighbors(found) -> None:  # type: ignore[no-untyped-def]
    about = "print the items nearest to one"
    command = _command(found, "neighbors", about, listings.list_neighbors)
    _input(command, "what embed or project wrote; or anything with vectors, or with --model")
    _seed(command)
    command.add_argument("--id", required=True, help="the item to start from")
    command.add_argument("-k", type=int, default=10, metavar="N", help="how many (10)")
    command.add_argument("--metric", choices=METRICS, help="what near means (cosine)")
    command.add_argument("--json", action="store_true", help="print JSON")


def _compare(found) -> None:  # type: ignore[no-untyped-def]
    about = "tell how far two models, two metrics or two files of the same items agree"
    command = _command(found, "compare", about, comparing.compare, _models_help())
    _input(command, "what embed or project wrote; or anything with vectors, or with --model")
    command.add_argument(
        "other", metavar="OTHER", nargs="?", help="the same items in another file (INPUT again)"
    )
    command.add_argument(
        "--other-model", metavar="NAME", help="what embeds the other side's items (--model)"
    )
    command.add_argument("--metric", choices=METRICS, help="what near means (cosine)")
    command.add_argument(
        "--other-metric", choices=METRICS, help="what near means on the other side (--metric)"
    )
    preparations = tuple(ec.PREPROCESSINGS)
    command.add_argument(
        "--prep", choices=preparations, default="raw", help="how vectors are prepared (raw)"
    )
    command.add_argument(
        "--other-prep", choices=preparations, help="and those of the other side (--prep)"
    )
    command.add_argument("-k", type=int, default=15, metavar="N", help="neighbours per item (15)")
    _seed(command)
    command.add_argument("--json", action="store_true", help="print JSON")


def _clusters(found) -> None:  # type: ignore[no-untyped-def]
    about = "find dense groups of items and print them with their names"
    command = _command(found, "clusters", about, grouping.find_clusters, _models_help())
    _input(command, "what embed or project wrote; or anything with vectors, or with --model")
    command.add_argument(
        "--min-size", type=int, metavar="N", help="the fewest items that make a cluster (by itself)"
    )
    command.add_argument("--metric", choices=METRICS, help="what near means (cosine)")
    command.add_argument(
        "--projector",
        choices=tuple(ec.PROJECTORS),
        help="find them on such a map instead of the vectors",
    )
    command.add_argument(
        "--against", metavar="COLUMN", help="a column of labels to compare them with"
    )
    _seed(command)
    command.add_argument("--json", action="store_true", help="print JSON, with every item's own")


def _duplicates(found) -> None:  # type: ignore[no-untyped-def]
    about = "find items that are the same or nearly the same"
    command = _command(found, "duplicates", about, grouping.find_duplicates, _models_help())
    _input(command, "what embed or project wrote; or anything with vectors, or with --model")
    command.add_argument(
        "--threshold",
        type=float,
        metavar="X",
        help="similarity from which, or distance up to which, items are near (by the data)",
    )
    command.add_argument("--metric", choices=METRICS, help="what near means (cosine)")
    _seed(command)
    command.add_argument("--json", action="store_true", help="print JSON")


def _probe(found) -> None:  # type: ignore[no-untyped-def]
    about = "tell how much of a column can be read off the vectors, beside guessing"
    command = _command(found, "probe", about, grouping.probe_label, _models_help())
    _input(command, "what embed or project wrote; or anything with vectors, or with --model")
    command.add_argument("--target", required=True, metavar="COLUMN", help="what is to be read off")
    command.add_argument(
        "--group", metavar="COLUMN", help="items of one group are never learned from and asked"
    )
    command.add_argument("--metric", choices=METRICS, help="who the nearest are (cosine)")
    command.add_argument("-k", type=int, default=5, metavar="N", help="neighbours that vote (5)")
    command.add_argument("--folds", type=int, default=5, metavar="N", help="parts, 2 to 20 (5)")
    _seed(command)
    command.add_argument("--json", action="store_true", help="print JSON")


def _same_label(found) -> None:  # type: ignore[no-untyped-def]
    about = "tell how often the nearest item has the same label, beside chance"
    command = _command(found, "same-label", about, grouping.compare_labels, _models_help())
    _input(command, "what embed or project wrote; or anything with vectors, or with --model")
    command.add_argument("--target", required=True, metavar="COLUMN", help="the labels")
    command.add_argument("--metric", choices=METRICS, help="who the nearest is (cosine)")
    _seed(command)
    command.add_argument("--json", action="store_true", help="print JSON")


def _compress(found) -> None:  # type: ignore[no-untyped-def]
    about = "make vectors smaller in several ways, and tell which neighbours each still finds"
    command = _command(found, "compress", about, shrinking.measure, _models_help())
    _input(command, "what embed or project wrote; or anything with vectors, or with --model")
    command.add_argument(
        "--as",
        dest="recipes",
        metavar="WAY,...",
        help="such as int8,pca64,pca64+int8,random64,pq16,binary (a selection that fits)",
    )
    command.add_argument("-k", type=int, default=10, metavar="N", help="neighbours asked for (10)")
    command.add_argument(
        "--metric", choices=COMPRESSIBLE, default="cosine", help="what near means (cosine)"
    )
    command.add_argument(
        "--losers", type=int, default=3, metavar="N", help="items named that lose most (3)"
    )
    _seed(command)
    command.add_argument("--json", action="store_true", help="print JSON")


def _classify(found) -> None:  # type: ignore[no-untyped-def]
    about = "name what is in pictures: by the classes a model learned, or by labels you give"
    command = _command(found, "classify", about, looking.classify)
    _input(command, "a picture, a folder or ZIP of them, or sample:NAME")
    command.add_argument("--top", type=int, default=5, metavar="N", help="how many classes (5)")
    command.add_argument(
        "--labels", metavar="A,B,...", help="choose among these, by a model that knows text"
    )
    command.add_argument(
        "--template", metavar="TEXT", help='what a label is put into ("a photo of a {}")'
    )
    command.add_argument(
        "--against", metavar="COLUMN", help="the pictures' own labels, to compare with"
    )
    _seed(command)
    command.add_argument("--json", action="store_true", help="print JSON")


def _spot(found) -> None:  # type: ignore[no-untyped-def]
    about = "find in all pictures what a box of one of them holds"
    command = _command(found, "spot", about, looking.spot)
    _input(command, "a folder or ZIP of pictures, or sample:NAME")
    command.add_argument(
        "--in", dest="inside", required=True, metavar="ID", help="the picture with the box"
    )
    command.add_argument(
        "--box",
        required=True,
        metavar="L,T,R,B",
        help="its left, top, right and bottom, as parts of the picture from 0 to 1",
    )
    command.add_argument(
        "--edge", type=int, metavar="PIXELS", help="bring pictures to this size, for finer regions"
    )
    command.add_argument("-k", type=int, default=20, metavar="N", help="how many places (20)")
    command.add_argument("--json", action="store_true", help="print JSON")


def _verify(found) -> None:  # type: ignore[no-untyped-def]
    about = "tell how often labelled clips are taken for one another, and whom new ones pass for"
    command = _command(found, "verify", about, verifying.verify, _models_help())
    _input(command, "what embed wrote; or a folder, ZIP or sample:NAME of clips with --model")
    command.add_argument(
        "--by", default="label", metavar="COLUMN", help="whose voice each is (label: the folder)"
    )
    command.add_argument(
        "--clip", action="append", metavar="FILE", help="a new clip to verify; may be repeated"
    )
    at = command.add_mutually_exclusive_group()
    at.add_argument(
        "--threshold",
        type=float,
        metavar="COSINE",
        help="from where a clip passes (both errors alike)",
    )
    at.add_argument(
        "--false-accept", type=float, metavar="SHARE", help="or the share of others that may pass"
    )
    _seed(command)
    command.add_argument("--json", action="store_true", help="print JSON")


def _links(found) -> None:  # type: ignore[no-untyped-def]
    about = "hide some links of a graph, see who finds them, and print which may be missing"
    command = _command(found, "links", about, linking.find_links, _models_help())
    _input(command, "a graph, or sample:NAME; --model is node2vec where left out")
    command.add_argument(
        "--share", type=float, default=0.1, metavar="X", help="of all links, those hidden (0.1)"
    )
    command.add_argument(
        "--repeats", type=_as_count, default=1, metavar="N", help="times, each with other links (1)"
    )
    command.add_argument(
        "--metric", choices=("cosine", "dot"), default="cosine", help="what near means (cosine)"
    )
    command.add_argument(
        "-k", type=_as_count, default=10, metavar="N", help="how many missing links (10)"
    )
    _seed(command)
    command.add_argument("--json", action="store_true", help="print JSON")


def _recommend(found) -> None:  # type: ignore[no-untyped-def]
    about = "recommend items to a user, with reasons, or test how good such lists are"
    command = _command(found, "recommend", about, recommending.advise)
    _input(command, "a table of user, item and rating, MovieLens files, or sample:NAME")
    command.add_argument("--user", metavar="NAME", help="one of the users")
    command.add_argument(
        "--rate",
        action="append",
        metavar="ITEM=NUMBER",
        help="or a new user, by what they rated; may be repeated",
    )
    command.add_argument(
        "--judge",
        action="store_true",
        help="hide some ratings and see what of them is recommended, beside what is popular",
    )
    command.add_argument(
        "--share", type=float, default=0.2, metavar="X", help="of ratings, hidden by --judge (0.2)"
    )
    command.add_argument(
        "-k", type=_as_count, default=10, metavar="N", help="how long a list is (10)"
    )
    command.add_argument(
        "--reasons", type=_as_count, default=3, metavar="N", help="told for each (3)"
    )
    _seed(command)
    command.add_argument("--json", action="store_true", help="print JSON")


def _map(found) -> None:  # type: ignore[no-untyped-def]
    about = "draw the map of items as one HTML page that opens with no network"
    epilog = f"{_models_help()}\n\n{_projectors_help()}"
    command = _command(found, "map", about, commands.draw, epilog)
    _input(
        command,
        "a file, ZIP, folder or sample:NAME; of what project wrote, its own map unless another is "
        "asked for",
    )
    _map_options(command)
    command.add_argument(
        "--color",
        metavar="COLUMN",
        help="the column to colour by (the sample's own, or the first of categories)",
    )
    command.add_argument("--out", required=True, metavar="MAP.html", help="the file to write")


def _input(command: argparse.ArgumentParser, about: str) -> None:
    command.add_argument("input", metavar="INPUT", help=about)
    command.add_argument(
        "--modality",
        choices=tuple(ec.MODALITIES),
        help="what the items are (guessed from the file)",
    )
    command.add_argument(
        "--column",
        metavar="NAME",
        help="the column, array or tensor with the items or the vectors (guessed); of a graph "
        "those of edges as FROM,TO,WEIGHT, of ratings USER,ITEM,RATING,TIME",
    )
    command.add_argument(
        "--label",
        metavar="NAME",
        help="of vectors and graphs, the column that names the items (guessed)",
    )
    command.add_argument(
        "--metadata",
        metavar="FILE",
        help="of vectors and graphs, a table of their columns, a line for each item",
    )
    command.add_argument(
        "--parts", choices=PARTS, help="of running text, what becomes an item (by the file)"
    )
    command.add_argument(
        "--model", metavar="NAME", help="what embeds the items; not for ready-made vectors"
    )
    command.add_argument(
        "--corpus", metavar="FILE|NAME", help="text to learn from, for models that are trained"
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PARAM=VALUE",
        help="a setting of the model or projector; may be repeated",
    )


def _map_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--projector", metavar="NAME", help=f"one of {', '.join(ec.PROJECTORS)} (the first)"
    )
    command.add_argument("--dims", type=int, choices=(2, 3), help="dimensions of the map (2)")
    command.add_argument("--metric", choices=METRICS, help="what near means (cosine)")
    _seed(command)


def _seed(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--seed", type=_as_seed, metavar="N", help="the same seed gives the same result (0)"
    )


def _as_seed(text: str) -> int:
    if not text.isdecimal() or int(text) > _MAX_SEED:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 to {_MAX_SEED}")
    return int(text)


def _as_count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _models_help() -> str:
    lines = [_settings(name, spec.params) for name, spec in ec.EMBEDDERS.items()]
    return "\n".join(["models and their settings:", *lines])


def _projectors_help() -> str:
    lines = [_settings(name, spec.params) for name, spec in ec.PROJECTORS.items()]
    return "\n".join(["projectors and their settings:", *lines])


def _settings(name: str, params: tuple[Param, ...]) -> str:
    told = [f"    {param.name}={param.default}  {param.help}" for param in params]
    return "\n".join([f"  {name}", *told])

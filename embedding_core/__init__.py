"""Embedding Explorer's core: from words, vectors and more to embeddings, maps and their truth.

Everything here works without a screen. Names are imported when they are first used, so that
``import embedding_core`` takes no time::

    import embedding_core as ec

    words = ec.words("king, queen, apple")
    embedding = ec.embed(words, "glove-6b-50d")
    ec.nearest(embedding, "king", k=2)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# These share their names with their modules. Bound here at once, the functions win: imported
# later, the modules would put themselves in their place.
from embedding_core.duplicates import duplicates
from embedding_core.probe import probe
from embedding_core.quality import quality
from embedding_core.recommend import recommend
from embedding_core.same_label import same_label
from embedding_core.similarity import similarity
from embedding_core.stability import stability
from embedding_core.zero_shot import zero_shot

if TYPE_CHECKING:
    from embedding_core import figures
    from embedding_core.alterations import ALTERATIONS, Altered, alter
    from embedding_core.association import Association, permutation_test, weat
    from embedding_core.axes import Axis, semantic_axis
    from embedding_core.classes import Classified, classify
    from embedding_core.clusters import Clusters, cluster
    from embedding_core.collection import Collection
    from embedding_core.comparison import Churn, Comparison, churn, compare, compare_maps
    from embedding_core.compression import CompressionReport, measure_compression
    from embedding_core.contexts import Contexts, SenseCurve, sense_curve, word_in_contexts
    from embedding_core.contrast import Contrast, contrasts
    from embedding_core.corpus import Corpus, read_corpus
    from embedding_core.depth import DepthCurve, depth_curve
    from embedding_core.disagreement import disagreements
    from embedding_core.duplicates import Duplicates
    from embedding_core.embedders import EMBEDDERS
    from embedding_core.embedding import Embedding, embed, embed_more, load
    from embedding_core.errors import ExplorerError
    from embedding_core.evaluation import TESTS, evaluate
    from embedding_core.exports import write
    from embedding_core.finding import find, query_vector
    from embedding_core.geometry import Anisotropy, Hubness, anisotropy, hubness
    from embedding_core.graph import Graph
    from embedding_core.graph_training import Newcomer
    from embedding_core.lab import MetricLab, metric_lab
    from embedding_core.layerwise import embed_layers
    from embedding_core.link_trial import predict_links, try_links
    from embedding_core.links import (
        EdgesKept,
        Evidence,
        Hidden,
        LinkScore,
        edges_kept,
        find_evidence,
        find_missing,
        hide_edges,
        with_hidden,
    )
    from embedding_core.modalities import MODALITIES
    from embedding_core.modalities.audio import Clip
    from embedding_core.modalities.passages import sentences
    from embedding_core.modalities.text import words
    from embedding_core.naming import cluster_names
    from embedding_core.neighbors import (
        Neighbor,
        NeighborGraph,
        analogy,
        analogy_vector,
        nearest,
        nearest_words,
        neighbor_graph,
        odd_one_out,
    )
    from embedding_core.null import NULL_MODELS, NullTest, null_test, null_twin
    from embedding_core.occlusion import PairExplanation, WordEffect, explain_pair
    from embedding_core.offline import OfflineTest, judge
    from embedding_core.placement import align
    from embedding_core.preprocessing import (
        PREPROCESSINGS,
        Preprocessing,
        fit_preprocessing,
        preprocess,
        preprocessing_of,
    )
    from embedding_core.probe import Probe
    from embedding_core.projection import Projection, project
    from embedding_core.projectors import PROJECTORS
    from embedding_core.quality import Quality
    from embedding_core.ratings import Ratings
    from embedding_core.reading import read
    from embedding_core.recommend import Recommendation, place_user
    from embedding_core.regions import ClassRegions, PairRegions, class_regions, pair_regions
    from embedding_core.same_label import SameLabel
    from embedding_core.samples import CORPORA, SAMPLES, sample_corpus
    from embedding_core.search import Index, index
    from embedding_core.seriation import seriate
    from embedding_core.shapes import SHAPES
    from embedding_core.soundpictures import SoundPictures, mfcc_steps, sound_pictures
    from embedding_core.spotting import PictureRegions, Sighting, picture_regions, sightings
    from embedding_core.stability import Stability
    from embedding_core.verification import (
        ErrorRates,
        Trials,
        Verification,
        Voices,
        enroll,
        error_rates,
        trials,
        verify,
    )
    from embedding_core.wordvectors import vectors_of
    from embedding_core.zero_shot import ZeroShot

_HOMES = {
    "ALTERATIONS": "alterations",
    "Altered": "alterations",
    "Anisotropy": "geometry",
    "Association": "association",
    "Axis": "axes",
    "CORPORA": "samples",
    "Churn": "comparison",
    "ClassRegions": "regions",
    "Classified": "classes",
    "Clip": "modalities.audio",
    "Clusters": "clusters",
    "Collection": "collection",
    "Comparison": "comparison",
    "CompressionReport": "compression",
    "Contexts": "contexts",
    "Contrast": "contrast",
    "Corpus": "corpus",
    "DepthCurve": "depth",
    "Duplicates": "duplicates",
    "EMBEDDERS": "embedders",
    "EdgesKept": "links",
    "Embedding": "embedding",
    "ErrorRates": "verification",
    "Evidence": "links",
    "ExplorerError": "errors",
    "Graph": "graph",
    "Hidden": "links",
    "Hubness": "geometry",
    "Index": "search",
    "LinkScore": "links",
    "MODALITIES": "modalities",
    "MetricLab": "lab",
    "NULL_MODELS": "null",
    "Neighbor": "neighbors",
    "NeighborGraph": "neighbors",
    "Newcomer": "graph_training",
    "NullTest": "null",
    "OfflineTest": "offline",
    "PREPROCESSINGS": "preprocessing",
    "PROJECTORS": "projectors",
    "PairExplanation": "occlusion",
    "PairRegions": "regions",
    "PictureRegions": "spotting",
    "Preprocessing": "preprocessing",
    "Probe": "probe",
    "Projection": "projection",
    "Quality": "quality",
    "Ratings": "ratings",
    "Recommendation": "recommend",
    "SAMPLES": "samples",
    "SHAPES": "shapes",
    "SameLabel": "same_label",
    "SenseCurve": "contexts",
    "Sighting": "spotting",
    "SoundPictures": "soundpictures",
    "Stability": "stability",
    "TESTS": "evaluation",
    "Trials": "verification",
    "Verification": "verification",
    "Voices": "verification",
    "WordEffect": "occlusion",
    "ZeroShot": "zero_shot",
    "align": "placement",
    "alter": "alterations",
    "analogy": "neighbors",
    "analogy_vector": "neighbors",
    "anisotropy": "geometry",
    "churn": "comparison",
    "class_regions": "regions",
    "classify": "classes",
    "cluster": "clusters",
    "cluster_names": "naming",
    "compare": "comparison",
    "compare_maps": "comparison",
    "contrasts": "contrast",
    "depth_curve": "depth",
    "disagreements": "disagreement",
    "edges_kept": "links",
    "embed": "embedding",
    "embed_layers": "layerwise",
    "embed_more": "embedding",
    "enroll": "verification",
    "error_rates": "verification",
    "evaluate": "evaluation",
    "explain_pair": "occlusion",
    "figures": "",
    "find": "finding",
    "find_evidence": "links",
    "find_missing": "links",
    "fit_preprocessing": "preprocessing",
    "hide_edges": "links",
    "hubness": "geometry",
    "index": "search",
    "judge": "offline",
    "load": "embedding",
    "measure_compression": "compression",
    "metric_lab": "lab",
    "mfcc_steps": "soundpictures",
    "nearest": "neighbors",
    "nearest_words": "neighbors",
    "neighbor_graph": "neighbors",
    "null_test": "null",
    "null_twin": "null",
    "odd_one_out": "neighbors",
    "pair_regions": "regions",
    "permutation_test": "association",
    "picture_regions": "spotting",
    "place_user": "recommend",
    "predict_links": "link_trial",
    "preprocess": "preprocessing",
    "preprocessing_of": "preprocessing",
    "project": "projection",
    "query_vector": "finding",
    "read": "reading",
    "read_corpus": "corpus",
    "sample_corpus": "samples",
    "semantic_axis": "axes",
    "sense_curve": "contexts",
    "sentences": "modalities.passages",
    "seriate": "seriation",
    "sightings": "spotting",
    "sound_pictures": "soundpictures",
    "trials": "verification",
    "try_links": "link_trial",
    "vectors_of": "wordvectors",
    "verify": "verification",
    "weat": "association",
    "with_hidden": "links",
    "word_in_contexts": "contexts",
    "words": "modalities.text",
    "write": "exports",
}
__all__ = [
    "ALTERATIONS",
    "CORPORA",
    "EMBEDDERS",
    "MODALITIES",
    "NULL_MODELS",
    "PREPROCESSINGS",
    "PROJECTORS",
    "SAMPLES",
    "SHAPES",
    "TESTS",
    "Altered",
    "Anisotropy",
    "Association",
    "Axis",
    "Churn",
    "ClassRegions",
    "Classified",
    "Clip",
    "Clusters",
    "Collection",
    "Comparison",
    "CompressionReport",
    "Contexts",
    "Contrast",
    "Corpus",
    "DepthCurve",
    "Duplicates",
    "EdgesKept",
    "Embedding",
    "ErrorRates",
    "Evidence",
    "ExplorerError",
    "Graph",
    "Hidden",
    "Hubness",
    "Index",
    "LinkScore",
    "MetricLab",
    "Neighbor",
    "NeighborGraph",
    "Newcomer",
    "NullTest",
    "OfflineTest",
    "PairExplanation",
    "PairRegions",
    "PictureRegions",
    "Preprocessing",
    "Probe",
    "Projection",
    "Quality",
    "Ratings",
    "Recommendation",
    "SameLabel",
    "SenseCurve",
    "Sighting",
    "SoundPictures",
    "Stability",
    "Trials",
    "Verification",
    "Voices",
    "WordEffect",
    "ZeroShot",
    "align",
    "alter",
    "analogy",
    "analogy_vector",
    "anisotropy",
    "churn",
    "class_regions",
    "classify",
    "cluster",
    "cluster_names",
    "compare",
    "compare_maps",
    "contrasts",
    "depth_curve",
    "disagreements",
    "duplicates",
    "edges_kept",
    "embed",
    "embed_layers",
    "embed_more",
    "enroll",
    "error_rates",
    "evaluate",
    "explain_pair",
    "figures",
    "find",
    "find_evidence",
    "find_missing",
    "fit_preprocessing",
    "hide_edges",
    "hubness",
    "index",
    "judge",
    "load",
    "measure_compression",
    "metric_lab",
    "mfcc_steps",
    "nearest",
    "nearest_words",
    "neighbor_graph",
    "null_test",
    "null_twin",
    "odd_one_out",
    "pair_regions",
    "permutation_test",
    "picture_regions",
    "place_user",
    "predict_links",
    "preprocess",
    "preprocessing_of",
    "probe",
    "project",
    "quality",
    "query_vector",
    "read",
    "read_corpus",
    "recommend",
    "same_label",
    "sample_corpus",
    "semantic_axis",
    "sense_curve",
    "sentences",
    "seriate",
    "sightings",
    "similarity",
    "sound_pictures",
    "stability",
    "trials",
    "try_links",
    "vectors_of",
    "verify",
    "weat",
    "with_hidden",
    "word_in_contexts",
    "words",
    "write",
    "zero_shot",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'embedding_core' has no attribute {name!r}")
    if not home:
        return import_module(f"embedding_core.{name}")
    value = getattr(import_module(f"embedding_core.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

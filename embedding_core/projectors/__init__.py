"""How maps are drawn: one file a method, listed here."""

from embedding_core.projectors import axes, mds, pacmap, pca, random_projection, tsne, umap
from embedding_core.projectors.base import ProjectorSpec
from embedding_core.registry import Registry

PROJECTORS: Registry[ProjectorSpec] = Registry(
    "projector",
    (
        umap.SPEC,
        pca.SPEC,
        tsne.SPEC,
        pacmap.SPEC,
        mds.SPEC,
        axes.SPEC,
        random_projection.SPEC,
    ),
)

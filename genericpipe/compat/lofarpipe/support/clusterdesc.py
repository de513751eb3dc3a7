"""Descriptions of clusters: parsets that name their nodes (contract 14)."""

from __future__ import annotations

import os

from lofar.parameterset import parameterset  # type: ignore[import-not-found]

from .lofarexceptions import ClusterError

__all__ = ["ClusterDesc", "ClusterError", "get_compute_nodes", "get_head_node"]


class ClusterDesc:
    """A cluster, with the clusters of which it consists.

    Parameters
    ----------
    filename
        A parset with ``ClusterName``, as a rule ``Head.Nodes`` and ``Compute.Nodes`` (``node01..03`` and
        the like are written out), and ``SubClusters``: further files, relative to it.

    Raises
    ------
    ClusterError
        If it has no name.
    RuntimeError
        If the file cannot be read.
    """

    def __init__(self, filename: str) -> None:
        self.filename = os.fspath(filename)
        self.parameterset = parameterset(self.filename)
        if "ClusterName" not in self.parameterset:
            raise ClusterError(f"{self.filename} describes no cluster: it has no ClusterName")
        self.name: str = self.parameterset.getString("ClusterName")
        folder = os.path.dirname(self.filename)
        names = self.parameterset.getStringVector("SubClusters", [], True)
        self.subclusters = [ClusterDesc(os.path.join(folder, name)) for name in names]

    def __repr__(self) -> str:
        return f"ClusterDesc({self.filename!r})"

    def __str__(self) -> str:
        return f"Cluster description of {self.name}"

    def get(self, key: str, recursive: bool = True) -> list[str]:
        """Return the elements of a key, with those of the clusters inside; none where it is absent."""
        values: list[str] = self.parameterset.getStringVector(key, [], True)
        if recursive:
            for subcluster in self.subclusters:
                values = values + subcluster.get(key)
        return values

    def keys(self) -> list[str]:
        """Return the keys of the description itself."""
        return list(self.parameterset.keys())


def get_compute_nodes(clusterdesc: ClusterDesc) -> list[str]:
    """Return the nodes that compute, of all clusters inside; none where none is named."""
    return clusterdesc.get("Compute.Nodes")


def get_head_node(clusterdesc: ClusterDesc) -> str:
    """Return the head node.

    Raises
    ------
    ClusterError
        If none is named.
    """
    nodes = clusterdesc.get("Head.Nodes")
    if not nodes:
        raise ClusterError(f"Unable to find a head node in {clusterdesc.filename}")
    return nodes[0]

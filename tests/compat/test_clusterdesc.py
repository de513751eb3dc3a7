"""`lofarpipe.support.clusterdesc`: the nodes of a cluster, as scripts ask for them (contract 14)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

SUB1 = "ClusterName = sub1\nHead.Nodes = [ s1head ]\nCompute.Nodes = [ locus001..003 ]\n"
SUB2 = "ClusterName = sub2\nCompute.Nodes = [ other1, other2 ]\n"


@pytest.fixture
def module(compat: Callable[[str], ModuleType]) -> ModuleType:
    return compat("lofarpipe.support.clusterdesc")


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    def write(text: str, name: str = "cep.clusterdesc") -> str:
        path = tmp_path / "desc" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return str(path)

    return write


def test_nodes_are_written_out(module: ModuleType, file: Callable[..., str]) -> None:
    cluster = module.ClusterDesc(file(SUB1))
    assert cluster.name == "sub1"
    assert module.get_compute_nodes(cluster) == ["locus001", "locus002", "locus003"]
    assert module.get_head_node(cluster) == "s1head"
    assert sorted(cluster.keys()) == ["ClusterName", "Compute.Nodes", "Head.Nodes"]
    assert str(cluster) == "Cluster description of sub1"


def test_clusters_inside_are_asked_too(module: ModuleType, file: Callable[..., str]) -> None:
    """Their files lie beside that which names them, wherever one is."""
    file(SUB1, "sub1.clusterdesc")
    file(SUB2, "sub2.clusterdesc")
    cluster = module.ClusterDesc(
        file(
            "ClusterName = all\nHead.Nodes = [ lhn001 ]\n"
            "SubClusters = [ sub1.clusterdesc, sub2.clusterdesc ]\n"
        )
    )
    nodes = ["locus001", "locus002", "locus003", "other1", "other2"]
    assert module.get_compute_nodes(cluster) == nodes
    assert cluster.get("Compute.Nodes", recursive=False) == []
    assert cluster.get("Head.Nodes") == ["lhn001", "s1head"]
    assert module.get_head_node(cluster) == "lhn001"


def test_a_key_that_is_absent(module: ModuleType, file: Callable[..., str]) -> None:
    """The shipped local.clusterdesc has no Compute.Nodes."""
    cluster = module.ClusterDesc(file("ClusterName = local\n"))
    assert module.get_compute_nodes(cluster) == []
    with pytest.raises(module.ClusterError, match="Unable to find a head node"):
        module.get_head_node(cluster)


def test_a_file_that_describes_no_cluster(module: ModuleType, file: Callable[..., str]) -> None:
    with pytest.raises(module.ClusterError, match="has no ClusterName"):
        module.ClusterDesc(file("a = b\n"))
    with pytest.raises(RuntimeError, match="nowhere"):
        module.ClusterDesc("/nowhere.clusterdesc")

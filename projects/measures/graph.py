"""What hangs together: scores can be compared only along a chain of shared work."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from projects.measures.table import Ints


def parts_of(first: Ints, second: Ints, nodes: int) -> Ints:
    """(nodes,): the part of a graph with edges ``first`` – ``second`` that each node is in, 0 for that of node 0."""
    edges = coo_array((np.ones(first.size, dtype=bool), (first, second)), shape=(nodes, nodes))
    _, part = connected_components(edges, directed=False)
    return np.asarray(part, dtype=np.int64)

"""numpy, without the threads of its linear algebra: it is not used here and outlives no fork."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

__all__ = ["Numbers", "Scores", "np"]

#: Document numbers.
Numbers = NDArray[np.int32]
#: What each document of a commit is worth, by its number; 0 where it does not match.
Scores = NDArray[np.float64]

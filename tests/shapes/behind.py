"""`python -m tests.shapes.behind SHAPE serve …`: the reference bridge behind a proxy that refuses one shape."""

from __future__ import annotations

import sys

from tests.faults.proxy import main
from tests.shapes.shapes import SHAPES, refusing

if __name__ == "__main__":
    main(sys.argv[1:], {name: refusing(each) for name, each in SHAPES.items()})

"""`python -m tests.faults.behind FAULT serve …`: the reference bridge behind one fault."""

from __future__ import annotations

import sys

from tests.faults.conditional import CONDITIONAL
from tests.faults.faults import FAULTS
from tests.faults.proxy import Fault, main

ALL: dict[str, type[Fault]] = {**FAULTS, **CONDITIONAL}

if __name__ == "__main__":
    main(sys.argv[1:], ALL)

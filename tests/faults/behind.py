"""`python -m tests.faults.behind FAULT serve …`: the reference bridge behind one fault."""

from __future__ import annotations

import sys

from tests.faults.conditional import CONDITIONAL
from tests.faults.faults import FAULTS
from tests.faults.proxy import Fault, main
from tests.faults.representing import REPRESENTING

ALL: dict[str, type[Fault]] = {**FAULTS, **CONDITIONAL, **REPRESENTING}

if __name__ == "__main__":
    main(sys.argv[1:], ALL)

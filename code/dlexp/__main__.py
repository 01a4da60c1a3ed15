"""``python -m dlexp``."""

import sys

from dlexp.cli import main

if __name__ == "__main__":
    sys.exit(main())

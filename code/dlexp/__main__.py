"""``python -m dlexp``, in an environment of ours, from our modules as their source stands."""

import sys

from dlexp.lab import again, from_source

if __name__ == "__main__":
    again.start_again()
    from_source.insist()

    from dlexp.cli import main

    sys.exit(main())

"""The command line: ``python -m lanewalk``, which is also installed as ``lanewalk``."""

import signal
import sys
from pathlib import Path

from lanewalk import _lanewalk

# Starts the program again. A file in the current folder must not stand for a module, as it does with ``python -m``.
_RESTART = """
import sys
sys.path[:] = [*filter(None, sys.path), {folder!r}]
from lanewalk.__main__ import main
sys.exit(main())
"""


def main() -> int:
    """Run the program ``lanewalk`` with the arguments of this process, and return its exit status."""
    # The program handles Ctrl-C itself. Python's own handler would also raise KeyboardInterrupt afterwards. An
    # interrupt that the parent ignores stays ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    folder = str(Path(__file__).resolve().parent.parent)
    return _lanewalk.program(sys.argv[1:], [sys.executable, "-c", _RESTART.format(folder=folder)])


if __name__ == "__main__":
    sys.exit(main())

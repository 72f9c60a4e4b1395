"""Where tests put what need not outlive them: in memory, where there is enough of it.

A process that is killed loses nothing there either, and nobody waits for a disk to be sure.
"""

import shutil
import tempfile
from pathlib import Path

_MEMORY, _WANTED = Path("/dev/shm"), 4 << 30  # noqa: S108  # folders of our own therein


def scratch() -> Path:
    """The folder for folders of one's own."""
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _WANTED:
        return _MEMORY
    return Path(tempfile.gettempdir())

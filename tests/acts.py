"""What a process does that leaves a trace, act by act: points at which something can happen to it.

A point in time is another one on a busy machine; the n-th act of a piece of work is always the same.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

# as the interpreter reports them
_ON_DISK = {"os.rename", "os.mkdir", "os.symlink", "os.remove", "os.rmdir", "os.chmod", "shutil.copyfile"}


def before_each_act(act: Callable[[], None], *, talking: bool = False) -> None:
    """From now on call ``act`` before every act of this process: a file, a folder, a transaction.

    Args:
        talking: a statement to a database and a line to a server are acts too.
    """
    acts = _ON_DISK | {"socket.connect"} if talking else _ON_DISK

    def hook(name: str, arguments: tuple[Any, ...]) -> None:
        writes = name == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if name in acts or writes:
            act()

    event.listen(Engine, "commit", lambda connection: act())
    if talking:
        event.listen(Engine, "before_cursor_execute", lambda *_: act())
    sys.addaudithook(hook)

"""Files that hold what parents wrote or what opens it: nobody but the user who runs the program may read them."""

import os
from contextlib import suppress
from pathlib import Path


def private_folder(folder: Path) -> Path:
    """The folder, made if it is missing, closed to others; a device's (logs may go to one) is not ours to close."""
    folder.mkdir(parents=True, exist_ok=True)
    if not folder.resolve().is_relative_to("/dev"):
        folder.chmod(0o700)
    return folder


def private_file(file: Path) -> Path:
    """The file, made empty if it is missing, closed to others; and what SQLite keeps beside it.

    A file that is there is never opened: closing it again would let go of every lock this process holds on it
    (POSIX), also the database's, and two writers would then be at it at once.
    """
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if not file.is_file():
        return file  # a device
    for one in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        with suppress(FileNotFoundError):
            one.chmod(0o600)
    return file

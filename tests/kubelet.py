"""A folder in which secrets are mounted as Kubernetes does it, and the Secrets Store CSI driver, which has that from there.

Source: kubernetes/kubernetes, pkg/volume/util/atomic_writer.go.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event, Thread


class Mount:
    """One volume. A file is two links away: NAME -> ..data/NAME, and ..data -> the folder of one version.

    Args:
        folder: where it is mounted.
        mode: of its files; `defaultMode` of a volume of Kubernetes, which is root's.
    """

    def __init__(self, folder: Path, mode: int = 0o644) -> None:
        self.folder, self.mode = folder, mode
        self._numbers = count()

    def write(self, **files: str) -> None:
        """Replace the content: a new folder, one link swapped, and the old folder removed at once."""
        data = self.folder / "..data"
        old = data.resolve() if data.is_symlink() else None
        new = self.folder / f"..2090_03_01_00_00_00.{next(self._numbers)}"
        new.mkdir(mode=0o755)
        for name, text in files.items():
            (new / name).write_text(text)
            (new / name).chmod(self.mode)
        (self.folder / "..data_tmp").symlink_to(new.name)
        (self.folder / "..data_tmp").rename(data)
        for name in files:
            if not (self.folder / name).is_symlink():
                (self.folder / name).symlink_to(f"..data/{name}")
        if old:
            shutil.rmtree(old)

    @contextmanager
    def swapping(self, name: str, *texts: str) -> Iterator[None]:
        """Write one of some texts after the other into a file, again and again, while the block runs."""
        is_over = Event()

        def swap() -> None:
            while not is_over.is_set():
                for text in texts:
                    self.write(**{name: text})

        thread = Thread(target=swap)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()

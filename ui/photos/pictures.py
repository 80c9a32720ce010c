"""Photos for the screen, read in the background: first coarsely, then whole, those seen last at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from qgis.PyQt.QtGui import QImage

from ...core.background import Errand, background
from ...core.photos.picture import PREVIEW, picture

#: Bytes of decoded photos that are kept: about three of 50 megapixels.
KEPT_BYTES = 600_000_000

Arrived = Callable[[QImage], None]


class Pictures:
    """One photo at a time; the answers for an earlier one are dropped."""

    def __init__(self) -> None:
        self._whole: OrderedDict[Path, QImage] = OrderedDict()
        self._errands: list[Errand[QImage | None]] = []

    def show(self, path: Path, arrived: Arrived, failed: Callable[[], None]) -> None:
        """Call ``arrived`` on the main thread as soon as there is something to see, and again when the photo is there
        in full; ``failed`` when it cannot be read."""
        self.cancel()
        known = self._whole.get(path)
        if known is not None:
            self._whole.move_to_end(path)
            arrived(known)
            return

        def coarse(image: QImage | None) -> None:
            if image is None:
                failed()
                return
            arrived(image)
            self._errands = [background().run(lambda errand: picture(path), whole, _not_read(failed))]

        def whole(image: QImage | None) -> None:
            if image is None:
                failed()
                return
            self._keep(path, image)
            arrived(image)

        self._errands = [background().run(lambda errand: picture(path, PREVIEW), coarse, _not_read(failed))]

    def cancel(self) -> None:
        """Nobody waits for the photo any more."""
        for errand in self._errands:
            errand.cancel()
        self._errands = []

    def clear(self) -> None:
        """Keep nothing."""
        self.cancel()
        self._whole.clear()

    def _keep(self, path: Path, image: QImage) -> None:
        self._whole[path] = image
        while len(self._whole) > 1 and sum(one.sizeInBytes() for one in self._whole.values()) > KEPT_BYTES:
            self._whole.popitem(last=False)


def _not_read(failed: Callable[[], None]) -> Callable[[Exception], None]:
    return lambda error: failed()

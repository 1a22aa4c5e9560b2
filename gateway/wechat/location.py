"""From the address of a location message to the place it lies in: no map, only the names in `policies.places`."""

import re

from policies import places

_PIECE = re.compile(r"[\u4e00-\u9fff]{2,12}?(?:特别行政区|自治[区州县旗]|地区|[省市区县盟旗])")


def region_of(label: str) -> str | None:
    """The adcode of the smallest place the address names for sure; None when it names none.

    An address goes from large to small, so each name is looked for within the place found before: 通州 after 北京 is
    the district, after 江苏 the city. Roads and house numbers name nothing and are not kept.
    """
    found: str | None = None
    for piece in _PIECE.findall(label)[:4]:
        meant = [place.adcode for place in places.meanings(piece, within=found)]
        inside = [code for code in meant if found is None or _within(code, found)]
        if len(inside) != 1:
            if found is None and meant:
                return None
            continue
        found = inside[0]
    return found


def _within(code: str, region: str) -> bool:
    return any(place.adcode == region for place in places.chain(code))

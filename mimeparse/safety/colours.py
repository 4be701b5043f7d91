"""Colours as CSS Color 4 and HTML write them, and whether two can be told apart."""

from __future__ import annotations

import re
from colorsys import hls_to_rgb
from typing import NamedTuple

_ALIKE = 8
"""Steps of 255 by which two colours differ at most in red, green and blue that no reader tells apart: #f7f7f7 on white."""


class Colour(NamedTuple):
    """Red, green and blue between 0 and 255, and how opaque it is between 0 and 1."""

    red: float
    green: float
    blue: float
    opacity: float = 1.0

    def over(self, below: Colour) -> Colour:
        """Return what is seen of this colour where it is laid over another."""
        mixed = [
            mine * self.opacity + theirs * (1 - self.opacity) for mine, theirs in zip(self[:3], below[:3], strict=True)
        ]
        return Colour(*mixed)

    def is_lost_on(self, background: Colour) -> bool:
        """Return whether text of this colour cannot be told from its background."""
        seen = self.over(background)
        return all(abs(mine - theirs) <= _ALIKE for mine, theirs in zip(seen[:3], background[:3], strict=True))


BLACK = Colour(0, 0, 0)
WHITE = Colour(255, 255, 255)
TRANSPARENT = Colour(0, 0, 0, 0)

_HEXADECIMAL = re.compile(r"#?(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\Z")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]{1,80})\)\Z")
_NUMBER = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(%|deg)?\Z")


def read_colour(written: str) -> Colour | None:
    """Return the colour that a word or a function in lower case names, or None.

    Six digits without a `#` are taken as well: HTML 2.3.5 reads `bgcolor` so.
    """
    named = _NAMED.get(written)
    if named is not None:
        return named
    if _HEXADECIMAL.match(written):
        return _from_digits(written.removeprefix("#"))
    function = _FUNCTION.match(written)
    return _from_function(function[1], function[2]) if function is not None else None


def _from_digits(digits: str) -> Colour:
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    numbers = [int(digits[index : index + 2], 16) for index in range(0, len(digits), 2)]
    return Colour(numbers[0], numbers[1], numbers[2], numbers[3] / 255 if len(numbers) == 4 else 1.0)


def _from_function(name: str, arguments: str) -> Colour | None:
    words = arguments.replace(",", " ").replace("/", " ").split()
    found = [_NUMBER.match(word) for word in words]
    if len(words) not in (3, 4):
        return None
    numbers = [(float(match[1]), match[2]) for match in found if match is not None]
    if len(numbers) != len(words):
        return None
    opacity = _share(*numbers[3]) if len(numbers) == 4 else 1.0
    if name == "hsl":
        turn, saturation, lightness = (number for number, _unit in numbers[:3])
        parts = hls_to_rgb(turn % 360 / 360, _between(lightness / 100, 1), _between(saturation / 100, 1))
        return Colour(parts[0] * 255, parts[1] * 255, parts[2] * 255, opacity)
    red, green, blue = (_between(number * 255 / 100 if unit == "%" else number, 255) for number, unit in numbers[:3])
    return Colour(red, green, blue, opacity)


def _share(number: float, unit: str | None) -> float:
    return _between(number / 100 if unit == "%" else number, 1)


def _between(number: float, most: float) -> float:
    return min(max(number, 0.0), most)


# CSS Color 4, 6.1.
_WORDS = (
    "aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4 "
    "black 000000 blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a burlywood deb887 "
    "cadetblue 5f9ea0 chartreuse 7fff00 chocolate d2691e coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc "
    "crimson dc143c cyan 00ffff darkblue 00008b darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9 "
    "darkgreen 006400 darkgrey a9a9a9 darkkhaki bdb76b darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 "
    "darkorchid 9932cc darkred 8b0000 darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b "
    "darkslategray 2f4f4f darkslategrey 2f4f4f darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 "
    "deepskyblue 00bfff dimgray 696969 dimgrey 696969 dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0 "
    "forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc ghostwhite f8f8ff gold ffd700 goldenrod daa520 "
    "gray 808080 green 008000 greenyellow adff2f grey 808080 honeydew f0fff0 hotpink ff69b4 indianred cd5c5c "
    "indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa lavenderblush fff0f5 lawngreen 7cfc00 "
    "lemonchiffon fffacd lightblue add8e6 lightcoral f08080 lightcyan e0ffff lightgoldenrodyellow fafad2 "
    "lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3 lightpink ffb6c1 lightsalmon ffa07a lightseagreen 20b2aa "
    "lightskyblue 87cefa lightslategray 778899 lightslategrey 778899 lightsteelblue b0c4de lightyellow ffffe0 "
    "lime 00ff00 limegreen 32cd32 linen faf0e6 magenta ff00ff maroon 800000 mediumaquamarine 66cdaa "
    "mediumblue 0000cd mediumorchid ba55d3 mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee "
    "mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585 midnightblue 191970 mintcream f5fffa "
    "mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead navy 000080 oldlace fdf5e6 olive 808000 olivedrab 6b8e23 "
    "orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa palegreen 98fb98 paleturquoise afeeee "
    "palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 peru cd853f pink ffc0cb plum dda0dd "
    "powderblue b0e0e6 purple 800080 rebeccapurple 663399 red ff0000 rosybrown bc8f8f royalblue 4169e1 "
    "saddlebrown 8b4513 salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d "
    "silver c0c0c0 skyblue 87ceeb slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa "
    "springgreen 00ff7f steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8 tomato ff6347 turquoise 40e0d0 "
    "violet ee82ee wheat f5deb3 white ffffff whitesmoke f5f5f5 yellow ffff00 yellowgreen 9acd32"
).split()
_NAMED = {name: _from_digits(digits) for name, digits in zip(_WORDS[::2], _WORDS[1::2], strict=True)}
_NAMED["transparent"] = TRANSPARENT

"""The app's icons: five seats around a table, one of them speaking. Drawn, so that any size is sharp."""

from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw

ACCENT = "#0B4F6C"  # deep sea blue; 8.9:1 against white
SPEAKER = "#F2B134"
OVERSAMPLING = 8  # drawn this much larger and scaled down, which smooths the edges
SEATS = 5

Colour = str | tuple[int, int, int, int]


def draw_color() -> bytes:
    """Returns the colour icon as PNG: 192 x 192, the mark in white on the accent colour, inside the safe 120 x 120."""
    image = Image.new("RGBA", (192 * OVERSAMPLING, 192 * OVERSAMPLING), ACCENT)
    draw_mark(ImageDraw.Draw(image), 96 * OVERSAMPLING, 58 * OVERSAMPLING, "#FFFFFF", SPEAKER)
    return encode_png(image, 192)


def draw_outline() -> bytes:
    """Returns the outline icon as PNG: 32 x 32, white on transparent, nothing else."""
    image = Image.new("RGBA", (32 * OVERSAMPLING, 32 * OVERSAMPLING), (255, 255, 255, 0))
    white = (255, 255, 255, 255)
    draw_mark(ImageDraw.Draw(image), 16 * OVERSAMPLING, 13 * OVERSAMPLING, white, white, hollow=True)
    return encode_png(image, 32)


def draw_mark(
    pen: ImageDraw.ImageDraw,
    middle: float,
    reach: float,
    seats: Colour,
    speaker: Colour,
    *,
    hollow: bool = False,
) -> None:
    """Draw the table's ring open towards the speaker, who sits at the top, and the others around it."""
    table, line = reach * 0.42, round(reach * 0.17)
    box = (middle - table, middle - table, middle + table, middle + table)
    pen.arc(box, start=-90 + 48, end=270 - 48, fill=seats, width=line)
    size = reach * 0.21
    for number in range(SEATS):
        angle = -pi / 2 + number * 2 * pi / SEATS
        x, y = middle + cos(angle) * (reach - size), middle + sin(angle) * (reach - size)
        at = (x - size, y - size, x + size, y + size)
        if number == 0:
            pen.ellipse(grow(at, size * 0.25), fill=speaker)
        elif hollow:
            pen.ellipse(at, outline=seats, width=round(size * 0.55))
        else:
            pen.ellipse(at, fill=seats)


def grow(box: tuple[float, float, float, float], by: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return left - by, top - by, right + by, bottom + by


def encode_png(image: Image.Image, size: int) -> bytes:
    out = BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()

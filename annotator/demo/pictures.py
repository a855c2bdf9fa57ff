"""The demonstration's pictures: drawn by code from a seed, so that no picture is kept beside the code.

Every scene draws on a canvas of twice the size, which is then made smaller: Pillow draws no smooth edges itself.
"""

import io
import math
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 960, 720
SCALE = 2
W, H = WIDTH * SCALE, HEIGHT * SCALE
Colour = tuple[int, int, int]


def draw(name: str) -> bytes:
    """The picture of that name as PNG. Raises KeyError."""
    image = SCENES[name](random.Random(name)).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)  # noqa: S311
    body = io.BytesIO()
    image.save(body, "PNG", optimize=True)
    return body.getvalue()


def tone(text: str) -> Colour:
    """``2b4a6f`` → (43, 74, 111)."""
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def between(one: Colour, other: Colour, share: float) -> Colour:
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def sky(*colours: str) -> Image.Image:
    """A canvas that goes from the first colour at the top through the others."""
    stops = np.array([tone(colour) for colour in colours], dtype=float)
    rows = np.linspace(0, len(stops) - 1, H)
    bands = [np.interp(rows, range(len(stops)), stops[:, channel]) for channel in range(3)]
    column = np.stack(bands, axis=1)[:, None, :]
    return Image.fromarray(np.repeat(column, W, axis=1).round().astype(np.uint8), "RGB")


def disc(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: Colour) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def ridge(rng: random.Random, base: float, height: float, waves: int) -> list[tuple[float, float]]:
    """A hill line across the canvas, closed at the bottom."""
    parts = [(rng.uniform(0.6, 2.6), rng.uniform(0, math.tau), rng.uniform(0.3, 1.0)) for _ in range(waves)]
    total = sum(weight for *_, weight in parts)
    line = []
    for x in range(0, W + 16, 16):
        lift = sum(weight * math.sin(math.tau * often * x / W + phase) for often, phase, weight in parts) / total
        line.append((float(x), base - height * lift))
    return [*line, (float(W), float(H)), (0.0, float(H))]


def low_tide(rng: random.Random) -> Image.Image:
    """A pale sun over bands of water."""
    image = sky("f3d9c0", "f0b8a0", "c98a95", "6b6a8f", "39476b")
    pen = ImageDraw.Draw(image)
    horizon = H * 0.56
    disc(pen, W * 0.62, horizon - 150, 150, tone("fff1d6"))
    pen.rectangle((0, horizon, W, H), fill=tone("4d5a80"))
    for step in range(70):
        y = horizon + 6 + (step / 70) ** 1.6 * (H - horizon)
        shine = between(tone("f6c9a8"), tone("39476b"), min(1.0, step / 60 + rng.uniform(0, 0.2)))
        for _ in range(5):
            centre = rng.gauss(W * 0.62, 60 + step * 14)
            half = rng.uniform(20, 60 + step * 5)
            pen.rounded_rectangle((centre - half, y, centre + half, y + 3 + step * 0.14), 4, fill=shine)
    return image


def night_train(rng: random.Random) -> Image.Image:
    """A lit train under a dark hill; one window has somebody in it."""
    image = sky("0d1424", "16223c", "24365a")
    pen = ImageDraw.Draw(image)
    for _ in range(130):
        disc(pen, rng.uniform(0, W), rng.uniform(0, H * 0.55), rng.choice((2, 2, 3, 4)), tone("cdd6ea"))
    pen.polygon(ridge(rng, H * 0.62, 150, 4), fill=tone("111a2e"))
    pen.polygon(ridge(rng, H * 0.80, 40, 3), fill=tone("0a1020"))
    top, bottom = H * 0.70, H * 0.765
    pen.rounded_rectangle((-80, top - 26, W * 0.86, bottom + 30), 46, fill=tone("1d2740"))
    seated = rng.randrange(8, 14)
    for window in range(19):
        x = 40 + window * 84
        dark = rng.random() < 0.15 and window != seated
        pen.rounded_rectangle((x, top, x + 58, bottom), 9, fill=tone("2b3654") if dark else tone("f5c76b"))
        if window == seated:
            disc(pen, x + 30, top + 46, 15, tone("3a2a1c"))
            pen.pieslice((x + 4, top + 58, x + 56, bottom + 52), 180, 360, fill=tone("3a2a1c"))
    pen.rectangle((0, bottom + 30, W, H), fill=tone("0a1020"))
    for window in range(19):
        x = 40 + window * 84
        pen.polygon([(x, bottom + 52), (x + 58, bottom + 52), (x + 26, H), (x - 14, H)], fill=tone("2b2620"))
    return image


def dunes(rng: random.Random) -> Image.Image:
    """Seven ridges of sand, the nearest the darkest, and a very small walker."""
    image = sky("f7e7cf", "f3cfa2", "e8ac7a")
    pen = ImageDraw.Draw(image)
    disc(pen, W * 0.24, H * 0.22, 92, tone("fff6e3"))
    for layer in range(7):
        colour = between(tone("e9b483"), tone("5a2a27"), layer / 6)
        pen.polygon(ridge(rng, H * (0.44 + layer * 0.085), 90 - layer * 6, 3), fill=colour)
        if layer == 3:
            x, y = W * 0.71, H * 0.655
            disc(pen, x, y, 8, tone("2a1517"))
            pen.rounded_rectangle((x - 7, y + 7, x + 7, y + 40), 6, fill=tone("2a1517"))
    return image


def orchard(rng: random.Random) -> Image.Image:
    """Trees as discs in rows, seen from above; one is missing."""
    image = Image.new("RGB", (W, H), tone("dfe3c3"))
    pen = ImageDraw.Draw(image)
    greens = ["6f8f4e", "85a35c", "587a45", "9bb26a"]
    missing = (4, 3)
    for row in range(6):
        for column in range(8):
            x, y = 170 + column * 228 + (row % 2) * 40, 150 + row * 230
            if (column, row) == missing:
                disc(pen, x, y, 26, tone("b79a6d"))
                continue
            disc(pen, x + 30, y + 34, 84, tone("c3c9a2"))
            radius = rng.uniform(76, 92)
            disc(pen, x, y, radius, tone(rng.choice(greens)))
            for _ in range(rng.randrange(5, 12)):
                angle, far = rng.uniform(0, math.tau), radius * math.sqrt(rng.random()) * 0.8
                disc(pen, x + far * math.cos(angle), y + far * math.sin(angle), 9, tone("c8553d"))
    return image


def awnings(rng: random.Random) -> Image.Image:
    """A market street of striped awnings, one stall closed."""
    image = Image.new("RGB", (W, H), tone("f4ead9"))
    pen = ImageDraw.Draw(image)
    pairs = [("b8433a", "f6e6d0"), ("2f6f73", "f1ead6"), ("d99a2b", "fbf0da"), ("44557f", "ece8dd")]
    for row in range(4):
        y = row * 380 - 60
        x = -rng.uniform(0, 200)
        while x < W:
            wide = rng.choice((360, 440, 520))
            dark, light = rng.choice(pairs)
            shut = (row, x > W * 0.5) == (2, True) and x < W * 0.72
            pen.rectangle((x, y + 170, x + wide, y + 380), fill=tone("8d8377" if shut else "5b4a3f"))
            stripe = wide / 8
            for number in range(8):
                colour = tone("b9b1a5" if shut else (dark if number % 2 == 0 else light))
                left, right = x + number * stripe, x + (number + 1) * stripe
                pen.rectangle((left, y, right, y + 180), fill=colour)
                pen.pieslice((left, y + 180 - stripe / 2, right, y + 180 + stripe / 2), 0, 180, fill=colour)
            for _ in range(0 if shut else 16):
                fruit = tone(rng.choice(("e0762f", "c8a82b", "7d9a3c", "b03a48")))
                disc(pen, rng.uniform(x + 30, x + wide - 30), rng.uniform(y + 316, y + 356), 19, fruit)
            x += wide + 26
    return image


def wet_glass(rng: random.Random) -> Image.Image:
    """City lights out of focus behind a wet window."""
    image = sky("10161d", "1b2733", "2a2f3d")
    pen = ImageDraw.Draw(image)
    for _ in range(60):
        colour = between(
            tone(rng.choice(("f2a65a", "e4572e", "7fb7be", "f3e9d2", "76608a"))), tone("1b2733"), rng.uniform(0.1, 0.6)
        )
        disc(pen, rng.uniform(0, W), rng.gauss(H * 0.58, H * 0.17), rng.uniform(24, 104), colour)
    image = image.filter(ImageFilter.GaussianBlur(15))
    pen = ImageDraw.Draw(image)
    for _ in range(46):
        x, start, end = rng.uniform(0, W), rng.uniform(-200, H * 0.7), rng.uniform(120, 620)
        colour = between(image.getpixel((int(x), int(min(H - 1, max(0, start))))), tone("dfe9ee"), 0.28)  # type: ignore[arg-type]
        pen.line([(x, start), (x + rng.uniform(-6, 6), start + end)], fill=colour, width=rng.choice((3, 4, 6)))
        disc(pen, x, start + end, rng.uniform(4, 7), between(colour, tone("ffffff"), 0.2))
    return image


def archipelago(rng: random.Random) -> Image.Image:
    """Islands with rings of shallows, and a dotted line that somebody sailed."""
    image = Image.new("RGB", (W, H), tone("1f5d73"))
    pen = ImageDraw.Draw(image)
    islands = [(rng.uniform(160, W - 160), rng.uniform(160, H - 160), rng.uniform(46, 150)) for _ in range(11)]
    shapes = [[rng.uniform(0.78, 1.22) for _ in range(9)] for _ in islands]
    rings = [(1.9, "2f7286"), (1.55, "4b8d9b"), (1.28, "8bb9b0"), (1.0, "e5d3a6"), (0.72, "7d9a5d")]
    for size, colour in rings:
        for (x, y, radius), shape in zip(islands, shapes, strict=True):
            outline = []
            for step in range(90):
                angle = math.tau * step / 90
                place = angle / math.tau * 9
                share = (1 - math.cos(math.pi * (place % 1))) / 2
                bulge = shape[int(place) % 9] * (1 - share) + shape[(int(place) + 1) % 9] * share
                outline.append(
                    (x + radius * size * bulge * math.cos(angle), y + radius * size * bulge * math.sin(angle))
                )
            pen.polygon(outline, fill=tone(colour))
    route = sorted((x, y) for x, y, _ in islands)[::2]
    for (x, y), (to_x, to_y) in pairwise(route):
        steps = int(math.dist((x, y), (to_x, to_y)) / 34)
        for step in range(steps):
            share = step / steps
            disc(pen, x + (to_x - x) * share, y + (to_y - y) * share, 6, tone("f7efe0"))
    return image


def loom(rng: random.Random) -> Image.Image:
    """A weave of warm threads with one fault, on purpose."""
    image = Image.new("RGB", (W, H), tone("2c1e22"))
    pen = ImageDraw.Draw(image)
    palette = ["b5452c", "d98f3e", "e8cfa0", "7b2d3b", "40606a"]
    cell, across, down = 48, W // 48, H // 48
    warp = [palette[(number // 3 + number % 2) % 5] for number in range(across)]
    weft = [palette[(number // 2) % 5] for number in range(down)]
    fault = (rng.randrange(24, 32), rng.randrange(9, 20))
    for row in range(down):
        for column in range(across):
            over = (column + row) % 4 < 2
            if (column, row) == fault:
                over = not over
            x, y = column * cell, row * cell
            colour = tone("f4f1ea") if (column, row) == fault else tone(warp[column] if over else weft[row])
            worn = between(colour, tone("2c1e22"), rng.uniform(0, 0.16))
            box = (x + 3, y - 6, x + cell - 3, y + cell + 6) if over else (x - 6, y + 3, x + cell + 6, y + cell - 3)
            pen.rounded_rectangle(box, 9, fill=worn)
    return image


def kites(rng: random.Random) -> Image.Image:
    """Four kites in a wide sky; the strings of three lead down to the hill."""
    image = sky("8fb8d0", "b9d3d8", "eee3cb")
    pen = ImageDraw.Draw(image)
    places = [(0.20, 0.34), (0.43, 0.18), (0.64, 0.38), (0.86, 0.13)]
    for number, (across, down) in enumerate(places):
        x, y, size = W * across, H * down, rng.uniform(64, 92)
        colour = tone(("c8453b", "e3a02f", "35607a", "f6f1e4")[number])
        if number < 3:
            foot = (W * (0.34 + number * 0.09), H * 0.83)
            points = []
            for step in range(41):
                share = step / 40
                sag = math.sin(math.pi * share) * 80
                points.append((x + (foot[0] - x) * share, y + (foot[1] - y) * share + sag))
            pen.line(points, fill=tone("6f7f86"), width=3)
        else:
            tail = [(x - step * 9, y + size + 14 * math.sin(step / 2.2) + step * 8) for step in range(26)]
            pen.line(tail, fill=tone("8d979b"), width=3)
        pen.polygon([(x, y - size), (x + size * 0.66, y), (x, y + size), (x - size * 0.66, y)], fill=colour)
        shade = between(colour, tone("20323d"), 0.22)
        pen.polygon([(x, y - size), (x + size * 0.66, y), (x, y + size)], fill=shade)
    pen.polygon(ridge(rng, H * 0.86, 40, 2), fill=tone("6e7f4f"))
    for number in range(3):
        x, y = W * (0.34 + number * 0.09), H * 0.83
        disc(pen, x, y - 4, 13, tone("2c3327"))
        pen.rounded_rectangle((x - 11, y + 8, x + 11, y + 62), 9, fill=tone("2c3327"))
    return image


def stairwell(rng: random.Random) -> Image.Image:
    """Looking down a stairwell: squares inside squares, light at the bottom."""
    image = Image.new("RGB", (W, H), tone("1a1c22"))
    pen = ImageDraw.Draw(image)
    x, y, half = W / 2, H / 2, H * 0.72
    for turn in range(14):
        angle = turn * 0.16
        corners = [
            (
                x + half * math.sqrt(2) * math.cos(angle + math.pi / 4 + side * math.pi / 2),
                y + half * math.sqrt(2) * math.sin(angle + math.pi / 4 + side * math.pi / 2),
            )
            for side in range(4)
        ]
        colour = between(tone("343a4c"), tone("f7d795"), (turn / 13) ** 1.25)
        pen.polygon(corners, fill=colour)
        edge = between(colour, tone("0d0e12"), 0.45)
        pen.line([*corners, corners[0]], fill=edge, width=max(3, 16 - turn))
        for side in range(4):
            one, other = corners[side], corners[(side + 1) % 4]
            for step in range(1, 9):
                share = step / 9
                at = (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)
                inner = (at[0] + (x - at[0]) * 0.13, at[1] + (y - at[1]) * 0.13)
                pen.line([at, inner], fill=edge, width=max(2, 7 - turn // 2))
        half *= 0.84
        x, y = x + rng.uniform(-10, 10), y + rng.uniform(-8, 8)
    return image


SCENES: Final[dict[str, Callable[[random.Random], Image.Image]]] = {
    "low-tide": low_tide,
    "night-train": night_train,
    "dunes": dunes,
    "orchard": orchard,
    "awnings": awnings,
    "wet-glass": wet_glass,
    "archipelago": archipelago,
    "loom": loom,
    "kites": kites,
    "stairwell": stairwell,
}

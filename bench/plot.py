"""The comparison as an SVG: one group of bars per figure, on a logarithmic scale of multiples of biboumi's figure."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape

LABELS, CHART, LINE, BAR, TOP = 330, 520, 34, 9, 56
COLOURS = {"biboumi": "#b0b0b0", "floor": "#7fb77e", "wherry": "#2f6fb0"}


def _shown(row: dict) -> bool:
    return bool(row["biboumi"]) and row["wherry"] is not None


def _text(x: float, y: float, text: str, anchor: str = "start", size: int = 11) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _scale(rows: list[dict]) -> tuple[int, int]:
    """The powers of ten that hold every ratio."""
    ratios = [row[who] / row["biboumi"] for row in rows for who in COLOURS if row[who]]
    logs = [math.log10(ratio) for ratio in ratios] or [0.0]
    return math.floor(min(logs) - 0.05), max(1, math.ceil(max(logs)))


def svg(rows: list[dict]) -> str:
    shown = [row for row in rows if _shown(row)]
    low, high = _scale(shown)
    height = TOP + LINE * len(shown) + 10

    def place(ratio: float) -> float:
        return LABELS + CHART * (math.log10(ratio) - low) / (high - low)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LABELS + CHART + 110}" height="{height}" '
             f'font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>',
             _text(10, 18, "Multiples of biboumi's figure, logarithmic", size=13)]
    for index, (who, colour) in enumerate(COLOURS.items()):
        parts.append(f'<rect x="{LABELS + 90 * index}" y="10" width="10" height="10" fill="{colour}"/>')
        parts.append(_text(LABELS + 90 * index + 14, 19, who))
    for power in range(low, high + 1):
        x = place(10.0**power)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{height - 6}" stroke="#dddddd"/>')
        parts.append(_text(x, TOP - 12, f"{10.0 ** power:g}", "middle"))
    for index, row in enumerate(shown):
        parts += _group(row, TOP + LINE * index, place, LABELS)
    return "\n".join([*parts, "</svg>", ""])


def _group(row: dict, y: float, place, left: float) -> list[str]:
    parts = [_text(10, y + 18, row["scenario"])]
    for index, (who, colour) in enumerate(COLOURS.items()):
        if not row[who]:
            continue
        end = place(row[who] / row["biboumi"])
        parts.append(f'<rect x="{left}" y="{y + BAR * index:.1f}" width="{max(end - left, 1):.1f}" height="{BAR - 1}" '
                     f'fill="{colour}"/>')
        parts.append(_text(max(end, left) + 4, y + BAR * index + BAR - 1, f"{_number(row[who])} {row['unit']}", size=9))
    return parts

"""State diagrams as SVG, drawn from the tables: no binary, no browser, the same octets each time.

Theory of operation: grandalf, pure Python, gives coordinates (Sugiyama's layers); what is drawn at them is said here.
It knows nothing of labels, so each bundle of rows between two states is a vertex of its own that takes its place in a layer
between them: no label ever lies on a line or on another label. Lines go sideways only between the layers; one that goes
back goes up beside everything. A row that stays in its state is written into the state's box, as UML does it. Text is of
fixed width, so that its size is known without any font.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from grandalf.graphs import Edge, Graph, Vertex
from grandalf.layouts import SugiyamaLayout

from spec_model.machines import Machine, Row

LETTER, LINE = 7.2, 16.0
"""Width of a letter and height of a line, of a monospaced font of 12 pixels."""

_MARGIN, _PAD, _GAP = 24.0, 10.0, 30.0
_STYLE = (
    "text{font:12px monospace;fill:#1a1a1a}.state{font-weight:bold}.why{fill:#6b6b6b}"
    ".box{fill:#eef3fb;stroke:#3b5b92;stroke-width:1.5}.final{fill:none;stroke:#3b5b92}"
    ".line{fill:none;stroke:#555;stroke-width:1.2}"
)

Point = tuple[float, float]


@dataclass
class _Block:
    """Something that takes a place: a state, or the rows between two. grandalf writes `xy`, the middle.

    Attributes:
        lines: what is written there, each with its class.
        state: name of the state; empty for rows.
    """

    lines: Sequence[tuple[str, str]]
    state: str = ""
    xy: Point = (0.0, 0.0)

    @property
    def w(self) -> float:
        """Its width."""
        return max(len(text) for text, _ in self.lines) * LETTER + 2 * _PAD

    @property
    def h(self) -> float:
        """Its height."""
        return len(self.lines) * LINE + self.step + (2 * _PAD if self.state else 6.0)

    @property
    def step(self) -> float:
        """What parts the name of a state from the rows that stay in it."""
        return 6.0 if self.state and len(self.lines) > 1 else 0.0

    @property
    def top(self) -> Point:
        """The middle of its upper side."""
        return self.xy[0], self.xy[1] - self.h / 2

    @property
    def bottom(self) -> Point:
        """The middle of its lower side."""
        return self.xy[0], self.xy[1] + self.h / 2


@dataclass
class _Line:
    """A line between two blocks; grandalf calls `setpath` with the points that it goes through, ends included."""

    points: list[Point] = field(default_factory=list)

    def setpath(self, points: Sequence[Point]) -> None:
        """Keep the way around what is between the ends."""
        self.points = list(points)


def svg(machine: Machine, comment: str) -> str:
    """The diagram of a machine.

    Args:
        comment: what the first line says, of how the file was made; no two hyphens in a row, for XML forbids them.
    """
    blocks, lines = _placed(machine)
    left = min(block.xy[0] - block.w / 2 for block in blocks) - _MARGIN
    upper = min(block.top[1] for block in blocks) - 2 * _MARGIN
    legend = f"What no row lists is rejected: {machine.otherwise}"
    right = max(*(block.xy[0] + block.w / 2 for block in blocks), *(x for line in lines for x, _ in line.points))
    right = max(right + _MARGIN, left + len(legend) * LETTER + 2 * _MARGIN)
    lower = max(block.bottom[1] for block in blocks) + 2 * _MARGIN
    body = [
        *_start(machine, blocks),
        *map(_path, lines),
        *(part for block in blocks for part in _drawn(block, machine)),
    ]
    body.append(_text(left + _MARGIN, lower - _MARGIN / 2, legend, "why"))
    width, height = right - left, lower - upper
    return "\n".join(
        [
            f"<!-- {comment} -->",
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} {upper:.0f} {width:.0f} {height:.0f}" '
            f'width="{width:.0f}" height="{height:.0f}" role="img" aria-label={quoteattr(f"state machine {machine.name}")}>',
            f"<style>{_STYLE}</style>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0,0 L8,4 L0,8 z" fill="#555"/></marker></defs>',
            f'<rect x="{left:.0f}" y="{upper:.0f}" width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
            *body,
            "</svg>",
            "",
        ]
    )


# --- layout ---------------------------------------------------------------------------------------------------------


def _placed(machine: Machine) -> tuple[list[_Block], list["_Drawn"]]:
    """All blocks at their places, and the lines between them."""
    vertices: dict[Any, Any] = {}
    between: dict[tuple[str, str], list[Row]] = {}
    for row in machine.rows:
        between.setdefault((row.state, row.then), []).append(row)
    for state in machine.states:
        own = [line for row in between.get((state, state), ()) for line in _labels(row)]
        vertices[state] = _vertex(_Block([(state, "state"), *own], state))
    edges = []
    for (state, then), rows in between.items():
        if state != then:
            label = vertices[state, then] = _vertex(_Block([line for row in rows for line in _labels(row)]))
            edges += [Edge(vertices[state], label), Edge(label, vertices[then])]
    for edge in edges:
        edge.view = _Line()
    layout = SugiyamaLayout(Graph(list(vertices.values()), edges).C[0])
    layout.xspace, layout.yspace = _GAP, _GAP
    layout.route_edge = lambda edge, points: None
    layout.init_all(roots=[vertices[machine.initial]])
    layout.draw(8)
    blocks = [vertex.view for vertex in vertices.values()]
    return blocks, [_line(edge.v[0].view, edge.v[1].view, edge.view.points[1:-1], blocks) for edge in edges]


def _line(tail: _Block, head: _Block, between: Sequence[Point], blocks: Sequence[_Block]) -> "_Drawn":
    """A line from border to border.

    Args:
        between: where it crosses the layers between the two.
    """
    if head.xy[1] < tail.xy[1]:
        beside = [one.xy[0] + one.w / 2 for one in blocks if head.top[1] <= one.xy[1] <= tail.bottom[1]]
        lane, start, end = max(beside) + _GAP, tail.xy[0] + tail.w / 2, head.xy[0] + head.w / 2
        return _Drawn(head, ((start, tail.xy[1]), (lane, tail.xy[1]), (lane, head.xy[1]), (end, head.xy[1])))

    def half(y: float) -> float:
        return max((one.h / 2 for one in blocks if abs(one.xy[1] - y) < 1), default=0.0)

    way = [tail.bottom, (tail.xy[0], tail.xy[1] + half(tail.xy[1]))]
    for x, y in between:
        way += [(x, y - half(y)), (x, y + half(y))]
    return _Drawn(head, (*way, (head.xy[0], head.xy[1] - half(head.xy[1])), head.top))


def _vertex(block: _Block) -> Any:
    vertex = Vertex()
    vertex.view = block
    return vertex


def _labels(row: Row) -> Iterator[tuple[str, str]]:
    """What is written for a row: the event and what is done, then why."""
    yield f"{row.on} / {row.do}" if row.do else row.on, "row"
    yield row.requirement, "why"


@dataclass(frozen=True)
class _Drawn:
    """A line to a block, along some points."""

    head: _Block
    points: Sequence[Point]


# --- drawing --------------------------------------------------------------------------------------------------------


def _path(line: _Drawn) -> str:
    """A line through the points, smooth where it goes sideways; an arrow where it arrives at a state."""
    points = list(dict.fromkeys((round(x, 1), round(y, 1)) for x, y in line.points))  # an arrow needs a direction
    way = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        if x1 == x2 or y1 == y2:
            way.append(f"L{x2:.1f},{y2:.1f}")
        else:
            middle = (y1 + y2) / 2
            way.append(f"C{x1:.1f},{middle:.1f} {x2:.1f},{middle:.1f} {x2:.1f},{y2:.1f}")
    tip = ' marker-end="url(#tip)"' if line.head.state else ""
    return f'<path class="line" d="{" ".join(way)}"{tip}/>'


def _drawn(block: _Block, machine: Machine) -> Iterator[str]:
    x, y = block.xy[0] - block.w / 2, block.top[1]
    if block.state:
        yield f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{block.w:.1f}" height="{block.h:.1f}" rx="9"/>'
    if block.state in machine.final:
        inner = f'x="{x + 3:.1f}" y="{y + 3:.1f}" width="{block.w - 6:.1f}" height="{block.h - 6:.1f}"'
        yield f'<rect class="final" {inner} rx="7"/>'
    if block.step:
        yield f'<path class="line" d="M{x:.1f},{y + _PAD + LINE:.1f} h{block.w:.1f}"/>'
    first = y + (_PAD if block.state else 3.0) + LINE * 0.75
    for number, (text, kind) in enumerate(block.lines):
        yield _text(x + _PAD, first + number * LINE + (block.step if number else 0.0), text, kind)


def _start(machine: Machine, blocks: Sequence[_Block]) -> Iterator[str]:
    """The dot that points at the first state."""
    x, y = next(block.top for block in blocks if block.state == machine.initial)
    yield f'<circle cx="{x:.1f}" cy="{y - _MARGIN:.1f}" r="4" fill="#555"/>'
    yield f'<path class="line" d="M{x:.1f},{y - _MARGIN:.1f} L{x:.1f},{y:.1f}" marker-end="url(#tip)"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" xml:space="preserve">{escape(text)}</text>'

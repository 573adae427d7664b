"""picture.py - the table as a picture: each row's figure in units of its aim, with its spread; right of the line is
worse."""
from xml.sax.saxutils import escape

LEFT, WIDTH, HEIGHT, MOST = 430, 360, 24, 3.0


def in_aims(line, value):
    """Above 1: missed. None if it cannot be told so."""
    if line.aim is None or value is None:
        return None
    if line.at_least:
        return line.aim / value if value else MOST
    return value / line.aim if line.aim else (1 if value == 0 else MOST)


def x(value):
    return LEFT + WIDTH * min(value, MOST) / MOST


def bar(line, top):
    middle, low, high = (in_aims(line, value) for value in (line.value, line.low, line.high))
    color = '#2a7f4f' if line.met() else '#b3392f'
    parts = [f'<text x="{LEFT - 8}" y="{top + 15}" text-anchor="end">{escape(line.measured)}</text>',
             f'<text x="{LEFT + WIDTH + 12}" y="{top + 15}">{escape(line.figure())} '
             f'{escape("(aim " + line.aim_text() + ")" if line.aim is not None else "")}</text>']
    if middle is not None:
        parts.append(f'<rect x="{LEFT}" y="{top + 4}" width="{x(middle) - LEFT:.1f}" height="14" fill="{color}"/>')
    if low is not None and high is not None:
        parts.append(f'<line x1="{x(min(low, high)):.1f}" x2="{x(max(low, high)):.1f}" y1="{top + 11}" '
                     f'y2="{top + 11}" stroke="#222" stroke-width="2"/>')
    return '\n'.join(parts)


def draw(lines, facts):
    height = 70 + HEIGHT * len(lines)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="1020" height="{height}" '
             'font-family="sans-serif" font-size="12">', '<rect width="100%" height="100%" fill="white"/>',
             f'<text x="12" y="22" font-size="15">Outlook Broker measured in units of its aims, {facts["date"]}: '
             'left of the line is met</text>',
             f'<text x="12" y="40" fill="#555">{escape(facts["machine"])}; {escape(facts["broker"])}</text>']
    parts += [bar(line, 50 + HEIGHT * i) for i, line in enumerate(lines)]
    parts.append(f'<line x1="{x(1)}" x2="{x(1)}" y1="48" y2="{height - 18}" stroke="#222" stroke-dasharray="4 3"/>')
    return '\n'.join(parts + ['</svg>']) + '\n'

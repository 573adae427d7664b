"""line.py - one line of the table: a figure, its spread, its aim; and how figures are made of samples."""
import statistics
from dataclasses import dataclass, field


def median(samples):
    return statistics.median(samples)


def milliseconds(samples_us):
    return f'{median(samples_us) / 1000:.2f}'


def of_samples(samples):
    """Median and quartiles."""
    if len(samples) < 2:
        return samples[0], samples[0], samples[0]
    low, middle, high = statistics.quantiles(samples, n=4, method='inclusive')
    return middle, low, high


def of_bound(samples):
    """What is promised is promised of each: the greatest, and the quartiles."""
    _, low, high = of_samples(samples)
    return max(samples), low, high


def of_pairs(measured, beside, block):
    """The ratio of what was timed in turns: median and quartiles over the blocks."""
    pairs = range(0, min(len(measured), len(beside)) // block * block, block)
    return of_samples([sum(measured[i:i + block]) / sum(beside[i:i + block]) for i in pairs])


def ratio(measured, beside, block):
    return f'{of_pairs(measured, beside, block)[0]:.2f}'


@dataclass
class Line:
    measured: str
    beside: str
    value: float
    low: float
    high: float
    aim: float = None  # None: reported only
    at_least: bool = False
    unit: str = ''
    notes: list = field(default_factory=list)

    def met(self):
        """None where there is no aim. As it is printed: a figure that reads as its aim has met it."""
        if self.aim is None:
            return None
        value = round(self.value, 2)
        return value >= self.aim if self.at_least else value <= self.aim

    def figure(self):
        return f'{self.value:.2f}{self.unit}'

    def spread(self):
        return f'{self.low:.2f} - {self.high:.2f}'

    def aim_text(self):
        return '' if self.aim is None else f'{">=" if self.at_least else "<="} {self.aim:g}{self.unit}'

    def verdict(self):
        return {None: 'reported', True: 'met', False: 'missed'}[self.met()]

    def as_json(self):
        return {'measured': self.measured, 'beside': self.beside, 'value': self.value, 'quartiles': [self.low, self.high],
                'unit': self.unit, 'aim': self.aim, 'at_least': self.at_least, 'met': self.met(), 'notes': self.notes}

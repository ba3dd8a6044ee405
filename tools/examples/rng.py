"""SplitMix64: a small generator whose numbers are the same on every machine and in every version of Python."""

MASK = (1 << 64) - 1


class Rng:
    """Streams are kept apart by name, so that a change in one part of a scenario does not move the others."""

    def __init__(self, seed, stream):
        self.state = seed
        for byte in stream.encode():
            self.state = (self.bits() ^ byte) & MASK

    def bits(self):
        """64 random bits (Steele, Lea, Flood 2014)."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, n):
        """A whole number of 0..n-1."""
        return self.bits() % n

    def between(self, low, high):
        """A whole number of low..high, both included."""
        return low + self.below(high - low + 1)

    def chance(self, ppm):
        """True in `ppm` of a million cases. Whole millionths, so that the last bit of a float decides nothing."""
        return self.below(1_000_000) < ppm

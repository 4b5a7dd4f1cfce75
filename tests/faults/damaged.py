# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random damages of a file."""


def flip(data, rng):
    at = rng.randrange(len(data))
    data[at] ^= 1 << rng.randrange(8)


def flip_many(data, rng):
    for _ in range(rng.randrange(2, 20)):
        flip(data, rng)


def cut(data, rng):
    del data[rng.randrange(len(data)):]


def cut_out(data, rng):
    at = rng.randrange(len(data))
    del data[at:at + rng.randrange(1, 40)]


def garbage(data, rng):
    at, length = rng.randrange(len(data)), rng.randrange(1, 40)
    data[at:at + length] = rng.randbytes(length)


def zeros(data, rng):
    at, length = rng.randrange(len(data)), rng.randrange(1, 600)
    data[at:at + length] = bytes(length)


def add(data, rng):
    data += rng.randbytes(rng.randrange(1, 80))


def swap(data, rng):
    at, other, length = rng.randrange(len(data)), rng.randrange(len(data)), rng.choice((1, 2, 4, 8, 16))
    one, two = data[at:at + length], data[other:other + length]
    data[at:at + len(two)], data[other:other + len(one)] = two, one


def in_lines(data, rng, change):
    """With the lines, or the items that end in NUL, or the entries of 16 bytes."""
    end = rng.choice((b"\n", b"\0"))
    items = data.split(end)
    if len(items) < 3:
        end, items = b"", [data[at:at + 16] for at in range(0, len(data), 16)]
    change(items, rng.randrange(len(items)), rng.randrange(len(items)))
    data[:] = end.join(items)


def double(data, rng):
    in_lines(data, rng, lambda items, at, to: items.insert(to, items[at]))


def drop(data, rng):
    in_lines(data, rng, lambda items, at, _: items.pop(at))


def exchange(data, rng):
    def change(items, at, to):
        items[at], items[to] = items[to], items[at]

    in_lines(data, rng, change)


KINDS = flip, flip, flip, flip_many, cut, cut_out, garbage, zeros, add, swap, double, drop, exchange


def damage(data, rng):
    """The bytes of a file, once or twice damaged."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2))):
        rng.choice(KINDS)(data, rng) if data else add(data, rng)
    return bytes(data)

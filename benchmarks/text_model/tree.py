"""A binary tree over tokens, with similar tokens as neighbours: the decisions of a text model.

An exchange algorithm assigns tokens to classes so that the class of a token says as much as
possible about the class of the next (Brown et al., Computational Linguistics 18, 1992; Martin,
Liermann and Ney, Speech Communication 24, 1998). Classes are then merged in pairs, always the pair
that loses least, and the tree within a class is a Huffman tree. All sums are whole numbers.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDS = 4
"""How many times every token is tried in every class; after that, hardly any token moves."""

RARE = 6000
"""Tokens beyond this rank are tried in the last round only: they are too rare to matter."""

Node = Any  # a token's number, or a pair of nodes
Whole = NDArray[np.int64]


def grow(
    pairs: Counter[tuple[int, int]], tokens: Sequence[tuple[str, int]], classes: int
) -> tuple[list[list[int]], bytes]:
    """The tokens of each class in the order of the tree, and the depths between neighbours.

    Args:
        pairs: how often one token follows another, by number. The number after the last token
            stands for the beginning of a text, which has no leaf.
        tokens: the tokens and how often they occur, the most frequent first.
        classes: the number of classes.
    """
    found, table, weigh = _exchange(pairs, len(tokens) + 1, classes)
    members: list[list[int]] = [[] for _ in range(classes)]
    for number in range(len(tokens)):
        members[found[number]].append(number)
    full = {number for number, each in enumerate(members) if each}
    order: list[list[int]] = []
    depths = bytearray()

    def walk(node: Node, depth: int) -> None:
        if isinstance(node, tuple):
            walk(node[0], depth + 1)
            depths.append(depth)
            walk(node[1], depth + 1)
        else:
            inside, below = _huffman([(*tokens[number], number) for number in members[node]])
            order.append(inside)
            depths.extend(depth + each for each in below)

    walk(_without_empty(_joined(table, weigh), full), 0)
    return order, bytes(depths)


def _exchange(
    pairs: Counter[tuple[int, int]], size: int, classes: int
) -> tuple[Whole, Whole, Whole]:
    """The class of each token, how often one class follows another, and n log n by n."""
    total = sum(pairs.values())
    numbers = np.arange(total + 1)
    weigh = np.rint(numbers * np.log2(np.maximum(numbers, 1)) * 65536).astype(np.int64)
    after: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    before: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    for (first, second), count in sorted(pairs.items()):
        after[first].append((second, count))
        before[second].append((first, count))
    following = [np.array(each, np.int64).reshape(-1, 2) for each in after]
    preceding = [np.array(each, np.int64).reshape(-1, 2) for each in before]

    found = np.arange(size) % classes
    table = np.zeros((classes, classes), np.int64)
    for (first, second), count in pairs.items():
        table[found[first], found[second]] += count
    diagonal = np.arange(classes)
    for turn in range(ROUNDS):
        for token in range(size):
            if token >= RARE and turn < ROUNDS - 1:
                break
            right, left = np.zeros(classes, np.int64), np.zeros(classes, np.int64)
            np.add.at(right, found[following[token][:, 0]], following[token][:, 1])
            np.add.at(left, found[preceding[token][:, 0]], preceding[token][:, 1])
            twice = pairs.get((token, token), 0)
            old = found[token]
            right[old] -= twice
            left[old] -= twice
            table[old] -= right
            table[:, old] -= left
            table[old, old] -= twice
            to, of = np.nonzero(right)[0], np.nonzero(left)[0]
            gain = (weigh[table[:, to] + right[to]] - weigh[table[:, to]]).sum(1)
            gain += (weigh[table[of] + left[of, None]] - weigh[table[of]]).sum(0)
            own = table[diagonal, diagonal]
            gain += weigh[own] - weigh[own + right] + weigh[own] - weigh[own + left]
            gain += weigh[own + right + left + twice] - weigh[own]
            rows, columns = table.sum(1), table.sum(0)
            gain -= weigh[rows + right.sum() + twice] - weigh[rows]
            gain -= weigh[columns + left.sum() + twice] - weigh[columns]
            new = int(np.argmax(gain))
            if gain[new] <= gain[old]:
                new = int(old)
            found[token] = new
            table[new] += right
            table[:, new] += left
            table[new, new] += twice
    return found, table, weigh


def _joined(table: Whole, weigh: Whole) -> Node:
    """The classes, merged into a tree."""
    table = table.copy()
    alive = list(range(len(table)))
    trees: dict[int, Node] = {number: number for number in alive}
    while len(alive) > 1:
        part = table[np.ix_(alive, alive)]
        rows, columns = part.sum(1), part.sum(0)
        each = weigh[part]
        whole = each.sum(1) + each.sum(0)
        best: tuple[int, int, int] | None = None
        for i in range(len(alive) - 1):
            j = np.arange(i + 1, len(alive))
            k = np.arange(len(j))
            joint_rows = weigh[part[i] + part[j]]
            joint_columns = weigh[part[:, i, None] + part[:, j]]
            new = joint_rows.sum(1) + joint_columns.sum(0)
            new -= joint_rows[k, i] + joint_rows[k, j] + joint_columns[i, k] + joint_columns[j, k]
            new += weigh[part[i, i] + part[i, j] + part[j, i] + part[j, j]]
            old = whole[i] + whole[j] - each[i, i] - each[i, j] - each[j, i] - each[j, j]
            margins = weigh[rows[i]] + weigh[rows[j]] - weigh[rows[i] + rows[j]]
            margins += weigh[columns[i]] + weigh[columns[j]] - weigh[columns[i] + columns[j]]
            loss = old - new - margins
            least = int(np.argmin(loss))
            if best is None or int(loss[least]) < best[0]:
                best = int(loss[least]), i, int(j[least])
        assert best is not None
        first, second = alive[best[1]], alive[best[2]]
        table[first] += table[second]
        table[:, first] += table[:, second]
        trees[first] = (trees[first], trees[second])
        alive.pop(best[2])
    return trees[alive[0]]


def _huffman(tokens: Sequence[tuple[str, int, int]]) -> tuple[list[int], list[int]]:
    """The numbers of tokens in the order of a canonical Huffman code, and the depths between.

    Tokens with codes of the same length are in alphabetical order, so that they compress well.
    """
    heap = [(count + 1, number, [number]) for _, count, number in tokens]
    lengths = dict.fromkeys((number for _, _, number in tokens), 0)
    heapq.heapify(heap)
    while len(heap) > 1:
        one, other = heapq.heappop(heap), heapq.heappop(heap)
        both = one[2] + other[2]
        for number in both:
            lengths[number] += 1
        heapq.heappush(heap, (one[0] + other[0], min(one[1], other[1]), both))
    ordered = sorted((lengths[number], entry, number) for entry, _, number in tokens)
    depths = []
    code = 0
    for (length, _, _), (next_length, _, _) in pairwise(ordered):
        # Two neighbours part at the first bit in which their codes differ.
        depths.append(length - (code ^ code + 1).bit_length())
        code = code + 1 << next_length - length
    return [number for _, _, number in ordered], depths


def _without_empty(node: Node, full: set[int]) -> Node:
    """A tree without its empty classes, or None if all are empty."""
    if not isinstance(node, tuple):
        return node if node in full else None
    first, second = (_without_empty(part, full) for part in node)
    if first is None or second is None:
        return second if first is None else first
    return first, second

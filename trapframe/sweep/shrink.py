"""The ordinary one among the states of a class: as few values as can be that aren't the first."""

from __future__ import annotations

from collections.abc import Callable

from trapframe.sweep.told import Difference

State = tuple[int, ...]  # numbers of its values, by axis


def shrink(state: State, class_of: Callable[[State], Difference | None]) -> State:
    """Axis by axis set back to its first value, for as long as the class stays."""
    wanted = class_of(state)
    before: State | None = None
    while state != before:
        before = state
        for axis, value in enumerate(state):
            other = (*state[:axis], 0, *state[axis + 1 :])
            if value and class_of(other) == wanted:
                state = other
    return state

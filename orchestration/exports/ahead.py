"""Work done ahead in threads, its results taken in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def done_ahead(
    pool: ThreadPoolExecutor, tasks: Iterable[Callable[[], Result]], ahead: int
) -> Iterator[Result]:
    """The results of tasks in their order; up to `ahead` of them are under way or wait.

    What a task raises is raised in its turn; those behind it are given up.
    """
    waiting: deque[Future[Result]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(task))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()

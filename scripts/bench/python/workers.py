"""Several processes at the same queues: producers and consumers, and tasks for two workers."""

import multiprocessing as mp
import time

from items import small, small_sum


def part(index, parts, n):
    """The bounds of the index-th of equal parts."""
    return n * index // parts, n * (index + 1) // parts


def produce(queue, begin, end, barrier, done):
    barrier.wait()
    for i in range(begin, end):
        queue.put(small(i))
    # A Queue sends by a thread of its own: what ends the consumers must come after that has sent all.
    if hasattr(queue, "join_thread"):
        queue.close()
        queue.join_thread()
    done.put(None)


def consume(queue, barrier, result):
    barrier.wait()
    count = total = 0
    while (item := queue.get()) is not None:
        count += 1
        total += small_sum(item)
    result.put((count, total))


def several(queue, producers, consumers, n):
    """Items a second that go from producers to consumers. The clock starts when all processes run."""
    barrier = mp.Barrier(producers + consumers + 1)
    done, result = mp.SimpleQueue(), mp.SimpleQueue()
    processes = [
        mp.Process(target=produce, args=(queue, *part(i, producers, n), barrier, done)) for i in range(producers)
    ]
    processes += [mp.Process(target=consume, args=(queue, barrier, result)) for _ in range(consumers)]
    for process in processes:
        process.start()
    barrier.wait()
    start = time.perf_counter()
    for _ in range(producers):
        done.get()
    for _ in range(consumers):
        queue.put(None)
    taken = [result.get() for _ in range(consumers)]
    took = time.perf_counter() - start
    for process in processes:
        process.join()
    assert sum(count for count, _ in taken) == n, "a wrong number of items arrived"
    assert sum(total for _, total in taken) == sum(small_sum(small(i)) for i in range(n)), "a wrong sum arrived"
    return n / took


def compute(task, turns):
    """Something to compute: `turns` steps from the task's number."""
    x = task | 1
    for _ in range(turns):
        x = (x * 1664525 + 1013904223) & 0xFFFFFFFF
    return x


def turns_for(microseconds):
    """How many steps take about that long."""
    turns, best = 1000, float("inf")
    for _ in range(50):
        start = time.perf_counter()
        compute(1, turns)
        best = min(best, (time.perf_counter() - start) * 1e6)
    return max(1, round(turns * microseconds / best))


def work(tasks, results, barrier):
    barrier.wait()
    while (task := tasks.get()) is not None:
        number, turns = task
        results.put((number, compute(number, turns)))


def fan_out(n, turns, workers=2):
    """Tasks a second that two processes do, sent and answered one by one."""
    tasks, results, barrier = mp.Queue(), mp.Queue(), mp.Barrier(workers + 1)
    processes = [mp.Process(target=work, args=(tasks, results, barrier)) for _ in range(workers)]
    for process in processes:
        process.start()
    barrier.wait()
    start = time.perf_counter()
    for number in range(n):
        tasks.put((number, turns))
    done = dict(results.get() for _ in range(n))
    took = time.perf_counter() - start
    for _ in processes:
        tasks.put(None)
    for process in processes:
        process.join()
    assert len(done) == n, "a task was done twice, or never"
    assert all(done[number] == compute(number, turns) for number in range(0, n, 64)), "a wrong result arrived"
    return n / took

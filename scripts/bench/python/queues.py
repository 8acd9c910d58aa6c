"""Python's multiprocessing in the workloads of the benchmark: prints one line of JSON for each.

Arguments: a word that the workload's name must have in it, and the number of rounds.
"""

import json
import multiprocessing as mp
import os
import platform
import sys
import time

from items import small, small_sum
from workers import fan_out, several, turns_for

# What is sent, how it is added up, and how many.
KINDS = {
    "small": (small, small_sum, 20_000),
    "int": (lambda i: i, lambda item: item, 30_000),
    "text 1 KiB ASCII": (lambda i: "x" * 1020 + str(1000 + i % 16), len, 20_000),
    "bytes 1 MiB": (lambda i: bytes(1 << 20), len, 200),
}


def take(queue, kind, n, result):
    of = KINDS[kind][1]
    result.put(sum(of(queue.get()) for _ in range(n)))


def one_way(kind, queue, result):
    make, of, n = KINDS[kind]
    process = mp.Process(target=take, args=(queue, kind, n, result))
    process.start()
    time.sleep(0.2)
    start = time.perf_counter()
    for i in range(n):
        queue.put(make(i))
    total = result.get()
    took = time.perf_counter() - start
    process.join()
    assert total == sum(of(make(i)) for i in range(n)), "a wrong sum arrived"
    return n / took


def echo(forth, back, n):
    for _ in range(n):
        back.put(forth.get())


def round_trip(forth, back, n):
    process = mp.Process(target=echo, args=(forth, back, n))
    process.start()
    time.sleep(0.2)
    times = []
    for i in range(n):
        start = time.perf_counter()
        forth.put(small(i))
        assert back.get()["id"] == i
        times.append(time.perf_counter() - start)
    process.join()
    return sorted(times)[n // 2] * 1e6


QUEUES = {"Queue": mp.Queue, "SimpleQueue": mp.SimpleQueue}


def workloads():
    """The workloads under the names that they have in workloads.ts: unit, which is better, how many, contenders."""
    for kind, (_, _, n) in KINDS.items():
        yield kind, "items/s", "more", n, {
            name: lambda kind=kind, make=make: one_way(kind, make(), mp.Queue()) for name, make in QUEUES.items()
        }
    yield "round trip", "µs", "less", 2000, {
        name: lambda make=make: round_trip(make(), make(), 2000) for name, make in QUEUES.items()
    }
    for count in (1, 2, 4):
        yield f"{count} producers, {count} consumers", "items/s", "more", 40_000, {
            name: lambda count=count, make=make: several(make(), count, count, 40_000) for name, make in QUEUES.items()
        }
    # With a SimpleQueue, which holds what a pipe does, all would wait: main to send tasks, the workers to send results.
    yield "fan-out of 5 µs tasks", "tasks/s", "more", 20_000, {"Queue": lambda: fan_out(20_000, turns_for(5))}


def main():
    word, rounds = sys.argv[1], int(sys.argv[2])
    head = {
        "runtime": f"Python {platform.python_version()}",
        "system": f"{sys.platform} {platform.machine()}",
        "processor": "",
        "cores": os.cpu_count(),
        "gibibytes": 0,
        "trip": None,
        "idle": [],
    }
    for name, unit, better, n, contenders in workloads():
        if word not in name:
            continue
        values = {contender: [] for contender in contenders}
        for _ in range(rounds):
            for contender, measure in contenders.items():
                values[contender].append(measure())
        rows = [
            {"contender": f"multiprocessing.{contender}", "n": n, "values": of, "more": {}}
            for contender, of in values.items()
        ]
        print(json.dumps(head | {"workload": name, "unit": unit, "better": better, "rows": rows}), flush=True)


if __name__ == "__main__":
    main()

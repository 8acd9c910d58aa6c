"""Python's multiprocessing in the workloads of the benchmark: prints one line of JSON for each.

Arguments: a word that the workload's name must have in it, and the number of rounds.
"""

import json
import multiprocessing as mp
import os
import platform
import sys
import time


def small(i):
    return {"id": i, "name": f"item {i & 63}", "x": [1, 2, 3]}


KINDS = {
    "small": (small, lambda item: item["id"] + len(item["name"]), 20_000),
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


def round_trip(forth, back, n=2000):
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


def row(contender, measure, rounds):
    return {"contender": contender, "n": 0, "values": [measure() for _ in range(rounds)], "more": {}}


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
    for kind in KINDS:
        if word in kind:
            rows = [
                row(f"multiprocessing.{name}", lambda make=make: one_way(kind, make(), mp.Queue()), rounds)
                for name, make in (("Queue", mp.Queue), ("SimpleQueue", mp.SimpleQueue))
            ]
            print(json.dumps(head | {"workload": kind, "unit": "items/s", "better": "more", "rows": rows}), flush=True)
    if word in "round trip":
        rows = [
            row(f"multiprocessing.{name}", lambda make=make: round_trip(make(), make()), rounds)
            for name, make in (("Queue", mp.Queue), ("SimpleQueue", mp.SimpleQueue))
        ]
        print(json.dumps(head | {"workload": "round trip", "unit": "µs", "better": "less", "rows": rows}), flush=True)


if __name__ == "__main__":
    main()

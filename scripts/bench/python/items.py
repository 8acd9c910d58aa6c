"""What is sent, as in items.ts, and how its receivers check that it arrived."""


def small(i):
    return {"id": i, "name": f"item {i & 63}", "x": [1, 2, 3]}


def small_sum(item):
    return item["id"] + len(item["name"]) + item["x"][0] + item["x"][2]

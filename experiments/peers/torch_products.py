"""Times `torch.mm` at the shapes that `roformer bench gemm` printed, and prints JSON.

    roformer bench gemm --preset tiny > products.json
    python experiments/peers/torch_products.py --threads 2 < products.json

A factor that lies transposed there lies transposed here. Every product has its turns of a tenth of a second each.
"""

import argparse
import json
import statistics
import sys
import time

import torch

import step_timing

TURN_SECONDS = 0.1


def factor(rows, columns, lies_transposed):
    """A matrix `[rows, columns]`, its elements in memory row by row, or column by column."""
    return torch.full((columns, rows), 0.5).T if lies_transposed else torch.full((rows, columns), 0.5)


def seconds_of_calls(product, seconds):
    """How long each call took, one at least, the first one not counted: it fetches pages and operands."""
    m, n, k = product["m"], product["n"], product["k"]
    a, b = factor(m, k, product["transposes_a"]), factor(k, n, product["transposes_b"])
    c = torch.empty(m, n)
    torch.mm(a, b, out=c)
    taken, end = [], time.perf_counter() + seconds
    while not taken or time.perf_counter() < end:
        start = time.perf_counter()
        torch.mm(a, b, out=c)
        taken.append(time.perf_counter() - start)
    return taken


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    step_timing.add_option(parser, "--threads", 2, "threads of torch.set_num_threads")
    step_timing.add_option(parser, "--windows", 3, "turns of each product")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    products = json.load(sys.stdin)["products"]
    calls = [[] for _ in products]
    for _ in range(given.windows):
        for product, taken in zip(products, calls):
            taken += seconds_of_calls(product, TURN_SECONDS)
    rates = [
        2e-9 * product["m"] * product["n"] * product["k"] / statistics.median(taken)
        for product, taken in zip(products, calls)
    ]
    print(json.dumps({
        "gflops": rates, "version": torch.__version__, "instructions": torch.backends.cpu.get_cpu_capability(),
    }))


if __name__ == "__main__":
    main()

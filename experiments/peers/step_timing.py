"""What the peers' steps share: sizes, options, the clock, and what is printed."""

import argparse
import json
import resource
import statistics
import sys
import time

SIZES = {"tiny": (2, 128, 2), "mini": (4, 256, 4), "small": (4, 512, 8), "medium": (8, 512, 8), "base": (12, 768, 12)}
"""Layers, width and heads of BERT's miniatures."""

WARM_UP_STEPS = 4


def count(text):
    """A number of at least one."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def options(description, threads_help):
    """The options that every peer takes, those of `roformer bench step`."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--preset", choices=SIZES, default="mini", help="the model's size")
    parser.add_argument("--batch", type=count, default=32, help="sequences a step")
    parser.add_argument("--length", type=count, default=128, help="tokens a sequence")
    parser.add_argument("--vocabulary", type=count, default=8192, help="tokens in the vocabulary")
    parser.add_argument("--threads", type=count, default=2, help=threads_help)
    parser.add_argument("--steps", type=count, default=8, help="steps in a window")
    parser.add_argument("--windows", type=count, default=3, help="windows, whose median counts")
    return parser


def masked_count(given):
    """How many tokens of a batch are predicted: BERT's 15 %."""
    return max(1, round(0.15 * given.batch * given.length))


def report(given, version, step, finish=lambda: None):
    """Times steps and prints one JSON object.

    `finish` waits for the steps that were begun, where `step` returns before its work is done.
    """
    for _ in range(WARM_UP_STEPS):
        step()
    finish()
    rates = []
    for _ in range(given.windows):
        start = time.perf_counter()
        for _ in range(given.steps):
            step()
        finish()
        rates.append(given.batch * given.length * given.steps / (time.perf_counter() - start))
    # In KiB, but for macOS, where it is in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    print(json.dumps({
        "tokens_per_second": statistics.median(rates),
        "peak_memory_bytes": unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "threads": given.threads,
        "version": version,
    }))

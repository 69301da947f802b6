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
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"\"{text}\"; expected a whole number from 1")
    return int(text)


def options(description, threads_help):
    """The options that every peer takes, those of `roformer bench step`."""
    parser = argparse.ArgumentParser(description=description)
    add_option(parser, "--preset", "mini", "the model's size", type=str, choices=SIZES)
    add_option(parser, "--batch", 32, "sequences a step")
    add_option(parser, "--length", 128, "tokens a sequence")
    add_option(parser, "--vocabulary", 8192, "tokens in the vocabulary")
    add_option(parser, "--threads", 2, threads_help)
    add_option(parser, "--steps", 8, "steps in a window")
    add_option(parser, "--windows", 3, "windows, whose median counts")
    return parser


def add_option(parser, name, default, text, type=count, **more):
    """Adds an option, by default a count, whose help ends with its default."""
    parser.add_argument(name, type=type, default=default, help=f"{text}; by default %(default)s", **more)


def masked_count(given):
    """How many tokens of a batch are predicted: BERT's 15 %."""
    return max(1, round(0.15 * given.batch * given.length))


def report(given, version, step, finish=lambda: None, **more):
    """Times steps and prints one JSON object.

    `finish` waits for the steps that were begun, where `step` returns before its work is done. `more` is printed as it is.
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
        **more,
    }))

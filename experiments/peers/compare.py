"""Times `roformer bench step` and PyTorch's step (eager and compiled) in turns, and prints the ratio of medians.

    pip install torch
    swift build -c release
    python experiments/peers/compare.py --presets tiny mini small --rounds 3
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def ours(program, preset, threads):
    command = [program, "bench", "step", "--preset", preset, "--threads", str(threads), "--windows", "3"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found["tokens_per_second"], found["model_gflops"] / found["peak_gflops"], found["peak_memory_bytes"]


def theirs(preset, threads, *options):
    command = [sys.executable, str(HERE / "torch_step.py"), "--preset", preset, "--threads", str(threads), *options]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--program", default=".build/release/roformer")
    arguments.add_argument("--presets", nargs="+", default=["tiny", "mini", "small"])
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    print("| preset | roformer tokens/s | share of peak | memory | eager | compiled | over the best |")
    print("|---|---|---|---|---|---|---|")
    for preset in given.presets:
        rates, shares, memories, eager, compiled = [], [], [], [], []
        for _ in range(given.rounds):
            rate, share, memory = ours(given.program, preset, given.threads)
            rates.append(rate)
            shares.append(share)
            memories.append(memory)
            eager.append(theirs(preset, given.threads))
            compiled.append(theirs(preset, given.threads, "--compile"))
        best = max(statistics.median(eager), statistics.median(compiled))
        print(
            f"| {preset} | {statistics.median(rates):.0f} | {statistics.median(shares):.2f} "
            f"| {max(memories) >> 20} MiB | {statistics.median(eager):.0f} | {statistics.median(compiled):.0f} "
            f"| {statistics.median(rates) / best:.2f} |", flush=True)


if __name__ == "__main__":
    main()

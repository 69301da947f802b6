"""Times `roformer bench step` and the same step of its peers in turns; prints a Markdown table of medians.

    pip install torch jax optax
    swift build -c release
    python experiments/peers/compare.py tiny:32x128 --rounds 5

With `--products` it times the rows' matrix products, `roformer bench gemm`, beside `torch.mm`. `--instructions avx2`
holds the peers to AVX2, to be compared with a program that was built with `ROFORMER_CPU=x86-64-v3`.

Rows are PRESET:BATCHxLENGTH. Peers that are not installed are left out. Nothing else should run on the machine. The rows
that are timed by default take about half an hour on two cores; how long is left is said after every round.
"""

import argparse
import dataclasses
import functools
import importlib.util
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import time

import step_timing

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parents[1] / ".build" / "release" / "roformer"
OURS = "roformer"
PEERS = {
    "PyTorch eager": (["torch"], ["torch_step.py"]),
    "PyTorch compiled": (["torch"], ["torch_step.py", "--compile"]),
    "JAX": (["jax", "optax"], ["jax_step.py"]),
}
"""The packages that a peer needs, and the script that times it."""

HELD = {
    "avx2": {
        "ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
    },
}
"""The peers' own switches that hold them to an instruction set."""

BUILT = {"avx2": "x86-64-v3"}
"""What the program is built for, to be compared with peers that are held so."""

TORCH_PRODUCTS = HERE / "torch_products.py"

STEPS = {name: 2 ** place for place, name in enumerate(reversed(step_timing.SIZES))}
"""Steps in a window: one of the largest model, whose step takes seconds, and twice as many for each smaller one."""

DEFAULT_ROWS = ["tiny:32x128", "mini:32x128", "small:32x128", "base:4x512"]


@dataclasses.dataclass(frozen=True)
class Row:
    """What is timed: a model and the shape of its batches."""

    preset: str
    batch: int
    length: int

    @staticmethod
    def parse(text):
        found = re.fullmatch(r"(\w+):([1-9]\d*)[x×]([1-9]\d*)", text)
        if not found or found[1] not in step_timing.SIZES:
            raise argparse.ArgumentTypeError(
                f"\"{text}\"; expected PRESET:BATCHxLENGTH such as mini:32x128, PRESET one of {', '.join(step_timing.SIZES)}")
        return Row(found[1], int(found[2]), int(found[3]))

    def __str__(self):
        return f"{self.preset}, {self.batch} × {self.length}"

    def options(self, given):
        steps = given.steps or STEPS[self.preset]
        return [
            "--preset", self.preset, "--batch", str(self.batch), "--length", str(self.length),
            "--vocabulary", str(given.vocabulary), "--threads", str(given.threads), "--steps", str(steps),
            "--windows", str(given.windows),
        ]


def say(text):
    print(text, file=sys.stderr, flush=True)


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def run(command, environment={}, text=None):
    """What a command prints, as JSON; its last words as an error if it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, input=text, env={**os.environ, **environment})
    except OSError as error:
        raise RuntimeError(f"{command[0]}: {error.strerror}") from None
    if done.returncode != 0:
        raise RuntimeError(f"exit code {done.returncode}: {last_line(done.stderr)}")
    return json.loads(done.stdout)


def installed_peers():
    """The peers that can be timed, by name; says which are left out."""
    peers = {}
    for name, (packages, script) in PEERS.items():
        missing = [package for package in packages if importlib.util.find_spec(package) is None]
        if missing:
            say(f"{name} is left out: no {' and no '.join(missing)} here (pip install {' '.join(packages)})")
        else:
            peers[name] = [sys.executable, str(HERE / script[0]), *script[1:]]
    return peers


def measure(row, given, peers, results, end_of_round):
    """Adds the results of every round to `results`, by who was timed; a peer that fails is left out from then on."""
    programs = {OURS: [given.program, "bench", "step", "--position", "rotary"], **peers}
    results.update({name: [] for name in programs})
    for number in range(given.rounds):
        for name, command in list(programs.items()):
            try:
                result = run(command + row.options(given), {} if name == OURS else given.environment)
                check_held(name, result, given)
            except RuntimeError as error:
                if name == OURS:
                    raise
                say(f"{row}: {name} is left out: {error}")
                del programs[name], results[name]
                continue
            results[name].append(result)
            say(f"{row}, round {number + 1} of {given.rounds}: {name} {result['tokens_per_second']:.0f} tokens/s")
        end_of_round()


def check_held(name, result, given):
    """Refuses who says that it uses other instructions than it was held to; JAX does not say."""
    target = result.get("build_target", "")
    if given.instructions and target and not target.startswith(BUILT[given.instructions]):
        raise RuntimeError(
            f"it is built for {target}; --instructions {given.instructions} wants ROFORMER_CPU={BUILT[given.instructions]}")
    said = result.get("instructions")
    if given.instructions and said and said.lower() != given.instructions:
        raise RuntimeError(f"it uses {said} and was held to {given.instructions}")


def measure_products(row, given, end_of_round):
    """The turns of the products of a row: for each round what the program and `torch.mm` said."""
    sizes = [
        "--preset", row.preset, "--batch", str(row.batch), "--length", str(row.length), "--vocabulary",
        str(given.vocabulary),
    ]
    turns = ["--threads", str(given.threads), "--windows", str(given.windows)]
    rounds = []
    for number in range(given.rounds):
        ours = run([given.program, "bench", "gemm", *sizes, *turns])
        check_held(OURS, ours, given)
        theirs = run([sys.executable, str(TORCH_PRODUCTS), *turns], given.environment, json.dumps(ours))
        check_held("torch.mm", theirs, given)
        rounds.append((ours, theirs))
        say(f"{row}, round {number + 1} of {given.rounds}")
        end_of_round()
    return rounds


def product_cells(index, rounds):
    """A row of the table of products: medians over the rounds, and the median of the rounds' ratios."""
    ours = [ours["products"][index] for ours, _ in rounds]
    theirs = [theirs["gflops"][index] for _, theirs in rounds]
    product = ours[0]
    shape = (
        f"A{'ᵀ' if product['transposes_a'] else ''} {product['m']} × {product['k']}, "
        f"B{'ᵀ' if product['transposes_b'] else ''} {product['k']} × {product['n']}")
    ratios = [mine["gflops"] / other for mine, other in zip(ours, theirs)]
    return [
        product["label"], shape, f"{statistics.median(mine['gflops'] for mine in ours):.0f}",
        f"{statistics.median(theirs):.0f}", f"{statistics.median(ratios):.2f}",
        f"{statistics.median(mine['share_of_peak'] for mine in ours):.2f}",
        f"{statistics.median(mine['share_of_peak_p95'] for mine in ours):.2f}",
    ]


class Countdown:
    """Says how long is left, as if all rounds took as long as those before."""

    def __init__(self, rounds):
        self.rounds, self.done, self.start = rounds, 0, time.monotonic()

    def step(self):
        self.done += 1
        left = (time.monotonic() - self.start) / self.done * (self.rounds - self.done)
        if left:
            say(f"about {left / 60:.0f} min left" if left >= 60 else f"about {left:.0f} s left")


def median(results, key=lambda result: result["tokens_per_second"]):
    return statistics.median(map(key, results))


def cells(row, results):
    """A row of the table."""
    ours = results[OURS]
    peers = {name: median(results[name]) for name in PEERS if name in results}
    memory = {name: max(result["peak_memory_bytes"] for result in results[name]) for name in results}
    share = median(ours, lambda result: result["model_gflops"] / result["peak_gflops"])
    eager = memory.get("PyTorch eager")
    return [
        str(row), f"{median(ours):.0f}", *(f"{peers[name]:.0f}" if name in peers else "–" for name in PEERS),
        f"{median(ours) / max(peers.values()):.2f}" if peers else "–", f"{share:.2f}", f"{memory[OURS] >> 20} MiB",
        f"{memory[OURS] / eager:.2f}" if eager else "–",
    ]


HEADINGS = [
    "model, batch × length", f"{OURS} tokens/s", *PEERS, "over the best", "share of peak", "memory",
    "memory over PyTorch's",
]


PRODUCT_HEADINGS = [
    "product", "factors", f"{OURS} GFLOP/s", "torch.mm", "over torch.mm", "share of peak", "best calls, share of peak",
]


def markdown(cells):
    return "| " + " | ".join(cells) + " |"


def processor():
    """The CPU's model, as the system calls it."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def core_count():
    """How many cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def printed_by(*command):
    """The first line that a command prints; nothing if there is no such command."""
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.partition("\n")[0]
    except OSError:
        return ""


def machine(given, rows):
    """The machine and the versions of all that ran."""
    every = [result for results in rows.values() for result in results[OURS]]
    swift = re.search(r"Swift version (\S+)", printed_by("swift", "--version"))
    versions = [printed_by(given.program, "--version")]
    versions += [f"Swift {swift[1]}"] if swift else []
    versions += [f"Python {platform.python_version()}"]
    for name, package in (("PyTorch eager", "PyTorch"), ("JAX", "JAX")):
        found = [result["version"] for results in rows.values() for result in results.get(name, [])]
        versions += [f"{package} {found[0]}"] if found else []
    return {
        "processor": processor(), "cores": core_count(), "system": platform.system(),
        "peak_gflops": [pick(result["peak_gflops"] for result in every) for pick in (min, max)],
        "versions": versions,
    }


def described(found, given):
    """What the table was measured on, and how."""
    low, high = (f"{peak:.0f}" for peak in found["peak_gflops"])
    return (
        f"{found['processor']}, {counted(found['cores'], 'core')}, {found['system']}; "
        f"{counted(given.threads, 'thread')}; {counted(given.rounds, 'round')} of {counted(given.windows, 'window')}; "
        f"multiply-add peak {low if low == high else f'{low} to {high}'} GFLOP/s; {', '.join(found['versions'])}"
        f"{f'; peers held to {given.instructions}' if given.instructions else ''}.")


def counted(number, noun):
    return f"{number} {noun}{'' if number == 1 else 's'}"


def given_options():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog=" ".join(__doc__.split("\n\n")[-1].split()))
    parser.add_argument(
        "rows", nargs="*", type=Row.parse, metavar="PRESET:BATCHxLENGTH",
        help=f"what is timed; by default {' '.join(DEFAULT_ROWS)}")
    option = functools.partial(step_timing.add_option, parser)
    option("--program", PROGRAM, "what is compared with the peers", type=str)
    option("--vocabulary", 8192, "tokens in the vocabulary")
    option("--threads", 2, "threads of each")
    option("--rounds", 3, "turns of each")
    parser.add_argument(
        "--steps", type=step_timing.count,
        help=f"steps in a window; by default {', '.join(f'{STEPS[name]} for {name}' for name in step_timing.SIZES)}")
    option("--windows", 3, "windows in a turn, whose median counts")
    parser.add_argument(
        "--products", action="store_true", help="the products of the rows beside torch.mm, not their steps")
    parser.add_argument(
        "--instructions", choices=HELD, help="what the peers are held to, by their own switches; by default nothing")
    parser.add_argument(
        "--json", action="store_true", help="print every measurement as JSON, and the table on standard error")
    given = parser.parse_args()
    if not os.access(given.program, os.X_OK):
        parser.error(f"there is no program {given.program}: swift build -c release")
    if given.threads > core_count():
        parser.error(f"--threads {given.threads}: there are {core_count()} cores to run on")
    given.environment = HELD.get(given.instructions, {})
    given.rows = list(dict.fromkeys(given.rows or map(Row.parse, DEFAULT_ROWS)))
    return given


def compare_products(given, table):
    """Times the products of all rows, and prints a table for each."""
    if importlib.util.find_spec("torch") is None:
        sys.exit("--products: no torch here (pip install torch)")
    countdown = Countdown(len(given.rows) * given.rounds)
    measured = []
    for row in given.rows:
        rounds = measure_products(row, given, countdown.step)
        table(f"{row}\n\n{markdown(PRODUCT_HEADINGS)}\n{markdown(['---', '---'] + ['---:'] * 5)}")
        for index in range(len(rounds[0][0]["products"])):
            table(markdown(product_cells(index, rounds)))
        results = {OURS: [ours for ours, _ in rounds], "PyTorch eager": [theirs for _, theirs in rounds]}
        found = machine(given, {row: results})
        table(f"\n{described(found, given)}\n")
        measured.append({**dataclasses.asdict(row), "machine": found, "rounds": rounds})
    if given.json:
        print(json.dumps({"products": measured}, indent=2), flush=True)


def main():
    given = given_options()
    table = say if given.json else lambda text: print(text, flush=True)
    if given.products:
        try:
            return compare_products(given, table)
        except RuntimeError as error:
            sys.exit(str(error))
    peers = installed_peers()
    countdown = Countdown(len(given.rows) * given.rounds)
    rows = {}
    failure = None
    for row in given.rows:
        rows[row] = {}
        try:
            measure(row, given, peers, rows[row], countdown.step)
        except RuntimeError as error:
            failure = f"{row}: {OURS}: {error}"
            break
        if len(rows) == 1:
            table(markdown(HEADINGS))
            table(markdown(["---"] + ["---:"] * (len(HEADINGS) - 1)))
        table(markdown(cells(row, rows[row])))
    # What was measured before a failure is not lost.
    if any(results[OURS] for results in rows.values()):
        found = machine(given, rows)
        table(f"\n{described(found, given)}")
        if given.json:
            measured = [{**dataclasses.asdict(row), "results": results} for row, results in rows.items()]
            print(json.dumps({"machine": found, "rows": measured}, indent=2), flush=True)
    if failure:
        sys.exit(failure)


if __name__ == "__main__":
    main()

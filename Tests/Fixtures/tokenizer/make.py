"""Makes ten thousand random strings of Unicode 8 and the ids that Hugging Face's BertTokenizerFast gives them.

    python make.py [--all]      (needs transformers, and perl for the list of Unicode 8; the tests need neither)

`lines.txt` has a string a line, `vocab.txt` every character that normalization leaves of them, alone and with ##, so
that hardly a word is [UNK]; `uncased.txt` and `cased.txt` have the ids. The characters are all that tokenizers treat
in a way of their own and a sample of the rest; with --all, they are all of Unicode 8, in files of tens of megabytes that
are left in the working directory instead of beside this script.
"""

import pathlib
import random
import subprocess
import sys
import unicodedata

from transformers import BertTokenizerFast

COUNT = 10_000
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
everything = "--all" in sys.argv
folder = pathlib.Path(".") if everything else pathlib.Path(__file__).parent
draw = random.Random(8)

listing = "for (0..0x10FFFF) { print qq($_ ) if !($_ >> 11 == 27) && chr =~ /\\p{Present_In: 8.0}/ && chr !~ /\\p{Cn}/ }"
code_points = subprocess.run(["perl", "-e", listing], capture_output=True, text=True, check=True).stdout.split()
characters = [chr(int(c)) for c in code_points if int(c) != 10]


def is_special(c):
    """Whether some rule of the tokenizer is about the character, Hangul, ideographs and private use left out."""
    if "\uac00" <= c <= "\ud7a3" or "\uf900" <= c <= "\ufaff" or "\U0002f800" <= c <= "\U0002fa1f":
        return False
    return (unicodedata.category(c)[0] in "MPZ" or unicodedata.category(c) in ("Cc", "Cf") or c.lower() != c
            or unicodedata.normalize("NFD", c) != c)


special = [c for c in characters if is_special(c)]
rest = [c for c in characters if not is_special(c)]
if not everything:
    rest = draw.sample(rest, 3000)


def string():
    parts = []
    for _ in range(draw.randint(1, 10)):
        kind = draw.random()
        if kind < 0.03:
            parts.append(draw.choice(SPECIAL + ["[mask]", "[MASK", "##"]))
        elif kind < 0.2:
            parts.append(draw.choice(["a", "É", "é", "e", "ß", "Σ", "İ", "5", "-", "'", "\t", "\r"]))
        elif kind < 0.4:
            parts.append(" ")
        elif kind < 0.75:
            parts.append(draw.choice(special))
        else:
            parts.append(draw.choice(rest))
    return "".join(parts)


lines = [string() for _ in range(COUNT - 60)]
for _ in range(20):
    # Around the longest word, of plain letters and of what decomposes, and marks in a row.
    lines.append("x" * draw.randint(98, 102) + " " + "e\u0301" * draw.randint(98, 102))
    lines.append("é" * draw.randint(98, 102) + "," + "가" * draw.randint(30, 102))
    lines.append("a" + "".join(draw.choice([c for c in special if unicodedata.combining(c)]) for _ in range(8)) + "b")
draw.shuffle(lines)

pieces = {}
for line in lines:
    for text in [line, unicodedata.normalize("NFD", line), unicodedata.normalize("NFD", line).lower(),
                 unicodedata.normalize("NFD", line.lower())]:
        for c in text:
            pieces[c] = None
            pieces[c.lower()] = None
# White space and what is left out cannot be tokens of a list with a token a line.
kept = sorted(p for p in pieces if p and not any(c in "\n\r" for c in p))
vocabulary = SPECIAL + kept + ["##" + p for p in kept if "##" + p not in pieces] + ["x" * 99, "x" * 100, "x" * 101]
vocabulary = list(dict.fromkeys(vocabulary))

(folder / "lines.txt").write_bytes("".join(line + "\n" for line in lines).encode())
(folder / "vocab.txt").write_bytes("".join(token + "\n" for token in vocabulary).encode())
known = {token: i for i, token in enumerate(vocabulary)}
for name, lowercase in [("uncased.txt", True), ("cased.txt", False)]:
    tokenizer = BertTokenizerFast(vocab=known, do_lower_case=lowercase)
    ids = tokenizer(lines, add_special_tokens=False)["input_ids"]
    unknown = sum(row.count(1) for row in ids) / sum(map(len, ids))
    print(f"{name}: {len(lines)} lines, {sum(map(len, ids))} tokens, {unknown:.1%} unknown")
    (folder / name).write_text("".join(" ".join(map(str, row)) + "\n" for row in ids))

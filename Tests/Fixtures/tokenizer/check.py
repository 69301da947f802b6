"""Compares `roformer tokenize` with Hugging Face's BertTokenizerFast on every line of some texts.

    python check.py ROFORMER VOCABULARY TEXT...      (VOCABULARY is a vocab.txt)
"""

import subprocess
import sys

from transformers import BertTokenizerFast

program, vocabulary, *texts = sys.argv[1:]
tokens = open(vocabulary, encoding="utf-8", newline="\n").read().split("\n")[:-1]
known = {token: i for i, token in enumerate(tokens)}
failed = False
for text in texts:
    lines = open(text, encoding="utf-8", newline="\n").read().split("\n")
    if not lines[-1]:
        lines.pop()
    for options, lowercase in [([], True), (["--cased"], False)]:
        ours = subprocess.run(
            [program, "tokenize", "--vocabulary", vocabulary, *options, text], capture_output=True, check=True)
        ours = ours.stdout.decode().split("\n")[:-1]
        tokenizer = BertTokenizerFast(vocab=known, do_lower_case=lowercase)
        theirs = [" ".join(map(str, row)) for row in tokenizer(lines, add_special_tokens=False)["input_ids"]]
        different = [i for i in range(max(len(ours), len(theirs))) if ours[i:i + 1] != theirs[i:i + 1]]
        print(f"{text} {'uncased' if lowercase else 'cased'}: {len(theirs)} lines, {len(different)} differ")
        for i in different[:5]:
            print(f"  line {i + 1}: {lines[i]!r}\n    ours   {ours[i]}\n    theirs {theirs[i]}")
        failed = failed or bool(different)
sys.exit(failed)

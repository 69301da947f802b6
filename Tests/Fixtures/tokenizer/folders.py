"""Makes small tokenizer folders and the ids that transformers 5 gives texts with them.

    python folders.py      (needs transformers; the tests do not)

`folders.json` has a list of cases: the files of a folder by name, texts, the ids of each, and the ids of the five tokens
with a role as far as transformers names them. A case without `config.json` is a `tokenizer.json` alone. The first cases
show one file or key each; those behind them mix added tokens at random.

Where two added tokens are the same after normalization, tokenizers 0.23 finds one of them at random, another one each time
it opens the folder. Texts whose ids depend on that are left out.
"""

import json
import os
import pathlib
import random
import tempfile

os.environ["TRANSFORMERS_VERBOSITY"] = "critical"
from transformers import AutoTokenizer, PreTrainedTokenizerFast

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[", "unused", "##1", "]", "the", "cat", "fro",
          "##b", "mask", "café", "cafe", "new", "york", "!", "<", "x", ">", "##x", "中", "文", "中文", "##文", "THE", "a",
          "##a"]
SPECIAL = list(enumerate(PIECES[:5]))
LIST = "".join(piece + "\n" for piece in PIECES)
TEXTS = ["the cat", "[unused1] frob", "<x> cat <x>cat <X>", "the [MASK] cat[MASK][mask]", "new york new  york",
         "THE CAFÉ café 中文x", "xaxa [UNK][PAD] [CLS]"]
BERT = {"tokenizer_class": "BertTokenizer"}
FILE = {"tokenizer_class": "PreTrainedTokenizerFast"}
cases = []


def flags(special=False, **others):
    return {"single_word": False, "lstrip": False, "rstrip": False, "normalized": not special, "special": special,
            **others}


def token(number, content, **others):
    return {"id": number, "content": content, **flags(**others)}


def whole(added=None, normalizer=None, model=None, pieces=PIECES, **others):
    """The text of a tokenizer.json."""
    if added is None:
        added = [token(i, t, special=True) for i, t in SPECIAL]
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    tree = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True, **(normalizer or {})},
        "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocabulary, **(model or {})}}
    tree.update(others)
    return json.dumps(tree, ensure_ascii=False)


def case(name, texts=(), config=None, bare=False, **files):
    """Adds a case; `files` are named by what stands before the dot."""
    named = {"vocab": "vocab.txt", "tokenizer": "tokenizer.json", "map": "special_tokens_map.json",
             "added": "added_tokens.json"}
    written = {} if bare else {"config.json": '{"model_type": "bert"}'}
    if config is not None:
        files["tokenizer_config.json"] = config
    for key, value in files.items():
        written[named.get(key, key)] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    texts = TEXTS + list(texts)
    ids, roles, chance = opened(written, texts)
    for _ in range(30 if chance else 0):
        again, _, _ = opened(written, texts)
        kept = [i for i in range(len(texts)) if again[i] == ids[i]]
        texts, ids = [texts[i] for i in kept], [ids[i] for i in kept]
    cases.append({"name": name, "files": written, "texts": texts, "ids": ids, "roles": roles})


def opened(files, texts):
    """The ids of texts, the ids of the tokens with a role, and whether chance has a part in them."""
    with tempfile.TemporaryDirectory() as folder:
        for key, value in files.items():
            (pathlib.Path(folder) / key).write_bytes(value.encode())
        if list(files) == ["tokenizer.json"]:
            tokenizer = PreTrainedTokenizerFast(tokenizer_file=folder + "/tokenizer.json")
        else:
            tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]
    roles = {}
    for role in ["pad", "unk", "cls", "sep", "mask"]:
        text = getattr(tokenizer, role + "_token")
        if text is not None and len(files) > 1:
            roles[role] = tokenizer.convert_tokens_to_ids(text)
    normalizer = tokenizer.backend_tokenizer.normalizer
    normalized = [added.content for added in tokenizer.added_tokens_decoder.values() if added.normalized]
    if normalizer is not None:
        normalized = [normalizer.normalize_str(content) for content in normalized]
    return ids, roles, len(set(normalized)) < len(normalized)


# vocab.txt
case("a list", vocab=LIST)
case("an empty line", vocab=LIST.replace("the\n", "\nthe\n"))
case("empty lines at the end", vocab=LIST + "\n\n")
case("no line end", vocab=LIST.rstrip("\n"))
case("equal tokens", vocab=LIST + "the\ncat\nthe\n")
case("an equal special token", vocab=LIST + "[MASK]\n")
case("equal tokens, then an added one", vocab=LIST + "the\ncat\n", added={"<x>": 33})
case("blanks at the end of a line", vocab=LIST.replace("cat\n", "cat \u00a0\u3000\t\n"))
case("a blank at the beginning of a line", vocab=LIST.replace("cat\n", " cat\n"))
case("lines that end as in Windows", vocab=LIST.replace("\n", "\r\n"))
case("without [MASK]", vocab=LIST.replace("[MASK]\n", ""))

# tokenizer_config.json
case("cased", vocab=LIST, config={**BERT, "do_lower_case": False})
case("accents kept", vocab=LIST, config={**BERT, "strip_accents": False})
case("Chinese not split", vocab=LIST, config={**BERT, "tokenize_chinese_chars": False})
case("added_tokens_decoder", vocab=LIST,
     config={"added_tokens_decoder": {"5": {"content": "[unused1]", **flags(special=True)}}})
case("added_tokens_decoder with a gap", vocab=LIST, config={"added_tokens_decoder": {"40": {"content": "<x>"}}})
case("added_tokens_decoder in another order", vocab=LIST,
     config={"added_tokens_decoder": {"40": {"content": "<x>"}, "35": {"content": "new york"}}})
case("added_tokens_decoder hides added_tokens.json", vocab=LIST, config={"added_tokens_decoder": {}},
     added={"<x>": 31}, map={"mask_token": "<x>", "additional_special_tokens": ["frob"]})
case("mask_token", vocab=LIST, config={"mask_token": "<x>"})
case("mask_token of the list", vocab=LIST, config={"mask_token": "[unused1]"})
case("mask_token as an object", vocab=LIST,
     config={"mask_token": {"__type": "AddedToken", "content": "[MASK]", "lstrip": True, "normalized": True,
                            "rstrip": False, "single_word": False}})
case("mask_token null", vocab=LIST, config={"mask_token": None})
case("unk_token", vocab=LIST, config={"unk_token": "[unused1]"}, texts=["zzz"])
case("all five renamed", vocab="<pad>\n<unk>\n<s>\n</s>\n<mask>\nthe\ncat\n",
     config={"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "<s>", "sep_token": "</s>",
             "mask_token": "<mask>"}, texts=["<s>the <mask>cat</s>"])
case("bos and eos", vocab=LIST, config={"bos_token": "<x>", "eos_token": "the"})
case("another name", vocab=LIST, config={"image_token": "<x>", "video_token": {"__type": "AddedToken",
                                                                              "content": "frob"}})
case("additional_special_tokens", vocab=LIST, config={"additional_special_tokens": ["<x>", "cat"]})
case("extra_special_tokens", vocab=LIST, config={"extra_special_tokens": ["<x>"],
                                                 "additional_special_tokens": ["cat"]})
case("extra_special_tokens as an object", vocab=LIST, config={"extra_special_tokens": {"image_token": "<x>"}})
case("split_special_tokens", vocab=LIST, config={"split_special_tokens": True,
                                                 "added_tokens_decoder": {"31": {"content": "<x>"}}})
case("keys without a meaning any more", vocab=LIST, config={"never_split": ["frob"], "do_basic_tokenize": False,
                                                           "wordpieces_prefix": "@@", "model_max_length": 2})

# special_tokens_map.json, added_tokens.json
case("the map", vocab=LIST, map={"mask_token": "<x>"})
case("the map goes before the settings", vocab=LIST, map={"mask_token": "<x>"}, config={"mask_token": "[unused1]"})
case("an object in the map", vocab=LIST, map={"mask_token": {"content": "[MASK]", "lstrip": False, "normalized": True,
                                                            "rstrip": True, "single_word": False}})
case("more in the map", vocab=LIST, map={"additional_special_tokens": ["<x>"], "image_token": "frob"})
case("extra in the map", vocab=LIST, config={"extra_special_tokens": ["<x>"]},
     map={"extra_special_tokens": ["<x>", {"content": "new york", "single_word": True}]})
case("two lists", vocab=LIST, config={"additional_special_tokens": ["<x>"]}, map={"additional_special_tokens": ["frob"]})
case("added_tokens.json", vocab=LIST, added={"new york": 32, "<x>": 31})
case("added_tokens.json, special", vocab=LIST, added={"<x>": 31, "frob": 32}, map={"mask_token": "<x>"})
case("added_tokens.json of pieces", vocab=LIST, added={"[unused1]": 5, "cat": 40})

# tokenizer.json
case("a tokenizer.json", tokenizer=whole())
case("tokenizer.json and vocab.txt", tokenizer=whole(), vocab=LIST.replace("the\ncat\n", "cat\nthe\n"), config=BERT)
case("tokenizer.json without added tokens", tokenizer=whole([]))
case("a normalized mask", tokenizer=whole(
    [token(i, t, special=True, normalized=i == 4) for i, t in SPECIAL]))
for rules, config in [("", BERT), (" of the class of files", FILE)]:
    case("added tokens" + rules, config=config, tokenizer=whole(
        [token(i, t, special=True) for i, t in SPECIAL]
        + [token(31, "<x>"), token(32, "new york", single_word=True), token(33, "frob", special=True)]))
    case("added tokens in another order" + rules, config=config, tokenizer=whole(
        [token(33, "<x>"), token(31, "new york")]))
    case("added tokens that strip" + rules, config=config, tokenizer=whole(
        [token(i, t, special=True, lstrip=i == 4, rstrip=i == 4) for i, t in SPECIAL]
        + [token(31, "cat", rstrip=True), token(32, " york", lstrip=True)]), texts=["cat   york", "cat [MASK]  york"])
    case("single words" + rules, config=config, tokenizer=whole(
        [token(31, "x", single_word=True), token(32, "中", single_word=True), token(33, "[unused1]", single_word=True)]),
        texts=["x xx x1 1x _x x_ x- éx xé x\u0301 x\u200d", "中 中文 文中 x中", "a[unused1] [unused1]a [unused1] [unused1]"])
    case("clean_text" + rules, config=config, tokenizer=whole(normalizer={"clean_text": False}),
         texts=["ca\u0000t the\u200bcat", "\u000bthe\u000ccat\u0085the\u00a0cat", "\ufffd \ufffdcat", "the\u001ccat"])
    case("max_input_chars_per_word" + rules, config=config, tokenizer=whole(model={"max_input_chars_per_word": 3}),
         texts=["frob fro xaa xaaa " + "x" * 100 + " " + "x" * 101, "cafe\u0301"])
    case("two hundred characters" + rules, config=config, tokenizer=whole(model={"max_input_chars_per_word": 200}),
         texts=["x" + "a" * n for n in (99, 100, 199, 200)])
    case("cased in tokenizer.json" + rules, config=config, tokenizer=whole(normalizer={"lowercase": False}))
    case("accents in tokenizer.json" + rules, config=config, tokenizer=whole(normalizer={"strip_accents": False}))
    case("Chinese in tokenizer.json" + rules, config=config,
         tokenizer=whole(normalizer={"handle_chinese_chars": False}))
    case("settings on both sides" + rules, config={**config, "do_lower_case": False}, tokenizer=whole())
    case("names beside tokenizer.json" + rules, tokenizer=whole(),
         config={**config, "mask_token": "<x>", "extra_special_tokens": ["frob"]})
    case("numbers beside tokenizer.json" + rules, tokenizer=whole([token(31, "<x>")]),
         config={**config, "added_tokens_decoder": {"31": {"content": "frob"}, "5": {"content": "[unused1]",
                                                                                   "special": True}}})
    case("files beside tokenizer.json" + rules, tokenizer=whole([token(31, "<x>")]), config=config,
         added={"frob": 32}, map={"mask_token": "[unused1]"})
    case("flags on both sides" + rules, tokenizer=whole([token(4, "[MASK]", special=True)]),
         config={**config, "added_tokens_decoder": {"4": flags(special=True, lstrip=True, normalized=True)
                                                    | {"content": "[MASK]"}}})
    case("split_special_tokens" + rules, tokenizer=whole(), config={**config, "split_special_tokens": True})
case("no normalizer", config=FILE, tokenizer=json.dumps({**json.loads(whole()), "normalizer": None}))
case("another unknown token", config=FILE, tokenizer=whole(model={"unk_token": "[unused1]"}), texts=["zzz"])
case("a padding token", config=FILE, tokenizer=whole([], padding={
    "strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": None, "pad_id": 5, "pad_type_id": 0,
    "pad_token": "[unused1]"}))
case("a tokenizer.json alone", bare=True, tokenizer=whole(
    [token(i, t, special=True) for i, t in SPECIAL] + [token(40, "<x>"), token(31, "new york", lstrip=True)],
    normalizer={"lowercase": False}))
case("the class in config.json", tokenizer=whole(normalizer={"lowercase": False}),
     **{"config.json": {"model_type": "bert", "tokenizer_class": "PreTrainedTokenizerFast"}})
case("a RoFormer with BERT's class", vocab=LIST, config=BERT, **{"config.json": {"model_type": "roformer"}})

# Tokens that are given several times.
def named(content, **others):
    return {"__type": "AddedToken", "content": content, **others}


for rules, config in [("", BERT), (" in the class of files", FILE)]:
    twice = whole([token(40, "<X>", lstrip=True, normalized=False), token(31, "<X>", rstrip=True)])
    case("a token twice" + rules, config=config, tokenizer=twice, texts=["a <X> a", "a <x> a"])
    case("a token twice by number" + rules, tokenizer=whole([token(31, "<X>", single_word=True)]), texts=["a<X> <x>a"],
         config={**config, "added_tokens_decoder": {"40": {"content": "<X>", "normalized": False},
                                                    "31": {"content": "<X>", "lstrip": True}}})
    case("once special, always special" + rules, config={**config, "split_special_tokens": True},
         tokenizer=whole([token(31, "<x>", special=True), token(32, "<x>", rstrip=True), token(33, "frob")]))
    case("a plain token and a name" + rules, tokenizer=whole([token(4, "[MASK]")]), texts=["[mask]"],
         config={**config, "mask_token": "[MASK]", "added_tokens_decoder": {}, "split_special_tokens": True})
case("a token twice in a tokenizer.json alone", bare=True, tokenizer=twice, texts=["a <X> a", "a <x> a"])
case("a name makes it special, and found as it is written", vocab=LIST, texts=["FROB frob"],
     config={"image_token": "frob", "added_tokens_decoder": {"31": {"content": "frob"}}})
case("a name makes it special, and it stays normalized", vocab=LIST, texts=["FROB frob"], map={"image_token": "frob"},
     added={"frob": 31})
case("a name has the flags of a number that another token took", tokenizer=whole(
    [token(31, "frob", single_word=True), token(31, "<x>")]), config={**BERT, "mask_token": named("frob")},
    texts=["afrob frob"])
case("an object does not make a token of added_tokens.json special", vocab=LIST, added={"cat": 11},
     config={"image_token": "a", "cls_token": named("cat", normalized=False)}, texts=["CAT"])
case("additional_special_tokens of the map does not either", vocab=LIST, added={"frob": 31},
     map={"additional_special_tokens": ["frob"]}, texts=["FROB"])
case("a text and an object are two", vocab=LIST, texts=["a <X> <x> a"], config={
    "mask_token": named("<X>", special=True),
    "extra_special_tokens": [named("<X>", lstrip=True, normalized=True), "<X>"]})
case("new tokens in another order than their roles", vocab=LIST, added={"xa": 31, "frob": 32}, map={"mask_token": "xa"},
     config={"cls_token": "frob"})
case("equal tokens, without [MASK]", vocab=LIST.replace("[MASK]\n", "") + "the\ncat\n")
case("equal tokens, mask_token null", vocab=LIST + "the\ncat\n", texts=["[mask]"], config={
    "mask_token": None, "added_tokens_decoder": {"4": {"content": "[MASK]"}}})

# Added tokens at random.
draw = random.Random(17)
CONTENTS = ["<x>", "[MASK]", "[MASK]", "cat", "Cat", "CAT", "new york", "x", "xa", "xax", " the", "the ", "é", "É", "e\u0301",
            "中", "中文", "[mask]", "[unused1]", "a b", "!", "\u00a0x", "_", "fro", "ca\u200bt", "İ", "ß"]
WORDS = CONTENTS + ["  ", " ", " ", "\t", "\u3000", "-", "1", "THE", "york", "\u0301", "\u0000"]
for number in range(150):
    count = draw.randint(1, 6)
    added, decoder = [], {}
    for i in range(count):
        content = draw.choice(CONTENTS)
        given = {key: draw.random() < 0.3 for key in ["single_word", "lstrip", "rstrip", "normalized", "special"]}
        known = PIECES.index(content) if content in PIECES else 31 + i
        if draw.random() < 0.8:
            added.append({"id": known, "content": content, **given})
        else:
            decoder[str(known)] = {"content": content, **given}
    config = dict(draw.choice([BERT, FILE]))
    if draw.random() < 0.3:
        config["added_tokens_decoder"] = decoder
    if draw.random() < 0.2:
        config["mask_token"] = draw.choice(["<x>", "[MASK]", "cat"])
    if draw.random() < 0.1:
        config["split_special_tokens"] = True
    normalizer = {"lowercase": draw.random() < 0.6, "clean_text": draw.random() < 0.7,
                  "strip_accents": draw.choice([None, None, True, False]),
                  "handle_chinese_chars": draw.random() < 0.7}
    if config["tokenizer_class"] == "BertTokenizer" and draw.random() < 0.5:
        config["do_lower_case"] = False
    # A token of which normalization leaves nothing matches everywhere there, and is refused here.
    texts = ["".join(draw.choice(WORDS) for _ in range(draw.randint(1, 9))) for _ in range(6)]
    case(f"random {number}", tokenizer=whole(added, normalizer=normalizer), config=config, texts=texts)

path = pathlib.Path(__file__).parent / "folders.json"
path.write_text("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n")
print(f"{len(cases)} folders, {sum(len(c['texts']) for c in cases)} texts")

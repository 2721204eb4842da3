"""Records what sentencepiece 0.1.97 itself answers, for texts and ids that cases.json does not reach.

Run beside tokenizer.model: python3 make_sentencepiece_cases.py > sentencepiece.json

encode: text and ids, without special tokens. Many texts repeat a character or a pair, since there the order of equal
merges decides. decode: ids and text, with broken byte sequences; ids are ordinary and byte pieces only.
"""
import json
import random
import unicodedata

import sentencepiece

model = sentencepiece.SentencePieceProcessor(model_file="tokenizer.model")
source = random.Random(20240807)


def any_character():
    while True:
        value = source.choice([source.randrange(0x80), source.randrange(0x3000), source.randrange(0x110000)])
        if unicodedata.category(chr(value)) != "Cs":
            return chr(value)


def words(count):
    return "".join(model.id_to_piece(source.randrange(259, model.get_piece_size())) for _ in range(count)).replace("\u2581", " ")


texts = [" " * n + "x" for n in range(1, 20)] + ["-" * n for n in range(1, 12)] + ["x" + "s" * n for n in range(1, 9)]
texts += ["<s>", "</s>", "<unk>", "<0x41>", "a</s>b", "<|image|>", "<0x00><0xFF>", "\u2581", "\u2581\u2581 \u2581"]
for _ in range(120):
    texts.append(words(source.randrange(1, 30)))
for _ in range(120):
    alphabet = source.choice(["al ", "s-*", " \n", "tl", "the ", "ans", "<>s/|", "-* .", "0123 ,", "LTl \u2581"])
    texts.append("".join(source.choice(alphabet) for _ in range(source.randrange(1, 40))))
for _ in range(80):
    texts.append("".join(any_character() for _ in range(source.randrange(1, 16))))

sequences = []
for _ in range(150):
    chance = source.choice([0.2, 0.6, 1.0])
    lead = [0xC3, 0xE2, 0xED, 0xF0, 0xF4, 0xC0, 0xE0, 0xEF]
    pick = lambda: 3 + source.choice([source.randrange(256), source.randrange(0x80, 0xC0), source.choice(lead), 0xBF, 0xBD])
    sequences.append([pick() if source.random() < chance else source.randrange(259, model.get_piece_size())
                      for _ in range(source.randrange(1, 24))])

encode = [{"text": text, "ids": model.encode(text)} for text in dict.fromkeys(texts)]
decode = [{"ids": ids, "text": model.decode([model.id_to_piece(id) for id in ids])} for ids in sequences]
lines = lambda cases: ",\n".join(json.dumps(case) for case in cases)
print('{"encode": [\n%s\n],\n"decode": [\n%s\n]}' % (lines(encode), lines(decode)))

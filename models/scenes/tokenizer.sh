#!/usr/bin/env bash
# Makes tokenizer.model again: 512 pieces from the small world's own texts, as LLaMA's tokenizer is made (byte pairs, digits split, bytes
# for all else). Needs spm_train (Debian: apt install sentencepiece). The last piece is the padding token; ¤ occurs in no text.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
../../mmi scenes --texts "$work/texts.txt" --count 200000 --seed 1
echo '¤' >> "$work/texts.txt"
spm_train --input="$work/texts.txt" --model_prefix="$work/tokenizer" --model_type=bpe --vocab_size=512 --byte_fallback=true \
  --split_digits=true --normalization_rule_name=identity --remove_extra_whitespaces=false --character_coverage=1.0 --num_threads=1 --minloglevel=2
mv "$work/tokenizer.model" tokenizer.model

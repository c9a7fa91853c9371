"""Runs a target on invented inputs: with atheris, which is led by coverage, or without it by plain mutation.

Arguments are libFuzzer's: `-runs=1000000`, `-seed=7`, `-max_len=4096`, folders of inputs. Plain mutation knows `-runs`,
`-seed` and `-max_len`, and ignores the rest.
"""

from __future__ import annotations

import importlib
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

Target: TypeAlias = Callable[[bytes], None]

RUNS = 1_000_000
SEED = 1
MAX_LEN = 4096


def _atheris() -> ModuleType | None:
    try:
        return importlib.import_module("atheris")
    except ImportError:
        return None


def instrumented() -> AbstractContextManager[object]:
    """Where the target imports what it tries, so that atheris sees its branches; nothing if it is only imported."""
    atheris = _atheris() if _is_started() else None
    if atheris is None:
        return nullcontext()
    found: AbstractContextManager[object] = atheris.instrument_imports(include=["registry_doctor"])
    return found


def _is_started() -> bool:
    """Whether a target is what Python was started with, as against a test that imports one."""
    spec = sys.modules["__main__"].__spec__
    return spec is not None and spec.name.startswith(__name__.rpartition(".")[0])


def fuzz(target: Target, seeds: Iterable[bytes], words: Iterable[str]) -> None:
    """Run `target` as the command line says; what it raises is what was found, with the input in a file."""
    arguments, begin, tokens = sys.argv[1:], list(dict.fromkeys(seeds)), list(dict.fromkeys(words))
    atheris = _atheris()
    if atheris is None:
        _mutate(target, begin, [_bytes(word) for word in tokens], arguments)
        return
    with tempfile.TemporaryDirectory() as folder:
        corpus, dictionary = Path(folder, "corpus"), Path(folder, "words")
        corpus.mkdir()
        for number, seed in enumerate(begin):
            corpus.joinpath(f"seed-{number}").write_bytes(seed)
        dictionary.write_text("".join(f'"{_escaped(_bytes(word))}"\n' for word in tokens), encoding="ascii")
        defaults = [f"-runs={RUNS}", f"-seed={SEED}", f"-max_len={MAX_LEN}", f"-dict={dictionary}"]
        atheris.Setup([sys.argv[0], *defaults, *arguments, str(corpus)], target)
        atheris.Fuzz()


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogateescape")


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def _mutate(target: Target, seeds: Sequence[bytes], words: Sequence[bytes], arguments: Sequence[str]) -> None:
    given = {"-runs": RUNS, "-seed": SEED, "-max_len": MAX_LEN}
    for argument in arguments:
        name, _, value = argument.partition("=")
        if name in given:
            given[name] = int(value)
    chance = random.Random(given["-seed"])
    for number in range(given["-runs"]):
        data = mutated(seeds, words, chance)[: given["-max_len"]]
        try:
            target(data)
        except BaseException:
            Path("crash-input").write_bytes(data)
            sys.stderr.write(f"run {number}: crash-input has the input {data!r}\n")
            raise
    sys.stderr.write(f"Done {given['-runs']} runs without atheris\n")


def mutated(seeds: Sequence[bytes], words: Sequence[bytes], chance: random.Random) -> bytes:
    """A seed with a few changes: pieces of others and words put in, pieces taken out or repeated, bytes changed."""
    data = bytearray(chance.choice(seeds) if seeds else b"")
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(data))
        end = min(len(data), at + chance.randint(0, 16))
        match chance.randint(0, 5):
            case 0:
                data[at:at] = chance.choice(words) if words else b""
            case 1:
                other = chance.choice(seeds) if seeds else b""
                cut = chance.randint(0, len(other))
                data[at:end] = other[cut : cut + 64]
            case 2:
                del data[at:end]
            case 3:
                data[at:at] = data[at:end] * chance.randint(1, 40)
            case 4:
                data[at:end] = chance.randbytes(end - at)
            case _:
                data[at:at] = chr(chance.choice(ODD)).encode("utf-8", "surrogatepass")
    return bytes(data)


ODD = (0, 7, 9, 10, 13, 0x1B, 0x20, 0x22, 0x25, 0x27, 0x2F, 0x3A, 0x5B, 0x5C, 0x7F, 0x85, 0x9B, 0xA0, 0x130, 0x202E,
       0x2028, 0x2066, 0x2212, 0x3000, 0xD800, 0xDC80, 0xFEFF, 0xFFFD, 0x1D7D8, 0x10FFFF)  # fmt: skip
"""Characters that are treated in ways of their own somewhere."""

"""check.py FOLDER: reads FOLDER/scalars.yml with PyYAML (YAML 1.1) and compares with scalars.txt."""
import math
import sys

import yaml

folder = sys.argv[1]
with open(f"{folder}/scalars.yml", encoding="utf-8") as file:
    document = yaml.load(file, Loader=yaml.SafeLoader)
with open(f"{folder}/scalars.txt", encoding="utf-8") as file:
    expected = file.read().splitlines()


def value_of(node):
    if isinstance(node, list):
        return node[1] if len(node) == 3 else node[0]
    return next(iter(node)) if isinstance(node, dict) else node


bad = 0
for i, line in enumerate(expected):
    kind, _, text = line.partition(" ")
    got = value_of(document[f"k{i}"])
    if kind == "s":
        good = got == bytes.fromhex(text).decode("utf-8")
    else:
        want = float(text.replace(".inf", "inf").replace(".nan", "nan"))
        good = isinstance(got, (int, float)) and not isinstance(got, bool) and (
            math.isnan(got) if math.isnan(want) else float(got) == want)
    if not good:
        bad += 1
        print(f"k{i}: {line} was read as {got!r}")
print(f"YAML 1.1 (PyYAML {yaml.__version__}): {len(expected) - bad} of {len(expected)}")
sys.exit(bad > 0)

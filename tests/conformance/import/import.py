#!/usr/bin/env python3
"""import.py IMPORT_ALL [--whole | --sample N] [--seed TEXT] [--histogram] [--rows FILE]

Imports workflows of the corpus, compiles what was printed and compares. The corpus is $SLUICE_SHARED/corpus (else ../shared
beside the checkout). The default is a sample of 120 files that is the same every time; `--whole` takes all of them, and another
`--seed` another sample (floors hold for the default one only). For each file: is it refused with a reason, and if not, is the
imported program equal to it, and how much is raw? Scores are compared with the floors beside this folder; text that the
formatter would change, and a refusal without a reason, fail at once. Exit 77 when the corpus is not there.
`--histogram` prints the reasons by how often they occur, `--rows` writes what is known of each file.
"""
import argparse
import collections
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
FLOORS = HERE.parent / "floors"
SAMPLE = 120
FIELDS = ["verdict", "raw", "concessions", "milliseconds", "bytes", "file", "reason", "conceded"]


def corpus():
    shared = Path(os.environ.get("SLUICE_SHARED") or ROOT / "../shared")
    folder = shared / "corpus/workflows"
    if not folder.is_dir():
        print("skipped: no corpus of workflows: set SLUICE_SHARED")
        sys.exit(1 if os.environ.get("CI") else 77)
    return folder, sorted(str(p) for p in folder.rglob("*") if p.suffix in (".yml", ".yaml") and p.is_file())


def sample(folder, files, count, seed):
    """`count` files that only their names choose."""
    def place(path):
        return hashlib.sha256(f"{seed}:{Path(path).relative_to(folder)}".encode()).digest()
    return sorted(sorted(files, key=place)[:count])


def run(program, files):
    """All files, in as many processes as there are processors."""
    workers = os.cpu_count() or 1
    parts = [files[i::workers] for i in range(workers)]
    running = []
    for part in parts:
        # Files, not pipes: a pipe that nobody reads while another is written stops both sides.
        given, out = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
        given.write("".join(f + "\n" for f in part))
        given.seek(0)
        running.append((subprocess.Popen([program], stdin=given, stdout=out, stderr=subprocess.PIPE, text=True), out))
    lines = []
    for (process, out), part in zip(running, parts):
        message = process.stderr.read().strip()
        if process.wait() != 0:
            sys.exit(f"import_all failed ({process.returncode}): {message}")
        print(message)
        out.seek(0)
        found = out.read().splitlines()
        if len(found) != len(part):
            sys.exit(f"import_all read {len(found)} of {len(part)} files")
        lines += found
    return [dict(zip(FIELDS, line.split("\t"))) for line in lines]


def constructs(text):
    """The reasons of a file, without its names."""
    for reason in text.split(" | "):
        if reason:
            yield re.sub(r"\{.*", "{…}", re.sub(r"\d+", "N", re.sub(r"`[^`]*`(?! is not supported)", "…", reason)))[:100]


def histogram(rows, verdict, field):
    counts = collections.Counter()
    for row in rows:
        if verdict is None or row["verdict"] == verdict:
            counts.update(set(constructs(row[field])))
    for reason, count in counts.most_common(40):
        print(f"  {count:5}  {reason}")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--sample", type=int, default=SAMPLE)
    parser.add_argument("--seed", default="")
    parser.add_argument("--histogram", action="store_true")
    parser.add_argument("--rows")
    return parser.parse_args()


def below_floor(name, score):
    path = FLOORS / name
    floor = int(path.read_text())
    if score > floor and os.environ.get("SLUICE_UPDATE"):
        path.write_text(f"{score}\n")
        print(f"{name}: the floor is now {score}")
    elif score < floor:
        print(f"{name}: {score} is below the floor of {floor}")
        return True
    return False


def histograms(rows):
    for verdict in ("later", "error", "differs"):
        print(f"{verdict}:")
        histogram(rows, verdict, "reason")
    print("conceded:")
    histogram(rows, None, "conceded")


def main():
    options = arguments()
    folder, files = corpus()
    everything = len(files)
    if not options.whole:
        files = sample(folder, files, options.sample, options.seed)
    rows = run(options.program, files)
    verdicts = collections.Counter(row["verdict"] for row in rows)
    accepted = [row for row in rows if row["verdict"] != "rejected"]
    raw = sum(1 for row in accepted if row["raw"] != "0")
    plain = sum(1 for row in accepted if row["verdict"] == "equal" and row["raw"] == "0")
    slowest = max(accepted, key=lambda row: float(row["milliseconds"]))
    print(f"{'the whole corpus' if options.whole else f'a sample of the {everything} files of the corpus'}: "
          f"{len(rows)} files, {verdicts['rejected']} refused with a reason; of {len(accepted)}: {verdicts['equal']} equal, "
          f"{plain} of them without raw; {verdicts['differs']} differ, {verdicts['later']} use what is not supported yet, "
          f"{verdicts['error']} do not compile; {raw} have raw blocks")
    print(f"slowest: {slowest['milliseconds']} ms, {slowest['file']}")
    if options.histogram:
        histograms(rows)
    if options.rows:
        Path(options.rows).write_text("".join("\t".join(row.values()) + "\n" for row in rows))
    failed = False
    for verdict in ("unformatted", "silent"):
        for row in rows:
            if row["verdict"] == verdict:
                print(f"{verdict}: {row['file']}")
                failed = True
    if options.whole or (options.sample == SAMPLE and not options.seed):
        kind = "whole" if options.whole else "sample"
        for word, score in (("equal", verdicts["equal"]), ("plain", plain)):
            failed = below_floor(f"import-{kind}-{word}.txt", score) or failed
    return 1 if failed else 0


sys.exit(main())

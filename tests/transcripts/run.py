#!/usr/bin/env python3
"""run.py SLUICE FILE.t…: plays shell transcripts and compares what they print.

A transcript is prose with indented blocks:

      $ COMMAND              run by sh in the transcript's scratch folder
      > MORE OF IT           continuation lines
      a line of its standard output
      stderr: a line of its standard error
      [1]                    its exit code, unless 0

A line that ends in ` (re)` is a regular expression. The scratch folder reads as $DIR. With SLUICE_UPDATE=1 the files are
rewritten with what was printed. Exit code 1 if a transcript differs.
"""
import difflib
import os
import re
import subprocess
import sys
import tempfile

INDENT = "  "


def parse(lines):
    """Yields ("text", line) and ("command", command, its source lines, expected lines)."""
    i = 0
    while i < len(lines):
        if not lines[i].startswith(INDENT + "$ "):
            yield ("text", lines[i])
            i += 1
            continue
        source, command = [lines[i]], [lines[i][len(INDENT) + 2:]]
        i += 1
        while i < len(lines) and (lines[i].startswith(INDENT + "> ") or lines[i] == INDENT + ">"):
            source.append(lines[i])
            command.append(lines[i][len(INDENT) + 2:])
            i += 1
        expected = []
        while i < len(lines) and lines[i].startswith(INDENT) and not lines[i].startswith(INDENT + "$ "):
            expected.append(lines[i][len(INDENT):])
            i += 1
        yield ("command", "\n".join(command), source, expected)


def play(command, folder, environment):
    done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=120)
    text = lambda data: data.decode("utf-8", "replace").replace(folder, "$DIR").splitlines()
    out = text(done.stdout) + ["stderr: " + line for line in text(done.stderr)]
    if done.returncode != 0:
        out.append(f"[{done.returncode}]")
    return [line.rstrip() for line in out]


def matches(expected, actual):
    if expected.endswith(" (re)"):
        return re.fullmatch(expected[:-5], actual) is not None
    return expected.rstrip() == actual


def merge(expected, actual):
    """What the updated transcript says: patterns that still match stay."""
    keep = [e for e in expected if e.endswith(" (re)")]
    return [next((k for k in keep if matches(k, line)), line) for line in actual]


def run(path, environment):
    lines = open(path, encoding="utf-8").read().splitlines()
    result, differences, commands = [], [], 0
    with tempfile.TemporaryDirectory(prefix="sluice-t-") as folder:
        folder = os.path.realpath(folder)
        local = dict(environment, HOME=folder)
        for part in parse(lines):
            if part[0] == "text":
                result.append(part[1])
                continue
            _, command, source, expected = part
            commands += 1
            actual = play(command, folder, local)
            same = len(expected) == len(actual) and all(map(matches, expected, actual))
            if not same:
                differences += [f"$ {command}"] + list(
                    difflib.unified_diff(expected, actual, "expected", "printed", lineterm=""))
            result += source + [INDENT + line for line in (expected if same else merge(expected, actual))]
    if commands == 0:
        differences = ["it runs no command"]
    if differences and os.environ.get("SLUICE_UPDATE") == "1":
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(result) + "\n")
        print(f"updated {path}")
        return True
    if differences:
        print(f"{path}:", *differences, sep="\n  ")
    return not differences


def main():
    sluice = os.path.realpath(sys.argv[1])
    environment = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR", "GITHUB_ACTIONS")}
    environment.setdefault("SLUICE_CACHE", os.path.expanduser("~/.cache/sluice"))
    environment["PATH"] = os.path.dirname(sluice) + ":" + environment["PATH"]
    environment.setdefault("SLUICE_SHELLCHECK", "")
    environment.update(LC_ALL="C.UTF-8", GIT_CONFIG_GLOBAL="/dev/null")
    good = [run(path, environment) for path in sys.argv[2:]]
    sys.exit(0 if good and all(good) else 1)


main()

#!/usr/bin/env python3
"""examples.py SLUICE FILE…: every example of the documentation says what is true.

What stands in fences counts, by the words behind the language:

    pipe              a whole program: `sluice check` finds nothing
    pipe job          what stands in a job, or `pipe pipeline` in a pipeline: the rest is added, then as above
    pipe P0307 …      gives exactly these codes (also `pipe job P0307`)
    yaml              beside a `pipe` (nothing but blank lines between): each of its parts, divided by `...` or empty lines,
                      stands in what is emitted, however deep
    toml              before a `pipe`: the project's sluice.toml
    file NAME         before a `pipe`: another file of the project

`yaml` alone is not looked at, nor are other languages (console, text, sh).
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap

SLUICE = os.path.abspath(sys.argv[1])
os.environ["SLUICE_SHELLCHECK"] = ""  # it would look at examples of scripts, not at the language
FENCE = re.compile(r"^```(.*)$")
CODE = re.compile(r"^P\d{4}$")
WRAPPERS = {
    "job": "pipeline ci {{\n  on push\n  job test {{\n{}\n  }}\n}}\n",
    "pipeline": "pipeline ci {{\n{}\n}}\n",
}


class Block:
    def __init__(self, words, line):
        self.words, self.line, self.lines = words, line, []

    @property
    def language(self):
        return self.words[0] if self.words else ""

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"


def groups(path):
    """Lists of blocks with nothing but blank lines between them."""
    group, block = [], None
    with open(path) as file:
        for number, line in enumerate(file.read().split("\n"), 1):
            fence = FENCE.match(line)
            if block is not None:
                if fence:
                    group.append(block)
                    block = None
                else:
                    block.lines.append(line)
            elif fence:
                block = Block(fence.group(1).split(), number)
            elif line.strip():
                if group:
                    yield group
                group = []
    if block is not None:
        sys.exit(f"{path}:{block.line}: this fence is not closed")
    if group:
        yield group


def program_of(block):
    for word, wrapper in WRAPPERS.items():
        if word in block.words[1:]:
            body = textwrap.indent(block.text.rstrip(), "    " if word == "job" else "  ")
            missing = word == "pipeline" and not re.search(r"^\s*on ", block.text, re.M)
            job = word == "pipeline" and not re.search(r"^\s*(job|for) ", block.text, re.M)
            extra = ("  on push\n" if missing else "") + ("  job test {\n    run `true`\n  }\n" if job else "")
            return wrapper.format(extra + body)
    return block.text


def sluice(folder, *arguments):
    return subprocess.run([SLUICE, "-C", folder, "--color", "never", *arguments], capture_output=True, text=True)


def codes_of(folder):
    result = sluice(folder, "check", "--format", "json")
    try:
        return sorted(d["code"] for d in json.loads(result.stdout)["diagnostics"]), result
    except (ValueError, KeyError):
        return [f"no JSON (exit code {result.returncode}): {result.stdout}{result.stderr}"], result


def parts(text):
    for part in re.split(r"^(?:\s*\.\.\.\s*|\s*)$", text, flags=re.M):
        lines = textwrap.dedent(part).strip("\n").split("\n")
        if any(lines):
            yield lines


def contains(emitted, wanted):
    for start in range(len(emitted) - len(wanted) + 1):
        slice_ = textwrap.dedent("\n".join(emitted[start:start + len(wanted)])).split("\n")
        if slice_ == wanted:
            return True
    return False


def try_program(block, files, yamls):
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, ".git"))
        for name, text in {**files, "ci.pipe": program_of(block)}.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        sluice(folder, "lock", "--offline")
        expected = sorted(word for word in block.words if CODE.match(word))
        found, _ = codes_of(folder)
        if found != expected:
            wrong.append(f"expected {expected or 'no diagnostic'}, found {found}\n{sluice(folder, 'check').stdout}")
        if yamls and not expected:
            built = sluice(folder, "build", "--stdout")
            emitted = built.stdout.split("\n")
            for yaml in yamls:
                wrong += ["not emitted:\n" + "\n".join(part) + "\n--- emitted:\n" + built.stdout + built.stderr
                          for part in parts(yaml.text) if not contains(emitted, part)]
    return wrong


def main():
    programs, judged, bad = 0, 0, 0
    for path in sys.argv[2:]:
        for group in groups(path):
            files, pipes = {}, [b for b in group if b.language == "pipe"]
            for block in group:
                if block.language == "toml":
                    files["sluice.toml"] = block.text
                if block.language == "file":
                    files[block.words[1]] = block.text
            for number, pipe in enumerate(pipes):
                # Of several programs the YAML goes with the one before it; of a single one also what stands before.
                begin = group.index(pipe) if number > 0 else 0
                end = group.index(pipes[number + 1]) if number + 1 < len(pipes) else len(group)
                yamls = [b for b in group[begin:end] if b.language == "yaml"]
                programs += 1
                judged += len(yamls)
                for wrong in try_program(pipe, files, yamls):
                    bad += 1
                    print(f"{path}:{pipe.line}: {wrong}")
    print(f"documentation: {programs} examples, {judged} compared with what is emitted, {bad} wrong")
    sys.exit(1 if bad or not programs else 0)


main()

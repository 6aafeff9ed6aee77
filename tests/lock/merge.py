#!/usr/bin/env python3
"""merge.py SLUICE: two branches that lock different actions are merged by git."""
import subprocess
import sys

import support
from support import ENVIRONMENT, Project, git, scratch

SLUICE = sys.argv[1]


def pipe(name, *actions):
    steps = "".join(f"    uses {action}\n" for action in actions)
    return f"pipeline {name} {{\n  on push\n  job a {{\n{steps}    run `ls`\n  }}\n}}\n"


def branches(root, first, second):
    """A project with three locked actions, and two branches with one more each; gives it at the first branch."""
    made = Project(SLUICE, root + "/p")
    (made.folder / ".git").rmdir()
    git(made.folder, "init", "-q", "-b", "main")
    made.write("sluice.toml", "")
    made.write("base.pipe", pipe("base", "actions/checkout@v7", "docker/setup-buildx-action@v4", "ruby/setup-ruby@v1(ruby-version: \"3.4\")"))
    made.run("lock", "--offline")
    git(made.folder, "add", "-A")
    git(made.folder, "commit", "-qm", "base")
    for name, action in (("one", first), ("two", second)):
        git(made.folder, "checkout", "-q", "-b", name, "main")
        made.write(name + ".pipe", pipe(name, action))
        made.run("lock", "--offline")
        git(made.folder, "add", "-A")
        git(made.folder, "commit", "-qm", name)
    git(made.folder, "checkout", "-q", "one")
    return made


def merge(made):
    return subprocess.run(["git", "-C", str(made.folder), "merge", "-q", "--no-edit", "two"], env=ENVIRONMENT,
                          capture_output=True, text=True).returncode == 0


def different_places_merge_without_conflict():
    pairs = [("actions/cache@v5(path: \"a\", key: \"b\")", "docker/setup-qemu-action@v4"),
             ("actions/setup-go@v6", "softprops/action-gh-release@v2"),
             ("docker/metadata-action@v5", "softprops/action-gh-release@v2"),
             ("Swatinem/rust-cache@v2", "astral-sh/setup-uv@v7")]
    for first, second in pairs:
        with scratch() as root:
            made = branches(root, first, second)
            assert merge(made), f"{first} and {second} conflict"
            assert "unchanged" in made.run("lock", "--offline"), f"{first} and {second}: not what a lock would be"


def neighbours_conflict_and_lock_keeps_both():
    with scratch() as root:
        made = branches(root, "actions/setup-go@v6", "actions/setup-python@v6")
        # Pins that no catalogue knows: they can only come out of the two sides.
        for branch, action in (("one", "setup-go"), ("two", "setup-python")):
            git(made.folder, "checkout", "-q", branch)
            lines = made.read("sluice.lock").splitlines(True)
            at = next(i for i, line in enumerate(lines) if line == f'uses = "actions/{action}"\n')
            lines[at + 2] = f'sha = "{"1" if branch == "one" else "2"}{"0" * 39}"\n'
            made.write("sluice.lock", "".join(lines))
            git(made.folder, "commit", "-qam", "pin")
        git(made.folder, "checkout", "-q", "one")
        assert not merge(made), "neighbours are expected to conflict"
        assert "error[P1002]" in made.run("check", status=1)
        made.run("lock", "--offline")
        lock = made.read("sluice.lock")
        assert f'sha = "1{"0" * 39}"' in lock and f'sha = "2{"0" * 39}"' in lock, lock
        made.run("check")


support.run_cases([different_places_merge_without_conflict, neighbours_conflict_and_lock_keeps_both])

#!/usr/bin/env python3
"""act.py SLUICE FLOOR [CASE…]: runs the cases of the act project that need nothing but the base image.

Each case of conformance/act/cases.json names a folder with a workflow, the event, and whether the run passes or fails.
Prints `N of M`; exit code 1 when N is below the number in the file FLOOR. What cannot count is excused below, each with its
reason, and is no part of M. Engine: SLUICE_ENGINE, else containers where the machine has them and an image, else host.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

# What act's own test passes to the case (pkg/runner/runner_test.go), or its test environment has.
SETUP = {
    "input-from-cli": ["--event-file", {"inputs": {"NAME": "n", "SOME_VALUE": "v", "SOME_INPUT": "input"}}],
    "matrix-with-user-inclusions": ["--matrix", "node=8", "--matrix", "node=8.x", "--matrix", "os=ubuntu-18.04"],
    "runs-on": ["--event-file", {"sender": {"login": "nektos/act"}}],
}
EXCUSED = {
    "action-cache-v2-fetch-failure-is-job-error": "actions from elsewhere are not run: a third outcome, not a failure",
    "strategy": "its files are not in the collection",
    "workflow_call_inputs": "GitHub rejects it: an input of workflow_call needs a type",
    "uses-workflow:pull_request": "its files are not in the collection, and called workflows come later",
}


def shared():
    here = os.path.dirname(os.path.abspath(__file__))
    return os.environ.get("SLUICE_SHARED") or os.path.join(here, "../../../../shared")


def workflows(folder):
    return sorted(name for name in os.listdir(folder) if name.endswith((".yml", ".yaml")))


def pick_engine(sluice, scratch):
    if os.environ.get("SLUICE_ENGINE"):
        return os.environ["SLUICE_ENGINE"]
    probe = os.path.join(scratch, "probe.yml")
    with open(probe, "w") as file:
        file.write("on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n")
    done = subprocess.run([sluice, "run", probe, "--engine", "oci", "-q"], cwd=scratch, capture_output=True)
    return "oci" if done.returncode == 0 else "host"


def play(sluice, root, case, row, engine, scratch):
    """Gives the reason why the case does not hold, or None."""
    folder = os.path.join(root, case)
    names = workflows(folder)
    if len(names) != 1:
        return f"it has {len(names)} workflows"
    command = [sluice, "run", f"{case}/{names[0]}", "--event", row["event"], "--engine", "host" if row["host"] else engine]
    extra = SETUP.get(case, [])
    if os.path.exists(os.path.join(folder, "event.json")):
        extra = ["--event-file", os.path.join(folder, "event.json")]
    for word in extra:
        if isinstance(word, dict):
            path = os.path.join(scratch, "event.json")
            with open(path, "w") as file:
                json.dump(word, file)
            word = path
        command.append(word)
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    wanted = {"pass": 0, "fail": 1}[row["expect"]]
    if done.returncode == wanted:
        return None
    return f"exit code {done.returncode} instead of {wanted}\n{done.stdout}{done.stderr}"


def main():
    sluice, floor_file, only = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3:]
    source = os.path.join(shared(), "conformance/act")
    if not os.path.isdir(source):
        print(f"skipped: {source} is not there (SLUICE_SHARED names the folder)")
        return 77
    with open(os.path.join(source, "cases.json")) as file:
        cases = json.load(file)
    held = count = 0
    with tempfile.TemporaryDirectory() as scratch:
        # act's tests run inside a checkout of nektos/act, and so do these.
        root = os.path.join(scratch, "act")
        shutil.copytree(os.path.join(source, "testdata"), root)
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", root]
        for words in (["init", "-q", "-b", "main"], ["remote", "add", "origin", "https://github.com/nektos/act"],
                      ["add", "-A"], ["commit", "-q", "-m", "cases"]):
            subprocess.run(git + words, check=True)
        engine = pick_engine(sluice, scratch)
        for case, about in sorted(cases.items()):
            if only and case not in only:
                continue
            if case in EXCUSED:
                print(f"excused: {case}: {EXCUSED[case]}")
                continue
            for row in about["rows"]:
                count += 1
                reason = play(sluice, root, case, row, engine, scratch)
                held += reason is None
                if reason is not None:
                    print(f"differs: {case} ({'host' if row['host'] else engine}): {reason}")
    print(f"act cases (containers: {engine}): {held} of {count}")
    with open(floor_file) as file:
        floor = int(file.read())
    if held < floor and not only:
        print(f"the floor is {floor}")
        return 1
    return 0


sys.exit(main())

#!/usr/bin/env python3
"""same_outcome.py SLUICE FILE.yml|FOLDER…: the model suffices. Each workflow runs from its file and from its graph
(`graph --format json | run --from-graph -`), on engine host; the events must be the same but for times, and so must the
exit codes. Prints `N of M`."""
import json
import os
import re
import subprocess
import sys
import tempfile

sluice = os.path.abspath(sys.argv[1])


def files():
    for path in sys.argv[2:]:
        if os.path.isdir(path):
            yield from (os.path.join(path, name) for name in sorted(os.listdir(path)) if name.endswith((".yml", ".yaml")))
        else:
            yield path


def run(command, folder, graph=None):
    done = subprocess.run(command, cwd=folder, input=graph, capture_output=True, text=True, timeout=120)
    events = []
    for line in done.stdout.splitlines():
        event = json.loads(line)
        for name in ("time", "seconds"):
            event.pop(name, None)
        events.append(re.sub(r"/runs/[0-9a-f]+/", "/runs/ID/", json.dumps(event, sort_keys=True)))
    # Jobs run side by side: the order within a job is what counts.
    return done.returncode, sorted(events, key=lambda e: json.loads(e).get("job", "")), done.stderr


held = count = 0
for path in files():
    count += 1
    with open(path) as file:
        text = file.read()
    options = re.search(r"^# options: (.*)$", text, re.M)
    flags = ["--engine", "host", "--jobs", "1", "--json"] + (options.group(1).split() if options else [])
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "run.yml"), "w") as file:
            file.write(text)
        graph = subprocess.run([sluice, "graph", "run.yml", "--format", "json"], cwd=folder, capture_output=True, text=True)
        direct = run([sluice, "run", "run.yml"] + flags, folder)
        again = run([sluice, "run", "--from-graph", "-"] + flags, folder, graph.stdout)
        if graph.returncode == 0 and direct[:2] == again[:2] and direct[1]:
            held += 1
            continue
        print(f"differs: {path}: exit codes {graph.returncode}, {direct[0]}, {again[0]}\n{graph.stderr}{direct[2]}{again[2]}")
        for one, two in zip(direct[1], again[1]):
            if one != two:
                print(f"  file:  {one}\n  graph: {two}")
                break
print(f"runs from the graph: {held} of {count}")
sys.exit(0 if held == count and count > 0 else 1)

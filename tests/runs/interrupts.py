#!/usr/bin/env python3
"""interrupts.py SLUICE: ends runs in every way that a user or a machine does, and looks for what they leave behind.

On engine host, and in containers where the machine has them and the image `sluice-base` (SLUICE_ENGINE=host: not).
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

SLUICE = os.path.abspath(sys.argv[1])
MARK = f"sluice-interrupts-{os.getpid()}"
WORKFLOW = f"""
on: push
jobs:
  slow:
    runs-on: ubuntu-latest
    steps:
      - run: |
          TRAP
          echo started
          for i in $(seq 600); do sh -c 'sleep 0.1' {MARK}; done
      - run: echo never
      - if: always()
        run: echo cleaning
  later:
    needs: slow
    runs-on: ubuntu-latest
    steps: [{{ run: echo never }}]
"""
failures = []


def check(what, holds, detail=""):
    print(f"{'ok' if holds else 'FAILED'}: {what} {'' if holds else detail}")
    if not holds:
        failures.append(what)


def processes():
    """Command lines of the machine's processes that carry the mark; our own test is not one of them."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                line = file.read().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if MARK in line and "interrupts.py" not in line:
            found.append(line)
    return found


def leftovers():
    with open("/proc/mounts") as file:
        mounts = [line for line in file if MARK in line]
    return processes() + mounts


def settled(test, seconds=5.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if test():
            return True
        time.sleep(0.05)
    return test()


class Run:
    """A run that has come to its first step."""

    def __init__(self, folder, engine, trap=":"):
        with open(os.path.join(folder, "slow.yml"), "w") as file:
            file.write(WORKFLOW.replace("TRAP", trap))
        self.process = subprocess.Popen([SLUICE, "run", "slow.yml", "--engine", engine, "--json"], cwd=folder,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line)
            if '"line":"started"' in line:
                break

    def scratch(self):
        """The folder runs/ID of the store that its lock is in."""
        folder = f"/proc/{self.process.pid}/fd"
        targets = [os.readlink(os.path.join(folder, name)) for name in os.listdir(folder)]
        return next((re.match(r".*/runs/[^/]+", target).group() for target in targets if "/runs/" in target), None)

    def end(self, *signals):
        for i, number in enumerate(signals):
            if i > 0:
                time.sleep(0.3)
            self.process.send_signal(number)
        begun = time.monotonic()
        out, self.errors = self.process.communicate(timeout=60)
        self.seconds = time.monotonic() - begun
        self.events = [json.loads(line) for line in self.lines + out.splitlines() if line.strip()]
        return self.process.returncode

    def logged(self, text):
        return any(event["event"] == "log" and event["line"] == text for event in self.events)

    def result(self, job):
        return next((e["result"] for e in self.events if e["event"] in ("job.end", "job.skip") and e["job"] == job), None)


def play(engine, folder):
    run = Run(folder, engine)
    code = run.end(signal.SIGINT)
    check(f"{engine}: Ctrl-C is exit code 130", code == 130, f"{code} {run.errors}")
    check(f"{engine}: the job is cancelled", run.result("slow.slow") == "cancelled", run.result("slow.slow"))
    check(f"{engine}: the job behind it is skipped", run.result("slow.later") == "skipped", run.result("slow.later"))
    check(f"{engine}: always() runs, the rest does not", run.logged("cleaning") and not run.logged("never"))
    check(f"{engine}: Ctrl-C leaves nothing", settled(lambda: not leftovers()), leftovers())

    run = Run(folder, engine)
    check(f"{engine}: SIGTERM is exit code 143", run.end(signal.SIGTERM) == 143)

    run = Run(folder, engine, "trap '' INT TERM")
    code = run.end(signal.SIGINT, signal.SIGINT)
    check(f"{engine}: Ctrl-C twice kills a step that ignores it", code == 130 and run.seconds < 5, f"{code} {run.seconds}")
    check(f"{engine}: a killed run leaves nothing", settled(lambda: not leftovers()), leftovers())

    run = Run(folder, engine)
    scratch = run.scratch()
    run.end(signal.SIGKILL)
    with open(os.path.join(folder, "next.yml"), "w") as file:
        file.write("on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n")
    done = subprocess.run([SLUICE, "run", "next.yml", "--engine", engine, "-q"], cwd=folder, capture_output=True, text=True)
    check(f"{engine}: the run after a kill -9 works", done.returncode == 0, done.stdout + done.stderr)
    check(f"{engine}: kill -9 leaves no process", settled(lambda: not leftovers()), leftovers())
    gone = lambda: not os.path.exists(scratch)
    check(f"{engine}: the next run removes the scratch of the killed one", scratch and settled(gone), scratch)


def main():
    with tempfile.TemporaryDirectory(prefix=MARK) as folder:
        play("host", folder)
        probe = subprocess.run([SLUICE, "run", "next.yml", "--engine", "oci", "-q"], cwd=folder, capture_output=True, text=True)
        if os.environ.get("SLUICE_ENGINE") == "host":
            print("skipped: containers (SLUICE_ENGINE=host)")
        elif probe.returncode == 0:
            play("oci", folder)
        else:
            print(f"skipped: containers ({probe.stderr.strip()})")
    return 1 if failures else 0


sys.exit(main())

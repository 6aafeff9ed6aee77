#!/usr/bin/env python3
"""hostile.py SLUICE: steps that do what no step should, and kills and Ctrl-C at any moment.

The run says what went wrong, its memory stays bounded, and nothing is left behind. On engine host, and in containers
where the machine has them and the image `sluice-base` (SLUICE_ENGINE=host: not).
"""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

SLUICE = os.path.abspath(sys.argv[1])
MARK = f"sluice-hostile-{os.getpid()}"
with open(SLUICE, "rb") as program:
    SANITIZED = b"__asan_init" in program.read()
# MiB. AddressSanitizer adds its shadow, and keeps what was freed (here at most 8 MiB).
MEMORY = 400 if SANITIZED else 100
SEED = int(os.environ.get("SLUICE_SEED", "7"))
WORKFLOW = """
on: push
jobs:
  endless:
    runs-on: ubuntu-latest
    steps:
      - name: no line end
        run: head -c 15000000 /dev/zero | tr '\\0' x
      - name: much at once
        run: yes 0123456789abcdef0123456789abcdef | head -c 3000000
      - run: echo done
  damaged:
    runs-on: ubuntu-latest
    outputs: { text: "${{ steps.bad.outputs.text }}" }
    steps:
      - id: bad
        run: printf 'text=a\\xffb\\xc3(\\n' >> "$GITHUB_OUTPUT"
      - run: printf 'a\\xff\\x00b\\n'
      - run: printf '\\xff=x\\n' >> "$GITHUB_ENV"
  many:
    runs-on: ubuntu-latest
    outputs: { last: "${{ steps.many.outputs.o10000 }}" }
    steps:
      - id: many
        run: for i in $(seq 10000); do echo "o$i=value $i"; done >> "$GITHUB_OUTPUT"
      - run: test "${{ steps.many.outputs.o9999 }}" = "value 9999"
  large:
    runs-on: ubuntu-latest
    steps:
      - run: |
          { echo 'BIG<<END'; head -c 200000 /dev/zero | tr '\\0' y; echo; echo END; } >> "$GITHUB_ENV"
      - run: echo never
  daemons:
    runs-on: ubuntu-latest
    steps:
      - run: |
          for i in 1 2 3; do (setsid sh -c 'exec 0<&- 1>&- 2>&-; while :; do sleep 0.1; done' MARK &) ; done
          exec 0<&-
      - run: exec 0<&- 1>&- 2>&-; exit 3
        continue-on-error: true
      - run: kill -9 $$
        continue-on-error: true
      - run: rm -rf "$GITHUB_OUTPUT" "$GITHUB_ENV"; mkdir "$GITHUB_OUTPUT"
        continue-on-error: true
      - run: rm -rf "$(dirname "$GITHUB_OUTPUT")"
        continue-on-error: true
      - run: echo "still=here" >> "$GITHUB_OUTPUT"
        id: last
      - run: test "${{ steps.last.outputs.still }}" = here
"""
SLOW = """
on: push
jobs:
  a: { runs-on: ubuntu-latest, steps: [{ run: "sh -c 'sleep 0.05' MARK" }, { run: "exec sh -c 'sleep 600; :' MARK" }] }
  b: { runs-on: ubuntu-latest, steps: [{ run: "exec sh -c 'sleep 600; :' MARK" }] }
"""
failures = []


def check(what, holds, detail=""):
    print(f"{'ok' if holds else 'FAILED'}: {what} {'' if holds else detail}", flush=True)
    if not holds:
        failures.append(what)


def each_process():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                yield int(pid), file.read().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue


def leftovers(store):
    """Processes and mounts of our runs that are still there."""
    found = [line for _, line in each_process() if (MARK in line or store in line) and "hostile.py" not in line]
    with open("/proc/mounts") as file:
        return found + [line for line in file if store in line]


def settled(test, seconds=8.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if test():
            return True
        time.sleep(0.05)
    return test()


def peak(pid):
    """The peak resident MiB of a living process so far. (What wait4 tells begins with the peak of this program.)"""
    try:
        with open(f"/proc/{pid}/status") as file:
            return next((int(line.split()[1]) // 1024 for line in file if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def run(folder, file, engine, env=None):
    """Exit code, events and peak resident MiB of one whole run."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([SLUICE, "run", file, "--engine", engine, "--json", "-j", "4"], cwd=folder, stdout=out,
                                   stderr=errors, env=env)
        memory = 0
        while process.poll() is None:
            memory = max(memory, peak(process.pid))
            time.sleep(0.01)
        out.seek(0)
        errors.seek(0)
        events = [json.loads(line) for line in out.read().decode("utf-8").splitlines()]
        return process.returncode, events, memory, errors.read().decode("utf-8", "replace")


def play_hostile(engine, folder, env):
    with open(os.path.join(folder, "hostile.yml"), "w") as file:
        file.write(WORKFLOW.replace("MARK", MARK))
    code, events, memory, errors = run(folder, "hostile.yml", engine, env)
    ends = {e["job"].split(".")[1]: e for e in events if e["event"] == "job.end"}
    outputs = {e["name"]: e["value"] for e in events if e["event"] == "output" and "step" not in e}
    result = lambda job: ends.get(job, {}).get("result", f"no end; {errors}")
    check(f"{engine}: output without end passes", result("endless") == "success", ends.get("endless"))
    size = sum(len(e["line"]) for e in events if e["event"] == "log" and e["job"].endswith(".endless"))
    check(f"{engine}: all of it arrives", size >= 17_900_000, size)
    check(f"{engine}: memory stays bounded", 0 < memory < MEMORY, f"{memory} MiB")
    check(f"{engine}: bytes that are no UTF-8 end as U+FFFD", outputs.get("text") == "a\ufffdb\ufffd(", outputs.get("text"))
    check(f"{engine}: ten thousand outputs", result("many") == "success" and outputs.get("last") == "value 10000", outputs)
    reason = ends.get("large", {}).get("reason", "")
    check(f"{engine}: a variable that no process can take is named", result("large") == "failure" and "BIG" in reason, reason)
    check(f"{engine}: steps that close everything", result("daemons") == "success", ends.get("daemons"))
    check(f"{engine}: a failed job is exit code 1", code == 1, f"{code} {errors}")
    check(f"{engine}: daemons end with their job", settled(lambda: not leftovers(env["SLUICE_CACHE"])),
          leftovers(env["SLUICE_CACHE"]))


def play_moments(engine, folder, env, chance):
    """Ctrl-C after any time: 130 (or killed before it listens), at once, and nothing left."""
    with open(os.path.join(folder, "slow.yml"), "w") as file:
        file.write(SLOW.replace("MARK", MARK))
    good, slowest = True, 0
    for _ in range(8):
        process = subprocess.Popen([SLUICE, "run", "slow.yml", "--engine", engine, "-q"], cwd=folder, env=env,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 0.4))
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=60)
        slowest = max(slowest, time.monotonic() - begun)
        good = good and code in (130, -signal.SIGINT)
    check(f"{engine}: Ctrl-C at any moment ends the run as cancelled", good and slowest < 15, slowest)
    check(f"{engine}: and leaves nothing", settled(lambda: not leftovers(env["SLUICE_CACHE"])), leftovers(env["SLUICE_CACHE"]))


def play_kills(engine, folder, env, chance):
    """kill -9 of any one process of a run: the run ends, the next one works, nothing stays."""
    for turn in range(5):
        process = subprocess.Popen([SLUICE, "run", "slow.yml", "--engine", engine, "-q"], cwd=folder, env=env,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        settled(lambda: sum(MARK in line and "sleep 600;" in line for _, line in each_process()) >= 2)
        family = [pid for pid, line in each_process() if "hostile.py" not in line and
                  (MARK in line or env["SLUICE_CACHE"] in line or line.startswith("/.sluice/agent") or pid == process.pid)]
        family = [pid for pid in family if descends(pid, process.pid)]
        for pid in [process.pid] if turn == 0 else chance.sample(family, min(2, len(family))):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            check(f"{engine}: a run ends after the kill of one of its processes", False, f"turn {turn}")
            process.kill()
            process.wait()
    check(f"{engine}: kills leave no process and no mount", settled(lambda: not leftovers(env["SLUICE_CACHE"])),
          leftovers(env["SLUICE_CACHE"]))
    with open(os.path.join(folder, "next.yml"), "w") as file:
        file.write("on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n")
    code, _, _, errors = run(folder, "next.yml", engine, env)
    check(f"{engine}: the next run works", code == 0, errors)
    scratch = lambda: [name for name in os.listdir(os.path.join(env["SLUICE_CACHE"], "runs"))]
    check(f"{engine}: and no scratch is left", settled(lambda: not scratch()), scratch())


def descends(pid, ancestor):
    while pid > 1:
        if pid == ancestor:
            return True
        try:
            with open(f"/proc/{pid}/stat") as file:
                pid = int(file.read().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            return False
    return False


def own_store(folder):
    """A store of this test alone, with the images of the user's own: its folders are linked, what is written is not."""
    own = os.path.join(folder, f"{MARK}-store")
    default = os.environ.get("SLUICE_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "sluice")
    os.makedirs(own)
    for name in ("images", "manifests", "layers"):
        if os.path.isdir(os.path.join(default, name)):
            os.symlink(os.path.join(default, name), os.path.join(own, name))
    return {**os.environ, "SLUICE_CACHE": own, "ASAN_OPTIONS": "quarantine_size_mb=8"}


def main():
    print(f"seed {SEED}")
    with tempfile.TemporaryDirectory(prefix=MARK, dir="/var/tmp") as folder:
        env = own_store(folder)
        engines = ["host"]
        with open(os.path.join(folder, "next.yml"), "w") as file:
            file.write("on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}\n")
        code, _, _, errors = run(folder, "next.yml", "oci", env)
        if os.environ.get("SLUICE_ENGINE") == "host":
            print("skipped: containers (SLUICE_ENGINE=host)")
        elif code == 0:
            engines.append("oci")
        else:
            print(f"skipped: containers ({errors.strip()})")
        for engine in engines:
            play_hostile(engine, folder, env)
            play_moments(engine, folder, env, random.Random(SEED))
            play_kills(engine, folder, env, random.Random(SEED))
    return 1 if failures else 0


sys.exit(main())

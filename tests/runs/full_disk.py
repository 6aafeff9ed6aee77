#!/usr/bin/env python3
"""full_disk.py SLUICE: every command on a disk that is full says so and leaves what was there; the next one works.

Works on a small tmpfs in a mount namespace of its own. Runs are on engine host; containers on a full disk have tests of
their own.
"""
import os
import re
import subprocess
import sys

SLUICE = os.path.abspath(sys.argv[1])
DISK = "/tmp"  # of this namespace alone
PIPE = """pipeline ci {
  on push
  job test { run `echo %s` }
}
"""
LARGE = """pipeline large {
  on push
  job fill {
    run `head -c 9000000 /dev/zero > large`
  }
  job keep {
    run |
      head -c 9000000 /dev/zero > large || true
      echo A=1 >> "$GITHUB_ENV"
  }
}
"""
failures = []


def check(what, holds, detail=""):
    print(f"{'ok' if holds else 'FAILED'}: {what} {'' if holds else detail}", flush=True)
    if not holds:
        failures.append(what)


def enter_namespace():
    """Starts this program again where it may mount; says so and skips where nobody may."""
    if os.environ.get("SLUICE_FULL_DISK"):
        return
    unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    tried = subprocess.run([*unshare, "mount", "-t", "tmpfs", "none", DISK], capture_output=True, text=True)
    if tried.returncode != 0:
        print(f"skipped: no tmpfs can be mounted ({tried.stderr.strip()})")
        sys.exit(1 if os.environ.get("CI") else 77)
    os.environ["SLUICE_FULL_DISK"] = "1"
    os.execvp(unshare[0], [*unshare, sys.executable, *sys.argv])


def sluice(*arguments, stdout=subprocess.PIPE):
    done = subprocess.run([SLUICE, "--color", "never", *arguments], stdout=stdout, stderr=subprocess.PIPE, text=True,
                          cwd=f"{DISK}/project", env={**os.environ, "SLUICE_CACHE": f"{DISK}/cache"})
    return done.returncode, done.stdout or "", done.stderr


def write(path, text):
    os.makedirs(os.path.dirname(f"{DISK}/project/{path}"), exist_ok=True)
    with open(f"{DISK}/project/{path}", "w", encoding="utf-8") as file:
        file.write(text)


def tree():
    """Path and content of each file of the project."""
    found = {}
    for folder, _, files in os.walk(f"{DISK}/project"):
        for name in files:
            with open(os.path.join(folder, name), "rb") as file:
                found[os.path.join(folder, name)] = file.read()
    return found


def fill():
    with open(f"{DISK}/fill", "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


def unfill():
    os.remove(f"{DISK}/fill")


def nothing_printed_is_no_success():
    for arguments in (["check", "--format", "json"], ["build", "--stdout"], ["graph", "ci.pipe"], ["explain", "P0101"],
                      ["--version"], ["--version", "--json"], ["--help"], ["run", "--engine", "host", "ci"]):
        with open("/dev/full", "w") as full:
            code, _, err = sluice(*arguments, stdout=full)
        check(f"{' '.join(arguments)} to a full disk", code == 2 and "cannot write the result" in err, (code, err))


def files_stay_whole():
    write("ci.pipe", PIPE % ("x" * 9000))
    write("crooked.pipe", "pipeline crooked {\n on push\n" + "   job a%s { run `true` }\n" * 200 % tuple(range(200)) + "}\n")
    fill()
    before = tree()
    for arguments in (["build", "ci.pipe"], ["fmt", "crooked.pipe"], ["import", ".github/workflows/ci.yml", "--out", "new.pipe"]):
        code, out, err = sluice(*arguments)
        check(f"{' '.join(arguments)} on a full disk", code == 2 and "No space left on device" in err, (code, out, err))
        check("  leaves every file as it was", tree() == before, set(tree()) ^ set(before))
    unfill()
    check("build works again", sluice("build")[0] == 0)


def runs_say_what_is_wrong():
    fill()
    code, out, err = sluice("run", "--engine", "host", "ci")
    check("a run on a full disk", code == 1 and "the disk is full" in out + err and "SLUICE_CACHE" in out + err, (code, out, err))
    unfill()
    code, out, err = sluice("run", "--engine", "host", "ci")
    check("the next run", code == 0 and "passed" in out, (code, out, err))
    write("large.pipe", LARGE)
    code, out, err = sluice("run", "--engine", "host", "large")
    check("steps that fill the disk", code == 1 and "No space left on device" in out and re.search(r"fill +failed", out)
          and re.search(r"keep +failed", out), (code, out, err))
    code, out, err = sluice("run", "--engine", "host", "ci")
    check("the run after them", code == 0 and "passed" in out, (code, out, err))
    left = sum(len(files) for _, _, files in os.walk(f"{DISK}/cache/runs"))
    check("nothing of them is left", left == 0, left)


def main():
    enter_namespace()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", DISK], check=True)
    os.makedirs(f"{DISK}/project")
    subprocess.run(["git", "init", "-q"], cwd=f"{DISK}/project", check=True)
    write("ci.pipe", PIPE % "hello")
    check("build", sluice("build")[0] == 0)
    nothing_printed_is_no_success()
    files_stay_whole()
    runs_say_what_is_wrong()
    return 1 if failures else 0


sys.exit(main())

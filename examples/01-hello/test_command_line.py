import subprocess
import sys
import unittest


def run(*arguments):
    return subprocess.run([sys.executable, "hello.py", *arguments], capture_output=True, text=True)


class CommandLineTest(unittest.TestCase):
    def test_greets(self):
        self.assertEqual(run("Ada").stdout, "Hello, Ada!\n")

    def test_two_names_are_bad_usage(self):
        self.assertEqual(run("Ada", "Grace").returncode, 2)

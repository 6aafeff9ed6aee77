import unittest

from hello import greeting


class GreetingTest(unittest.TestCase):
    def test_names_are_trimmed(self):
        self.assertEqual(greeting(" Ada "), "Hello, Ada!")

    def test_nobody_is_the_world(self):
        self.assertEqual(greeting(""), "Hello, world!")

"""A greeting, and the command line around it."""
import sys


def greeting(name: str) -> str:
    return f"Hello, {name.strip() or 'world'}!"


def main(arguments: list[str]) -> int:
    if len(arguments) > 1:
        print("usage: hello.py [NAME]", file=sys.stderr)
        return 2
    print(greeting(arguments[0] if arguments else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

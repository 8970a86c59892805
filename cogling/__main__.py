"""`python -m cogling`, and the command `cogling`."""

from __future__ import annotations

from cogling.hashing import fix_hashes


def start() -> None:
    fix_hashes()
    from cogling.cli import main

    main()


if __name__ == "__main__":
    start()

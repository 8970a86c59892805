"""`python -m cogling`."""

from cogling.cli import main

if __name__ == "__main__":
    main()

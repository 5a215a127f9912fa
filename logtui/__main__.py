"""`python -m logtui`."""

from logtui.cli.main import run

if __name__ == "__main__":
    run()

"""The gate names every module of which tests reach too little, the thinnest first."""

from __future__ import annotations

from tests.thin_modules import thin_modules


def test_modules_below_the_bound_are_named_the_thinnest_first() -> None:
    percents = {"logtui/a.py": 79.9, "logtui/b.py": 80.0, "logtui/c.py": 0.0, "logtui/d.py": 100.0}
    report = {"files": {name: {"summary": {"percent_covered": percent}} for name, percent in percents.items()}}
    assert thin_modules(report) == {"logtui/c.py": 0.0, "logtui/a.py": 79.9}
    assert list(thin_modules(report)) == ["logtui/c.py", "logtui/a.py"]

"""What every test shares: hypothesis without deadlines, since the machine may be busy."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("logtui", deadline=None, max_examples=20)
settings.load_profile("logtui")

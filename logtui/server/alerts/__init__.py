"""`/api/v1/alerts`: people make, change, read, mute and acknowledge alerts."""

from logtui.server.alerts.routes import router

__all__ = ["router"]

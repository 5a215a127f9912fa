"""The alerts of a server as others see them: read, muted, acknowledged and made, through its API or in its folder."""

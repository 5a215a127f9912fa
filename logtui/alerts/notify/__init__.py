"""messages -> targets: what happened to an alert is sent to webhooks, Slack, PagerDuty, mailboxes and commands.

`Deliverer.deliver` makes one attempt and says what is to be done next; it neither sleeps nor keeps anything. Modules
that speak HTTP need the extra `server`; `base`, `targets`, `settings` and `secrets` do not.
"""

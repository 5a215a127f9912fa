"""syslog: what kernel, systemd, kubelet, sshd and cron of the nodes say.

The lines are RFC 3164's as rsyslog forwards them: a priority, and a time with a year, so that the incident
stays on its day however old the checkout is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from story import (
    DEPLOY,
    END,
    KILLED_POD,
    MINUTE,
    OOM,
    RESTARTED,
    ROLLBACK,
    SECOND,
    Dice,
    time,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Entry = tuple[int, str, str]

_NODES: Final = ("node-a1", "node-b2", "node-c3")
_POD_UID: Final = "4be0c1d2-77aa-4f0e-9c55-1d2e3f405162"
_CGROUP: Final = f"/kubepods.slice/kubepods-pod{_POD_UID}.slice"
_OOM: Final = (
    "kernel: python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=984",
    "kernel: CPU: 1 PID: 48213 Comm: python3 Not tainted 6.8.0-84-generic #84-Ubuntu",
    "kernel: memory: usage 524288kB, limit 524288kB, failcnt 9120",
    "kernel: Tasks state (memory values in pages):",
    "kernel: [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name",
    "kernel: [  48213]  1000 48213   402118   130711  1429504        0           984 python3",
    f"kernel: oom-kill:constraint=CONSTRAINT_MEMCG,task_memcg={_CGROUP},task=python3,pid=48213",
    "kernel: Memory cgroup out of memory: Killed process 48213 (python3) anon-rss:521104kB, swap:0kB",
)
_PRIORITIES: Final = {
    "kernel: Memory cgroup out of memory": 2,
    "kernel: python3 invoked oom-killer": 3,
    "kernel: oom-kill": 3,
    "kernel:": 4,
    "CRON": 78,
    "sshd": 86,
    "sudo": 85,
    "kubelet[1187]: E": 27,
    "kubelet": 30,
    "systemd[1]: cri-containerd": 28,
    "systemd": 30,
}
"""How a text begins -> facility times 8 plus severity; the first that fits counts."""


def syslog(dice: Dice) -> list[str]:
    """All entries in order of time."""
    entries = [*_cron(), *_systemd(dice), *_sshd(dice), *_kubelet(dice), *_killed(), *_engineer()]
    in_order = sorted((entry for entry in entries if entry[0] < END), key=lambda entry: entry[0])
    return [f"<{_priority(text)}>{_stamp(at)} {host} {text}" for at, host, text in in_order]


def _priority(text: str) -> int:
    return next(priority for start, priority in _PRIORITIES.items() if text.startswith(start))


def _stamp(at: int) -> str:
    return f"{time(at):%Y-%m-%dT%H:%M:%S}.{at % SECOND:03}000+00:00"


def _cron() -> Iterator[Entry]:
    for minute in range(0, END // MINUTE, 5):
        at = minute * MINUTE + SECOND
        for host in _NODES:
            yield (
                at,
                host,
                f"CRON[{30_000 + minute * 7}]: (root) CMD (/usr/local/bin/rotate-logs --quiet)",
            )


def _systemd(dice: Dice) -> Iterator[Entry]:
    units = (
        "fstrim.service",
        "apt-news.service",
        "chrony-wait.service",
        "prometheus-node-exporter-apt.service",
    )
    for minute in range(0, END // MINUTE, 3):
        at, host, unit = minute * MINUTE + dice.whole(0, MINUTE - 1), dice.pick(_NODES), dice.pick(units)
        yield at, host, f"systemd[1]: Starting {unit}..."
        yield at + dice.whole(40, 900), host, f"systemd[1]: {unit}: Deactivated successfully."
        yield at + 950, host, f"systemd[1]: Finished {unit}."


def _sshd(dice: Dice) -> Iterator[Entry]:
    """Password guessing from outside, as on every public address."""
    for _ in range(130):
        at, pid = dice.whole(0, END - 1), dice.whole(20_000, 60_000)
        source = f"203.0.113.{dice.whole(2, 250)} port {dice.whole(30_000, 60_000)}"
        name = dice.pick(("root", "invalid user admin", "invalid user test", "invalid user postgres"))
        yield at, dice.pick(_NODES), f"sshd[{pid}]: Failed password for {name} from {source} ssh2"


def _kubelet(dice: Dice) -> Iterator[Entry]:
    for minute in range(END // MINUTE):
        at, pid = minute * MINUTE + dice.whole(0, MINUTE - 1), 1187
        stamp = f"I1007 {time(at):%H:%M:%S}.{at % SECOND:03}{dice.whole(0, 999):03}"
        pods = dice.whole(14, 22)
        yield (
            at,
            dice.pick(_NODES),
            f'kubelet[{pid}]: {stamp} {pid} kubelet_pods.go:1007] "Pods synced" pods={pods} errors=0',
        )


def _killed() -> Iterator[Entry]:
    pod = f'pod="shop/{KILLED_POD}"'
    yield from ((OOM + 2 * number, "node-b2", text) for number, text in enumerate(_OOM))
    scope = f"cri-containerd-{_POD_UID[:8]}.scope"
    yield (
        OOM + 400,
        "node-b2",
        f"systemd[1]: {scope}: A process of this unit has been killed by the OOM killer.",
    )
    died = 'E1007 15:24:38.102233 1187 kubelet.go:2431] "Container died" reason="OOMKilled" exitCode=137'
    yield OOM + 1_100, "node-b2", f"kubelet[1187]: {died} {pod}"
    yield (
        OOM + 9_000,
        "node-b2",
        f'kubelet[1187]: I1007 15:24:46.004100 1187 kubelet.go:2440] "Restarting" {pod} restarts=1',
    )
    yield (
        RESTARTED,
        "node-b2",
        f'kubelet[1187]: I1007 15:24:58.000911 1187 prober.go:104] "Probe succeeded" {pod}',
    )


def _engineer() -> Iterator[Entry]:
    """The one on call looks at the node, then rolls back."""
    yield (
        DEPLOY + 24 * MINUTE,
        "node-b2",
        "sshd[51877]: Accepted publickey for oncall from 10.0.9.4 port 50122 ssh2: ED25519",
    )
    yield (
        DEPLOY + 25 * MINUTE,
        "node-b2",
        "sudo:   oncall : TTY=pts/0 ; PWD=/home/oncall ; USER=root ; COMMAND=/usr/bin/dmesg -T",
    )
    yield (
        ROLLBACK + 9 * MINUTE,
        "node-b2",
        "sshd[51877]: pam_unix(sshd:session): session closed for user oncall",
    )

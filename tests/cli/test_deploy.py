"""The files of `logtui deploy`: what they name is there, and programs that read them accept them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest

import logtui as package
from logtui.cli.deploy import BUNDLES, files_of
from logtui.server.auth.first_key import BOOTSTRAP
from logtui.server.configuration import load_server_settings, variable_of
from logtui.server.settings import SETTINGS
from tests.cli.helpers import logtui
from tests.redis_server import SAFE
from tests.server.running import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(package.__file__).parent
FILES: Final = {file: text for name in BUNDLES for file, text in files_of(name).items()}
PAGE: Final = (ROOT / "help" / "deploy.md").read_text()
SYSTEM_PATH: Final = f"{os.environ.get('PATH', '')}:/usr/sbin"
FOR_COMPOSE: Final = {"LOGTUI_SOURCE"}
SHARED: Final = ("queue", "store", "alerts_url")
FOR_SENDERS: Final = {"LOGTUI_URL", "LOGTUI_KEY", "LOGTUI_HOST"}
PROMQL: Final = {"sum", "by", "rate", "increase", "offset", "and", "method", "reason", "up", "job"}


def yaml(file: str) -> Any:  # noqa: ANN401 -- what a file holds
    return msgspec.yaml.decode(FILES[file])


def kubernetes(kind: str) -> list[Any]:
    """The documents of a kind in the manifest."""
    found = [msgspec.yaml.decode(text) for text in re.split(r"^---$", FILES["logtui.yaml"], flags=re.MULTILINE)]
    return [each for each in found if each["kind"] == kind]


def pods() -> list[Any]:
    """What is said of the pods of front and worker."""
    return [each["spec"]["template"]["spec"] for each in kubernetes("StatefulSet")]


def containers() -> dict[str, dict[str, Any]]:
    """The containers of all pods by their name."""
    return {each["name"]: each for pod in pods() for each in pod["containers"]}


def services() -> dict[str, Any]:
    """The fronts and workers of Compose."""
    named = yaml("compose.yaml")["services"].items()
    return {name: each for name, each in named if name.startswith(("front", "worker"))}


def lines_of(file: str) -> dict[str, str]:
    """The variables of a file of systemd."""
    return dict(line.split("=", 1) for line in FILES[file].splitlines() if line[:1] not in ("", "#"))


def stated(where: str) -> dict[str, str]:
    """The variables by which fronts and workers reach what they share."""
    match where:
        case "compose":
            return dict(services()["worker-1"]["environment"])
        case "kubernetes":
            return dict(kubernetes("ConfigMap")[0]["data"])
    return lines_of("environment")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("deployed") / "data", "--require-key") as running:
        yield running
        running.stop()


def probe(path: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "deploy" / "containers" / "probe.py"), path]
    return subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_page_lists_what_there_is() -> None:
    table = PAGE.partition("| name |")[2].partition("\n\n")[0]
    assert [name for row in table.splitlines() for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])] == list(
        BUNDLES
    )


def test_every_folder_of_files_belongs_to_something() -> None:
    folders = {folder.name for folder in (ROOT / "deploy").iterdir() if folder.name != "__pycache__"}
    assert {folder for folders in BUNDLES.values() for folder in folders} == folders


@pytest.mark.parametrize("name", BUNDLES)
def test_files_are_printed_and_written_alike(name: str, tmp_path: Path) -> None:
    printed = logtui("help", "deploy", name)
    written = logtui("deploy", name, tmp_path / "new" / "folder")
    assert (printed.returncode, written.returncode) == (0, 0)
    for file, text in files_of(name).items():
        assert text in printed.stdout.decode()
        assert (tmp_path / "new" / "folder" / file).read_text() == text


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "vector.yaml").write_text("mine")
    done = logtui("deploy", "compose", tmp_path)
    assert (done.returncode, b"vector.yaml exists" in done.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["vector.yaml"]
    assert (tmp_path / "vector.yaml").read_text() == "mine"


@pytest.mark.parametrize("command", [("deploy", "nothing", "/nowhere"), ("help", "deploy", "nothing")])
def test_an_unknown_name_is_an_error_with_the_known_ones(command: tuple[str, ...]) -> None:
    done = logtui(*command)
    assert done.returncode == 2
    assert b"nothing to deploy is named 'nothing' (one of containers, " in done.stderr


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".yaml") and file != "logtui.yaml"])
def test_yaml_is_a_table(file: str) -> None:
    assert isinstance(yaml(file), dict)


def test_variables_of_the_files_are_known() -> None:
    known = {variable_of(name) for name in SETTINGS} | {BOOTSTRAP} | FOR_COMPOSE | FOR_SENDERS
    named = {name for text in FILES.values() for name in re.findall(r"\bLOGTUI_[A-Z_]+", text)}
    assert {BOOTSTRAP, "LOGTUI_ROLE"} <= named <= known


def test_the_variables_of_the_images_are_settings_that_a_server_takes() -> None:
    stated = dict(re.findall(r"\b(LOGTUI_\w+)=(\S+)", FILES["Containerfile"].partition("USER 10001")[0]))
    settings = load_server_settings({}, stated, None)
    assert (str(settings.http), settings.tcp, settings.udp) == ("0.0.0.0:8080", None, None)


def test_options_of_the_files_and_of_the_page_exist() -> None:
    known = set(re.findall(rb"--[a-z-]+", logtui("serve", "--help").stdout))
    texts = [PAGE.partition("## For those")[0], FILES["60-logtui.conf"], FILES["logtui.service"]]
    foreign = {"--factory", "--host", "--port", "--timeout-graceful-shutdown", "--workers", "--system", "--now"}
    named = {name for text in texts for name in re.findall(r"(?<=[\s`])--[a-z-]+", text)} - foreign
    others = {"--scope", "--env"}
    assert {name.encode() for name in named - others} <= known
    assert named > {"--tls-cert", "--tcp-allow", "--drain-seconds"}


@pytest.mark.parametrize("where", ["compose", "kubernetes", "systemd"])
def test_fronts_and_workers_share_queue_records_alerts_and_keys(where: str) -> None:
    variables = stated(where)
    settings = load_server_settings({"data": "/logs"}, variables, None)
    schemes = [str(getattr(settings, name)).partition(":")[0] for name in SHARED]
    assert schemes == ["redis", "clickhouse", "postgresql"]
    assert settings.store_password == "env:CLICKHOUSE_PASSWORD"


def test_compose_and_kubernetes_start_three_fronts_and_two_workers() -> None:
    roles = [service["build"]["target"] for service in services().values()]
    replicas = {each["metadata"]["name"]: each["spec"]["replicas"] for each in kubernetes("StatefulSet")}
    assert replicas == {"logtui-front": 3, "logtui-worker": 2}
    assert sorted(roles) == ["front"] * 3 + ["worker"] * 2
    addresses = [port for service in services().values() for port in service.get("ports", [])]
    assert len(set(addresses)) == len(addresses) == 3


def test_databases_of_compose_are_reached_as_they_are_set_up() -> None:
    environment, compose = stated("compose"), yaml("compose.yaml")["services"]
    clickhouse, postgres = (compose[name]["environment"] for name in ("clickhouse", "postgres"))
    assert environment["LOGTUI_STORE"] == (
        f"clickhouse://{clickhouse['CLICKHOUSE_USER']}@clickhouse:8123/{clickhouse['CLICKHOUSE_DB']}"
    )
    assert environment["CLICKHOUSE_PASSWORD"] == clickhouse["CLICKHOUSE_PASSWORD"]
    assert environment["LOGTUI_ALERTS_URL"] == (
        f"postgresql://{postgres['POSTGRES_USER']}@postgres/{postgres['POSTGRES_DB']}"
    )
    assert environment["PGPASSWORD"] == postgres["POSTGRES_PASSWORD"]
    options = compose["redis"]["command"][1:]
    set_up = dict(zip(options[::2], options[1::2], strict=True))
    assert {f"--{name}": SAFE[name] for name in ("appendonly", "appendfsync")} == set_up
    extras = re.search(r"'\.\[(.*)\]'", FILES["Containerfile"])
    assert extras
    assert {"redis", "clickhouse", "postgres"} < set(extras[1].split(","))


def test_containers_have_no_rights_and_a_root_that_cannot_be_written() -> None:
    for pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
    for each in containers().values():
        rights = each["securityContext"]
        assert (rights["readOnlyRootFilesystem"], rights["allowPrivilegeEscalation"]) == (True, False)
        assert rights["capabilities"] == {"drop": ["ALL"]}
        assert each["resources"]["limits"]["memory"]
    assert "USER 10001:10001" in FILES["Containerfile"]


def test_the_pods_fit_together() -> None:
    (service,), (config,), states = (kubernetes(kind) for kind in ("Service", "ConfigMap", "StatefulSet"))
    for state in states:
        labels = state["spec"]["template"]["metadata"]["labels"]
        assert labels == state["spec"]["selector"]["matchLabels"]
        pod = state["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert (labels == service["spec"]["selector"]) == (container["name"] == "front")
        assert state["spec"]["serviceName"] == service["metadata"]["name"]
        volumes = {each["name"] for each in pod["volumes"]}
        volumes |= {each["metadata"]["name"] for each in state["spec"]["volumeClaimTemplates"]}
        assert {mount["name"] for mount in container["volumeMounts"]} == volumes
        assert {"configMapRef": {"name": config["metadata"]["name"]}} in container["envFrom"]
    ports = {port["name"] for port in containers()["front"]["ports"]}
    assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


def test_the_services_of_compose_fit_together() -> None:
    compose = yaml("compose.yaml")
    mounted = [mount for service in compose["services"].values() for mount in service["volumes"]]
    named = {mount.partition(":")[0] for mount in mounted if mount[0] not in "./"}
    assert named == set(compose["volumes"])
    assert {mount.partition(":")[0].removeprefix("./") for mount in mounted if mount[0] == "."} <= set(
        files_of("compose")
    )
    for service in services().values():
        assert (ROOT.parent / service["build"]["dockerfile"]).is_file()
        assert f"FROM logtui AS {service['build']['target']}\n" in FILES["Containerfile"]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])


def test_all_wait_longer_than_ending_takes() -> None:
    drain = load_server_settings({"data": "/logs"}, {}, None).drain_seconds
    unit = re.search(r"TimeoutStopSec=(\d+)", FILES["logtui.service"])
    assert unit
    assert drain + 4 < min(int(unit[1]), *(pod["terminationGracePeriodSeconds"] for pod in pods()))
    assert all(drain + 4 < int(each["stop_grace_period"].removesuffix("s")) for each in services().values())


@pytest.mark.parametrize("kind", ["startupProbe", "livenessProbe", "readinessProbe"])
def test_the_probes_of_the_front_pass_on_a_server(kind: str, server: Server) -> None:
    command = containers()["front"][kind]["exec"]["command"]
    assert f"COPY logtui/deploy/containers/probe.py {command[1]}" in FILES["Containerfile"]
    variables = {"LOGTUI_HTTP": f"0.0.0.0:{server.port}", BOOTSTRAP: server.key}
    done = probe(command[2], **variables)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_probe_fails_and_says_why_without_a_key_and_without_a_server(server: Server) -> None:
    refused = probe("/ready", LOGTUI_HTTP=f"0.0.0.0:{server.port}")
    assert (refused.returncode, refused.stderr[:4]) == (1, "401 ")
    away = probe("/ready", LOGTUI_HTTP="0.0.0.0:1")
    assert (away.returncode, "refused" in away.stderr) == (1, True)


def test_the_probe_of_the_worker_tells_whether_it_reports(server: Server, tmp_path: Path) -> None:
    script = containers()["worker"]["livenessProbe"]["exec"]["command"][2]
    for folder, code in ((server.folder, 0), (tmp_path, 1)):
        here = script.replace("/var/lib/logtui", str(folder))
        assert here != script
        done = subprocess.run([sys.executable, "-c", here], capture_output=True, timeout=60, check=False)
        assert done.returncode == code
    old = tmp_path / "worker-statistics.json"
    old.touch()
    os.utime(old, (0, 0))
    done = subprocess.run([sys.executable, "-c", here], capture_output=True, timeout=60, check=False)
    assert (done.returncode, b"silent for" in done.stderr) == (1, True)


def test_shippers_send_to_paths_that_take_records(server: Server) -> None:
    sinks = yaml("vector.yaml")["sinks"]["logtui"]
    fluent = yaml("fluent-bit.yaml")["pipeline"]["outputs"][0]
    collector = yaml("otel-collector.yaml")["exporters"]["otlphttp"]
    paths = [sinks["uri"], sinks["healthcheck"]["uri"], fluent["uri"], collector["logs_endpoint"]]
    paths = [path.rpartition("}")[2] for path in paths]
    assert paths == ["/ingest", "/ingest", "/ingest", "/v1/logs"]
    allowed = {"Authorization": f"Bearer {server.key}"}
    assert server.request("HEAD", paths[1], headers=allowed).status == 200
    assert server.post(b"[]", paths[0]).status == 202
    assert server.post(b"{}", paths[3], Content_Type="application/json").status == 200


def test_the_collector_uses_what_it_defines() -> None:
    collector = yaml("otel-collector.yaml")
    for pipeline in collector["service"]["pipelines"].values():
        for part, names in pipeline.items():
            assert set(names) == set(collector[part])
    assert set(collector["service"]["extensions"]) == set(collector["extensions"])


def test_alert_rules_name_metrics_of_the_server(server: Server) -> None:
    text = server.request("GET", "/metrics", headers={"Authorization": f"Bearer {server.key}"}).body.decode()
    families = {(name, kind) for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE)}
    known = {name for name, _ in families}
    rules = yaml("logtui-alerts.yaml")["groups"][0]["rules"]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        expression = re.sub(r'"[^"]*"|\[\w+\]|offset \w+', "", rule["expr"])
        names = set(re.findall(r"[a-z_]{2,}", expression)) - PROMQL
        assert names <= known, rule["alert"]
        assert names or rule["alert"] == "LogtuiDown"
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["action"]
    assert "logtui-alerts.yaml" in yaml("prometheus.yaml")["rule_files"]


def test_the_journal_s_limit_in_the_rules_is_the_default() -> None:
    limit = load_server_settings({"data": "/logs"}, {}, None).journal_bytes
    assert f"0.75 * {limit}" in FILES["logtui-alerts.yaml"]


def test_parts_of_other_pipelines_are_mapped_to_what_is_there() -> None:
    rows = PAGE.partition("| there | here |")[2].partition("\n\n")[0].splitlines()[2:]
    here = [row.split(" | ")[-1] for row in rows]
    named = [path for text in here for path in re.findall(r"`((?:[\w]+/)*[\w]+(?:\.py|/))`", text)]
    assert len(named) > 25
    places = [ROOT.parent / path if path.startswith("tests/") else ROOT / path for path in named]
    assert [str(place) for place in places if not place.exists()] == []
    modules = re.findall(r"python -m (tests\.[\w.]+)", " ".join(here))
    assert modules
    assert [name for name in modules if not list(ROOT.parent.glob(f"{name.replace('.', '/')}*"))] == []


@pytest.mark.system
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "logtui.service"
    program = re.search(r"^ExecStart=(\S+)", FILES["logtui.service"], re.MULTILINE)
    assert program
    unit.write_text(FILES["logtui.service"].replace(f"ExecStart={program[1]}", f"ExecStart={sys.executable}"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "logtui.service" in line]) == (0, [])


@pytest.mark.system
@pytest.mark.skipif(not shutil.which("rsyslogd", path=SYSTEM_PATH), reason="rsyslog is not installed")
def test_rsyslog_accepts_its_file(tmp_path: Path) -> None:
    (tmp_path / "60-logtui.conf").write_text(FILES["60-logtui.conf"])
    main = tmp_path / "rsyslog.conf"
    main.write_text(f'global(workDirectory="{tmp_path}")\ninclude(file="{tmp_path}/60-logtui.conf")\n')
    program = shutil.which("rsyslogd", path=SYSTEM_PATH)
    assert program
    done = subprocess.run([program, "-N1", "-f", main], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr

"""The files for many machines agree with the code: variables, ports, probes, rights; and with Kubernetes' schemas."""

import importlib.util
import re
import shlex
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import tomllib
from ruamel.yaml import YAML

from deploy.variables import NEEDED, VariableUse, readings
from gateway import app as gateway_app
from portal import app as portal_app
from portal.intake.pages import WHOLE_BODY

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
YML = YAML(typ="safe", pure=True)
BASE = DEPLOY / "kubernetes" / "base"
KUBERNETES = sorted((DEPLOY / "kubernetes").rglob("*.yaml"))
ROOMS = {
    "gateway": "gateway", "actions": "actions", "registration": "registration", "portal": "portal", "rasa": "bot",
}  # fmt: skip


@lru_cache
def documents(path: Path) -> list[dict[str, Any]]:
    return [found for found in YML.load_all(path.read_text("utf-8")) if found]


@lru_cache
def compose() -> dict[str, Any]:
    return dict(YML.load((DEPLOY / "compose.yaml").read_text("utf-8")))


def ours() -> dict[str, dict[str, Any]]:
    """The services of our images in the compose file."""
    return {name: s for name, s in compose()["services"].items() if "tongbao" in s.get("image", "")}


def workloads() -> dict[str, dict[str, Any]]:
    kinds = ("Deployment", "StatefulSet", "Job", "CronJob")
    found = {}
    for path in BASE.glob("*.yaml"):
        for one in documents(path):
            if one["kind"] in kinds:
                spec = one["spec"]["jobTemplate"]["spec"] if one["kind"] == "CronJob" else one["spec"]
                found[one["metadata"]["name"]] = spec["template"]["spec"]
    return found


@lru_cache
def code_of(room: str) -> str:
    return "\n".join(file.read_text("utf-8") for file in sorted((ROOT / ROOMS[room]).rglob("*.py")))


def read_by(service: str) -> dict[str, VariableUse]:
    """What the process of this service reads, by name."""
    return {one.variable: one for one in readings() if one.reader == re.sub(r"-\d$", "", service)}


def needed(service: str) -> set[str]:
    """What the service refuses to start without; and its database, which on many machines is never a file here."""
    found = read_by(service)
    return {name for name, one in found.items() if one.default == NEEDED} | ({"DATABASE_URL"} & set(found))


def environment_of(pod: dict[str, Any]) -> set[str]:
    return {one["name"] for one in pod["containers"][0].get("env", ())}


@pytest.mark.parametrize("name", sorted(ours()))
def test_compose_gives_each_service_what_it_reads_and_nothing_else(name: str) -> None:
    given = set(ours()[name].get("environment", ()))
    assert needed(name) <= given <= set(read_by(name))


@pytest.mark.parametrize("name", sorted(workloads()))
def test_kubernetes_gives_each_service_what_it_reads_and_nothing_else(name: str) -> None:
    assert needed(name) <= environment_of(workloads()[name]) <= set(read_by(name))


def test_the_key_of_identity_fields_is_given_to_the_registration_service_alone() -> None:
    assert {n for n, s in ours().items() if "TONGBAO_DATA_KEY" in s.get("environment", {})} == {"registration"}
    assert {n for n, pod in workloads().items() if "TONGBAO_DATA_KEY" in environment_of(pod)} == {"registration"}


def test_every_secret_of_compose_is_named_in_the_example() -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    asked = set(re.findall(r"\$\{([A-Z_]+)\}", text))
    named = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "env.example").read_text("utf-8"), re.M))
    assert asked <= named


@pytest.mark.parametrize("path", [p for p in KUBERNETES if p.name != "kustomization.yaml"], ids=lambda p: p.name)
def test_the_schemas_of_kubernetes_hold(path: Path) -> None:
    import kubernetes_validate  # costs two seconds, and every worker imports this module

    for one in documents(path):
        kubernetes_validate.validate(one, "1.31", strict=True)


@pytest.mark.parametrize("path", [p for p in KUBERNETES if p.name == "kustomization.yaml"], ids=lambda p: p.parent.name)
def test_kustomizations_name_files_that_exist(path: Path) -> None:
    found = documents(path)[0]
    for name in [*found["resources"], *(patch["path"] for patch in found.get("patches", ()))]:
        assert (path.parent / name).exists(), name


@pytest.mark.parametrize("name", sorted(workloads()))
def test_every_pod_is_poor(name: str) -> None:
    pod = workloads()[name]
    container = pod["containers"][0]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    rights = container["securityContext"]
    assert (rights["readOnlyRootFilesystem"], rights["allowPrivilegeEscalation"]) == (True, False)
    assert rights["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("name", [n for n in sorted(workloads()) if n not in ("migrate", "retention")])
def test_probes_and_ports_are_those_of_the_code(name: str) -> None:
    container = workloads()[name]["containers"][0]
    if "ports" not in container:  # nobody asks the sender anything; it takes its work from the outbox
        assert name == "sender"
        return
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    usual = {"gateway": 8080, "rasa": 5005, "actions": 5055, "registration": 8092, "portal": 8081}
    assert ports["http"] == usual[name]
    given = [str(word) for word in container["command"]]
    assert str(ports["http"]) in given or f"`{ports['http']}`" == read_by(name)["ACTIONS_PORT"].default
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = container[probe]["httpGet"]
        assert asked["port"] in ports
        assert f'"{asked["path"].removeprefix("/webhooks/gateway")}"' in code_of(name), asked
    ready = container["readinessProbe"]["httpGet"]["path"]
    assert ready.endswith(("/readyz", "/ready", "/health"))


@pytest.mark.parametrize("name", ["gateway", "rasa", "actions", "registration", "portal"])
def test_a_rolling_update_gives_turns_the_time_to_end(name: str) -> None:
    pod = workloads()[name]
    assert pod["terminationGracePeriodSeconds"] >= 5 + 8 + 4
    assert "preStop" in pod["containers"][0]["lifecycle"]
    disturbed = [one for path in BASE.glob("*.yaml") for one in documents(path) if one["kind"] == "PodDisruptionBudget"]
    assert name in {one["metadata"]["name"] for one in disturbed}


def test_only_the_doors_are_reached_from_outside() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in documents(BASE / "network.yaml")}
    assert policies["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    open_to = {
        name for name, spec in policies.items() for rule in spec.get("ingress", ())
        for source in rule["from"]
        if source.get("namespaceSelector", {}).get("matchLabels", {}) == {"tongbao-role": "ingress"}
    }  # fmt: skip
    assert open_to == {"gateway", "portal"}
    assert set(policies) >= set(workloads())
    published = {name for name, service in compose()["services"].items() if "ports" in service}
    assert published == {"proxy"}


STORES, WEB, TRACES = "stores", "web", "traces"
_SAYS = {
    "DATABASE_URL": (STORES, 5432), "REDIS_URL": (STORES, 6379),
    "RASA_URL": ("rasa", 5005), "REGISTRATION_URL": ("registration", 8092), "ACTIONS_URL": ("actions", 5055),
    "OTEL_EXPORTER_OTLP_ENDPOINT": (TRACES, 4318), "WECHAT_APP_SECRET": (WEB, 443), "PORTAL_DATA_KEY": (WEB, 443),
}  # fmt: skip
"""Whom a part asks, by the variable that says where; the portal's key opens the robots of groups."""


def asked_by(name: str) -> set[tuple[str, int]]:
    """Whom a part may ask by its policy: the place, and the port there."""
    spec = next(one["spec"] for one in documents(BASE / "network.yaml") if one["metadata"]["name"] == name)
    found = set()
    for rule in spec["egress"]:
        (to,) = rule["to"]
        if "ipBlock" in to:
            private = to["ipBlock"]["cidr"] == "10.0.0.0/8"
            assert private or set(to["ipBlock"]["except"]) >= {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
            place = STORES if private else WEB
        else:
            place = to["podSelector"]["matchLabels"]["app"] if "podSelector" in to else TRACES
        found |= {(place, port["port"]) for port in rule["ports"]}
    return found


@pytest.mark.parametrize("name", sorted(workloads()))
def test_a_part_reaches_those_it_asks_and_nobody_else(name: str) -> None:
    given = environment_of(workloads()[name]) | set(ours().get(name, {}).get("environment", ()))
    wanted = {_SAYS[variable] for variable in given if variable in _SAYS}
    assert asked_by(name) == wanted


@pytest.mark.parametrize("name", sorted(workloads()))
def test_who_may_be_asked_lets_the_asker_in(name: str) -> None:
    """Both ends of a connection are open, or neither."""
    policies = {one["metadata"]["name"]: one["spec"] for one in documents(BASE / "network.yaml")}
    for place, port in asked_by(name) - {(STORES, 5432), (STORES, 6379), (WEB, 443), (TRACES, 4318)}:
        sources = [
            source["podSelector"]["matchLabels"]["app"]
            for rule in policies[place]["ingress"] if {"port": port} in rule["ports"]
            for source in rule["from"] if "podSelector" in source
        ]  # fmt: skip
        assert name in sources, (name, place)


def test_autoscalers_look_at_metrics_that_exist() -> None:
    from common.telemetry import metrics

    known = code_of("rasa") + Path(metrics.__file__).read_text("utf-8")
    scalers = [
        one for path in BASE.glob("*.yaml") for one in documents(path) if one["kind"] == "HorizontalPodAutoscaler"
    ]
    assert {one["metadata"]["name"] for one in scalers} == {"gateway", "rasa"}
    for one in scalers:
        for metric in one["spec"]["metrics"]:
            assert f'"{metric["pods"]["metric"]["name"]}"' in known


def test_the_hashed_list_of_rasas_is_as_long_as_the_autoscaler_may_go() -> None:
    config = documents(BASE / "config.yaml")[0]["data"]
    most = next(one["spec"]["maxReplicas"] for one in documents(BASE / "rasa.yaml") if one["kind"].startswith("Horiz"))
    assert len(config["RASA_URL"].split(",")) == most


@pytest.mark.parametrize(
    "module", ["deploy.migrate", "deploy.retention", "deploy.daily", "deploy.probe", "bot.start", "bot.probe"]
)
def test_every_module_that_is_run_exists(module: str) -> None:
    assert importlib.util.find_spec(module)
    everything = "".join(path.read_text("utf-8") for path in [*KUBERNETES, DEPLOY / "compose.yaml"])
    assert module in everything


def test_the_image_holds_every_room_that_its_services_import() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    services = text.split("AS services\n")[1].split("FROM")[0]
    rooms = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["root_packages"])
    for room in rooms - {"bot", "policies"}:  # the two that are copied otherwise
        assert re.search(rf"COPY {room} ", services), room
    assert "tongbao.stamp.json" in text
    assert all(shlex.split(line) for line in re.findall(r"^RUN (.+[^\\])$", text, re.M))


def test_the_proxy_lets_in_what_the_doors_take_and_no_more() -> None:
    """One upload limit through proxy and services: the gateways', the portal's for spreadsheets, and for papers."""
    text = (DEPLOY / "nginx" / "nginx.conf").read_text("utf-8")
    limits = [int(found) * 1024 for found in re.findall(r"client_max_body_size (\d+)k;", text)]
    assert limits == [gateway_app.LARGEST_BODY, portal_app.LARGEST_BODY, WHOLE_BODY]
    ingresses = documents(DEPLOY / "kubernetes/overlays/province/ingress.yaml")
    said = {
        rule["host"].split(".")[0] + path["path"]:
        one["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"]
        for one in ingresses for rule in one["spec"]["rules"] for path in rule["http"]["paths"]
    }  # fmt: skip
    wanted = {"tongbao/": gateway_app.LARGEST_BODY, "desk/": portal_app.LARGEST_BODY, "desk/intake": WHOLE_BODY}
    assert {door: int(size.removesuffix("k")) * 1024 for door, size in said.items()} == wanted

"""What deploy/ gives container platforms: valid by their own schemas, and of one mind with lisbot itself."""

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from lisbot import app

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy/kubernetes"
COMPOSE = ("compose.yaml", "compose.replicas.yaml")
# Kustomize's own file has no schema in Kubernetes.
MANIFESTS = sorted(path for path in KUBERNETES.glob("*.yaml") if path.name != "kustomization.yaml")


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text("utf-8")))


def found(kind: str) -> dict[str, Any]:
    (one,) = (each for path in MANIFESTS for each in documents(path) if each["kind"] == kind)
    return one


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_kubernetes_own_schema_takes_the_manifest(path: Path):
    for each in documents(path):
        kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)


def test_all_manifests_but_the_example_are_applied():
    applied = documents(KUBERNETES / "kustomization.yaml")[0]["resources"]
    assert {*applied, "secret.example.yaml"} == {path.name for path in MANIFESTS}


def test_every_setting_named_is_one_that_lisbot_reads():
    explained = set(re.findall(r"^(\w+)=", (ROOT / "deploy/env.example").read_text("utf-8"), re.MULTILINE))
    literals = documents(KUBERNETES / "kustomization.yaml")[0]["configMapGenerator"][0]["literals"]
    given = {line.partition("=")[0] for line in literals} | found("Secret")["stringData"].keys()
    for name in COMPOSE:
        for service in ("lisbot", "second", "migrate"):
            environment = documents(ROOT / "deploy" / name)[0]["services"].get(service, {}).get("environment", {})
            given |= environment.keys()
    assert given - {"<<"} <= explained


def test_the_pods_are_asked_what_lisbot_answers():
    (container,) = found("Deployment")["spec"]["template"]["spec"]["containers"]
    routes = (ROOT / "src/lisbot/app.py").read_text("utf-8")
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert f'"{container[probe]["httpGet"]["path"]}"' in routes
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"  # a database that is away restarts nothing
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_pods_have_the_time_to_finish_what_they_hold():
    from lisbot.outbox.worker import LONGEST_SEND

    finishing = app.SHUTDOWN_TIMEOUT + LONGEST_SEND.total_seconds()
    assert found("Deployment")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] >= finishing + 5


def test_what_is_selected_is_what_is_labelled():
    deployment = found("Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert found("Service")["spec"]["selector"] == labels
    assert found("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert found("NetworkPolicy")["spec"]["podSelector"]["matchLabels"].items() <= labels.items()


def test_nothing_runs_as_root_or_writes_where_it_is_installed():
    for workload in (found("Deployment"), found("Job")):
        pod = workload["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"]
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("name", COMPOSE)
def test_what_compose_mounts_is_there(name: str):
    for service in documents(ROOT / "deploy" / name)[0]["services"].values():
        for volume in service.get("volumes", []):
            if volume.startswith("."):
                assert (ROOT / "deploy" / volume.partition(":")[0]).is_file()

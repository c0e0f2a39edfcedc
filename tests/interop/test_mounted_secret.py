"""A secret that is mounted: the manual's manifests, and files that are swapped under who reads them."""

import sys
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from asking import profile
from atla_credential.errors import Unavailable
from atla_credential.stores import token_file
from conftest import Run
from fleet_page import PAGE, blocks, pod_of
from kubelet import Mount
from openbao import FLEET, ROOT
from other_helpers import SITE, get

HEADLESS = (ROOT / "docs" / "how-to" / "headless.md").read_text(encoding="utf-8")
PODS = {"fleet": pod_of(PAGE, "A file that is handed out"), "headless": pod_of(HEADLESS, "In a container")}
READS = 300
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Kubernetes mounts links, as Windows has them for few")


@pytest.fixture
def mount(tmp_path: Path) -> Mount:
    (tmp_path / "mount").mkdir()
    return Mount(tmp_path / "mount")


def variables_of(pod: dict[str, Any], mounted: Path) -> dict[str, str]:
    """Return what a pod's container is started with, where its volume is mounted in another place."""
    (container,) = pod["containers"]
    named = {each["name"]: each["value"] for each in container["env"]}
    place = container["volumeMounts"][0]["mountPath"]
    return {name: value.replace(place, str(mounted)) for name, value in named.items()}


@pytest.mark.parametrize("page", PODS)
def test_a_pod_as_the_manual_has_it(page: str, mount: Mount, run: Run) -> None:
    pod = PODS[page]
    (container,), (volume,) = pod["containers"], pod["volumes"]
    (mounted,) = container["volumeMounts"]
    assert (mounted["name"], mounted["readOnly"]) == (volume["name"], True)
    assert "subPath" not in mounted  # such a file is never written anew
    names = [each["name"] for each in container["env"]]
    assert names == ["ATLA_INSTANCE", "ATLA_EMAIL", "ATLA_TOKEN_FILE"]
    variables = variables_of(pod, mount.folder)
    path = Path(variables["ATLA_TOKEN_FILE"])
    assert path.parent == mount.folder
    for text in ("made-up", "made-up-2\n"):
        mount.write(**{path.name: text})
        who = f"username={variables['ATLA_EMAIL']}\n"
        assert get(run, **variables) == (0, f"{who}password={text.strip()}\n".encode(), "")
    assert path.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_csi_driver_s_manifest_fits_the_pod_and_the_policy() -> None:
    """What is asked of the engine is what the policy allows, and comes into the file that the variable names."""
    provider = yaml.safe_load(blocks("A file that is handed out", "yaml")[0])
    (volume,), (container,) = PODS["fleet"]["volumes"], PODS["fleet"]["containers"]
    assert provider["apiVersion"] == "secrets-store.csi.x-k8s.io/v1"
    assert (provider["kind"], provider["spec"]["provider"]) == ("SecretProviderClass", "vault")
    csi = volume["csi"]
    assert (csi["driver"], csi["readOnly"]) == ("secrets-store.csi.k8s.io", True)
    assert csi["volumeAttributes"] == {"secretProviderClass": provider["metadata"]["name"]}
    (wanted,) = yaml.safe_load(provider["spec"]["parameters"]["objects"])
    (named,) = (each["value"] for each in container["env"] if each["name"] == "ATLA_TOKEN_FILE")
    assert named == f"{container['volumeMounts'][0]['mountPath']}/{wanted['objectName']}"
    folder = f'path "{PurePosixPath(wanted["secretPath"]).parent}/*"'
    assert folder in (FLEET / "read-one-team.hcl").read_text(encoding="utf-8")


def test_a_secret_of_compose() -> None:
    compose = yaml.safe_load(blocks("In a container", "yaml", HEADLESS)[0])
    (robot,) = compose["services"].values()
    (name,) = robot["secrets"]
    assert list(compose["secrets"]) == [name]
    assert robot["environment"]["ATLA_TOKEN_FILE"] == f"/run/secrets/{name}"


def test_a_secret_is_swapped_while_it_is_read(mount: Mount, run: Run, files: Any) -> None:
    """Each answer is one of the tokens, whole, without a warning: never another source's, and never none."""
    mount.write(token="old" * 99)
    files(config=profile("work", SITE), helper=f'[profiles.work]\ntoken_file = "{mount.folder}/token"\n')
    expected = {f"username=you@example.com\npassword={text * 99}\n".encode() for text in ("old", "new")}
    with mount.swapping("token", "old" * 99, "new" * 99):
        found = [get(run) for _ in range(10)]
        for _ in range(READS):
            try:
                assert token_file.read(f"{mount.folder}/token", "token_file") in ("old" * 99, "new" * 99)
            except Unavailable as error:
                pytest.fail(error.message)
    assert {code for code, _, _ in found} == {0}
    assert {answer for _, answer, _ in found} <= expected
    assert {said for _, _, said in found} == {""}

"""How git-credential-atla-vault proves who the machine is, or the person."""

import os
from pathlib import Path

import pytest

from atla_credential.vault import proof
from atla_credential.vault.failure import Refused
from atla_credential.vault.options import Options
from atla_credential.vault.proof import login_body, own_token, read_proof

ADDRESS = {"--address": "https://vault.example.com", "--path": "a/{host}"}


def options(variables: dict[str, str] | None = None, /, **given: str) -> Options:
    return Options(
        {**ADDRESS, **{f"--{name.replace('_', '-')}": value for name, value in given.items()}}, variables or {}
    )


def write(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def test_b1_a_person_s_own_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / ".vault-token", "made-up-file\n")
    home = {"HOME": str(tmp_path)}
    for variables, found in (
        ({"BAO_TOKEN": " made-up-bao\n", "VAULT_TOKEN": "made-up-vault", **home}, "made-up-bao"),
        ({"BAO_TOKEN": " ", "VAULT_TOKEN": "made-up-vault", **home}, "made-up-vault"),
        (home, "made-up-file"),
    ):
        assert own_token(options(variables)) == found
    monkeypatch.setattr(proof, "home_of_user", lambda: str(tmp_path))
    for variables in ({}, {"HOME": "relative"}):
        assert own_token(options(variables)) == "made-up-file"
    monkeypatch.setattr(proof, "home_of_user", lambda: None)
    with pytest.raises(Refused, match="^HOME is not set, so there is no token of yours$"):
        own_token(options())


@pytest.mark.parametrize("name", ["BAO_TOKEN", "VAULT_TOKEN"])
def test_b3_a_variable_that_holds_no_token(name: str) -> None:
    with pytest.raises(Refused, match=f"^{name} holds what cannot be sent$"):
        own_token(options({name: "made\nup"}))


def test_b3_nobody_has_logged_in(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="^~/.vault-token cannot be read: no such file or directory$") as raised:
        own_token(options({"HOME": str(tmp_path)}))
    assert raised.value.hints == ("log in with: bao login",)


def test_b1_what_a_login_consists_of(tmp_path: Path) -> None:
    named = {name: write(tmp_path / name, f" made-up-{name}\n") for name in ("role_id", "secret_id", "jwt")}
    role_id, secret_id, jwt = (f"{tmp_path}/{name}" for name in named)
    for given, body in (
        ({"auth": "approle", "role_id_file": role_id}, {"role_id": "made-up-role_id"}),
        (
            {"auth": "approle", "role_id_file": role_id, "secret_id_file": secret_id, "role": "not used"},
            {"role_id": "made-up-role_id", "secret_id": "made-up-secret_id"},
        ),
        ({"auth": "cert", "client_cert": "/x"}, {}),
        ({"auth": "cert", "client_cert": "/x", "role": "machine"}, {"name": "machine"}),
        ({"auth": "jwt", "jwt_file": jwt}, {"jwt": "made-up-jwt"}),
        ({"auth": "jwt", "jwt_file": jwt, "role": "machine"}, {"role": "machine", "jwt": "made-up-jwt"}),
        ({"auth": "kubernetes", "jwt_file": jwt, "role": "machine"}, {"role": "machine", "jwt": "made-up-jwt"}),
    ):
        assert login_body(options(**given)) == body


def test_b3_a_file_that_proves_nothing(tmp_path: Path) -> None:
    """A pipe in its place holds nobody up."""
    os.mkfifo(tmp_path / "pipe")
    write(tmp_path / "empty", " \n")
    write(tmp_path / "lines", "made\nup")
    write(tmp_path / "long", "x" * 65537)
    for name, said in (
        ("pipe", "cannot be read: it is no regular file"),
        (".", "cannot be read: it is no regular file"),
        ("none", "cannot be read: no such file or directory"),
        ("\0", "cannot be read: not a possible path"),
        ("empty", "is empty"),
        ("lines", "holds what cannot be sent"),
        ("long", "is larger than 64 KiB"),
    ):
        with pytest.raises(Refused) as raised:
            read_proof(f"{tmp_path}/{name}", "--jwt-file")
        assert raised.value.message == f"--jwt-file {said}"
    write(tmp_path / "long", "x" * 65536)
    assert read_proof(f"{tmp_path}/long", "--jwt-file") == "x" * 65536

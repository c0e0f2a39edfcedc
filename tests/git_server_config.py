"""What nginx is told: who is let in where, and what everybody else hears."""

from collections.abc import Mapping, Sequence
from pathlib import Path

SERVER = """
daemon off;
user root;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    log_format told "$uri\\t$status\\t$http_authorization";
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    map_hash_bucket_size 512;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.key;
{maps}
    server {{
        listen 127.0.0.1:{port} ssl;
        access_log {folder}/first.log told;
        location = / {{ return 204; }}
{locations}
    }}
    server {{
        listen 127.0.0.1:{port} ssl;
        server_name bitbucket.org;
        access_log {folder}/first.log told;
{bitbucket_locations}
    }}
    server {{
        listen 127.0.0.1:{second_port} ssl;
        access_log {folder}/second.log told;
{second_locations}
    }}
}}
"""

WHO = """
    map $http_authorization $who_{number} {{
        default unknown;
{known}
    }}
"""

LOCATION = """
        location {pattern} {{
{challenges}
            if ($who_{number} = nobody) {{ return 401; }}
            if ($who_{number} = unknown) {{ return {refusal}; }}
{content}
        }}
"""

REPOSITORIES = """
            fastcgi_pass unix:{folder}/cgi;
            fastcgi_param SCRIPT_FILENAME {programs}/git-http-backend;
            fastcgi_param GIT_EXEC_PATH {programs};
            fastcgi_param PATH {programs}:/usr/bin:/bin;
            fastcgi_param GIT_PROJECT_ROOT {folder}/repositories;
            fastcgi_param GIT_HTTP_EXPORT_ALL 1;
            fastcgi_param GIT_CONFIG_NOSYSTEM 1;
            fastcgi_param HOME {folder};
            fastcgi_param REMOTE_USER known;
            fastcgi_param PATH_INFO $inside_{number};
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
            fastcgi_param HTTP_GIT_PROTOCOL $http_git_protocol;
"""


class Place:
    """A path of the server, and all below it.

    Args:
        path: such as `/basic`, or "" for the whole server.
        known: the Authorization headers that are let in; "" stands for a request without one.
        challenges: the schemes that are offered to whoever is not let in.
        refusal: the status for a header that is not known. Without a header it is always 401.
        goes_to: the path on the second server to which all below is redirected, once let in.
        answers: path below -> what is answered there, as git-lfs expects it, once let in.
    """

    def __init__(
        self,
        path: str,
        known: Sequence[str],
        challenges: Sequence[str] = ("Basic", "Bearer"),
        refusal: int = 401,
        goes_to: str | None = None,
        answers: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.known = known
        self.challenges = challenges
        self.refusal = refusal
        self.goes_to = goes_to
        self.answers = answers or {}


def location(number: int, place: Place, folder: Path, programs: str, second_url: str) -> tuple[str, str]:
    """Return what tells who is known at a place, and what then happens there.

    Args:
        number: makes the names of variables differ from those of other places.
        programs: the folder of git-http-backend and what it starts.
        second_url: the address of the second server.
    """
    known = [f'        "{header}" known;' for header in place.known]
    if "" not in place.known:
        known.append('        "" nobody;')
    challenges = "\n".join(
        f"            add_header WWW-Authenticate '{scheme} realm=\"made up\"' always;" for scheme in place.challenges
    )
    if place.goes_to is None:
        content = REPOSITORIES.format(folder=folder, programs=programs, number=number)
    else:
        content = f"return 302 {second_url}{place.goes_to}$inside_{number}$is_args$args;"
    contents = {f"= {place.path}{path}": answer(text) for path, text in place.answers.items()}
    contents[f"~ ^{place.path}(?<inside_{number}>/.+)$"] = content
    locations = [
        LOCATION.format(
            pattern=pattern, number=number, challenges=challenges, refusal=place.refusal, content=text
        )
        for pattern, text in contents.items()
    ]  # fmt: skip
    return WHO.format(number=number, known="\n".join(known)), "".join(locations)


def answer(text: str) -> str:
    return f"default_type application/vnd.git-lfs+json;\n            return 200 '{text}';"

# Sourced by contrib/quickstart and tests/run: find a Python and make a virtual environment.
# shellcheck shell=sh

need_program() { # PROGRAM PACKAGE: install the system package if the program is missing, or say what is missing
    command -v "$1" >/dev/null || need_package "$2"
}

need_package() { # PACKAGE ...
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1 ||
            { apt-get update >/dev/null && apt-get install -y --no-install-recommends "$@" >/dev/null; }
    else
        echo "$0: please install $*" >&2
        return 1
    fi
}

need_programs() { # PROGRAM:PACKAGE ...: install at once what is missing
    packages=
    for each in "$@"; do
        command -v "${each%:*}" >/dev/null || packages="$packages ${each#*:}"
    done
    [ -z "$packages" ] && return
    # shellcheck disable=SC2086
    need_package $packages && return
    [ "$(id -u)" = 0 ] || return
    for package in $packages; do need_package "$package" || true; done # one that is not to be had keeps out no other
}

find_python() { # set PYTHON to an interpreter that is new enough
    need_program "${PYTHON:=python3}" python3
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        { echo "$0: Python 3.11 or newer is needed; set PYTHON=/path/to/python" >&2; exit 1; }
}

make_environment() { # FOLDER: make a virtual environment there, unless a whole one is there already
    [ -x "$1/bin/pip" ] && return
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || need_package python3-venv
    rm -rf "$1"
    "$PYTHON" -m venv "$1"
}

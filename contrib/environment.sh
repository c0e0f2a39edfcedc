# Sourced by contrib/quickstart, contrib/packaging/release and the scripts in tests/: find a Python, make a virtual
# environment, get what is missing, and say so. All that is made is below .local; nothing is written into the home folder.
# shellcheck shell=sh disable=SC2034  # some variables are for whoever reads this

: "${PIP_CACHE_DIR:=$PWD/.local/cache/pip}" "${PIP_RETRIES:=2}"
export PIP_CACHE_DIR PIP_RETRIES PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

stop() { # SENTENCE: say why it does not go on, and what to do
    echo "$0: $1" >&2
    exit 1
}

step() { # NAME TEXT COMMAND...: say what is about to be done and how long that took last time; do it, note its time
    step=.local/seconds/$1 text=$2
    shift 2
    [ ! -f "$step" ] || text="$text (last time $(cat "$step") s)"
    echo "$0: $text"
    began=$(date +%s)
    "$@" || return
    mkdir -p "${step%/*}"
    echo $(($(date +%s) - began)) >"$step"
}

packages_of() { # PROGRAM:PACKAGE ...: print the packages of those programs that are not here
    for each in "$@"; do
        command -v "${each%:*}" >/dev/null || printf ' %s' "${each#*:}"
    done
}

can_install() { # tell whether packages can be installed without asking anybody
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

apt_install() { # PACKAGE ...
    # Java's package starts Java, which leaves a folder in /tmp unless it is told not to.
    JAVA_TOOL_OPTIONS=-XX:-UsePerfData apt-get install -y --no-install-recommends "$@" >/dev/null 2>&1
}

install_packages() { # PACKAGE ...: install them all; where one is not to be had, it keeps out no other
    apt_install "$@" && return
    apt-get update >/dev/null 2>&1 || true
    apt_install "$@" && return
    without=
    for package in "$@"; do apt_install "$package" || without="$without $package"; done
    [ -z "$without" ]
}

to_install() { # PACKAGE ...: print the command that installs them
    echo "apt-get update && apt-get install -y --no-install-recommends $*"
}

find_python() { # set PYTHON to an interpreter that is new enough, and `needed` to the package that it lacks
    needed=
    if [ -z "${PYTHON:-}" ]; then
        for PYTHON in python3 python3.14 python3.13 python3.12 python3.11 none; do
            ! is_new_enough || break
        done
        [ "$PYTHON" != none ] || PYTHON=python3
    elif ! command -v "$PYTHON" >/dev/null; then
        stop "there is no $PYTHON; set PYTHON to the path of a Python 3.11 or newer, or leave it out"
    fi
    if ! command -v "$PYTHON" >/dev/null; then
        needed="python3 python3-venv"
    elif ! "$PYTHON" -V 2>/dev/null | grep -q '^Python [0-9]'; then
        stop "$PYTHON is not a Python; set PYTHON to the path of a Python 3.11 or newer, or leave it out"
    elif ! is_new_enough; then
        stop "$PYTHON is $("$PYTHON" -V), and 3.11 or newer is needed; set PYTHON to the path of one"
    elif ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
        needed=python3-venv
    fi
}

is_new_enough() {
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

is_made_by_python() { # FOLDER: tell whether there is a whole virtual environment of this very interpreter
    interpreter='import sys; print(sys.base_prefix, sys.version)'
    [ -x "$1/bin/pip" ] && [ "$("$1/bin/python" -c "$interpreter" 2>/dev/null)" = "$("$PYTHON" -c "$interpreter")" ]
}

make_environment() { # FOLDER: make a virtual environment there, unless there is one
    is_made_by_python "$1" && return
    rm -rf "$1"
    mkdir -p .local
    "$PYTHON" -m venv "$1" >.local/venv.log 2>&1 ||
        stop "$PYTHON makes no virtual environment, see $PWD/.local/venv.log; set PYTHON to one with the modules venv and ensurepip"
}

pip() { # FOLDER ARGUMENT...: let the pip of an environment do something; its words go into a file
    pip=$1/bin/pip
    shift
    "$pip" --quiet "$@" >.local/pip.log 2>&1 ||
        stop "pip could not get what is needed; look at the network, or for the reason in $PWD/.local/pip.log, and try again"
}

debian_mirror() { # print where apt has Debian's packages from
    sed -n 's/^URIs: *//p; s/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\) .*/\2/p' \
        /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null | grep '/debian/*$' | head -n 1
}

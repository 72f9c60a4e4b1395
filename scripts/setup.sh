#!/bin/sh
# Prepares this checkout, one stage at a time; the Makefile calls it when a stage is out of date.
#
#   setup.sh demo     .venv with what the program itself needs; no root, no compiler
#   setup.sh dev      the tools that lint and test, too
#   setup.sh fuzz     the coverage-guided fuzzer of the long runs
#   setup.sh pcsc     Debian's pcscd with the virtual reader, OpenSC and pyscard, through apt as
#                     root or with sudo; without them the tests that need them are skipped, by name
#   setup.sh servers  Debian's PostgreSQL and Redis, likewise; the tests start servers of their own
#   setup.sh browser  Debian's Chromium, and a display without a screen for windows, likewise
set -eu
cd "$(dirname "$0")/.."

venv=.venv
log=.venv/setup.log

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "onecard: $*"
    exit 1
}

# Runs a command with its output in the log, and shows the log only when the command fails.
quietly() {
    "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        return 1
    }
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    stop "Python 3.11 or newer is needed, and this machine has none." \
        "Install one, or name it: make PYTHON=/path/to/python"
}

has_pip() { "$1" -m pip --version >/dev/null 2>&1; }

# Root's rights, by being root or through sudo (which may ask when there is somebody to ask).
may_be_root() {
    [ "$(id -u)" = 0 ] || {
        command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }
    }
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs those of the named Debian packages that are missing.
apt_install() {
    missing=
    for package; do
        dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null |
            grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null || ! may_be_root; then
        say "onecard: missing, and only root could install it:$missing"
        return 1
    fi
    say "Installing Debian packages:$missing"
    mkdir -p "$venv"
    # An unreachable third-party archive fails the update, not yet the installation.
    quietly as_root apt-get update -q || true
    # shellcheck disable=SC2086  # the names are words
    quietly as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 $missing
}

# pip as it acts on .venv: its own, or else the machine's.
pip() {
    if has_pip "$venv/bin/python"; then
        "$venv/bin/python" -m pip "$@"
    else
        "$(find_python)" -m pip --python "$venv/bin/python" "$@"
    fi
}

is_ready() { new_enough "$venv/bin/python" && pip --version >/dev/null 2>&1; }

# apt with package lists of its own: any user may update those.
own_apt() {
    apt-get -q -o "Dir::State::Lists=$PWD/lists" -o "Dir::Cache=$PWD/cache" "$@"
}

# Debian's Python has no pip until its -venv package is there. apt hands out the package with pip's
# wheel to any user; it is unpacked here, and the machine stays as it is.
borrow_pip() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    mkdir -p "$venv/borrowed/lists/partial" "$venv/borrowed/cache/archives/partial"
    (
        cd "$venv/borrowed"
        { own_apt update && own_apt download python3-pip-whl; } >apt.log 2>&1 || exit 1
        dpkg-deb --extract python3-pip-whl_*.deb .
        for wheel in usr/share/python-wheels/pip-*.whl; do
            PYTHONPATH=$wheel ../bin/python -m pip install -qq --no-index "$wheel"
        done
    ) && rm -rf "$venv/borrowed"
}

make_venv() {
    python=$(find_python)
    say "Setting up $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv" >/dev/null 2>&1 && return
    "$python" -m venv --clear --without-pip "$venv"
    is_ready || borrow_pip || stop "$python has no pip, and none could be had." \
        "Install it (Debian, Ubuntu: apt-get install python3-venv) and try again."
}

# Everything comes from the lock, the build tools too: hence no dependencies beyond it and no build
# environments of pip's own making.
install_locked() {
    PATH=$PWD/$venv/bin:$PATH pip install -qq --disable-pip-version-check --no-input \
        --no-deps --no-build-isolation "$@"
}

demo() {
    is_ready || make_venv
    install_locked --require-hashes -r requirements/demo.txt
    install_locked --editable .
}

dev() {
    install_locked --require-hashes -r requirements/dev.txt
}

fuzz() {
    install_locked --require-hashes -r requirements/fuzz.txt
}

has_header() {
    "$venv/bin/python" - "$1" <<'EOF'
import sys, sysconfig
from pathlib import Path
folders = [sysconfig.get_path("include"), "/usr/include", "/usr/local/include"]
sys.exit(not any((Path(folder) / sys.argv[1]).exists() for folder in folders))
EOF
}

# A judge of PKCS #11 modules that wants a later Python; it is left out where there is none.
pkcs11_check() {
    python=$(scripts/later_python.sh) || return 0
    judge=$venv/pkcs11-check
    quietly "$python" -m venv --clear "$judge" &&
        quietly "$judge/bin/python" -m pip install -qq --disable-pip-version-check --no-input \
            --no-deps --require-hashes -r requirements/pkcs11-check.txt
}

pcsc() {
    packages="pcscd vsmartcard-vpcd opensc opensc-pkcs11 openssl libengine-pkcs11-openssl"
    packages="$packages yubico-piv-tool openssh-client openssh-server python3-virtualsmartcard"
    packages="$packages fonts-wqy-microhei fonts-hanazono fonts-babelstone-han poppler-utils"
    packages="$packages libpcsclite-dev gcc libc6-dev"
    has_header Python.h || packages="$packages $("$venv/bin/python" -c \
        'import sys; print("python%d.%d-dev" % sys.version_info[:2])')"
    complete=0
    # shellcheck disable=SC2086
    apt_install $packages || complete=1
    pkcs11_check || complete=1
    if has_header Python.h && has_header PCSC/winscard.h; then
        quietly install_locked --require-hashes -r requirements/pcsc.txt || complete=1
    else
        complete=1
    fi
    [ $complete = 0 ] || {
        say "onecard: the PC/SC parts are incomplete: the tests that need them will be skipped."
        exit 0 # without the stamp: the next call tries again
    }
}

servers() {
    apt_install postgresql redis-server || {
        say "onecard: PostgreSQL or Redis is missing: the tests that need them will be skipped."
        exit 0 # without the stamp: the next call tries again
    }
}

browser() {
    packages="chromium xvfb xdotool fonts-wqy-microhei"
    "$venv/bin/python" -c 'import tkinter' 2>/dev/null || packages="$packages python3-tk"
    # shellcheck disable=SC2086
    apt_install $packages || {
        say "onecard: Chromium or Xvfb is missing: the tests that need them will be skipped."
        exit 0 # without the stamp: the next call tries again
    }
}

case ${1:-} in
demo | dev | fuzz | pcsc | servers | browser) ;;
*) stop "usage: setup.sh demo|dev|fuzz|pcsc|servers|browser" ;;
esac
"$1"
touch "$venv/$1.ready"

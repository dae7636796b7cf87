#!/bin/sh
# Make .venv and bring it to a lock file: sh sandbox/stack/install.sh requirements.txt
#
# Needs nothing but Python 3.11-3.13; uses uv when it is there, since that is ten times faster. Does nothing when the
# environment was already made from this very lock.
set -eu

lock=$1
venv=.venv
stamp=$venv/$(basename "$lock").sha256

say() { printf '%s\n' "$*" >&2; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

can_make_venvs() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# The first Python that fits and can make a complete environment; PYTHON=... chooses another one.
find_python() {
    without_venv=
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
        if fits "$candidate"; then
            if can_make_venvs "$candidate"; then
                printf '%s' "$candidate"
                return
            fi
            without_venv=$candidate
        fi
    done
    if [ -n "$without_venv" ]; then
        say "$without_venv cannot make virtual environments (its modules venv and ensurepip are missing)."
        say "On Debian and Ubuntu: apt-get install python3-venv; then run make again."
    else
        say "No Python 3.11, 3.12 or 3.13 was found. Install one, or name it: make PYTHON=/path/to/python3.12 ..."
    fi
    exit 1
}

hash_of() { "$venv/bin/python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$1"; }

if ! [ -x "$venv/bin/python" ] || ! fits "$venv/bin/python"; then
    python=$(find_python)
    say "making $venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(hash_of "$lock")" ]; then
    exit 0
fi

"$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip --upgrade >/dev/null
say "installing $lock"
rm -f "$venv"/*.sha256
uv=$(command -v uv || printf '%s' "$venv/bin/uv")
if [ -x "$uv" ]; then
    "$uv" pip install --quiet --require-hashes --python "$venv/bin/python" -r "$lock"
else
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$lock"
fi
hash_of "$lock" > "$stamp"
# The lock of the tests holds all that the lean one does, in the same versions.
if [ "$lock" = requirements-dev.txt ]; then
    hash_of requirements.txt > "$venv/requirements.txt.sha256"
fi

#!/usr/bin/env bash
# Makes .venv and installs a lock file into it: scripts/install.sh requirements.txt
# Does nothing when that lock is installed already; a copy of it in .venv says so.
set -euo pipefail
cd "$(dirname "$0")/.."
lock=$1

is_311() {
  "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null
}

find_python() {
  local each
  for each in "${PYTHON:-}" python3.11 python3 python; do
    if [ -n "$each" ] && is_311 "$each"; then
      echo "$each"
      return
    fi
  done
  echo "Python 3.11 is needed; none of ${PYTHON:+$PYTHON, }python3.11, python3 and python is one." >&2
  echo "Install it (Debian 12: apt install python3 python3-venv), or name yours: make install PYTHON=/path/to/python3.11" >&2
  return 1
}

if [ -e .venv ] && ! is_311 .venv/bin/python; then
  echo ".venv is there but is not a working Python 3.11. Remove it (rm -r .venv) and try again." >&2
  exit 1
fi

# The locks for development hold all that the program needs to run.
for each in "$lock" requirements-dev.txt; do
  if cmp -s "$each" ".venv/installed/$each"; then exit 0; fi
done

if [ ! -e .venv ]; then
  python=$(find_python)
  echo "Making .venv with $("$python" --version) …"
  "$python" -m venv .venv || {
    rm -rf .venv
    echo "Could not make .venv. On Debian: apt install python3-venv" >&2
    exit 1
  }
fi
echo "Installing $lock into .venv, only files whose hashes are in it …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$lock"
rm -rf .venv/installed
mkdir .venv/installed
cp "$lock" ".venv/installed/$lock"
echo "Installed."

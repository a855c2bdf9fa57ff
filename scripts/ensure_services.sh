#!/usr/bin/env bash
# Runs a command with PostgreSQL, Redis and Chromium at hand: scripts/ensure_services.sh scripts/test.sh
#
# The command finds them in TEST_DATABASE_URL, TEST_REDIS_URL and CHROMIUM; what can't be had is left empty.
# A server that answers is used (DATABASE_URL, REDIS_URL or the usual port of this machine). Otherwise one of our own is
# started on a free port with its data in a temporary folder, and stopped at the end. Only root on Debian gets missing
# programs installed, from the distribution's packages.
set -uo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
work=$(mktemp -d "${TMPDIR:-/tmp}/annotator-services.XXXXXX")
chmod 755 "$work"
redis_pid=
postgres_bin=

say() { echo "services: $*"; }

stop() {
  trap - EXIT INT TERM
  if [ -n "$redis_pid" ]; then kill "$redis_pid" 2>/dev/null && wait "$redis_pid" 2>/dev/null; fi
  if [ -n "$postgres_bin" ]; then as_postgres "$postgres_bin/pg_ctl" -D "$work/postgres" -m immediate -w stop >/dev/null 2>&1; fi
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
  "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

find_chromium() {
  local each
  # Without the windows that nobody sees it takes half of the machine's time.
  for each in "${CHROMIUM:-}" chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$each" ] && command -v "$each"; then return; fi
  done
}

find_postgres() {
  local each
  for each in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V -r) "$(dirname "$(command -v pg_ctl || echo /none/x)")"; do
    if [ -x "$each/initdb" ]; then echo "$each"; return; fi
  done
}

postgres_answers() {
  "$python" -c 'import psycopg, sys; psycopg.connect(sys.argv[1], connect_timeout=3, autocommit=True).execute("SELECT 1")' "$1" 2>/dev/null
}

# The url of a database of this Redis that holds nothing, so that nobody's data is touched.
empty_redis() {
  "$python" - "$1" 2>/dev/null <<'PYTHON'
import sys
from urllib.parse import urlsplit

import redis

base = urlsplit(sys.argv[1])
named = base.path.strip("/")
for number in [named] if named else range(15, -1, -1):
    url = base._replace(path=f"/{number}").geturl()
    with redis.Redis.from_url(url, socket_connect_timeout=3) as client:
        if client.dbsize() == 0:
            print(url)
            break
PYTHON
}

install_missing() {
  local missing=()
  [ -n "$(find_chromium)" ] || missing+=(chromium-headless-shell)
  [ -n "${TEST_REDIS_URL:-}" ] || command -v redis-server >/dev/null || missing+=(redis-server)
  [ -n "${TEST_DATABASE_URL:-}" ] || [ -n "$(find_postgres)" ] || missing+=(postgresql)
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || [ ! -e /etc/debian_version ] || ! command -v apt-get >/dev/null; then
    say "missing: ${missing[*]}. Tests that need them are skipped; on Debian, apt install ${missing[*]} brings them."
    return 0
  fi
  say "installing ${missing[*]} from the distribution's packages …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >"$work/apt.log" 2>&1
  if ! apt-cache show chromium-headless-shell >/dev/null 2>&1; then missing=("${missing[@]/chromium-headless-shell/chromium}"); fi
  { apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >>"$work/apt.log" 2>&1 ||
    { say "that failed:"; tail -5 "$work/apt.log"; }
}

start_postgres() {
  local port
  postgres_bin=$(find_postgres)
  [ -n "$postgres_bin" ] || return 0
  port=$(free_port)
  say "starting a PostgreSQL of our own on port $port …"
  mkdir "$work/postgres"
  if [ "$(id -u)" = 0 ]; then chown postgres "$work/postgres"; fi
  if as_postgres "$postgres_bin/initdb" -D "$work/postgres" -U postgres -A trust -E UTF8 --no-sync >"$work/initdb.log" 2>&1 &&
    as_postgres "$postgres_bin/pg_ctl" -D "$work/postgres" -l "$work/postgres/server.log" -w -o \
      "-p $port -h 127.0.0.1 -k $work/postgres -c fsync=off -c max_connections=200" start >"$work/pg_ctl.log" 2>&1; then
    export TEST_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres"
  else
    say "PostgreSQL did not start:"
    tail -n 5 "$work/initdb.log" "$work/pg_ctl.log" "$work/postgres/server.log" 2>/dev/null
    postgres_bin=
  fi
}

start_redis() {
  local port
  command -v redis-server >/dev/null || return 0
  port=$(free_port)
  say "starting a Redis of our own on port $port …"
  redis-server --port "$port" --bind 127.0.0.1 --dir "$work" --save '' --appendonly no >"$work/redis.log" 2>&1 &
  redis_pid=$!
  for _ in $(seq 50); do
    TEST_REDIS_URL=$(empty_redis "redis://127.0.0.1:$port")
    [ -z "$TEST_REDIS_URL" ] || break
    sleep 0.1
  done
  export TEST_REDIS_URL
  [ -n "$TEST_REDIS_URL" ] || { say "Redis did not start:"; tail -n 5 "$work/redis.log"; }
}

TEST_DATABASE_URL=
for url in "${DATABASE_URL:-}" postgres://postgres@127.0.0.1:5432/postgres; do
  case $url in postgres*) if postgres_answers "$url"; then TEST_DATABASE_URL=$url && break; fi ;; esac
done
TEST_REDIS_URL=
for url in "${REDIS_URL:-}" redis://127.0.0.1:6379; do
  [ -z "$url" ] || TEST_REDIS_URL=$(empty_redis "$url")
  [ -z "$TEST_REDIS_URL" ] || break
done
export TEST_DATABASE_URL TEST_REDIS_URL
install_missing
[ -n "$TEST_DATABASE_URL" ] || start_postgres
[ -n "$TEST_REDIS_URL" ] || start_redis
CHROMIUM=$(find_chromium)
export CHROMIUM
say "PostgreSQL ${TEST_DATABASE_URL:-missing} · Redis ${TEST_REDIS_URL:-missing} · Chromium ${CHROMIUM:-missing}"
"$@"

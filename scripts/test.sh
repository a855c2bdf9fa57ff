#!/usr/bin/env bash
# Every check and every test: scripts/test.sh [lint]. Runs all parts even when one fails, and says at the end which.
set -uo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d "${TMPDIR:-/tmp}/annotator-test.XXXXXX")
beside=()
trap 'kill "${beside[@]}" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
export PATH="$PWD/.venv/bin:$PATH"
# The checks see the embedded default, whatever this shell is set up for.
unset DATABASE_URL REDIS_URL S3_BUCKET DEBUG
export ANNOTATOR_DATA="$work/data"
results=()
failed=0

part() {
  local name=$1 start=$SECONDS word=ok
  shift
  printf '\n== %s ==\n' "$name"
  "$@" 2>&1 | tee "$work/$name.log" || word=FAILED
  told "$name" $word $((SECONDS - start))
}

# Adds a part that ended to the summary.
told() {
  local name=$1 word=$2 seconds=$3
  if [ "$word" = FAILED ]; then
    failed=1
    grep -E '^(FAILED|ERROR) ' "$work/$name.log" >>"$work/failures"
  fi
  # The last line of pytest counts what passed, failed and was skipped.
  results+=("$(printf '%-7s %4ss  %-28s %s' "$word" "$seconds" "$name" "$(tail -n 1 "$work/$name.log" | grep -oE '[0-9]+ (passed|failed|error|skipped).*' | tr -d '=')")")
}

# A part that waits more than it computes: it goes on beside the others, and speaks when it has ended.
begin() {
  local name=$1 start=$SECONDS word=ok
  shift
  "$@" >"$work/$name.log" 2>&1 || word=FAILED
  echo "$word $((SECONDS - start))" >"$work/$name.ended"
}

end() {
  local name=$1 process=$2 word=FAILED seconds=0
  printf '\n== %s ==\n' "$name"
  wait "$process"
  cat "$work/$name.log"
  read -r word seconds <"$work/$name.ended"
  told "$name" "$word" "$seconds"
}

deploy_check() {
  env SITE_URL=https://annotator.example ALLOWED_HOSTS=annotator.example LOG_FORMAT=json \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    python manage.py check --deploy --fail-level WARNING
}

if [ "${1:-}" != lint ]; then
  begin "tests with the services" pytest -q -n 2 tests/services &
  services=$!
  begin "tests in the browser" pytest -q -n 2 --dist loadfile tests/browser &
  browser=$!
  beside=("$services" "$browser")
fi
part "ruff check" ruff check .
part "ruff format" ruff format --check .
part "types" mypy
part "imports" lint-imports
part "deployment check" deploy_check
part "migrations are complete" python manage.py makemigrations --check --dry-run
if [ "${1:-}" != lint ]; then
  part "tests" pytest -q -n 2 --ignore tests/browser --ignore tests/services
  end "tests in the browser" "$browser"
  end "tests with the services" "$services"
fi

printf '\n== summary (%ss) ==\n' "$SECONDS"
if [ -s "$work/failures" ]; then cat "$work/failures"; fi
printf '%s\n' "${results[@]}"
[ $failed = 0 ] && echo "All is well." || echo "Something failed; see above."
exit $failed

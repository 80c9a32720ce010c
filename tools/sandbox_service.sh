# To be sourced. Starts the sandbox for a script and ends it with the script.
#
# start_sandbox FOLDER [ARGUMENTS]  waits until it is ready; sets SANDBOX_ADDRESS and SANDBOX_READY, all that it says
# stop_sandbox                      ends it; also done when the script ends

sandbox_process=

start_sandbox() {
  local folder=$1 line pipe
  shift
  mkdir -p "$folder"
  pipe=$(mktemp -u "$folder/ready.XXXXXX")
  mkfifo "$pipe"
  # --parent: should the script be killed, the sandbox still ends.
  .venv/bin/python -m sandbox --folder "$folder/data" --parent $$ "$@" > "$pipe" 2> "$folder/sandbox.log" < /dev/null &
  sandbox_process=$!
  trap stop_sandbox EXIT
  if ! read -r -t 60 line < "$pipe"; then
    rm -f "$pipe"
    echo "The sandbox did not start:" >&2
    tail -n 20 "$folder/sandbox.log" >&2
    return 1
  fi
  rm -f "$pipe"
  SANDBOX_READY=$line
  SANDBOX_ADDRESS=$(/usr/bin/python3 -c 'import json, sys; print(json.loads(sys.argv[1])["address"])' "$line")
}

stop_sandbox() {
  [ -n "$sandbox_process" ] || return 0
  kill "$sandbox_process" 2>/dev/null || true
  wait "$sandbox_process" 2>/dev/null || true
  sandbox_process=
}

#!/bin/sh
# First process of the agent's container: keep-alive.sh COMMAND... sidecar [OPTIONS]...
#
# While a sidecar's container is being restarted the kubelet counts its pod as unready, and the gateway leaves its Service. So
# once the gateway has been let start, a sidecar that crashes is started again in here. Anything else takes this process's
# place, and one that never comes up again is left to the kubelet, whose liveness probe it fails.
set -u
started_marker=${STOKER_STARTED_MARKER:-/run/stoker/started.json}

for word; do [ "$word" != sidecar ] || break; done
[ "$word" = sidecar ] || exec "$@"

ended='' child=''
trap 'ended=yes; kill -TERM "$child" 2>/dev/null' TERM INT
pause=1
while :; do
  began=$(date +%s)
  "$@" &
  child=$!
  code=0
  wait "$child" 2>/dev/null || code=$?
  # A signal ends `wait` too, before the program has ended.
  while [ "$ended" ] && kill -0 "$child" 2>/dev/null; do
    code=0
    wait "$child" 2>/dev/null || code=$?
  done
  # 0 and 2 to 4 are its own words (see its --help): done, or wrong in a way that a new start does not mend.
  case $code in 0 | 2 | 3 | 4) exit "$code" ;; esac
  if [ "$ended" ] || [ ! -e "$started_marker" ]; then exit "$code"; fi

  # What it started must not go on beside its successor. As first process of a container all others are its descendants.
  if [ $$ -eq 1 ]; then kill -KILL -1 2>/dev/null; fi
  [ $(($(date +%s) - began)) -lt 60 ] || pause=1
  printf '{"time":"%s","level":"error","msg":"agent crashed and is started again","app":"agent","reason":"Crashed","exitCode":%s}\n' \
    "$(date -u +%Y-%m-%dT%H:%M:%S.000Z)" "$code" >&2
  sleep "$pause" &
  child=$!
  wait "$child"
  if [ "$ended" ]; then exit "$code"; fi
  pause=$((pause * 2 < 30 ? pause * 2 : 30))
done

#!/bin/bash
# Process 1 of the node: starts everything, then does nothing but reap.
cd "$(dirname "$0")"; . ./env.sh
if ./mounts.sh && ./bootstrap.sh; then touch "$RUN/up.done"; else touch "$RUN/up.failed"; fi
while :; do sleep 3600 & wait $!; done

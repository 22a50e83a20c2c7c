#!/bin/bash
# component.sh stop|start NAME, inside the node's namespaces: takes one part of the control plane away and brings it back.
set -euo pipefail
cd "$(dirname "$0")"; . ./env.sh; . ./components.sh
case $1 in
  stop) stop "$2" ;;
  start) start "$2"; wait_until_ready "$2" 60 ;;
  *) echo "usage: component.sh stop|start NAME" >&2; exit 2 ;;
esac

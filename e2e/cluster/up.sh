#!/bin/bash
# A single-node Kubernetes from plain processes in network, mount and pid namespaces of their own, reached from this machine
# through a pair of virtual interfaces. Ending it is killing one process. Needs root. The caller has cleared what an earlier run left.
set -euo pipefail
cd "$(dirname "$0")"; . ./env.sh
SECONDS_TO_COME_UP=${SECONDS_TO_COME_UP:-120}

for range in "$POD_RANGE" "$SERVICE_RANGE" "$HOST_ADDRESS/30"; do
  taken=$(ip route show exact "$range")
  [ -z "$taken" ] || { echo "this machine already has a route to $range, which the cluster needs: $taken" >&2; exit 1; }
done

mkdir -p "$BIN" "$RUN" "$LOG" "$DATA"
echo $$ >"$RUN/up.pid"
rm -f "$LOG"/*.log
[ -e /proc/sys/net/bridge ] || modprobe br_netfilter # a Service's address reaches pods on the same bridge only with it
for applet in kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl etcd coredns; do
  ln -sf "$KUBE" "$BIN/$applet"
done

ip netns add $NAMESPACE
ip link add $VETH type veth peer name stoker-peer netns $NAMESPACE
ip addr add "$HOST_ADDRESS/30" dev $VETH
ip link set $VETH up
ip -n $NAMESPACE link set lo up
ip -n $NAMESPACE addr add "$NODE_GATEWAY/30" dev stoker-peer
ip -n $NAMESPACE link set stoker-peer up
ip -n $NAMESPACE route add default via "$HOST_ADDRESS"
ip route add "$POD_RANGE" via "$NODE_GATEWAY"
ip route add "$SERVICE_RANGE" via "$NODE_GATEWAY"

setsid nsenter --net=/var/run/netns/$NAMESPACE \
  unshare --mount --pid --fork --kill-child=SIGKILL --mount-proc --propagation private ./node.sh >"$LOG/node.log" 2>&1 </dev/null &
echo $! >"$RUN/unshare.pid"

for ((i = 0; i < SECONDS_TO_COME_UP * 10; i++)); do
  if [ -e "$RUN/up.done" ]; then cat "$LOG/node.log"; exit 0; fi
  if [ -e "$RUN/up.failed" ] || ! kill -0 "$(cat "$RUN/unshare.pid")" 2>/dev/null; then break; fi
  sleep 0.1
done
echo "the cluster did not come up; logs are in $LOG" >&2
cat "$LOG/node.log" >&2
exit 1

#!/bin/bash
# Brings up every part of the node in the order they need one another. Runs inside the node's namespaces.
set -euo pipefail
cd "$(dirname "$0")"; . ./env.sh; . ./components.sh
step() { printf '%4d s  %s\n' $SECONDS "$1"; }

# The bridge is there before any pod, since the API server and the node live on it. Nothing listens on the machine's own interfaces.
ip link add $BRIDGE type bridge
ip addr add "$NODE_ADDRESS/24" dev $BRIDGE
ip link set $BRIDGE up
sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.route_localnet=1
sysctl -qw net.bridge.bridge-nf-call-iptables=1
iptables -P FORWARD ACCEPT

./pki.sh
./config.sh

start containerd
start etcd
wait_until_ready etcd 30
start kube-apiserver
wait_until_ready containerd 30
ctr -a "$CRI" -n k8s.io images import "$IMAGES" >"$LOG/import.log" 2>&1 &
import=$!
wait_until_ready kube-apiserver 60
step 'API server is ready'
start kube-controller-manager
start kube-scheduler
start kubelet
kubectl apply --server-side -f "$CONF/cluster.yaml" >/dev/null
start kube-proxy
start coredns
wait_until_ready kubelet 60
step 'node is ready'
wait $import || { cat "$LOG/import.log"; exit 1; }
step 'images are loaded'
wait_until_ready kube-controller-manager 30
wait_until_ready coredns 30
step 'cluster is up'

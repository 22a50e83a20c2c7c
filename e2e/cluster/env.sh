# Read by every script here. Addresses and folders come from e2e/src/cluster/local.ts, so that tests know the same ones.
: "${ROOT:?}" "${KUBE:?}" "${HOST_ADDRESS:?}" "${REGISTRY_PORT:?}" "${NODE_GATEWAY:?}" "${NODE_ADDRESS:?}" "${POD_RANGE:?}" "${SERVICE_RANGE:?}" "${DNS_ADDRESS:?}" "${NODE_NAME:?}" "${IMAGES:?}"

NAMESPACE=stoker-node   # the network namespace
VETH=stoker-host        # the host's end of the pair; the other end is stoker-peer
BRIDGE=stoker0          # carries the node, the API server and the pods
CGROUP=stoker-pods      # above all pods
DOMAIN=cluster.local

BIN=$ROOT/bin RUN=$ROOT/run PKI=$ROOT/run/pki CONF=$ROOT/run/conf LOG=$ROOT/log DATA=$ROOT/data
CRI=$RUN/containerd.sock
PAUSE=stoker.local/pause:1
export KUBECONFIG=$ROOT/kubeconfig
export PATH=$BIN:$PATH:/usr/sbin:/sbin
# Traffic inside the cluster never goes through a proxy.
export NO_PROXY=127.0.0.1,localhost,10.244.0.0/16,10.96.0.0/16,10.255.0.0/30,.svc,.$DOMAIN
export no_proxy=$NO_PROXY

# The parts of the node: how each is started, and how it shows that it is ready. Sourced.

command_of() { # fills the array `command`
  case $1 in
    containerd) command=(containerd -c "$CONF/containerd.toml") ;;
    etcd)
      command=(etcd --name e --data-dir "$DATA/etcd" --unsafe-no-fsync
        --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379
        --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380
        --initial-cluster e=http://127.0.0.1:2380) ;;
    kube-apiserver)
      command=(kube-apiserver --etcd-servers=http://127.0.0.1:2379
        --bind-address="$NODE_ADDRESS" --advertise-address="$NODE_ADDRESS" --secure-port=6443 --cert-dir="$RUN/apiserver"
        --service-cluster-ip-range="$SERVICE_RANGE" --authorization-mode=Node,RBAC
        --enable-admission-plugins=NodeRestriction --allow-privileged=true --client-ca-file="$PKI/ca.crt"
        --tls-cert-file="$PKI/apiserver.crt" --tls-private-key-file="$PKI/apiserver.key"
        --service-account-issuer="https://kubernetes.default.svc.$DOMAIN"
        --service-account-key-file="$PKI/sa.pub" --service-account-signing-key-file="$PKI/sa.key"
        --kubelet-client-certificate="$PKI/kubelet-client.crt" --kubelet-client-key="$PKI/kubelet-client.key"
        --kubelet-certificate-authority="$PKI/ca.crt" --kubelet-preferred-address-types=InternalIP
        --requestheader-client-ca-file="$PKI/ca.crt" --requestheader-allowed-names=front-proxy
        --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group
        --requestheader-extra-headers-prefix=X-Remote-Extra-
        --proxy-client-cert-file="$PKI/front-proxy.crt" --proxy-client-key-file="$PKI/front-proxy.key"
        --profiling=false) ;;
    kube-controller-manager) # Without its raised request rate the default service account comes five seconds late.
      command=(kube-controller-manager --kubeconfig="$CONF/controller-manager.kubeconfig" --leader-elect=false
        --use-service-account-credentials=true --service-account-private-key-file="$PKI/sa.key" --root-ca-file="$PKI/ca.crt"
        --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key" --allocate-node-cidrs=false
        --kube-api-qps=500 --kube-api-burst=1000 --bind-address=127.0.0.1 --cert-dir="$RUN/controller-manager") ;;
    kube-scheduler)
      command=(kube-scheduler --kubeconfig="$CONF/scheduler.kubeconfig" --leader-elect=false --bind-address=127.0.0.1
        --cert-dir="$RUN/scheduler") ;;
    kubelet)
      command=(kubelet --config="$CONF/kubelet.yaml" --kubeconfig="$CONF/kubelet.kubeconfig" --root-dir="$DATA/kubelet"
        --cert-dir="$RUN/kubelet" --hostname-override="$NODE_NAME" --node-ip="$NODE_ADDRESS" --v=2) ;;
    kube-proxy) command=(kube-proxy --config="$CONF/kube-proxy.yaml") ;;
    coredns) command=(coredns -conf "$CONF/Corefile") ;;
    *) echo "no part of the node is called $1" >&2; return 2 ;;
  esac
}

is_ready() {
  case $1 in
    containerd) ctr -a "$CRI" version ;;
    etcd) curl -fs --noproxy '*' http://127.0.0.1:2379/health ;;
    kube-apiserver) kubectl get --raw /readyz ;;
    kube-controller-manager) kubectl -n default get serviceaccount/default configmap/kube-root-ca.crt ;;
    kubelet) kubectl wait --for=condition=Ready "node/$NODE_NAME" --timeout=1s ;;
    coredns) curl -fs --noproxy '*' http://127.0.0.1:8181/ready ;;
    *) true ;;
  esac
} >/dev/null 2>&1

start() {
  local command
  command_of "$1"
  setsid "${command[@]}" >>"$LOG/$1.log" 2>&1 </dev/null &
  echo $! >"$RUN/$1.pid"
}

stop() {
  local pid
  pid=$(cat "$RUN/$1.pid")
  kill -KILL "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
}

wait_until_ready() { # NAME SECONDS; fails with the end of its log
  local end=$((SECONDS + $2))
  until is_ready "$1"; do
    if ! kill -0 "$(cat "$RUN/$1.pid")" 2>/dev/null; then echo "$1 died:"; tail -20 "$LOG/$1.log"; return 1; fi
    if ((SECONDS >= end)); then echo "$1 was not ready in $2 s:"; tail -20 "$LOG/$1.log"; return 1; fi
    sleep 0.2
  done
}

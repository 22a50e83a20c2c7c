#!/bin/bash
# Writes the configuration files of all parts.
set -euo pipefail
cd "$(dirname "$0")"; . ./env.sh
mkdir -p "$CONF/cni" "$DATA/volumes"

kubeconfig() { # NAME FILE
  cat >"$2" <<Y
apiVersion: v1
kind: Config
clusters: [{name: stoker, cluster: {server: "https://$NODE_ADDRESS:6443", certificate-authority-data: $(base64 -w0 "$PKI/ca.crt")}}]
users: [{name: $1, user: {client-certificate-data: $(base64 -w0 "$PKI/$1.crt"), client-key-data: $(base64 -w0 "$PKI/$1.key")}}]
contexts: [{name: stoker, context: {cluster: stoker, user: $1}}]
current-context: stoker
Y
  chmod 600 "$2"
}
for user in kubelet controller-manager scheduler kube-proxy coredns; do kubeconfig $user "$CONF/$user.kubeconfig"; done
kubeconfig admin "$KUBECONFIG"

# Pods get no name server beyond the cluster's: what a test needs from outside, it serves itself.
echo "nameserver $DNS_ADDRESS" >"$CONF/resolv.conf"

# oom_score: without CAP_SYS_RESOURCE a lower score than one's own cannot be set.
cat >"$CONF/containerd.toml" <<Y
version = 2
root = "$DATA/containerd"
state = "$RUN/containerd"
oom_score = 0
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt"]
[grpc]
  address = "$CRI"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$PAUSE"
  disable_apparmor = true
  restrict_oom_score_adj = true
  tolerate_missing_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$CONF/registries"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$CONF/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = "$RUN/runc"
Y

# A registry of a test, which has its certificate from this cluster's authority.
registry=$HOST_ADDRESS:$REGISTRY_PORT
mkdir -p "$CONF/registries/$registry"
cat >"$CONF/registries/$registry/hosts.toml" <<Y
[host."https://$registry"]
  capabilities = ["pull", "resolve"]
  ca = "$PKI/ca.crt"
Y

cat >"$CONF/cni/10-stoker.conflist" <<Y
{"cniVersion": "0.4.0", "name": "stoker", "plugins": [
  {"type": "bridge", "bridge": "$BRIDGE", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$RUN/cni-addresses", "ranges": [[{"subnet": "$POD_RANGE", "gateway": "$NODE_ADDRESS"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
Y

cat >"$CONF/kubelet.yaml" <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $NODE_ADDRESS
port: 10250
readOnlyPort: 0
healthzBindAddress: 127.0.0.1
tlsCertFile: $PKI/kubelet-server.crt
tlsPrivateKeyFile: $PKI/kubelet-server.key
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $PKI/ca.crt}}
authorization: {mode: Webhook}
containerRuntimeEndpoint: unix://$CRI
cgroupDriver: cgroupfs
cgroupRoot: /$CGROUP
cgroupsPerQOS: true
enforceNodeAllocatable: [pods]
failCgroupV1: false
failSwapOn: false
clusterDNS: [$DNS_ADDRESS]
clusterDomain: $DOMAIN
resolvConf: $CONF/resolv.conf
podLogsDir: $DATA/pod-logs
volumePluginDir: $DATA/volume-plugins
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%, nodefs.inodesFree: 1%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
serializeImagePulls: false
rotateCertificates: false
kubeAPIQPS: 200
kubeAPIBurst: 400
nodeStatusUpdateFrequency: 5s
syncFrequency: 10s
shutdownGracePeriod: 0s
oomScoreAdj: 0
maxOpenFiles: 20000
featureGates: {KubeletCrashLoopBackOffMax: true}
crashLoopBackOff: {maxContainerRestartPeriod: 2s} # tests kill one container several times
Y

cat >"$CONF/kube-proxy.yaml" <<Y
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $CONF/kube-proxy.kubeconfig}
mode: iptables
hostnameOverride: $NODE_NAME
clusterCIDR: $POD_RANGE
bindAddress: $NODE_ADDRESS
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
iptables: {minSyncPeriod: 0s, syncPeriod: 30s}
Y

cat >"$CONF/Corefile" <<Y
.:53 {
  bind $NODE_ADDRESS
  errors
  ready 127.0.0.1:8181
  cache 5
  kubernetes $DOMAIN in-addr.arpa ip6.arpa {
    kubeconfig $CONF/coredns.kubeconfig
    pods insecure
    ttl 5
  }
}
Y

./volumes.sh >"$CONF/cluster.yaml"
sed -e "s|\$DNS_ADDRESS|$DNS_ADDRESS|g" -e "s|\$NODE_ADDRESS|$NODE_ADDRESS|g" cluster.yaml >>"$CONF/cluster.yaml"

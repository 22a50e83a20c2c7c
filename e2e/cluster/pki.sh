#!/bin/bash
# A certificate authority for this one cluster, and a certificate for every part of it. Made anew at every `up`.
set -euo pipefail
. "$(dirname "$0")/env.sh"
mkdir -p "$PKI"; cd "$PKI"; umask 077

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null; }
certificate() { # NAME SUBJECT [ALTERNATIVE NAMES]
  key "$1"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 -out "$1.crt" 2>/dev/null -extfile <(
    printf 'keyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth,clientAuth\n%s' "${3:+subjectAltName=$3}")
}

key ca
openssl req -x509 -new -key ca.key -subj /CN=stoker-cluster-ca -days 365 -out ca.crt
certificate apiserver /CN=kube-apiserver "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.$DOMAIN,DNS:localhost,IP:127.0.0.1,IP:$NODE_ADDRESS,IP:${SERVICE_RANGE%.0/*}.1"
certificate kubelet-server "/O=system:nodes/CN=system:node:$NODE_NAME" "DNS:$NODE_NAME,IP:$NODE_ADDRESS"
certificate kubelet "/O=system:nodes/CN=system:node:$NODE_NAME"
certificate admin /O=system:masters/CN=admin
certificate kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
certificate controller-manager /CN=system:kube-controller-manager
certificate scheduler /CN=system:kube-scheduler
certificate kube-proxy /CN=system:kube-proxy
certificate coredns /CN=system:coredns
certificate front-proxy /CN=front-proxy
# For the registry that tests run on this machine.
certificate registry /CN=registry "IP:$HOST_ADDRESS"
key sa
openssl pkey -in sa.key -pubout -out sa.pub

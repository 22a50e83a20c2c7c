#!/bin/bash
# Prints a default storage class and the folders behind it as volumes of type `local`: unlike hostPath, the kubelet applies a
# pod's fsGroup to these, as it does on a real disk.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cat <<Y
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
Y
for i in $(seq -w 1 60); do
  mkdir -p "$DATA/volumes/$i"
  cat <<Y
apiVersion: v1
kind: PersistentVolume
metadata: {name: local-$i}
spec:
  capacity: {storage: 20Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: standard
  persistentVolumeReclaimPolicy: Retain
  local: {path: $DATA/volumes/$i}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [$NODE_NAME]}]}]}}
---
Y
done

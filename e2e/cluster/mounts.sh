#!/bin/bash
# Private mounts of the node. A fresh sysfs shows this namespace's network devices; the cgroups are carried over to it.
set -euo pipefail
. "$(dirname "$0")/env.sh"
kept=$RUN/cgroup
mkdir -p "$kept"
mount --rbind /sys/fs/cgroup "$kept"
mount -t sysfs sysfs /sys
mount --rbind "$kept" /sys/fs/cgroup
umount -l "$kept"
mount --make-rshared /
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/lock /var/lib/kubelet /var/lib/cni
mount -t tmpfs tmpfs /var/lib/cni
mount -t tmpfs tmpfs /var/lib/kubelet
# Everything the kubelet makes lies below one group of our own: with cgroup v1 in each hierarchy, with v2 in the one.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then mkdir -p /sys/fs/cgroup/$CGROUP; else
  for hierarchy in /sys/fs/cgroup/*/; do mkdir -p "$hierarchy$CGROUP"; done
fi

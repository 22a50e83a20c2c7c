#!/bin/bash
# Ends the local cluster and clears what it, or an earlier one that was killed, left behind: everything is found by its own name.
cd "$(dirname "$0")"; . ./env.sh

# An `up` whose caller was killed goes on by itself.
up=$(cat "$RUN/up.pid" 2>/dev/null)
if [ -n "$up" ] && tr '\0' ' ' <"/proc/$up/cmdline" 2>/dev/null | grep -q 'e2e/cluster/up\.sh'; then kill -KILL "$up"; fi

# Whoever lives in our network namespace is ours, whatever became of the recorded pid.
pids=$(ip netns pids $NAMESPACE 2>/dev/null)
[ -z "$pids" ] || kill -KILL $pids 2>/dev/null
for _ in $(seq 100); do [ -z "$(ip netns pids $NAMESPACE 2>/dev/null)" ] && break; sleep 0.05; done

ip link del $VETH 2>/dev/null # takes its routes along
ip netns del $NAMESPACE 2>/dev/null

# Processes of killed pods need a moment to leave their cgroups.
groups() { find /sys/fs/cgroup -maxdepth 2 -type d -name $CGROUP 2>/dev/null; }
for _ in $(seq 100); do
  [ -n "$(groups)" ] || break
  groups | while read -r group; do find "$group" -depth -type d -exec rmdir {} + 2>/dev/null; done
  sleep 0.05
done

awk -v root="$ROOT/" 'index($2, root) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l
rm -rf "$RUN" "$DATA" "$KUBECONFIG"
left=$(groups)
[ -z "$left" ] || { echo "these cgroups could not be removed: $left" >&2; exit 1; }

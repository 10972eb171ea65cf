#!/bin/sh
# The first process of a node, in namespaces of its own for mounts and processes: when it ends, the kernel ends every
# process of the node, and every mount goes. $1: the node's room, $2: the Kubernetes program; then the kubelet's arguments.
set -eu
trap 'exit 143' TERM
room=$1
kube=$2
shift 2

# What containerd and the kubelet write at fixed places is not written at this machine's.
mount --make-rshared /
for dir in /run /var/lib /var/log; do mount -t tmpfs tmpfs "$dir"; done

# Nor are this machine's settings: the kubelet finds what it wants in files that look like them.
mkdir -p "$room/settings"
for setting in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops \
  kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  [ -e "/proc/sys/$setting" ] || continue
  copy="$room/settings/$(basename "$setting")"
  cat "/proc/sys/$setting" >"$copy"
  mount --bind "$copy" "/proc/sys/$setting"
done

containerd --config "$room/containerd.toml" >"$room/containerd.log" 2>&1 &
until ctr version >/dev/null 2>&1; do sleep 0.1; done
ctr --namespace k8s.io images import "$room/images.tar"
# Not exec: this shell is who waits for processes that lost their parents.
"$kube" kubelet "$@"

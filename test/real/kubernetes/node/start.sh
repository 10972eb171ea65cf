#!/bin/sh
# First process of a node, in separate mount and pid namespaces: when it exits, the kernel kills all processes of the node
# and removes its mounts. $1: working directory, $2: the Kubernetes program; then the kubelet's arguments.
set -eu
trap 'exit 143' TERM
dir=$1
kube=$2
shift 2

# containerd and the kubelet write to fixed paths: temporary file systems keep them off this machine.
mount --make-rshared /
for path in /run /var/lib /var/log; do mount -t tmpfs tmpfs "$path"; done

# The kubelet changes kernel settings: it gets copies of their files instead.
mkdir -p "$dir/settings"
for setting in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops \
  kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  [ -e "/proc/sys/$setting" ] || continue
  copy="$dir/settings/$(basename "$setting")"
  cat "/proc/sys/$setting" >"$copy"
  mount --bind "$copy" "/proc/sys/$setting"
done

containerd --config "$dir/containerd.toml" >"$dir/containerd.log" 2>&1 &
until ctr version >/dev/null 2>&1; do sleep 0.1; done
ctr --namespace k8s.io images import "$dir/images.tar"
# Not exec: this shell reaps orphaned processes.
"$kube" kubelet "$@"

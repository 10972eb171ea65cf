#!/bin/sh
# A network plugin (CNI 0.3.1) without effect outside the pod: it brings up the loopback device with a separate address
# that only the pod can reach. That is sufficient for port-forward, which enters the pod's network namespace.
set -eu
addresses=$(dirname "$0")/../addresses
device() { nsenter --net="$CNI_NETNS" busybox ip "$@"; }
case $CNI_COMMAND in
VERSION) echo '{"cniVersion":"0.3.1","supportedVersions":["0.3.1"]}' ;;
ADD)
  device link set lo up
  address=127.0.0.1/8
  if [ "$CNI_IFNAME" != lo ]; then
    number=1
    until mkdir "$addresses/$number" 2>/dev/null; do number=$((number + 1)); done
    address=10.88.$((number / 250)).$((number % 250 + 1))/32
    device addr add "$address" dev lo
  fi
  echo "{\"cniVersion\":\"0.3.1\",\"interfaces\":[{\"name\":\"$CNI_IFNAME\",\"sandbox\":\"$CNI_NETNS\"}],\"ips\":[{\"version\":\"4\",\"address\":\"$address\",\"interface\":0}]}"
  ;;
esac

#!/bin/sh
# A network plugin (CNI 0.3.1) that touches nothing outside of the pod: its loopback device is up, and has an address
# of its own that only the pod itself can reach. Port-forward enters the pod, so that is enough for it.
set -eu
seen=$(dirname "$0")/../addresses
device() { nsenter --net="$CNI_NETNS" busybox ip "$@"; }
case $CNI_COMMAND in
VERSION) echo '{"cniVersion":"0.3.1","supportedVersions":["0.3.1"]}' ;;
ADD)
  device link set lo up
  address=127.0.0.1/8
  if [ "$CNI_IFNAME" != lo ]; then
    number=1
    until mkdir "$seen/$number" 2>/dev/null; do number=$((number + 1)); done
    address=10.88.$((number / 250)).$((number % 250 + 1))/32
    device addr add "$address" dev lo
  fi
  echo "{\"cniVersion\":\"0.3.1\",\"interfaces\":[{\"name\":\"$CNI_IFNAME\",\"sandbox\":\"$CNI_NETNS\"}],\"ips\":[{\"version\":\"4\",\"address\":\"$address\",\"interface\":0}]}"
  ;;
esac

#!/bin/sh
# Installs two services, and a user who may restart them, into a new root file system ($1).
set -eu
root=$1
dir=$(dirname "$0")

install -m 755 "$dir/eventmesh-api" "$dir/eventmesh-worker" "$root/usr/local/bin/"
install -m 644 "$dir/eventmesh-api.service" "$dir/eventmesh-worker.service" "$root/etc/systemd/system/"
install -m 440 "$dir/sudoers" "$root/etc/sudoers.d/deploy"
install -m 644 "$dir/sshd.conf" "$root/etc/ssh/sshd_config.d/opsdeck.conf"
install -d "$root/etc/ssh/authorized" "$root/etc/eventmesh" "$root/srv/eventmesh" "$root/var/log/eventmesh"
echo '{"status":"UP"}' > "$root/srv/eventmesh/health"
echo '2026-01-01T00:00:00Z INFO started' > "$root/var/log/eventmesh/api.log"

chroot "$root" useradd --system --home-dir /srv/eventmesh --shell /usr/sbin/nologin eventmesh
chroot "$root" useradd --create-home --shell /bin/bash --groups systemd-journal --password '*' deploy
chroot "$root" systemctl enable --quiet eventmesh-api.service eventmesh-worker.service

import { inspect } from '../docker/containers.ts';
import { importImage } from '../docker/image.ts';
import { startHost } from '../host/container.ts';
import { find } from '../machine/command.ts';
import { forwardInto } from '../machine/forward.ts';
import { until } from '../machine/until.ts';
import { packageMissing } from '../provision/debian.ts';
import { hostImage } from '../provision/host-image.ts';
import { detailOf } from '../setting.ts';
import { sshTo } from '../ssh/client.ts';
import { writeSshConfig } from '../ssh/config.ts';
import { createKey } from '../ssh/keys.ts';
import { scanHostKey } from '../ssh/scan.ts';
import type { RealServer } from './server.ts';

const name = 'systemd-host';
const image = 'opsdeck-host:1.0';
const packages = [
  { program: 'mmdebstrap', name: 'mmdebstrap' },
  { program: 'ssh', name: 'openssh-client' },
  { program: 'nsenter', name: 'util-linux' },
  { program: 'busybox', name: 'busybox-static' },
];

/** A complete Debian host with systemd, two services and a user `deploy`, accessed with the OpenSSH client. */
export const systemdHost: RealServer = {
  name,
  tier: 'all',
  packages,
  uses: ['dockerd'],
  have: async (machine) => {
    for (const { program, name: lacks } of packages)
      if ((await find(program)) === undefined) return packageMissing(lacks, machine.provision);
    const built = await hostImage(machine);
    return built.is === 'available' ? { is: 'available', version: 'Debian 12, systemd 252' } : built;
  },
  start: async ({ dir, version, machine, others }) => {
    const docker = others.find(({ kind }) => kind === 'docker');
    if (docker === undefined) throw new Error('dockerd is not running');
    const built = await hostImage({ ...machine, provision: false });
    if (built.is !== 'available') throw new Error(built.why);
    const socket = detailOf(docker, 'socket');
    await importImage(socket, built.tar, image);

    const began = performance.now();
    await using opened = new AsyncDisposableStack();
    const key = await createKey(dir, 'deploy', machine.signal);
    const { id } = opened.use(await startHost(socket, image, `${key.file}.pub`));
    const ip = (await inspect(socket, id)).NetworkSettings.IPAddress;
    const forward = await forwardInto(Number(detailOf(docker, 'pid')), ip, 22);
    opened.defer(() => forward.close());
    const hostKey = await scanHostKey(forward.port, machine.signal);
    const alias = 'shop-host';
    const ssh = await writeSshConfig(dir, {
      alias,
      port: forward.port,
      user: 'deploy',
      keyFile: key.file,
      hostKey,
    });
    await until('login works', async () => (await sshTo(ssh, alias, 'true')).status === 0);
    const readyMs = Math.round(performance.now() - began);

    const held = opened.move();
    const details = { ssh, alias, socket, container: id, key: key.file, dir };
    return {
      address: { name, kind: 'host', version, port: forward.port, details },
      readyMs,
      end: () => held.disposeAsync(),
    };
  },
};

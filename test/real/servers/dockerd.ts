import { startDaemon } from '../docker/daemon.ts';
import { askEngine } from '../docker/engine.ts';
import { importImage, packBusybox, shopImage } from '../docker/image.ts';
import { command, find } from '../machine/command.ts';
import { packageMissing } from '../provision/debian.ts';
import type { RealServer } from './server.ts';

const name = 'dockerd';
const packages = [
  { program: 'dockerd', name: 'docker.io' },
  { program: 'containerd', name: 'containerd' },
  { program: 'runc', name: 'runc' },
  { program: 'iptables', name: 'iptables' },
  { program: 'ip', name: 'iproute2' },
  { program: 'busybox', name: 'busybox-static' },
  { program: 'docker-compose', name: 'docker-compose' },
  // Its library sets the clock of a process.
  { program: 'faketime', name: 'faketime' },
];

/** A Docker daemon separate from the machine's, with one image (`shopImage`) and no registry. */
export const dockerd: RealServer = {
  name,
  tier: 'fast',
  packages,
  uses: [],
  have: async ({ provision, signal }) => {
    for (const { program, name: missing } of packages)
      if ((await find(program)) === undefined) return packageMissing(missing, provision);
    const { status } = await command('unshare', ['--net', '--pid', '--mount-proc', '--fork', 'true'], {
      signal,
    });
    if (status !== 0) return { is: 'missing', why: 'cannot create namespaces: requires root', excused: true };
    const { output } = await command('dockerd', ['--version'], { signal });
    return { is: 'available', version: /\d+\.\d+\.\d+/.exec(output)?.[0] ?? 'of unknown version' };
  },
  start: async ({ dir, version, machine }) => {
    const began = performance.now();
    const daemon = await startDaemon(dir, machine.signal);
    try {
      await importImage(daemon.socket, await packBusybox(dir, machine.signal), shopImage);
      await askEngine(daemon.socket, 'GET', `/images/${shopImage}/json`);
    } catch (error) {
      await daemon.end();
      throw error;
    }
    const details = { socket: daemon.socket, pid: String(daemon.daemonPid) };
    const readyMs = Math.round(performance.now() - began);
    return { address: { name, kind: 'docker', version, port: 0, details }, readyMs, end: daemon.end };
  },
};

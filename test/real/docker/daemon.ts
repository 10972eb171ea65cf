import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Launched, launch } from '../machine/launch.ts';
import { askEngine, callEngine } from './engine.ts';

export interface Daemon extends Launched {
  readonly socket: string;
  /** Its process id on this machine: whose network its containers are in. */
  readonly daemonPid: number;
}

const withinMs = 30_000;

/**
 * A network, processes and mounts of its own: its bridge, its firewall rules and its containers are nowhere else, and
 * when its first process ends, whatever the reason, the kernel ends all of them.
 */
const apart = ['--net', '--pid', '--mount-proc', '--fork', '--kill-child'];
/** /run is where containerd keeps sockets that no option moves. */
const script = 'mount -t tmpfs tmpfs /run && ip link set lo up && exec dockerd "$@"';

export const startDaemon = async (dir: string, signal: AbortSignal): Promise<Daemon> => {
  const socket = join(dir, 'docker.sock');
  const options = [
    `--data-root=${join(dir, 'data')}`,
    `--exec-root=${join(dir, 'exec')}`,
    `--pidfile=${join(dir, 'dockerd.pid')}`,
    `--host=unix://${socket}`,
  ];
  const launched = await launch({
    program: 'unshare',
    args: [...apart, 'sh', '-c', script, 'dockerd', ...options],
    dir,
    isReady: async () => (await callEngine(socket, 'GET', '/_ping')).status === 200,
    withinMs,
    signal,
  });
  const children = await readFile(`/proc/${launched.pid}/task/${launched.pid}/children`, 'utf8');
  const daemonPid = Number(children.trim().split(' ')[0]);
  return { ...launched, socket, daemonPid, end: () => endDaemon(socket, daemonPid, launched) };
};

/** Containers first: dockerd would wait ten seconds for each that does not listen to SIGTERM. */
const endDaemon = async (socket: string, daemonPid: number, { end }: Launched): Promise<void> => {
  await removeAll(socket).catch(() => undefined);
  try {
    process.kill(daemonPid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
  await end();
};

const removeAll = async (socket: string): Promise<void> => {
  const all = await askEngine<readonly { readonly Id: string }[]>(socket, 'GET', '/containers/json?all=true');
  await Promise.all(all.map(({ Id }) => callEngine(socket, 'DELETE', `/containers/${Id}?force=true&v=true`)));
};

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Launched, launch } from '../machine/launch.ts';
import { askEngine, callEngine } from './engine.ts';

export interface Daemon extends Launched {
  readonly socket: string;
  /** Process id of dockerd on this machine; its containers are in the network namespace of this process. */
  readonly daemonPid: number;
}

const withinMs = 30_000;

/**
 * Separate network, pid and mount namespaces: bridge, firewall rules and containers do not affect the machine. When the
 * first process exits for any reason, the kernel kills all others.
 */
const namespaces = ['--net', '--pid', '--mount-proc', '--fork', '--kill-child'];
/** containerd keeps sockets in /run, at paths that no option changes. */
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
    args: [...namespaces, 'sh', '-c', script, 'dockerd', ...options],
    dir,
    isReady: async () => (await callEngine(socket, 'GET', '/_ping')).status === 200,
    withinMs,
    signal,
  });
  const children = await readFile(`/proc/${launched.pid}/task/${launched.pid}/children`, 'utf8');
  const daemonPid = Number(children.trim().split(' ')[0]);
  return { ...launched, socket, daemonPid, end: () => endDaemon(socket, daemonPid, launched) };
};

/** Removes the containers first: dockerd waits ten seconds for each that ignores SIGTERM. */
const endDaemon = async (socket: string, daemonPid: number, { end }: Launched): Promise<void> => {
  await removeAll(socket).catch(() => undefined);
  try {
    process.kill(daemonPid, 'SIGTERM');
  } catch {
    // It has already exited.
  }
  await end();
};

const removeAll = async (socket: string): Promise<void> => {
  const all = await askEngine<readonly { readonly Id: string }[]>(socket, 'GET', '/containers/json?all=true');
  await Promise.all(all.map(({ Id }) => callEngine(socket, 'DELETE', `/containers/${Id}?force=true&v=true`)));
};

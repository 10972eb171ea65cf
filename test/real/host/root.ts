import { execIn } from '../docker/containers.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';

/** Runs a shell script on the systemd host as root, without ssh; returns its output. Rejects if it fails. */
export const asRoot = async (server: Address, script: string): Promise<string> => {
  const argv = ['/bin/sh', '-c', script];
  const { status, output } = await execIn(detailOf(server, 'socket'), detailOf(server, 'container'), argv);
  if (status !== 0) throw new Error(`the script exited with ${status}: ${output}`);
  return output;
};

/** Makes eventmesh-api fail at its next start; a running process is unaffected. */
export const breakApi = async (server: Address): Promise<void> =>
  void (await asRoot(server, 'touch /etc/eventmesh/broken'));

/** Restores the initial state: both services run, without recorded failures. */
export const repairHost = async (server: Address): Promise<void> =>
  void (await asRoot(
    server,
    'rm -f /etc/eventmesh/broken; systemctl reset-failed; systemctl start eventmesh-api eventmesh-worker',
  ));

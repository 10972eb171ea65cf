import { existsSync } from 'node:fs';
import type { Container } from '../docker/containers.ts';
import { askEngine, callEngine } from '../docker/engine.ts';

/** Mount points of cgroup v2: in the hybrid layout beside v1, or the only hierarchy. */
const cgroupMounts = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'];

/**
 * Container options that systemd requires: cgroups, and the right to mount; not all privileges. Only cgroup v2 is
 * visible: if systemd sees v1, it mounts every controller of the kernel for the whole machine, and containerd then has no
 * metrics of other containers.
 */
const asHost = (authorized: string): object => ({
  CapAdd: ['SYS_ADMIN'],
  SecurityOpt: ['seccomp=unconfined'],
  CgroupnsMode: 'host',
  Tmpfs: { '/run': '', '/run/lock': '', '/tmp': '' },
  Binds: [
    `${cgroupMounts.find(existsSync)}:/sys/fs/cgroup:rw`,
    `${authorized}:/etc/ssh/authorized/deploy:ro`,
  ],
});

/** Boots a host from its image. `authorized`: file with the public key of user `deploy`. */
export const startHost = async (socket: string, image: string, authorized: string): Promise<Container> => {
  const { Id: id } = await askEngine<{ readonly Id: string }>(
    socket,
    'POST',
    '/containers/create?name=shop-host',
    {
      Image: image,
      Hostname: 'shop-host',
      Cmd: ['/sbin/init'],
      Env: ['container=docker'],
      StopSignal: 'SIGRTMIN+3',
      HostConfig: asHost(authorized),
    },
  );
  const remove = async (): Promise<void> => {
    // The daemon may already have exited, with all of its containers.
    await callEngine(socket, 'DELETE', `/containers/${id}?force=true&v=true`).catch(() => undefined);
  };
  try {
    await askEngine(socket, 'POST', `/containers/${id}/start`);
  } catch (error) {
    await remove();
    throw error;
  }
  return { id, [Symbol.asyncDispose]: remove };
};

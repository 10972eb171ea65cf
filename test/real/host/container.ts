import { existsSync } from 'node:fs';
import type { Container } from '../docker/containers.ts';
import { askEngine, callEngine } from '../docker/engine.ts';

/** Where the machine has cgroup v2: all of it, or beside v1. */
const places = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'];

/**
 * What systemd needs of a container: its cgroups, and mounts that it makes itself; never all privileges. It is shown
 * cgroup v2 alone: where it sees v1 it mounts every controller that the kernel has, for the whole machine, and
 * containerd then has no metrics of any other container.
 */
const asHost = (authorized: string): object => ({
  CapAdd: ['SYS_ADMIN'],
  SecurityOpt: ['seccomp=unconfined'],
  CgroupnsMode: 'host',
  Tmpfs: { '/run': '', '/run/lock': '', '/tmp': '' },
  Binds: [`${places.find(existsSync)}:/sys/fs/cgroup:rw`, `${authorized}:/etc/ssh/authorized/deploy:ro`],
});

/** Boots a host from its image; `authorized` is the public key of `deploy`. */
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
    // The daemon may have ended before, and its containers with it.
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

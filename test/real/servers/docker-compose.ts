import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { builtCompose, composeVersion } from '../docker/compose-release.ts';
import { dockerd } from './dockerd.ts';
import type { RealServer } from './server.ts';

const name = 'docker-compose';

/** Docker Compose V2 as a plugin of the Docker CLI, beside a daemon of its own. */
export const dockerCompose: RealServer = {
  name,
  tier: 'all',
  packages: dockerd.packages,
  uses: [],
  have: async (machine) => {
    const daemon = await dockerd.have(machine);
    if (daemon.is !== 'available') return daemon;
    const built = await builtCompose(machine);
    return built.is === 'available' ? { is: 'available', version: await composeVersion() } : built;
  },
  start: async (context) => {
    const built = await builtCompose({ ...context.machine, provision: false });
    if (built.is !== 'available') throw new Error(built.why);
    const plugins = join(context.dir, 'config');
    await mkdir(join(plugins, 'cli-plugins'), { recursive: true });
    await symlink(built.program, join(plugins, 'cli-plugins', name));
    const started = await dockerd.start(context);
    const { address } = started;
    const details = { ...address.details, plugins };
    return { ...started, address: { ...address, name, kind: 'docker-compose', details } };
  },
};

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { lokiConfig } from '../loki/config.ts';
import { builtLoki, lokiVersion } from '../loki/release.ts';
import { launch } from '../machine/launch.ts';
import type { RealServer } from './server.ts';

const name = 'loki';
const withinMs = 60_000;

/** Grafana Loki in one process. It has no authentication: operators put a proxy in front of it. */
export const loki: RealServer = {
  name,
  tier: 'all',
  packages: [],
  uses: ['node-exporter'],
  have: async (machine) => {
    const built = await builtLoki(machine);
    return built.is === 'available' ? { is: 'available', version: await lokiVersion() } : built;
  },
  start: async ({ dir, version, machine }) => {
    const built = await builtLoki({ ...machine, provision: false });
    if (built.is !== 'available') throw new Error(built.why);
    const port = await freePort();
    const file = join(dir, 'loki.yaml');
    // JSON is valid YAML.
    await writeFile(
      file,
      JSON.stringify(lokiConfig(join(dir, 'data'), { http: port, grpc: await freePort() })),
    );
    const launched = await launch({
      program: built.program,
      args: [`-config.file=${file}`],
      dir,
      readyUrl: `http://127.0.0.1:${port}/ready`,
      withinMs,
      signal: machine.signal,
    });
    return { ...launched, address: { name, kind: 'loki', version, port } };
  },
};

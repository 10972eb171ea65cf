import { freePort } from '../../support/free-port.ts';
import { launch } from '../machine/launch.ts';
import { installedPython } from '../provision/python.ts';
import type { RealServer } from './server.ts';

const name = 'moto';
const version = '5.2.5';
const withinMs = 60_000;
const it = { program: 'moto_server', package: 'moto', extra: 'server', version };

/** moto, an implementation of AWS services that is not ours. It verifies no signatures and starts without queues. */
export const moto: RealServer = {
  name,
  tier: 'fast',
  packages: [{ program: 'python3', name: 'python3-venv' }],
  uses: [],
  have: async (machine) => {
    const installed = await installedPython(it, machine);
    return installed.is === 'available' ? { is: 'available', version } : installed;
  },
  start: async ({ dir, machine }) => {
    const installed = await installedPython(it, { ...machine, provision: false });
    if (installed.is !== 'available') throw new Error(installed.why);
    const port = await freePort();
    const launched = await launch({
      program: installed.program,
      args: ['-H', '127.0.0.1', '-p', String(port)],
      dir,
      readyUrl: `http://127.0.0.1:${port}/moto-api/`,
      withinMs,
      signal: machine.signal,
    });
    return { ...launched, address: { name, kind: 'moto', version, port } };
  },
};

import { join } from 'node:path';
import { secret } from '../../contract/wired.ts';
import { freePort } from '../../support/free-port.ts';
import { command, find } from '../machine/command.ts';
import { launch } from '../machine/launch.ts';
import { packageMissing } from '../provision/debian.ts';
import { authorized, writePasswords } from './passwords.ts';
import type { Address, RealServer, StartContext } from './server.ts';

/** A server of the Prometheus family: a single program from a Debian package, with passwords in a web configuration. */
export interface Program {
  readonly kind: Address['kind'];
  readonly program: string;
  readonly package: string;
  readonly uses: readonly string[];
  readonly readyPath: string;
  /** Writes its configuration; returns its arguments except the web configuration and the address. */
  args(context: StartContext, port: number): Promise<readonly string[]>;
}

const withinMs = 30_000;
const version = /version (\d+\.\d+\.\d+)/;

export const programServer = (it: Program): RealServer => ({
  name: it.kind,
  tier: 'fast',
  packages: [{ program: it.program, name: it.package }],
  uses: it.uses,
  have: async (machine) => {
    if ((await find(it.program)) === undefined) return packageMissing(it.package, machine.provision);
    const { output } = await command(it.program, ['--version'], { signal: machine.signal });
    return { is: 'available', version: version.exec(output)?.[1] ?? 'of unknown version' };
  },
  start: async (context) => {
    const port = await freePort();
    const passwords = join(context.dir, 'web.yml');
    await writePasswords(passwords, secret);
    const launched = await launch({
      program: it.program,
      args: [
        `--web.listen-address=127.0.0.1:${port}`,
        `--web.config.file=${passwords}`,
        ...(await it.args(context, port)),
      ],
      dir: context.dir,
      readyUrl: `http://127.0.0.1:${port}${it.readyPath}`,
      headers: authorized,
      withinMs,
      signal: context.machine.signal,
    });
    const address: Address = { name: it.kind, kind: it.kind, version: context.version, port, passwords };
    return { ...launched, address };
  },
});

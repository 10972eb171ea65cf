import { join } from 'node:path';
import { secret } from '../../contract/wired.ts';
import { command, find } from '../machine/command.ts';
import { launch } from '../machine/launch.ts';
import { freePort } from '../machine/port.ts';
import { lacking } from '../provision/debian.ts';
import { authorized, writePasswords } from './passwords.ts';
import type { Address, RealServer, Room } from './server.ts';

/** A server of the Prometheus family: a single program from a Debian package, with passwords in a web configuration. */
export interface Program {
  readonly kind: Address['kind'];
  readonly program: string;
  readonly package: string;
  readonly uses: readonly string[];
  readonly readyPath: string;
  /** Writes its configuration; returns its arguments except the web configuration and the address. */
  args(room: Room, port: number): Promise<readonly string[]>;
}

const withinMs = 30_000;
const version = /version (\d+\.\d+\.\d+)/;

export const programServer = (it: Program): RealServer => ({
  name: it.kind,
  tier: 'fast',
  packages: [{ program: it.program, name: it.package }],
  uses: it.uses,
  have: async (machine) => {
    if ((await find(it.program)) === undefined) return lacking(it.package, machine.provision);
    const { output } = await command(it.program, ['--version'], { signal: machine.signal });
    return { is: 'had', version: version.exec(output)?.[1] ?? 'of unknown version' };
  },
  start: async (room) => {
    const port = await freePort();
    const passwords = join(room.dir, 'web.yml');
    await writePasswords(passwords, secret);
    const launched = await launch({
      program: it.program,
      args: [
        `--web.listen-address=127.0.0.1:${port}`,
        `--web.config.file=${passwords}`,
        ...(await it.args(room, port)),
      ],
      dir: room.dir,
      readyUrl: `http://127.0.0.1:${port}${it.readyPath}`,
      headers: authorized,
      withinMs,
      signal: room.machine.signal,
    });
    const address: Address = { name: it.kind, kind: it.kind, version: room.version, port, passwords };
    return { ...launched, address };
  },
});

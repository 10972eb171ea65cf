import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { command, find } from '../machine/command.ts';
import { launch } from '../machine/launch.ts';
import { packageMissing } from '../provision/debian.ts';
import { sshTo } from '../ssh/client.ts';
import { writeSshConfig } from '../ssh/config.ts';
import { createKey } from '../ssh/keys.ts';
import type { RealServer } from './server.ts';

const name = 'sshd';
const program = '/usr/sbin/sshd';
const withinMs = 10_000;

/** OpenSSH's server on loopback, for logins to this machine as the current user: for tests without systemd. */
export const sshd: RealServer = {
  name,
  tier: 'fast',
  packages: [
    { program, name: 'openssh-server' },
    { program: 'ssh', name: 'openssh-client' },
    // Its library sets the clock of a process.
    { program: 'faketime', name: 'faketime' },
  ],
  uses: [],
  have: async ({ provision, signal }) => {
    if ((await find(program)) === undefined) return packageMissing('openssh-server', provision);
    if ((await find('ssh')) === undefined) return packageMissing('openssh-client', provision);
    if ((await find('faketime')) === undefined) return packageMissing('faketime', provision);
    const { output } = await command('ssh', ['-V'], { signal });
    return { is: 'available', version: /OpenSSH_([\w.]+)/.exec(output)?.[1] ?? 'of unknown version' };
  },
  start: async ({ dir, version, machine }) => {
    const { signal } = machine;
    const port = await freePort();
    const { username: user } = userInfo();
    const hostKey = await createKey(dir, 'host', signal);
    const key = await createKey(dir, 'client', signal);
    // The privilege separation directory of sshd as root; normally created by the package's service.
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
    const config = join(dir, 'sshd_config');
    const lines = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey.file}`,
      `AuthorizedKeysFile ${key.file}.pub`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PasswordAuthentication yes',
    ];
    await writeFile(config, `${lines.join('\n')}\n`);
    const alias = 'here';
    const shown = await readFile(`${hostKey.file}.pub`, 'utf8');
    const ssh = await writeSshConfig(dir, { alias, port, user, keyFile: key.file, hostKey: shown });
    const launched = await launch({
      program,
      args: ['-D', '-e', '-f', config],
      dir,
      isReady: async () => (await sshTo(ssh, alias, 'true')).status === 0,
      withinMs,
      signal,
    });
    const details = { ssh, alias, dir, key: key.file };
    return { ...launched, address: { name, kind: 'sshd', version, port, details } };
  },
};

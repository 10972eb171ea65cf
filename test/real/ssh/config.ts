import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The OpenSSH client settings of one host. */
export interface SshHost {
  readonly alias: string;
  readonly port: number;
  readonly user: string;
  readonly keyFile: string;
  /** The host's public key, `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
}

/** Writes a client configuration for this host, independent of the machine's; returns its path. */
export const writeSshConfig = async (
  dir: string,
  { alias, port, user, keyFile, hostKey }: SshHost,
): Promise<string> => {
  const knownHosts = join(dir, `${alias}.known_hosts`);
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${hostKey.trim()}\n`);
  const file = join(dir, `${alias}.ssh_config`);
  const lines = [
    `Host ${alias}`,
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${user}`,
    `  IdentityFile ${keyFile}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${knownHosts}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
};

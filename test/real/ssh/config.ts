import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What an OpenSSH client is told about one host. */
export interface SshHost {
  readonly alias: string;
  readonly port: number;
  readonly user: string;
  readonly keyFile: string;
  /** The host's public key, `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
}

/** Writes a client configuration that knows this host and nothing of the machine's own; gives its path. */
export const writeSshConfig = async (
  dir: string,
  { alias, port, user, keyFile, hostKey }: SshHost,
): Promise<string> => {
  const known = join(dir, `${alias}.known_hosts`);
  await writeFile(known, `[127.0.0.1]:${port} ${hostKey.trim()}\n`);
  const file = join(dir, `${alias}.ssh_config`);
  const lines = [
    `Host ${alias}`,
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${user}`,
    `  IdentityFile ${keyFile}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${known}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
};

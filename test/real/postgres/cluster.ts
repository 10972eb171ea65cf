import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../machine/command.ts';
import { type Launched, launch } from '../machine/launch.ts';
import { recorderAddress } from '../recording/tee.ts';
import { createDataDir, stopFast } from './owner.ts';
import { sql } from './psql.ts';
import { database, maxConnections, passwords } from './roles.ts';

const withinMs = 30_000;

const settings = (port: number, connections: number): readonly string[] => [
  `port = ${port}`,
  "listen_addresses = '127.0.0.1'",
  // A socket path is limited to 107 bytes, and the temporary directory may be longer.
  "unix_socket_directories = ''",
  `max_connections = ${connections}`,
  'superuser_reserved_connections = 3',
  'max_prepared_transactions = 2',
  "shared_preload_libraries = 'pg_stat_statements'",
  'track_io_timing = on',
  'fsync = off',
  'shared_buffers = 32MB',
];

/** Roles with the minimum permissions of a cockpit, from built-in roles only. */
const rights: readonly string[] = [
  ...(['opsdeck', 'bystander', 'shop'] as const).map(
    (role) => `CREATE ROLE ${role} LOGIN PASSWORD '${passwords[role]}'`,
  ),
  'GRANT pg_monitor, pg_signal_backend TO opsdeck',
  `CREATE DATABASE ${database} OWNER shop`,
];

const schema: readonly string[] = [
  'CREATE TABLE accounts (id int PRIMARY KEY, balance bigint NOT NULL)',
  'INSERT INTO accounts SELECT id, 100 FROM generate_series(1, 1000) AS id',
  'GRANT SELECT ON accounts TO opsdeck',
];

/** Starts a separate database cluster in this directory, with its roles and the application's tables. */
export const startCluster = async (
  dir: string,
  port: number,
  signal: AbortSignal,
  connections = maxConnections,
): Promise<Launched> => {
  const { data, run } = await createDataDir(dir);
  const passwordFile = join(dir, 'password');
  await writeFile(passwordFile, `${passwords.postgres}\n`, { mode: 0o644 });
  const created = await command(
    ...run('initdb', [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ]),
    { signal },
  );
  if (created.status !== 0) throw new Error(`initdb exited with ${created.status}\n${created.output}`);
  await appendFile(join(data, 'postgresql.conf'), `${settings(port, connections).join('\n')}\n`);

  // Recordings must not contain a password.
  await appendFile(join(data, 'pg_hba.conf'), `host all all ${recorderAddress}/32 trust\n`);

  const [program, args] = run('postgres', ['-D', data]);
  const isReady = async (): Promise<boolean> =>
    (await sql({ port }, ['SELECT 1'], 'postgres', 'postgres')).length > 0;
  const launched = await launch({ program, args, dir, isReady, withinMs, signal });
  try {
    await sql({ port }, rights, 'postgres', 'postgres');
    await sql({ port }, ['CREATE EXTENSION pg_stat_statements']);
    await sql({ port }, schema, 'shop');
  } catch (error) {
    await launched.end();
    throw error;
  }
  return { ...launched, end: () => stopFast(launched) };
};

import { command } from '../machine/command.ts';
import type { Address } from '../servers/server.ts';
import { createDataDir, type Run } from './owner.ts';
import { passwords } from './roles.ts';

/** Copies a running server into a directory: its data directory, and how to run its programs. `more`: of pg_basebackup. */
export const copyServer = async (
  { port }: Pick<Address, 'port'>,
  dir: string,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<{ readonly data: string; readonly run: Run }> => {
  const { data, run } = await createDataDir(dir);
  const from = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-w', '-D', data];
  const [backup, args] = run('pg_basebackup', [
    ...from,
    ...more,
    ...['-X', 'stream', '-c', 'fast', '--no-sync'],
  ]);
  const copy = await command(backup, args, { env: { PGPASSWORD: passwords.postgres }, signal });
  if (copy.status !== 0) throw new Error(`pg_basebackup exited with ${copy.status}\n${copy.output}`);
  return { data, run };
};

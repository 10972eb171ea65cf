import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../machine/command.ts';
import { launch } from '../machine/launch.ts';
import { freePort } from '../machine/port.ts';
import type { Address } from '../servers/server.ts';
import { createDataDir, stopFast } from './owner.ts';
import { sql } from './psql.ts';
import { passwords } from './roles.ts';

const withinMs = 30_000;

/** Starts a hot standby of a server: in recovery, read-only, with the same roles, until disposal. */
export const openStandby = async (
  primary: Address,
): Promise<AsyncDisposable & { readonly address: Address }> => {
  const signal = AbortSignal.timeout(withinMs);
  const dir = await mkdtemp(join(tmpdir(), 'standby-'));
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true });
  try {
    const { data, run } = await createDataDir(dir);
    const from = ['-h', '127.0.0.1', '-p', String(primary.port), '-U', 'postgres', '-w', '-D', data];
    const [backup, backupArgs] = run('pg_basebackup', [
      ...from,
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
      '--no-sync',
    ]);
    const copy = await command(backup, backupArgs, { env: { PGPASSWORD: passwords.postgres }, signal });
    if (copy.status !== 0) throw new Error(`pg_basebackup exited with ${copy.status}\n${copy.output}`);
    const port = await freePort();
    const [program, args] = run('postgres', ['-D', data, '-c', `port=${port}`]);
    const isReady = async (): Promise<boolean> =>
      (await sql({ port }, ['SELECT pg_is_in_recovery()']))[0] === 't';
    const launched = await launch({ program, args, dir, isReady, withinMs, signal });
    return {
      address: { ...primary, name: 'standby', port },
      [Symbol.asyncDispose]: async () => {
        await stopFast(launched);
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
};

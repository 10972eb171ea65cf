import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { launch } from '../machine/launch.ts';
import type { Address } from '../servers/server.ts';
import { copyServer } from './copy.ts';
import { stopFast } from './owner.ts';
import { sql } from './psql.ts';

const withinMs = 30_000;

/** Starts a hot standby of a server: in recovery, read-only, with the same roles, until disposal. */
export const openStandby = async (
  primary: Address,
): Promise<AsyncDisposable & { readonly address: Address }> => {
  const signal = AbortSignal.timeout(withinMs);
  const dir = await mkdtemp(join(tmpdir(), 'standby-'));
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true });
  try {
    const { data, run } = await copyServer(primary, dir, signal, ['-R']);
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

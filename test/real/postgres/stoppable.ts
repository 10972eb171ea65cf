import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { type Launched, launch } from '../machine/launch.ts';
import type { Address } from '../servers/server.ts';
import { copyServer } from './copy.ts';
import { stopFast } from './owner.ts';
import { sql } from './psql.ts';

const withinMs = 30_000;

/** A running server that a suite stops and starts again, at the same port and with its data. */
export interface StoppableServer extends AsyncDisposable {
  readonly port: number;
  /** Ends the process of the server: its port is closed. */
  stop(): Promise<void>;
  /** Resolves when it answers. */
  start(): Promise<void>;
}

/** Starts a copy of a server: the suite may stop it, while others use the original. */
export const openStoppableServer = async (original: Address): Promise<StoppableServer> => {
  const dir = await mkdtemp(join(tmpdir(), 'stoppable-'));
  let launched: Launched | undefined;
  const stop = async (): Promise<void> => {
    if (launched !== undefined) await stopFast(launched);
    launched = undefined;
  };
  const end = async (): Promise<void> => {
    await stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const { data, run } = await copyServer(original, dir, AbortSignal.timeout(withinMs));
    const port = await freePort();
    const [program, args] = run('postgres', ['-D', data, '-c', `port=${port}`]);
    const isReady = async (): Promise<boolean> => (await sql({ port }, ['SELECT 1']))[0] === '1';
    const start = async (): Promise<void> => {
      launched = await launch({
        ...{ program, args, dir, isReady, withinMs },
        signal: AbortSignal.timeout(withinMs),
      });
    };
    await start();
    return { port, stop, start, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
};

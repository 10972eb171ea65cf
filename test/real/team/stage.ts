import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openStateTransport } from '../../../src/doors/state-transport.ts';
import type { StateStore } from '../../../src/persistence/state-store.ts';
import { migrateStateDatabase } from '../../../src/persistence/team/inspect.ts';
import { createTeamState, type TeamStateOptions } from '../../../src/persistence/team-state.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { track } from '../machine/children.ts';
import { sql } from '../postgres/psql.ts';
import { urlOf } from '../postgres/roles.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const clock = systemClock();
/** The connections of this process. */
export const transport = openStateTransport(clock);

/** The owner of the tables, and the role of the program. */
export const owner = { url: urlOf(server, 'shop') };
export const program = { url: urlOf(server, 'opsdeck') };

/** Creates empty tables. */
export const freshTables = async (): Promise<void> => {
  await sql(server, ['DROP SCHEMA IF EXISTS opsdeck CASCADE']);
  await migrateStateDatabase(owner, 'opsdeck', transport, AbortSignal.timeout(20_000));
};

/** One statement as superuser; the output lines. */
export const asSuperuser = (statement: string): Promise<readonly string[]> => sql(server, [statement]);

/** Another process on the state database. */
export interface Worker {
  readonly pid: number;
  /** Sends a command; resolves to its answer. */
  ask(command: string): Promise<Readonly<Record<string, unknown>>>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process has exited. */
  readonly exited: Promise<void>;
}

/** Machines with their own state directories; removed with everything that they started. */
export const createMachines = () => {
  const stack = new AsyncDisposableStack();
  return {
    stack,
    /** A new state directory: another machine. */
    dir: async (): Promise<string> => {
      const dir = await mkdtemp(join(tmpdir(), 'opsdeck-team-'));
      stack.defer(() => rm(dir, { recursive: true, force: true }));
      return dir;
    },
    /** The state of a machine, in this process. */
    open: async (stateDir: string, more: Partial<TeamStateOptions> = {}): Promise<StateStore> => {
      const state = await createTeamState({
        ...{ login: program, leaseMs: 30_000, stateDir, mask: (text: string) => text, clock, transport },
        ...more,
      });
      stack.defer(() => state.close());
      return state;
    },
    /** A process of a machine. */
    start: async (stateDir: string, more: Partial<TeamStateOptions> = {}): Promise<Worker> => {
      const config = JSON.stringify({ login: program, leaseMs: 30_000, stateDir, ...more });
      const child = spawn(
        process.execPath,
        [fileURLToPath(new URL('./worker.ts', import.meta.url)), config],
        {
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      );
      const tracked = track(child);
      stack.defer(async () => {
        child.kill('SIGCONT');
        await tracked.end();
      });
      const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const answer = async (): Promise<Readonly<Record<string, unknown>>> => {
        const { value, done } = await lines.next();
        if (done === true) throw new Error('the process has exited');
        return JSON.parse(value);
      };
      await answer();
      return {
        pid: child.pid ?? 0,
        ask: (command) => {
          child.stdin.write(`${command}\n`);
          return answer();
        },
        kill: (signal) => void child.kill(signal),
        exited,
      };
    },
  };
};

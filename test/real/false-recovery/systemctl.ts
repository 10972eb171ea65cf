import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Tracked, track } from '../machine/children.ts';

/** A state of the unit. */
interface UnitState {
  readonly active: 'active' | 'failed' | 'activating';
  readonly sub: 'running' | 'failed' | 'auto-restart';
  readonly memoryBytes?: number;
  readonly restarts?: number;
}

/** A program `systemctl` with one unit, whose main process is real. It accepts every job, and carries none out. */
export interface FakeSystemctl extends AsyncDisposable {
  readonly unit: string;
  /** Its directory, for PATH. */
  readonly dir: string;
  /** Changes the state of the unit. */
  become(state: UnitState): Promise<void>;
  /** Starts the unit again: a new process and a new invocation. */
  restart(state: UnitState): Promise<void>;
}

const unit = 'orders';

/** A timestamp as systemctl prints it: `Thu 2026-11-26 17:00:00 UTC`. */
const printed = (date: Date): string => {
  const day = date.toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' });
  return `${day} ${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
};

export const openFakeSystemctl = async (state: UnitState): Promise<FakeSystemctl> => {
  await using opened = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'systemctl-'));
  opened.defer(() => rm(dir, { recursive: true, force: true }));
  const shown = join(dir, 'shown');
  const processes: Tracked[] = [];
  opened.defer(async () => void (await Promise.all(processes.map(({ end }) => end()))));
  let main = { pid: 0, startedAt: new Date(), upMs: 0, invocation: '' };

  const become = ({ active, sub, memoryBytes, restarts = 0 }: UnitState): Promise<void> => {
    const monotonic = String(Math.round(main.upMs * 1000));
    const isUp = active === 'active';
    const properties = {
      Id: `${unit}.service`,
      LoadState: 'loaded',
      ActiveState: active,
      SubState: sub,
      Result: isUp ? 'success' : 'exit-code',
      MainPID: isUp ? main.pid : 0,
      NRestarts: restarts,
      ExecMainStartTimestamp: printed(main.startedAt),
      ExecMainStartTimestampMonotonic: monotonic,
      ExecMainCode: isUp ? 0 : 1,
      ExecMainStatus: isUp ? 0 : 101,
      ActiveEnterTimestamp: printed(main.startedAt),
      ActiveEnterTimestampMonotonic: monotonic,
      InvocationID: main.invocation,
      MemoryCurrent: memoryBytes ?? '[not set]',
    };
    const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
    return writeFile(shown, `${lines.join('\n')}\n`);
  };

  const start = (startedAt: Date): void => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    processes.push(track(child));
    main = {
      pid: child.pid ?? 0,
      startedAt,
      upMs: performance.now(),
      invocation: crypto.randomUUID().replaceAll('-', ''),
    };
  };

  const program = join(dir, 'systemctl');
  await writeFile(program, `#!/bin/sh\nif [ "$1" = show ]; then cat '${shown}'; fi\n`);
  await chmod(program, 0o755);
  // It has run for an hour.
  start(new Date(Date.now() - 3_600_000));
  await become(state);
  const resources = opened.move();
  return {
    ...{ unit, dir, become },
    restart: async (next) => {
      start(new Date());
      await become(next);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
};

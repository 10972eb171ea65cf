import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from '../runtime/clock.ts';
import { runMark } from './program.ts';

/** Time between SIGTERM and SIGKILL, in ms. */
const graceMs: Millis = 2000;
const lookEveryMs: Millis = 100;
/** Waits until the next look at the processes. They do not wait for a simulated clock, which may not move meanwhile. */
const untilNextLook = (clock: Clock): Promise<void> => {
  const over = new AbortController();
  const { signal } = over;
  const looks = [clock.sleep(lookEveryMs, signal), sleep(lookEveryMs, undefined, { signal }).catch(() => {})];
  return Promise.race(looks).finally(() => over.abort());
};
/** Time limit for a process that survives SIGKILL, for example in uninterruptible disk sleep. */
const killedMs: Millis = 1000;

/** All processes of one run: the program's group, and processes outside it that carry the run's mark. */
interface ProcessGroup {
  /**
   * Sends SIGTERM, and SIGKILL two seconds later to the rest. Returns the IDs of processes that survive: this user
   * may not kill those of other users.
   */
  end(): Promise<readonly number[]>;
  /** Stops tracking its processes: they are not killed any more. */
  release(): void;
}

interface ProcessGroupOptions {
  /** The program's pid, which is also its group ID. */
  readonly pid: number;
  readonly mark: string;
  /** Processes that existed before it was started, and so are not its own. */
  readonly before: ReadonlySet<number>;
  /** Resolves when the program itself has ended. */
  readonly exited: Promise<unknown>;
  readonly clock: Clock;
}

/** The process IDs of this machine; empty without /proc. */
export const processIds = async (): Promise<ReadonlySet<number>> => {
  const names = await readdir('/proc').catch((): string[] => []);
  return new Set(names.flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : [])));
};

const kill = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal);
  } catch {
    // The process has exited or belongs to another user.
    return false;
  }
};

/** The content of a file of /proc; empty if the process has exited. */
const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Looks at an environment that is empty: a process has none while it starts a program. */
const environLooks = 10;
/** The time between two looks. */
const environEveryMs: Millis = 10;

type RunIdentity = Pick<ProcessGroupOptions, 'pid' | 'mark'>;

/**
 * Linux, proc(5): fields 3 to 5 of /proc/PID/stat are the state (Z: ended, not yet reaped), the parent (2: a thread of the kernel)
 * and the process group.
 */
const fieldsOf = (stat: string): readonly string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');
const groupIn = (stat: string): number | undefined => {
  const [state, , pgrp] = fieldsOf(stat);
  return stat === '' || state === 'Z' || state === 'X' ? undefined : Number(pgrp);
};
const hasMark = (environ: string, mark: string): boolean =>
  environ.split('\0').includes(`${runMark}=${mark}`);

const isMember = async (pid: number, { pid: group, mark }: RunIdentity): Promise<boolean> => {
  for (let look = 1; ; look += 1) {
    const stat = await text(`/proc/${pid}/stat`);
    const pgrp = groupIn(stat);
    if (pgrp === undefined || pgrp === group) return pgrp === group;
    // Processes of other users cannot be read, and not be killed.
    const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => undefined);
    if (environ !== '' || fieldsOf(stat)[1] === '2' || look === environLooks)
      return hasMark(environ ?? '', mark);
    // The kernel does not wait for a simulated clock.
    await sleep(environEveryMs);
  }
};

/**
 * True if it only waits for the kernel to reap it after SIGKILL, or has ended since it was listed. State D is uninterruptible disk
 * sleep and may last forever. Without /proc nothing is known of a process (its ID is negative here).
 */
const isDying = async (pid: number): Promise<boolean> =>
  pid > 0 && fieldsOf(await text(`/proc/${pid}/stat`))[0] !== 'D';

/** The remaining processes of a run. Without /proc only the group is visible, as one negative ID. */
const members = async (parts: ProcessGroupOptions): Promise<readonly number[]> => {
  const ids = [...(await processIds())];
  if (ids.length === 0) return kill(-parts.pid, 0) ? [-parts.pid] : [];
  const young = ids.filter((id) => !parts.before.has(id));
  const memberships = await Promise.all(young.map((id) => isMember(id, parts)));
  return young.filter((_, index) => memberships[index]);
};

/** Runs in progress; they are killed when this process exits first. */
const activeRuns = new Set<RunIdentity>();

/** Undefined: the process has exited, or belongs to another user. */
const textNow = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
const idsNow = (): readonly number[] => {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
};

/** True while a process starts a program: it has no environment yet, has not ended, and neither 0 nor 2 (the kernel) started it. */
const isStarting = (pid: number, environ: string | undefined): boolean => {
  if (environ !== '') return false;
  const stat = textNow(`/proc/${pid}/stat`) ?? '';
  const [, parent = '0'] = fieldsOf(stat);
  return groupIn(stat) !== undefined && parent !== '0' && parent !== '2';
};

/** Blocks this thread. */
const pauseNow = (ms: Millis): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, ms);

/** Kills the marked processes. Returns true if there may be more of them: one was killed, or one is starting a program. */
const killMarked = (runs: readonly RunIdentity[]): boolean => {
  let isMore = false;
  for (const id of idsNow()) {
    const environ = textNow(`/proc/${id}/environ`);
    const isMarked = runs.some(({ mark }) => hasMark(environ ?? '', mark));
    if (isMarked) kill(id, 'SIGKILL');
    isMore ||= isMarked || isStarting(id, environ);
  }
  return isMore;
};

/**
 * Runs in the `exit` handler, synchronously: kills each group, and marked processes outside it, again until there are none: one of
 * them may have started another meanwhile.
 */
const killActiveRuns = (): void => {
  if (activeRuns.size === 0) return;
  const runs = [...activeRuns];
  for (const { pid } of runs) kill(-pid, 'SIGKILL');
  for (let look = 1; killMarked(runs) && look < environLooks; look += 1) pauseNow(environEveryMs);
};
let isRegistered = false;
const killOnExit = (): void => {
  if (isRegistered) return;
  isRegistered = true;
  process.on('exit', killActiveRuns);
};

export const processGroup = (parts: ProcessGroupOptions): ProcessGroup => {
  const { pid, mark, clock, exited } = parts;
  const runIdentity: RunIdentity = { pid, mark };
  killOnExit();
  activeRuns.add(runIdentity);
  /** Returns the IDs that received the signal. */
  const signalAll = async (signal: NodeJS.Signals): Promise<readonly number[]> => {
    const pids = await members(parts);
    // Signals the group atomically, so that none of it can fork in between; then the processes outside it.
    if (pids.length > 0) kill(-pid, signal);
    return pids.filter((id) => kill(id, signal));
  };
  const goneBy = async (due: Millis): Promise<boolean> => {
    for (;;) {
      if ((await members(parts)).length === 0) return true;
      if (clock.now() >= due) return false;
      await untilNextLook(clock);
    }
  };
  /** The processes that remain at `due` for another reason than a busy machine. */
  const leftOf = async (killed: readonly number[], due: Millis): Promise<readonly number[]> => {
    for (;;) {
      const left = await members(parts);
      const dying = await Promise.all(left.map((id) => killed.includes(id) && isDying(id)));
      if (left.length === 0 || (clock.now() >= due && !dying.includes(true))) return left;
      await untilNextLook(clock);
    }
  };
  const end = async (): Promise<readonly number[]> => {
    if ((await members(parts)).length === 0) return [];
    await signalAll('SIGTERM');
    const due = clock.now() + graceMs;
    const over = new AbortController();
    await Promise.race([exited, clock.sleep(graceMs, over.signal)]);
    over.abort();
    if (await goneBy(due)) return [];
    return leftOf(await signalAll('SIGKILL'), clock.now() + killedMs);
  };
  return {
    release: () => activeRuns.delete(runIdentity),
    end: () => end().finally(() => activeRuns.delete(runIdentity)),
  };
};

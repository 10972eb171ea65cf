import { readdir, readFile } from 'node:fs/promises';
import type { Millis } from '../domain/fault.ts';
import type { Clock } from './io.ts';
import { runMark } from './program-env.ts';

/** What a process gets between SIGTERM and SIGKILL. */
const graceMs: Millis = 2000;
const lookEveryMs: Millis = 100;

/** All the processes of one run: the group of the program, and whoever left that group but bears the run's mark. */
export interface ProcessGroup {
  /** SIGTERM, and SIGKILL two seconds later for what is still there. Resolves when nothing is, or was killed. */
  end(): Promise<void>;
  /** Its processes are nobody's to end any more. */
  release(): void;
}

export interface GroupParts {
  /** The program's pid, which is its group's id too. */
  readonly pid: number;
  readonly mark: string;
  /** Processes that were there before it was started, and so are none of its own. */
  readonly before: ReadonlySet<number>;
  /** Resolves when the program itself has ended. */
  readonly exited: Promise<unknown>;
  readonly clock: Clock;
}

/** Ids of the processes of this machine; none where there is no /proc. */
export const processIds = async (): Promise<ReadonlySet<number>> => {
  const names = await readdir('/proc').catch((): string[] => []);
  return new Set(names.flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : [])));
};

const kill = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(pid, signal);
  } catch {
    // It is gone already, or runs as somebody else: then it is not ours to end.
    return false;
  }
};

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Linux, proc(5): fields 3 and 5 of /proc/PID/stat are the state (Z: ended, not yet reaped) and the process group. */
const isMember = async (pid: number, { pid: group, mark }: GroupParts): Promise<boolean> => {
  const stat = await text(`/proc/${pid}/stat`);
  const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (stat === '' || state === 'Z' || state === 'X') return false;
  if (Number(pgrp) === group) return true;
  return (await text(`/proc/${pid}/environ`)).split('\0').includes(`${runMark}=${mark}`);
};

/** Who is left of a run. Without /proc only the group can be seen: as one, by its id. */
const members = async (parts: GroupParts): Promise<readonly number[]> => {
  const ids = [...(await processIds())];
  if (ids.length === 0) return kill(-parts.pid, 0) ? [-parts.pid] : [];
  const young = ids.filter((id) => !parts.before.has(id));
  const found = await Promise.all(young.map((id) => isMember(id, parts)));
  return young.filter((_, index) => found[index]);
};

/** Groups that run now: when this process ends first, they end with it. */
const living = new Set<number>();
let watching = false;
const endWithUs = (): void => {
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const pid of living) kill(-pid, 'SIGKILL');
  });
};

export const processGroup = (parts: GroupParts): ProcessGroup => {
  const { pid, clock, exited } = parts;
  endWithUs();
  living.add(pid);
  const signalAll = async (signal: NodeJS.Signals): Promise<readonly number[]> => {
    const found = await members(parts);
    // The group in one stroke, so that none of it can start another meanwhile; then those that left it.
    if (found.length > 0) kill(-pid, signal);
    for (const one of found) kill(one, signal);
    return found;
  };
  return {
    release: () => living.delete(pid),
    end: async () => {
      if ((await signalAll('SIGTERM')).length > 0) {
        const due = clock.now() + graceMs;
        const over = new AbortController();
        await Promise.race([exited, clock.sleep(graceMs, over.signal)]);
        over.abort();
        while (clock.now() < due && (await members(parts)).length > 0) await clock.sleep(lookEveryMs);
        await signalAll('SIGKILL');
      }
      living.delete(pid);
    },
  };
};

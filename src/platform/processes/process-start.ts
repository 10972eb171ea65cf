import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const orElse =
  <T>(value: T) =>
  (): T =>
    value;

/** Linux: field 3 (state) and field 22 (start time in clock ticks since boot) of /proc/PID/stat, see proc(5). */
const fromProc = async (pid: number): Promise<{ state: string; start: string } | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(orElse(undefined));
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(orElse(''));
  return { state: fields[0] ?? '', start: `${boot.trim().slice(0, 8)}+${fields[19] ?? ''}` };
};

const fromPs = async (pid: number): Promise<string> => {
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { timeout: 2000 });
  return stdout.trim();
};

const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM');
  }
};

/**
 * When a process started, as a text to compare (never to show): tells it from a later one with the same id.
 * Undefined when it has ended (a zombie has); '' when it runs and this machine cannot say since when.
 */
export const processStart = async (pid: number): Promise<string | undefined> => {
  if (gone(pid)) return undefined;
  const found = await fromProc(pid);
  if (found !== undefined) return found.state === 'Z' ? undefined : found.start;
  return fromPs(pid).catch(orElse(''));
};

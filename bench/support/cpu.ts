import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Linux counts CPU time in hundredths of a second. Source: proc_pid_stat(5), sysconf(_SC_CLK_TCK). */
const tickMs = 10;

/** CPU time of a process so far in ms: user and system, all threads. Needs /proc. */
export const cpuMs = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
};

/** CPU usage of several processes over a period, as a fraction of one core. */
export const cpuShare = async (pids: readonly number[], forMs: number): Promise<number> => {
  const sum = async (): Promise<number> => (await Promise.all(pids.map(cpuMs))).reduce((a, b) => a + b, 0);
  const before = await sum();
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, forMs));
  return ((await sum()) - before) / (performance.now() - began);
};

/**
 * Milliseconds that the main thread of a process was runnable without a CPU, so far. Source: proc_pid_schedstat, second number,
 * ns.
 */
export const waitedMs = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;

/** Resident memory of a process in MiB. Needs /proc. */
export const rssMiB = async (pid: number): Promise<number> =>
  Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

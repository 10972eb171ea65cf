import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openPtyTerminal, type PtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { cpuShare, rssMiB } from '../support/cpu.ts';
import { median } from '../support/figure.ts';
import { launcher, type Place } from '../support/place.ts';

/** One program of a contest. Absent `measure`: it is not installed. */
export interface Entry {
  readonly program: string;
  readonly measure: (() => Promise<number>) | undefined;
}

/** The same work done by several programs. */
export interface Contest {
  readonly title: string;
  /** Work of each program, and the end of its time. */
  readonly work: string;
  readonly unit: 'ms' | '% of a core' | 'MiB';
  /** The first is opsdeck. */
  readonly entries: readonly Entry[];
  /** Differences between the programs, for judging the ratio. */
  readonly note?: string;
  /** Why nothing of it can be measured here, with what is missing. */
  readonly missing?: string;
}

/** A contest with the measurements of each program, in the order of its entries; absent: not installed. */
export interface Outcome extends Contest {
  readonly measured: ReadonlyMap<string, readonly number[]>;
}

/** The first of these programs that is on the PATH. */
export const installed = (...names: readonly string[]): string | undefined =>
  names.find((name) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status === 0);

/**
 * Runs the programs of a contest in turn, `rounds` times, so that all of them meet the same load of the machine. When
 * one fails, the contest has no result but the reason.
 */
export const race = async (contest: Contest, rounds: number): Promise<Outcome> => {
  const measured = new Map<string, number[]>();
  console.error(`${contest.title} …`);
  if (contest.missing !== undefined) return { ...contest, measured };
  try {
    for (let round = 0; round < rounds; round += 1)
      for (const { program, measure } of contest.entries) {
        if (measure === undefined) continue;
        measured.set(program, [...(measured.get(program) ?? []), await measure()]);
      }
  } catch (error) {
    console.error(error);
    const [reason = ''] = String(error).split('\n');
    return { ...contest, measured: new Map(), missing: reason };
  }
  return { ...contest, measured };
};

export const cockpit = [process.execPath, launcher] as const;

/** Milliseconds from start to exit of a program whose output is read to its end; rejects unless it printed `expected`. */
export const wholeRun = (argv: readonly string[], place: Place, expected: RegExp): Promise<number> =>
  new Promise((resolve, reject) => {
    const [file = '', ...args] = argv;
    const startedAt = performance.now();
    const options = { env: { PATH: process.env.PATH, ...place.env }, maxBuffer: 1 << 30 };
    execFile(file, args, options, (error, stdout, stderr) => {
      const took = performance.now() - startedAt;
      if (error !== null) reject(error);
      else if (expected.test(stdout)) resolve(took);
      else reject(new Error(`${argv.join(' ')} printed ${stdout.slice(0, 500)} ${stderr.slice(0, 500)}`));
    });
  });

/** Keys that a program needs, pressed once its screen shows `after` (default: the footer of opsdeck). */
export interface Keys {
  readonly keys: string;
  readonly after?: RegExp;
}

/** A program in a terminal of the size that all of them get. */
export const openInTerminal = (argv: readonly string[], place: Place): PtyTerminal =>
  openPtyTerminal(argv, {
    columns: 120,
    rows: 40,
    env: { PATH: process.env.PATH ?? '', ...place.env },
  });

export const shows =
  (expected: RegExp) =>
  (screen: readonly string[]): boolean =>
    expected.test(screen.join('\n'));

/** Presses the keys and resolves once the screen shows `expected`. */
const reach = async (pty: PtyTerminal, expected: RegExp, keys?: Keys): Promise<void> => {
  if (keys !== undefined) {
    await pty.until(shows(keys.after ?? /q quit/), 'the screen before the keys', 20_000);
    pty.press(keys.keys);
  }
  await pty.until(shows(expected), String(expected), 60_000);
};

const settleMs = 3000;
const startMs = 30_000;
/** Duration of the load measurement of a program. */
export const loadPeriodMs = 5000;

/** Milliseconds from starting a program in a terminal until its screen shows `expected`. */
export const untilSeen = async (
  argv: readonly string[],
  place: Place,
  expected: RegExp,
  keys?: Keys,
): Promise<number> => {
  const startedAt = performance.now();
  await using pty = openInTerminal(argv, place);
  await reach(pty, expected, keys);
  return performance.now() - startedAt;
};

const sleep = (wait: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, wait));

/** CPU usage (fraction of a core) and memory (MiB) of a program. */
export interface Load {
  readonly cpu: number;
  readonly mib: number;
}

/** Load of a program in a terminal, once its screen shows `expected` and it has settled. */
export const loadOnScreen = async (
  argv: readonly string[],
  place: Place,
  expected: RegExp,
  keys?: Keys,
): Promise<Load> => {
  await using pty = openInTerminal(argv, place);
  await reach(pty, expected, keys);
  await sleep(settleMs);
  const cpu = await cpuShare([pty.pid], loadPeriodMs);
  return { cpu, mib: await rssMiB(pty.pid) };
};

/** Load of a program whose output is read and counted, and the lines that it printed meanwhile. */
export const loadInPipe = async (
  argv: readonly string[],
  place: Place,
): Promise<Load & { readonly lines: number }> => {
  const [file = '', ...args] = argv;
  const env = { PATH: process.env.PATH, ...place.env };
  const child = spawn(file, args, { stdio: 'pipe', env });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} did not start`);
  let lines = 0;
  let diagnostics = '';
  child.stdin.end();
  child.stderr.on('data', (chunk: Buffer) => {
    diagnostics = `${diagnostics}${chunk}`.slice(-500);
  });
  child.stdout.on('data', (chunk: Buffer) => {
    for (let index = chunk.indexOf(10); index >= 0; index = chunk.indexOf(10, index + 1)) lines += 1;
  });
  const exited = once(child, 'exit');
  try {
    const started = once(child.stdout, 'data', { signal: AbortSignal.timeout(startMs) });
    await Promise.race([started, exited]);
    if (child.exitCode !== null) throw new Error(`${file} exited with ${child.exitCode}: ${diagnostics}`);
    await sleep(settleMs);
    const before = lines;
    const cpu = await cpuShare([pid], loadPeriodMs);
    return { cpu, mib: await rssMiB(pid), lines: lines - before };
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
};

/** The median of a program in an outcome; undefined if it was not measured. */
export const medianOf = ({ measured }: Outcome, program: string): number | undefined => {
  const values = measured.get(program);
  return values === undefined ? undefined : median(values);
};

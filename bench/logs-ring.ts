import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Figure, median, ms, percentile } from './support/figure.ts';
import { writeLogFile } from './support/log-file.ts';
import { bundled, openPlace } from './support/place.ts';

const fileBytes = 200e6;
/** CPU budget in ms for a million lines. */
const targets: Readonly<Record<string, number>> = { text: 20, regex: 50 };
const longestSliceMs = 16;
const run = promisify(execFile);

interface Filtered {
  /** CPU time of the thread and elapsed time in ms; equal on an idle machine. */
  readonly work: number;
  readonly wall: number;
  readonly longest: number;
  readonly shown: number;
}

interface Measured {
  readonly lines: number;
  readonly ingests: readonly { readonly ms: number; readonly work: number }[];
  readonly text: number;
  readonly retained: number;
  readonly filters: Readonly<Record<string, readonly Filtered[]>>;
  readonly frames: readonly number[];
}

const filterFigure = (lines: number, name: string, runs: readonly Filtered[]): Figure => {
  const work = median(runs.map((of) => of.work));
  const longest = Math.max(...runs.map((of) => of.longest));
  const target = targets[name];
  return {
    name: `refilter, ${name}`,
    value: `${ms(work)} of CPU, ${ms(median(runs.map(({ wall }) => wall)))} elapsed, longest slice ${ms(longest)}`,
    target: `${target === undefined ? '' : `≤ ${ms(target)}, `}no slice over ${ms(longestSliceMs)}`,
    met: (target === undefined || work <= target) && longest <= longestSliceMs,
    from: `${lines.toLocaleString('en')} lines, ${runs[0]?.shown.toLocaleString('en')} of them shown`,
  };
};

/** Time for another program to find the lines; undefined if it is not installed. */
const other = async (program: string, args: readonly string[]): Promise<number | undefined> => {
  const began = performance.now();
  try {
    await run(program, args, { maxBuffer: 1 << 30 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return performance.now() - began;
};

const otherFigure = async (name: string, program: string, args: readonly string[]): Promise<Figure> => {
  const took = await other(program, args);
  return {
    name,
    value: took === undefined ? `skipped: ${program} is not installed` : ms(took),
    from: 'for comparison: the whole file, from start to exit',
  };
};

/** Loading a file into the ring, filtering a million lines, their memory, and a frame of the histogram. */
export const logsRing = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const path = join(place.dir, 'service.log');
  const lines = await writeLogFile(path, fileBytes);
  const program = await bundled(new URL('./programs/logs-ring.ts', import.meta.url), place);
  const { stdout } = await run(process.execPath, ['--expose-gc', program, path]);
  const measured = JSON.parse(stdout) as Measured;
  const perSecond = lines / (median(measured.ingests.map((of) => of.ms)) / 1000);
  const perWorked = lines / (median(measured.ingests.map((of) => of.work)) / 1000);
  const stored = `${measured.lines.toLocaleString('en')} lines`;
  return [
    {
      name: 'loading a file into the ring',
      value: `${(perSecond / 1e6).toFixed(2)}M lines/s, ${(perWorked / 1e6).toFixed(2)}M lines per CPU second`,
      target: '≥ 2M lines/s',
      met: perSecond >= 2e6,
      from: `${fileBytes / 1e6} MB, ${lines.toLocaleString('en')} lines, median of ${measured.ingests.length}`,
    },
    ...Object.entries(measured.filters).map(([name, runs]) => filterFigure(measured.lines, name, runs)),
    await otherFigure('ripgrep finds a text', 'rg', ['--count', 'timeout', path]),
    await otherFigure('lnav loads, filters and writes', 'lnav', ['-n', '-c', ':filter-in timeout', path]),
    {
      name: 'memory per stored byte',
      value: `${(measured.retained / measured.text).toFixed(2)} bytes`,
      target: '≤ 2.5 bytes',
      met: measured.retained <= 2.5 * measured.text,
      from: `${stored}, ${(measured.text / 1e6).toFixed(0)} MB of text, including the filtered view`,
    },
    {
      name: 'a histogram of 180 columns, while lines arrive',
      value: `p50 ${ms(median(measured.frames))}, p99 ${ms(percentile(measured.frames, 99))}`,
      target: 'p99 ≤ 2 ms',
      met: percentile(measured.frames, 99) <= 2,
      from: stored,
    },
  ];
};

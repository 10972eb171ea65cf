import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Complete green runs of `npm test` on this machine, the newest last. */
const runsFile = join(root, 'node_modules', '.cache', 'opsdeck', 'test-runs.json');

/** A run costs this much more than the first ones under the same table before the check fails. */
const maxGrowth = 1.05;

/** Runs whose median is the cost that the table stands for. */
const baselineRuns = 3;

const keptRuns = 50;

/** What a complete run of `npm test` took. */
interface MeasuredRun {
  /** Processor time of all files in ms. */
  readonly cpuMs: number;
  /** Processor time of the reference work in the same run, in ms. */
  readonly referenceMs: number;
  readonly files: number;
}

/** A run with the budget table that was in force. */
export interface RecordedRun extends MeasuredRun {
  readonly budget: string;
}

/** Identifies the table of the section "Test budget" in CONTRIBUTING: a new line in it begins a new baseline. */
export const budgetOf = (contributing: string): string => {
  const [, section = ''] = contributing.split(/^### Test budget$/m);
  const rows = section.split(/^#/m)[0]?.match(/^\|.*\|$/gm) ?? [];
  return createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 12);
};

const costOf = ({ cpuMs, referenceMs }: MeasuredRun): number => cpuMs / referenceMs;

/**
 * Returns why the last run is over the budget: it costs more than five percent more than the median of the first runs
 * under the same table, in units of the reference work. Undefined: it does not, or there is no earlier run to compare with.
 */
export const overBudget = (runs: readonly RecordedRun[], budget: string): string | undefined => {
  const same = runs.filter((run) => run.budget === budget);
  const last = same.at(-1);
  if (last === undefined || same.length < 2) return undefined;
  const first = same.slice(0, Math.min(baselineRuns, same.length - 1)).map(costOf);
  const baseline = first.toSorted((a, b) => a - b)[Math.floor((first.length - 1) / 2)] ?? Number.NaN;
  const growth = costOf(last) / baseline;
  if (growth <= maxGrowth) return undefined;
  const percent = Math.round((growth - 1) * 100);
  return (
    `npm test takes ${percent} % more processor time than the runs before (${Math.round(last.cpuMs / 1000)} s in ${last.files} files). ` +
    'Move what is long to test:e2e, or add a line to "Test budget" in CONTRIBUTING.md that says what the time buys.'
  );
};

/** Reads the recorded runs; none when there are none yet. */
export const recordedRuns = (): readonly RecordedRun[] => {
  try {
    return JSON.parse(readFileSync(runsFile, 'utf8'));
  } catch {
    return [];
  }
};

/** The budget table of this checkout. */
export const currentBudget = (): string => budgetOf(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'));

/** Adds a complete green run to those of this machine. */
export const recordRun = (run: MeasuredRun): void => {
  const runs = [...recordedRuns(), { ...run, budget: currentBudget() }].slice(-keptRuns);
  mkdirSync(dirname(runsFile), { recursive: true });
  writeFileSync(runsFile, `${JSON.stringify(runs, undefined, 1)}\n`);
};

import type { Millis } from '../../../src/domain/base/fault.ts';
import { fitLine, isGrowing } from './slope.ts';

/** One measurement of a soak, after garbage collection. */
export interface SoakSample {
  /** Time since the start, on the clock of the soak. */
  readonly hours: number;
  readonly heapBytes: number;
  /** The part of it that is the history of signals, which keeps a day on purpose; absent: it is not counted. */
  readonly historyBytes?: number;
  /** The most that this history may take: all values of a day of each series. */
  readonly historyLimitBytes?: number;
  /** Living abort signals: a listener that is never removed keeps one, with all that it refers to. */
  readonly signals: number;
  /** Sockets, timers, watchers and requests of the process. */
  readonly handles: number;
  /** Open connections to the simulator; absent on the real clock, where they are handles. */
  readonly connections?: number;
  /** Timers of the simulated clock; absent on the real clock. */
  readonly timers?: number;
}

/** The result of a soak, printed by `npm run soak`. */
export interface SoakReport {
  readonly env: string;
  /** Samples before this time do not count: caches and buffers still fill. */
  readonly settledHours: number;
  /** The same for the heap: the logs and metrics of the simulator fill. */
  readonly heapSettledHours: number;
  /** Growth of the heap that is the simulator's, in a soak that ends before it is full; absent: none. */
  readonly fillingBytesPerHour?: number;
  readonly samples: readonly SoakSample[];
  readonly incidents: number;
  readonly realSeconds: number;
  readonly polls: number;
  /** The feeds that were read too late, with the time since the read before. */
  readonly missed: readonly { readonly feed: string; readonly afterMs: Millis }[];
  /** Unhandled rejections and uncaught exceptions. */
  readonly rejections: readonly string[];
  /** Connections that are open after the end; absent on the real clock. */
  readonly connectionsAtEnd?: number;
  /** Runs of a runbook, and those of them that ended as recovered. */
  readonly runs?: number;
  readonly recovered?: number;
  /** Lines that were written to the log, and those that arrived in the ring. */
  readonly linesWritten?: number;
  readonly linesRead?: number;
}

/** The judged values of a report as lines, and whether all held. */
interface SoakVerdict {
  readonly lines: readonly string[];
  readonly held: boolean;
}

const mebibyte = 1024 * 1024;
/** Lines that may be under way at the end: three seconds of 10,000 lines/s. */
const linesUnderWay = 30_000;

interface Measured {
  readonly name: string;
  of(sample: SoakSample): number | undefined;
}

const heap: Measured = {
  name: 'heap without history, MiB',
  of: ({ heapBytes, historyBytes = 0 }) => (heapBytes - historyBytes) / mebibyte,
};
const measured: readonly Measured[] = [
  heap,
  { name: 'abort signals', of: ({ signals }) => signals },
  { name: 'handles', of: ({ handles }) => handles },
  { name: 'connections', of: ({ connections }) => connections },
  { name: 'timers', of: ({ timers }) => timers },
];

/** Judges the slope of a value over samples; without a sample it does not hold. */
const growthOf = (
  givenMeasured: Measured,
  samples: readonly SoakSample[],
  { fillingBytesPerHour = 0 }: SoakReport,
): { readonly holds: boolean; readonly line: string } => {
  const points = samples.flatMap((sample) => {
    const value = givenMeasured.of(sample);
    return value === undefined ? [] : [[sample.hours, value] as const];
  });
  const slope = fitLine(points);
  const filling = givenMeasured === heap ? fillingBytesPerHour / mebibyte : 0;
  const range =
    points.length === 0
      ? ''
      : ` from ${points[0]?.[0].toFixed(2)} h; ${points[0]?.[1].toFixed(1)} … ${points.at(-1)?.[1].toFixed(1)}`;
  const allowed = filling === 0 ? '' : `. The simulator fills by up to ${filling.toFixed(1)} per hour`;
  const line = `${givenMeasured.name}: slope ${slope.perUnit.toFixed(4)} ± ${slope.error.toFixed(4)} per hour (standard error) over ${points.length} samples${range}${allowed}`;
  return { holds: !isGrowing({ ...slope, perUnit: slope.perUnit - filling }), line };
};

/** Judges a report: nothing may grow beyond its noise, no poll may be missed, no rejection unhandled, no run unrecovered. */
export const judgeSoak = (report: SoakReport): SoakVerdict => {
  const { samples, polls, missed, rejections, connectionsAtEnd = 0 } = report;
  const after = (settledHours: number): readonly SoakSample[] =>
    samples.filter(({ hours }) => hours >= settledHours);
  const settled = after(report.settledHours);
  const lines: string[] = [];
  let held = true;
  const judge = (holds: boolean, line: string): void => {
    held &&= holds;
    lines.push(holds ? line : `${line}  FAILED`);
  };
  for (const currentMeasured of measured) {
    if (settled.length > 0 && settled.every((sample) => currentMeasured.of(sample) === undefined)) continue;
    const growth = growthOf(
      currentMeasured,
      currentMeasured === heap ? after(report.heapSettledHours) : settled,
      report,
    );
    judge(growth.holds, growth.line);
  }
  const { historyBytes, historyLimitBytes } = samples.at(-1) ?? {};
  if (historyBytes !== undefined && historyLimitBytes !== undefined)
    judge(
      historyBytes <= historyLimitBytes,
      `history MiB: ${(historyBytes / mebibyte).toFixed(2)} of at most ${(historyLimitBytes / mebibyte).toFixed(2)}`,
    );
  judge(missed.length === 0, `missed polls: ${missed.length} of ${polls}`);
  for (const { feed, afterMs } of missed.slice(0, 10)) lines.push(`  ${feed} after ${afterMs} ms`);
  judge(rejections.length === 0, `unhandled rejections: ${rejections.length}`);
  for (const rejection of rejections.slice(0, 10)) lines.push(`  ${rejection}`);
  if (report.connectionsAtEnd !== undefined)
    judge(connectionsAtEnd === 0, `connections after the end: ${connectionsAtEnd}`);
  const { runs, recovered, linesWritten, linesRead } = report;
  if (runs !== undefined) judge(recovered === runs, `runs: ${recovered} of ${runs} recovered`);
  if (linesWritten !== undefined && linesRead !== undefined)
    judge(
      linesWritten - linesRead <= linesUnderWay,
      `log lines: ${linesRead} of ${linesWritten} arrived, ${Math.round(linesWritten / report.realSeconds)} per second`,
    );
  return { lines, held };
};

import { z } from 'zod';
import type { Millis } from '../domain/base/fault.ts';
import type { Sample } from '../domain/facts/facts.ts';
import type { FeedInfo, FeedKind } from '../domain/facts/reading.ts';
import type { FeedReading } from '../domain/facts/shared-reading.ts';
import { stripControls } from '../domain/text/controls.ts';
import type { Alert } from '../kinds/alerts/fact.ts';
import type { Breaker } from '../kinds/breakers/fact.ts';
import type { Pool } from '../kinds/pools/fact.ts';
import type { Workload } from '../kinds/workloads/fact.ts';

/** The version of the text of a shared reading. Processes share only with others of their version. */
export const readingFormat = 1;

/** A larger text is not shared: every process reads it from the source. */
const maxLength = 256 * 1024;
const maxRows = 2000;

/** A text without anything that a terminal interprets. */
const zText = z
  .string()
  .max(20_000)
  .refine((text) => stripControls(text) === text);
const zNumber = z.number();
const zCount = z.number().min(0);
const zLabels = z.record(zText, zText);

const rowShape = { source: zText, at: zNumber };

const zAlert = z.strictObject({
  ...rowShape,
  name: zText,
  severity: zText,
  state: z.enum(['firing', 'acknowledged', 'pending', 'silenced', 'inhibited']),
  since: zNumber.exactOptional(),
  labels: zLabels,
  summary: zText,
  suppressedBy: zText.exactOptional(),
  runbookUrl: zText.exactOptional(),
  panelUrl: zText.exactOptional(),
}) satisfies z.ZodType<Alert>;

const zBreaker = z.strictObject({
  ...rowShape,
  service: zText,
  instance: zText,
  name: zText,
  state: z.enum(['closed', 'open', 'half-open', 'forced-open', 'disabled', 'metrics-only', 'unknown']),
  failureRate: zNumber.exactOptional(),
  slowCallRate: zNumber.exactOptional(),
  failureRateThreshold: zNumber.exactOptional(),
  slowCallRateThreshold: zNumber.exactOptional(),
  bufferedCalls: zCount.exactOptional(),
  failedCalls: zCount.exactOptional(),
  slowCalls: zCount.exactOptional(),
  notPermittedCalls: zCount.exactOptional(),
}) satisfies z.ZodType<Breaker>;

const zPool = z.strictObject({
  ...rowShape,
  service: zText,
  instance: zText,
  name: zText,
  kind: zText,
  active: zCount.exactOptional(),
  idle: zCount.exactOptional(),
  max: zCount.exactOptional(),
  pending: zCount.exactOptional(),
  taken: zCount.exactOptional(),
}) satisfies z.ZodType<Pool>;

const zWorkload = z.strictObject({
  ...rowShape,
  kind: z.enum([
    ...['pod', 'deployment', 'statefulset', 'daemonset', 'job', 'node', 'container'],
    ...['service', 'unit', 'process', 'file'],
  ] as const satisfies readonly Workload['kind'][]),
  uid: zText.exactOptional(),
  namespace: zText,
  name: zText,
  owner: zText,
  node: zText,
  ip: zText.exactOptional(),
  status: zText,
  ready: zCount.exactOptional(),
  wanted: zCount.exactOptional(),
  restarts: zCount.exactOptional(),
  restartsRising: z.boolean().exactOptional(),
  starting: z.enum(['in time', 'slow']).exactOptional(),
  startedAt: zNumber.exactOptional(),
  cpuCores: zNumber.exactOptional(),
  memoryBytes: zNumber.exactOptional(),
  cpuLimitCores: zNumber.exactOptional(),
  memoryLimitBytes: zNumber.exactOptional(),
  image: zText.exactOptional(),
  revision: zText.exactOptional(),
  generation: zNumber.exactOptional(),
  detail: zText.exactOptional(),
}) satisfies z.ZodType<Workload>;

const zSample = z.strictObject({
  ...rowShape,
  signal: zText,
  value: z.union([zNumber, zText]).exactOptional(),
  labels: zLabels,
  why: zText.exactOptional(),
}) satisfies z.ZodType<Sample>;

interface RowFormat {
  readonly row: z.ZodType<Record<string, unknown>>;
  /** Fields with times of events, besides `at`. */
  readonly times: readonly string[];
}

/**
 * The kinds whose readings can be shared: the same rows for everyone, from one response. The rows of probes are not among
 * them, because they say what this machine reaches.
 */
const formats: Partial<Record<FeedKind, RowFormat>> = {
  alerts: { row: zAlert, times: ['since'] },
  breakers: { row: zBreaker, times: [] },
  pools: { row: zPool, times: [] },
  workloads: { row: zWorkload, times: ['startedAt'] },
  samples: { row: zSample, times: [] },
};

/** True: the readings of this feed may be shared. A feed that watches, compares readings or probes is read by everyone. */
export const hasSharedFormat = ({ kind, everyMs, probe, needsTwo, fills }: FeedInfo): boolean =>
  Object.hasOwn(formats, kind) && everyMs > 0 && probe !== true && needsTwo !== true && fills === undefined;

/** Converts the time of an event between our clock and that of the state database. */
type Converter = (at: Millis) => Millis;

type Row = Readonly<Record<string, unknown>>;

const withTimes = (row: Row, times: readonly string[], convert: Converter): Row => ({
  ...row,
  ...Object.fromEntries(
    times.flatMap((name) => {
      const at = row[name];
      return typeof at === 'number' ? [[name, Math.round(convert(at))]] : [];
    }),
  ),
});

const isOf = ({ source, signals = [] }: FeedInfo, row: Row): boolean =>
  row.source === source && (row.signal === undefined || signals.includes(String(row.signal)));

/**
 * Encodes a reading for other processes. Undefined for one that is not shared: with a fault, an unavailable part, a row that
 * is older than `since` or does not fit its kind, a text that `mask` changes, or too much of it.
 */
export const encodeReading = (
  feed: FeedInfo,
  { items, samples = [], faults, unavailable = [] }: FeedReading,
  since: Millis,
  toShared: Converter,
  mask: (text: string) => string,
): string | undefined => {
  const format = formats[feed.kind];
  if (format === undefined || faults.length + unavailable.length > 0) return undefined;
  if (items.length + samples.length > maxRows) return undefined;
  if ([...items, ...samples].some(({ at }) => !(at >= since))) return undefined;
  // The time of a response differs in each reading: without it, unchanged rows have the same text.
  const stamped = { at: 0 };
  const text = JSON.stringify({
    items: items.map((row) => withTimes({ ...row, ...stamped }, format.times, toShared)),
    // Parts are witnesses of a run, which relies on no reading of another process.
    samples: samples.map(({ parts: _, fold: __, ...row }) => ({ ...row, ...stamped })),
  });
  if (text.length > maxLength || mask(text) !== text) return undefined;
  return decodeReading(feed, text, since, (at) => at) === undefined ? undefined : text;
};

/**
 * Decodes a reading of another process. `at`: the time of its rows. Undefined for anything else than rows of the feed's kind
 * and source, with known fields, and without control characters.
 */
export const decodeReading = (
  feed: FeedInfo,
  text: string,
  at: Millis,
  fromShared: Converter,
): FeedReading | undefined => {
  const format = formats[feed.kind];
  if (format === undefined || text.length > maxLength) return undefined;
  const shape = z.strictObject({
    items: z.array(format.row).max(maxRows),
    samples: z.array(zSample).max(maxRows),
  });
  const parsed = shape.safeParse(parsedJson(text));
  if (!parsed.success) return undefined;
  const { items, samples } = parsed.data;
  if (![...items, ...samples].every((row) => isOf(feed, row))) return undefined;
  return {
    // The schema of the feed's kind has checked every row.
    items: items.map((row) => ({
      ...withTimes(row, format.times, fromShared),
      at,
    })) as unknown as FeedReading['items'],
    ...(samples.length === 0 ? {} : { samples: samples.map((row) => ({ ...row, at })) }),
    faults: [],
  };
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

import type { Millis } from '../../domain/base/fault.ts';
import { stripControls } from '../../domain/text/controls.ts';
import { parseJsonInTurns } from '../../platform/network/bounded-json.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { entries, field, goList, list, stringMapOf, text } from '../kit/values/wire-value.ts';

/** A Loki timestamp: nanoseconds since the epoch, beyond the precision of a JavaScript number. */
export type Nanos = bigint;

const nanosInMs = 1_000_000n;

export const millisToNanos = (ms: Millis): Nanos => BigInt(Math.floor(ms)) * nanosInMs;

/** Keeps the fraction, so that the order of lines within a millisecond stays. */
export const nanosToMillis = (ns: Nanos): Millis => Number(ns / nanosInMs) + Number(ns % nanosInMs) / 1e6;

export const maxNanos = (a: Nanos, b: Nanos): Nanos => (a > b ? a : b);

/**
 * A resume position: the time of the last line, and the number of lines with that time that were delivered (at least
 * 1).
 */
export interface LokiMark {
  readonly ns: Nanos;
  readonly nth: number;
}

export const formatLokiMark = ({ ns, nth }: LokiMark): string => `${ns}#${nth}`;

export const parseLokiMark = (text: string): LokiMark | undefined => {
  const [, ns, nth] = /^(\d{1,20})#(\d{1,9})$/.exec(text) ?? [];
  return ns === undefined ? undefined : { ns: BigInt(ns), nth: Number(nth) };
};

export type LokiLabels = Readonly<Record<string, string>>;

/** One entry of a stream: a line, or several sent as one. */
export interface LokiEntry {
  readonly ns: Nanos;
  readonly labels: LokiLabels;
  /** Identifies its stream. */
  readonly stream: string;
  /** Without control sequences; line breaks stay. */
  readonly text: string;
}

const malformed = (what: string): WireError => new WireError('malformed', what);

const streamKey = (labels: LokiLabels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

const parseEntries = (stream: unknown): readonly LokiEntry[] => {
  const labels = stringMapOf(field(stream, 'stream'));
  const key = streamKey(labels);
  return goList(field(stream, 'values'), 'values').map((value) => {
    const [ns, line] = list(value);
    const written = text(ns);
    const lineText = text(line);
    if (written === undefined || !/^\d{1,20}$/.test(written) || lineText === undefined)
      throw malformed(
        'a log entry in the response has no timestamp or no line: check that url is a Loki server',
      );
    return { ns: BigInt(written), labels, stream: key, text: stripControls(lineText) };
  });
};

/** Sorts entries oldest first; equal times in the order of their streams, then of the response. */
const sortEntries = (entries: readonly LokiEntry[]): readonly LokiEntry[] =>
  [...entries].sort((a, b) =>
    a.ns === b.ns ? (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0) : a.ns < b.ns ? -1 : 1,
  );

/**
 * Parses the `data` of a log query into entries, oldest first. `isBackward`: each stream of the response is newest
 * first. Throws `malformed`.
 */
export const parseStreams = (data: unknown, isBackward: boolean): readonly LokiEntry[] => {
  const type = text(field(data, 'resultType'));
  if (type !== 'streams')
    throw malformed(
      `the query must return log lines, but the resultType is ${type ?? 'absent'}: use a log query such as {app="api"}`,
    );
  const entryLists = goList(field(data, 'result'), 'result').map(parseEntries);
  return sortEntries(
    (isBackward ? entryLists.map((entryList) => entryList.toReversed()) : entryLists).flat(),
  );
};

/** Parses a tail message: entries oldest first, and the number of entries that Loki dropped for slow readers. */
export const parseTailMessage = async (
  bytes: Uint8Array,
): Promise<{ readonly entries: readonly LokiEntry[]; readonly droppedCount: number }> => {
  const body = new TextDecoder().decode(bytes);
  let message: unknown;
  try {
    message = await parseJsonInTurns(body);
  } catch {
    throw malformed('a message of the tail is not JSON: check that url is a Loki server');
  }
  return {
    entries: sortEntries(goList(field(message, 'streams'), 'streams').flatMap(parseEntries)),
    droppedCount: list(field(message, 'dropped_entries')).length,
  };
};

/** Parses the label sets of `/series`. */
export const parseLabelSets = (data: unknown): readonly LokiLabels[] =>
  goList(data, 'data').map((value) => {
    if (entries(value).length === 0)
      throw malformed('a stream in the response has no labels: check that url is a Loki server');
    return stringMapOf(value);
  });

/** One value of a metric query: NaN is no value, with the reason in `why`. */
export interface MetricQuerySample {
  readonly labels: LokiLabels;
  readonly value?: number;
  readonly why?: string;
}

const parseMetricValue = (pair: unknown): Pick<MetricQuerySample, 'value' | 'why'> => {
  const [at, written] = list(pair);
  if (typeof at !== 'number')
    throw malformed('a value in the response has no timestamp: check that url is a Loki server');
  const word = text(written)?.trim() ?? '';
  const value = word === '' ? Number.NaN : Number(word);
  if (Number.isFinite(value)) return { value };
  if (/^[+-]?Inf$/.test(word)) return { value: word.startsWith('-') ? -Infinity : Infinity };
  return {
    why:
      word === 'NaN'
        ? 'the result is NaN, not a number: check the query for a division by 0'
        : 'the response has no number: check that url is a Loki server',
  };
};

/** Parses the `data` of an instant metric query. Throws `malformed`, also for a query that returns lines. */
export const parseInstantVector = (data: unknown): readonly MetricQuerySample[] => {
  const type = text(field(data, 'resultType'));
  const result = field(data, 'result');
  if (type === 'scalar') return [{ labels: {}, ...parseMetricValue(result) }];
  if (type === 'vector')
    return goList(result, 'result').map((value) => ({
      labels: stringMapOf(field(value, 'metric')),
      ...parseMetricValue(field(value, 'value')),
    }));
  if (type === 'streams' || type === 'matrix')
    throw malformed(
      'the query returns log lines: use one that returns numbers, such as count_over_time(… [5m])',
    );
  throw malformed(
    `opsdeck cannot read the result of the query, whose resultType is ${type ?? 'absent'}: use a query that returns numbers`,
  );
};

import { z } from 'zod';
import type { Millis } from '../domain/base/fault.ts';
import type { Sample } from '../domain/facts/facts.ts';
import type { FeedInfo, FeedKind } from '../domain/facts/reading.ts';
import type { FeedReading } from '../domain/facts/shared-reading.ts';
import { stripControls } from '../domain/text/controls.ts';
import {
  isOptional,
  optional,
  type SharedFields,
  type SharedTable,
  type SharedValue,
} from '../kinds/define/shared-fields.ts';
import { isKind, kindOf } from '../kinds/registry/registry.ts';

/** The version of the text of a shared reading. Processes share only with others of their version. */
export const readingFormat = 2;

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

/** The schema of a field. A text has only the words of its kind, if these are listed. */
const schemaOf = (value: SharedValue): z.ZodType => {
  if (typeof value === 'object') return z.enum(Object.keys(value));
  const schemas: Record<Extract<SharedValue, string>, z.ZodType> = {
    text: zText,
    number: zNumber,
    count: zCount,
    time: zNumber,
    flag: z.boolean(),
    labels: zLabels,
    texts: z.array(zText),
    'number or text': z.union([zNumber, zText]),
  };
  return schemas[value];
};

interface RowFormat {
  readonly row: z.ZodType<Record<string, unknown>>;
  /** Fields with times of events, besides `at`. */
  readonly times: readonly string[];
}

const formatOf = (table: SharedTable): RowFormat => ({
  row: z.strictObject({
    source: zText,
    at: zNumber,
    ...Object.fromEntries(
      Object.entries(table).map(([name, field]) => [
        name,
        isOptional(field) ? schemaOf(field.optional).exactOptional() : schemaOf(field),
      ]),
    ),
  }),
  times: Object.entries(table).flatMap(([name, field]) =>
    (isOptional(field) ? field.optional : field) === 'time' ? [name] : [],
  ),
});

/** The fields of a value that no other process takes: only a run needs them, or the feed is not shared (`byRules`). */
type WitnessFields = Pick<
  Sample,
  'byRules' | 'parts' | 'fold' | 'computed' | 'isCounter' | 'isUnmeasured' | 'metric' | 'origin'
>;

const sampleFields: SharedFields<Omit<Sample, keyof WitnessFields>> = {
  signal: 'text',
  value: optional('number or text'),
  labels: 'labels',
  why: optional('text'),
};

const sampleFormat = formatOf(sampleFields);

const formats = new Map<SharedTable, RowFormat>();

/**
 * The format of a feed's rows, derived from their kind; undefined for rows that are not shared: those of probes say what
 * this machine reaches.
 */
const formatFor = (kind: FeedKind): RowFormat | undefined => {
  if (kind === 'samples') return sampleFormat;
  const table: SharedTable | undefined = isKind(kind) ? kindOf(kind).shared : undefined;
  if (table === undefined) return undefined;
  const format = formats.get(table) ?? formatOf(table);
  formats.set(table, format);
  return format;
};

/** True: the readings of this feed may be shared. A feed that watches, compares readings or probes is read by everyone. */
export const hasSharedFormat = ({ kind, everyMs, probe, needsTwo, fills, isUnshared }: FeedInfo): boolean =>
  formatFor(kind) !== undefined &&
  everyMs > 0 &&
  ![probe, needsTwo, isUnshared].includes(true) &&
  fills === undefined;

/** Converts the time of an event between our clock and that of the state database. */
type Converter = (time: Millis) => Millis;

type Row = Readonly<Record<string, unknown>>;

const withTimes = (row: Row, times: readonly string[], convert: Converter): Row => ({
  ...row,
  ...Object.fromEntries(
    times.flatMap((name) => {
      const time = row[name];
      return typeof time === 'number' ? [[name, Math.round(convert(time))]] : [];
    }),
  ),
});

const witnessFields: Readonly<Record<keyof WitnessFields, true>> = {
  ...{
    byRules: true,
    parts: true,
    fold: true,
    computed: true,
    isCounter: true,
    isUnmeasured: true,
    metric: true,
    origin: true,
  },
};

/** Removes the fields of a value that only a run needs. */
const withoutWitnesses = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !(name in witnessFields)));

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
  const format = formatFor(feed.kind);
  if (format === undefined || faults.length + unavailable.length > 0) return undefined;
  if (items.length + samples.length > maxRows) return undefined;
  if ([...items, ...samples].some(({ at }) => !(at >= since))) return undefined;
  // The time of a response differs in each reading: without it, unchanged rows have the same text.
  const stamped = { at: 0 };
  const text = JSON.stringify({
    items: items.map((row) =>
      withTimes({ ...withoutWitnesses({ ...row }), ...stamped }, format.times, toShared),
    ),
    samples: samples.map((row) => ({ ...withoutWitnesses({ ...row }), ...stamped })),
  });
  if (text.length > maxLength || mask(text) !== text) return undefined;
  return decodeReading(feed, text, since, (time) => time) === undefined ? undefined : text;
};

/**
 * Decodes a reading of another process. `at`: the time of its rows. Undefined for anything else than rows of the feed's kind
 * and source, with known fields, and without control characters.
 */
export const decodeReading = (
  feed: FeedInfo,
  text: string,
  time: Millis,
  fromShared: Converter,
): FeedReading | undefined => {
  const format = formatFor(feed.kind);
  if (format === undefined || text.length > maxLength) return undefined;
  const shape = z.strictObject({
    items: z.array(format.row).max(maxRows),
    samples: z.array(sampleFormat.row).max(maxRows),
  });
  const parsed = shape.safeParse(parsedJson(text));
  if (!parsed.success) return undefined;
  const { items, samples } = parsed.data;
  if (![...items, ...samples].every((row) => isOf(feed, row))) return undefined;
  return {
    // The schema of the feed's kind has checked every row.
    items: items.map((row) => ({
      ...withTimes(row, format.times, fromShared),
      at: time,
    })) as unknown as FeedReading['items'],
    // The schema has checked these rows, too.
    ...(samples.length === 0
      ? {}
      : { samples: samples.map((row) => ({ ...row, at: time })) as unknown as readonly Sample[] }),
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

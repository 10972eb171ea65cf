import { type FieldMask, maskTree } from '../../domain/mask/mask-tree.ts';
import { secretWords } from '../../domain/mask/secret-words.ts';

/** Name of the field that holds values JSON cannot represent; no fact has a field of this name. */
const escapeKey = '$';

/** True for values that JSON cannot represent: bigint (64-bit offsets), NaN and infinities. */
const isOdd = (value: unknown): value is bigint | number =>
  typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value));

const oddOf = (text: string): bigint | number => (/^-?\d+$/.test(text) ? BigInt(text) : Number(text));

/**
 * Encodes one row as JSON; `decodeRow` is the inverse. Omits `at` where it equals `stamp`: all rows of a
 * response share one time, so an unchanged row encodes to the same text.
 */
export const encodeRow = (row: object, stamp?: number): string => {
  const plain: Record<string, unknown> = { ...row };
  if (stamp !== undefined && plain.at === stamp) delete plain.at;
  let rest: Record<string, string> | undefined;
  for (const name in plain) {
    const value = plain[name];
    if (!isOdd(value)) continue;
    rest = { ...rest, [name]: String(value) };
    delete plain[name];
  }
  return JSON.stringify(rest === undefined ? plain : { ...plain, [escapeKey]: rest });
};

/** Masks secrets in a text. */
export type DocMask = FieldMask;

/** A JSON field whose name marks its value as a secret. */
const secretField = new RegExp(`(?:${secretWords})(?:[-_.]\\w+)?"\\s*:`, 'i');

/**
 * Returns JSON without secrets. Masks only strings, because a number that resembles a secret is still a
 * number.
 */
export const maskedText = (text: string, mask: DocMask): string =>
  mask(text) === text && !secretField.test(text) ? text : JSON.stringify(maskTree(JSON.parse(text), mask));

/**
 * Decodes a row that `encodeRow` wrote. Modifies the parsed object in place, which avoids copying thousands
 * of rows.
 */
export const decodeRow = (row: Record<string, unknown>, stamp?: number): Record<string, unknown> => {
  const rest = row[escapeKey];
  if (typeof rest === 'object' && rest !== null) {
    delete row[escapeKey];
    for (const [name, text] of Object.entries(rest)) row[name] = oddOf(String(text));
  }
  if (stamp !== undefined && row.at === undefined) row.at = stamp;
  return row;
};

/**
 * Snapshot of one time: parts (a feed, the verdicts …) of rows by key, each row as JSON, in order. Two
 * snapshots are compared row by row, as text.
 */
export type SnapshotDoc = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** A snapshot whose rows are parsed. */
export type ParsedSnapshotDoc = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

export const sourcesPart = 'sources';
export const verdictsPart = 'verdicts';
export const sincePart = 'since';
export const derivedPart = 'derived';
const feedMark = 'feed ';

export const feedPart = (feed: string): string => feedMark + feed;
export const isFeedPart = (part: string): boolean => part.startsWith(feedMark);

/** Rows of a feed's part besides its items and samples. */
export const infoRow = 'info';
export const headRow = 'head';
/** Key prefixes of its items and samples. */
export const itemMark = 'i ';
export const sampleMark = 's ';

/** Number of rows omitted from a reading that was too large. */
export interface OmittedRows {
  readonly ok: number;
  readonly other: number;
}

const quoted = (key: string, row: string): string => `[${JSON.stringify(key)},${row}]`;

const rowsText = (rows: Iterable<readonly [string, string]>): string =>
  `[${Array.from(rows, ([key, row]) => quoted(key, row)).join(',')}]`;

/** Serializes a whole snapshot. Yields after each part. */
export function* snapshotText(doc: SnapshotDoc): Generator<void, string> {
  const parts: string[] = [];
  for (const [part, rows] of doc) {
    parts.push(quoted(part, rowsText(rows)));
    yield;
  }
  return `[${parts.join(',')}]`;
}

/** Changes to a part: new or changed rows, deleted rows, and the order if it is not the natural one. */
interface PartDelta {
  readonly set: readonly (readonly [string, unknown])[];
  readonly del?: readonly string[];
  /** Positions in the natural order: remaining rows first, then new ones. */
  readonly order?: readonly number[];
}

interface Delta {
  /** All part names, in order. */
  readonly parts: readonly string[];
  readonly changed: readonly (readonly [string, PartDelta])[];
}

const noText: ReadonlyMap<string, string> = new Map();
const noRows: ReadonlyMap<string, unknown> = new Map();

/**
 * Returns the order of the rows as positions in the natural order (remaining rows, then new ones); undefined
 * if it is the natural order.
 */
const orderOf = (
  base: ReadonlyMap<string, string>,
  rows: ReadonlyMap<string, string>,
): readonly number[] | undefined => {
  const natural = new Map<string, number>();
  for (const key of base.keys()) if (rows.has(key)) natural.set(key, natural.size);
  for (const key of rows.keys()) if (!natural.has(key)) natural.set(key, natural.size);
  const order = Array.from(rows.keys(), (key) => natural.get(key) ?? 0);
  return order.every((place, index) => place === index) ? undefined : order;
};

const partDelta = (
  base: ReadonlyMap<string, string>,
  rows: ReadonlyMap<string, string>,
): string | undefined => {
  if (base === rows) return undefined;
  const set = [...rows].filter(([key, row]) => base.get(key) !== row);
  const del = [...base.keys()].filter((key) => !rows.has(key));
  const order = orderOf(base, rows);
  if (set.length === 0 && del.length === 0 && order === undefined) return undefined;
  const deletedText = del.length === 0 ? '' : `,"del":${JSON.stringify(del)}`;
  const orderText = order === undefined ? '' : `,"order":${JSON.stringify(order)}`;
  return `{"set":${rowsText(set)}${deletedText}${orderText}}`;
};

/** Serializes the difference between two snapshots. Yields after each part. */
export function* snapshotDelta(base: SnapshotDoc, doc: SnapshotDoc): Generator<void, string> {
  const changed: string[] = [];
  for (const [part, rows] of doc) {
    const delta = partDelta(base.get(part) ?? noText, rows);
    if (delta !== undefined) changed.push(quoted(part, delta));
    yield;
  }
  return `{"parts":${JSON.stringify([...doc.keys()])},"changed":[${changed.join(',')}]}`;
}

/** Parses a whole snapshot; throws a SyntaxError or TypeError if the text is not one. */
export const parseSnapshot = (text: string): ParsedSnapshotDoc => {
  // Written by `snapshotText`; anything else fails in the Map constructors.
  const parts = JSON.parse(text) as readonly (readonly [string, readonly (readonly [string, unknown])[]])[];
  return new Map(parts.map(([part, rows]) => [part, new Map(rows)]));
};

const changedPart = (
  base: ReadonlyMap<string, unknown>,
  { set, del = [], order }: PartDelta,
): ReadonlyMap<string, unknown> => {
  const rows = new Map(base);
  for (const key of del) rows.delete(key);
  for (const [key, row] of set) rows.set(key, row);
  if (order === undefined) return rows;
  const natural = [...rows];
  return new Map(order.flatMap((place) => natural.slice(place, place + 1)));
};

/** Returns `base` with a delta applied; throws if the text is not a delta. */
export const applySnapshotDelta = (base: ParsedSnapshotDoc, text: string): ParsedSnapshotDoc => {
  const delta = JSON.parse(text) as Delta;
  const changed = new Map(delta.changed);
  return new Map(
    delta.parts.map((part) => {
      const was = base.get(part) ?? noRows;
      const change = changed.get(part);
      return [part, change === undefined ? was : changedPart(was, change)];
    }),
  );
};

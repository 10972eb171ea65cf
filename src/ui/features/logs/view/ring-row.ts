import { levelCode } from '../../../../domain/facts/log-level.ts';
import type { LogKeys } from '../../../../domain/profile/profile.ts';
import { withoutTornEnd } from '../../../../domain/text/cut-text.ts';
import { parseLine } from '../../../../logs/format/parse-line.ts';
import type { ParsedLine } from '../../../../logs/format/parsed-line.ts';
import type { ReadonlyLogRing } from '../../../../logs/ring/log-ring.ts';
import type { RowBlock, RowHead } from '../../../../logs/ring/row-block.ts';

/** Size of the parse cache, enough for several screens of lines. */
const maxCachedLines = 400;
const parseCache = new Map<string, ParsedLine>();

/** The keys of the cached lines. */
let cachedKeys: LogKeys | undefined;

/** Parses a line, with the profile's keys. Cached, because the same lines are drawn in every frame. */
export const parsedLine = (text: string, keys?: LogKeys): ParsedLine => {
  const cached = keys === cachedKeys ? parseCache.get(text) : undefined;
  if (cached !== undefined) return cached;
  if (parseCache.size >= maxCachedLines || keys !== cachedKeys) parseCache.clear();
  cachedKeys = keys;
  const parsed = parseLine(text, { keys });
  parseCache.set(text, parsed);
  return parsed;
};

/** Fields that locate the code that logged the line. They are shown only in the details of a row. */
const hiddenFields: ReadonlySet<string> = new Set(['pid', 'thread', 'tid']);

/** Minimum length to treat a value as part of the stream name; shorter values can match by chance. */
const minNameLength = 4;

/** The fields that neither the message nor the stream name already contains: 'order=77ab'. Values pass through `mask`. */
export const remainingFields = (
  { message, fields }: ParsedLine,
  besides: ReadonlySet<string>,
  stream: string,
  mask: (value: string, name: string) => string,
): readonly string[] =>
  [...fields].flatMap(([name, value]) =>
    besides.has(name) ||
    hiddenFields.has(name) ||
    message.includes(value) ||
    (value.length >= minNameLength && stream.includes(value))
      ? []
      : [`${name}=${mask(value, name)}`],
  );

/** Numeric codes of the levels that have a color of their own. */
export const warnLevelCode = levelCode('warn');
export const errorLevelCode = levelCode('error');

/** Bytes of a line to read for drawing: more than a screen shows, few enough for one frame. */
const drawnBytes = 4096;
/** Replacement characters at the end: a cut through a multi-byte character. */
const brokenEnd = /\ufffd{1,3}$/;

interface RowPosition {
  readonly block: RowBlock;
  readonly index: number;
}

const find = (ring: ReadonlyLogRing, id: number): RowPosition | undefined => {
  const block = ring.blocks[ring.blockOf(id)];
  if (block === undefined) return undefined;
  const index = id - block.base;
  return index >= 0 && index < block.count ? { block, index } : undefined;
};

/** The metadata of a row; does not read its text. */
export const ringRowHead = (ring: ReadonlyLogRing, id: number): RowHead | undefined => {
  const position = find(ring, id);
  if (position === undefined) return undefined;
  const { block, index } = position;
  return {
    at: block.at[index] ?? 0,
    level: block.level[index] ?? 0,
    stream: block.stream[index] ?? 0,
    kind: block.kind[index] ?? 0,
  };
};

/** The first `most` bytes of a row's text and the number of unread bytes. A line can be up to 1 MiB long. */
export const ringRowText = (
  ring: ReadonlyLogRing,
  id: number,
  most: number = drawnBytes,
): { readonly text: string; readonly left: number } => {
  const position = find(ring, id);
  if (position === undefined) return { text: '', left: 0 };
  const { block, index } = position;
  const begin = index === 0 ? 0 : (block.ends[index - 1] ?? 0) + 1;
  const end = block.ends[index] ?? begin;
  const to = Math.min(end, begin + most);
  const text = block.bytes.toString(block.ascii ? 'latin1' : 'utf8', begin, to);
  if (to === end) return { text, left: 0 };
  // The mask would not recognize half a name or token, so drop it.
  return { text: withoutTornEnd(text.replace(brokenEnd, '')), left: end - to };
};

import { levelCode } from '../../../domain/log-level.ts';
import { withoutTornEnd } from '../../../domain/mask/cut-text.ts';
import { parseLine } from '../../../logs/format/parse-line.ts';
import type { ParsedLine } from '../../../logs/format/parsed-line.ts';
import type { ReadonlyLogRing } from '../../../logs/ring/log-ring.ts';
import type { RowBlock, RowHead } from '../../../logs/ring/row-block.ts';

/** Lines that are remembered as they were taken apart: those of some screens. */
const rememberedAtMost = 400;
const remembered = new Map<string, ParsedLine>();

/** A line taken apart; those that are drawn again and again are taken apart once. */
export const parsedLine = (text: string): ParsedLine => {
  const had = remembered.get(text);
  if (had !== undefined) return had;
  if (remembered.size >= rememberedAtMost) remembered.clear();
  const parsed = parseLine(text);
  remembered.set(text, parsed);
  return parsed;
};

/** Fields that tell where in a program it was said: they stand with the others when the row is opened. */
const quiet: ReadonlySet<string> = new Set(['pid', 'thread', 'tid']);

/** A shorter value may stand in a stream's name by chance. */
const leastName = 4;

/** Fields that neither the message nor the name of the stream tells already: 'order=77ab'. Their values go through `mask`. */
export const remainingFields = (
  { message, fields }: ParsedLine,
  besides: ReadonlySet<string>,
  stream: string,
  mask: (value: string, name: string) => string,
): readonly string[] =>
  [...fields].flatMap(([name, value]) =>
    besides.has(name) ||
    quiet.has(name) ||
    message.includes(value) ||
    (value.length >= leastName && stream.includes(value))
      ? []
      : [`${name}=${mask(value, name)}`],
  );

/** Graver than this is drawn in its colour. */
export const warnLevelCode = levelCode('warn');
export const errorLevelCode = levelCode('error');

/** So many bytes of a line are looked at to draw it: more than any screen shows, less than a frame has time for. */
const drawnBytes = 4096;
/** The last bytes of a cut may be the beginning of a character. */
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

/** What is known of a row besides its text, without reading that. */
export const ringRowHead = (ring: ReadonlyLogRing, id: number): RowHead | undefined => {
  const found = find(ring, id);
  if (found === undefined) return undefined;
  const { block, index } = found;
  return {
    at: block.at[index] ?? 0,
    level: block.level[index] ?? 0,
    stream: block.stream[index] ?? 0,
    kind: block.kind[index] ?? 0,
  };
};

/** The beginning of a row's text, and how many bytes of it are not read: a line may be a MiB long. */
export const ringRowText = (
  ring: ReadonlyLogRing,
  id: number,
  most: number = drawnBytes,
): { readonly text: string; readonly left: number } => {
  const found = find(ring, id);
  if (found === undefined) return { text: '', left: 0 };
  const { block, index } = found;
  const begin = index === 0 ? 0 : (block.ends[index - 1] ?? 0) + 1;
  const end = block.ends[index] ?? begin;
  const to = Math.min(end, begin + most);
  const text = block.bytes.toString(block.ascii ? 'latin1' : 'utf8', begin, to);
  if (to === end) return { text, left: 0 };
  // Half a name or a token would not be masked.
  return { text: withoutTornEnd(text.replace(brokenEnd, '')), left: end - to };
};

import { levelCode } from '../../../domain/log-level.ts';
import type { ParsedLine } from '../../../logs/format/line.ts';
import { parseLine } from '../../../logs/format/parse.ts';

/** Lines that are remembered as they were taken apart: those of some screens. */
const rememberedAtMost = 400;
const remembered = new Map<string, ParsedLine>();

/** A line taken apart; those that are drawn again and again are taken apart once. */
export const wordsOf = (text: string): ParsedLine => {
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
export const unsaidFields = (
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
export const warnCode = levelCode('warn');
export const errorCode = levelCode('error');

import { levelOfCode } from '../../domain/facts/log-level.ts';
import { type FieldMask, maskTree } from '../../domain/mask/mask-tree.ts';
import { escapeControls } from '../../domain/text/controls.ts';
import type { PipeLine } from '../../logs/following/log-pipe.ts';
import type { HeadOptions } from '../../logs/format/head-reader.ts';
import { parseRecord } from '../../logs/format/parse-line.ts';
import type { Output } from '../command/output.ts';
import type { LineSink } from './merged.ts';

/** One large write costs a tenth of many small ones. */
const writeChars = 64 * 1024;

/** Colors that are distinct on dark and light backgrounds: green, yellow, blue, magenta, cyan, red. */
const labelColors = [32, 33, 34, 35, 36, 31];

const colored = (label: string, index: number): string =>
  `\x1b[${labelColors[index % labelColors.length]}m${label}\x1b[0m`;

/** The format of printed lines. */
interface PrintOptions {
  readonly json: boolean;
  /** Colors the labels. */
  readonly color: boolean;
  /** Separates groups of lines with context by `--`. */
  readonly hasContext: boolean;
  /** Replaces identifying data in each line. */
  readonly anonymize?: FieldMask | undefined;
  /** Parses the time and level of a line. */
  readonly head: HeadOptions;
}

/** Creates a sink that prints lines to stdout. */
export const createPrinter = (
  output: Output,
  signal: AbortSignal,
  { json, color, hasContext, head, anonymize }: PrintOptions,
): LineSink => {
  let held: string[] = [];
  let size = 0;
  let isFirst = true;
  const { sink } = output;
  const hidden: FieldMask = (text, name) => (anonymize === undefined ? text : anonymize(text, name));
  const mask: FieldMask = (text, name) => hidden(sink.text(text, name), name);
  const inBulk = (text: string): string => hidden(sink.lines(text));
  const label = (text: string): string => hidden(sink.label(text));
  const put = (text: string): void => {
    held.push(text);
    size += text.length;
  };
  const inJson = ({ stream, text, more, at: known, level, isOfFile }: PipeLine): string => {
    const { message, fields, at: parsed } = parseRecord(text, more, head);
    const time = isOfFile ? parsed : known;
    // Fields first: names and tokens learned from them are masked in the message, too.
    const masked = maskTree({ fields: Object.fromEntries(fields) }, mask);
    return escapeControls(
      JSON.stringify({
        at: time === undefined ? null : new Date(time).toISOString(),
        source: stream.source,
        stream: label(stream.name),
        level: levelOfCode(level) ?? null,
        message: mask(message),
        ...masked,
        text: [text, ...more].map((line) => mask(line)).join('\n'),
      }),
    );
  };
  const inText = ({ stream, text }: PipeLine, labelled: boolean): string => {
    if (!labelled) return inBulk(text);
    const shown = label(stream.label);
    return `${color ? colored(shown, stream.index) : shown}  ${inBulk(text)}`;
  };
  return {
    get isFull() {
      return size >= writeChars;
    },
    line: (line, labelled) => {
      // With --tail, the group before the first printed one is dropped, and a separator would have nothing to separate.
      if (line.isApart && !isFirst && hasContext && !json) put('--\n');
      isFirst = false;
      put(`${json ? inJson(line) : inText(line, labelled)}\n`);
      if (!json) for (const text of line.more) put(`${inText({ ...line, text }, labelled)}\n`);
    },
    flush: async () => {
      if (size === 0) return;
      const text = held.join('');
      held = [];
      size = 0;
      await output.write(text, signal);
    },
  };
};

/** Creates a sink that only counts matching lines. */
export const createCounter = (): LineSink & { readonly count: number } => {
  let count = 0;
  return {
    get count() {
      return count;
    },
    isFull: false,
    line: ({ role }) => {
      if (role === 'hit') count++;
    },
    flush: async () => {},
  };
};

import { levelOfCode } from '../../../domain/facts/log-level.ts';
import { createAnonymizer } from '../../../domain/mask/anonymize.ts';
import type { FieldMask } from '../../../domain/mask/mask-tree.ts';
import { maskTree } from '../../../domain/mask/mask-tree.ts';
import { escapeControls } from '../../../domain/text/controls.ts';
import { isoTime } from '../../../domain/text/format.ts';
import { rowKind, rowKinds } from '../../../logs/format/parsed-line.ts';
import type { LogsState } from '../../../logs/ring/logs-state.ts';
import { type RowBlock, rowTextAt } from '../../../logs/ring/row-block.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { maskForExport } from '../../shell/output/clipboard.ts';
import { parsedLine } from './view/ring-row.ts';
import { bookmarkIds } from './view/rows.ts';
import type { LogSaveOverlay } from './view/view-state.ts';

/** Creates the anonymizer of one file: each name has the same alias throughout the file. */
const anonymizerFor = ({ cockpit }: RenderContext): FieldMask => {
  const { words = [], anonymise: profileNames } = cockpit.open ?? {};
  return createAnonymizer({
    names: [...words.flatMap(({ names, listed }) => [...names, ...listed]), ...(profileNames?.names ?? [])],
    keep: [
      ...words.flatMap(({ stays, listed, allowed }) => [
        ...stays.filter((word) => !listed.includes(word)),
        ...allowed,
      ]),
      ...(profileNames?.keep ?? []),
    ],
  });
};

type LogSaveRequest = Pick<LogSaveOverlay, 'what' | 'form' | 'names'>;

/** Rows per chunk. The file is written in chunks so that the UI stays responsive. */
const chunkRows = 500;

/** 'opsdeck-production-logs-20260304T101507Z.log' */
export const logFileName = (view: RenderContext, { form }: LogSaveRequest): string => {
  const stamp = isoTime(wallNow(view)).slice(0, 19).replaceAll(/[-:]/g, '');
  const env = maskForExport(view, view.cockpit.open?.env ?? 'none');
  return `opsdeck-${env}-logs-${stamp}Z.${form === 'text' ? 'log' : 'jsonl'}`.replaceAll(/[^\w.-]/g, '_');
};

/** A range of rows of one block to save. */
interface Part {
  readonly block: RowBlock;
  readonly from: number;
  readonly to: number;
  /** 1 for rows to save; absent if all rows are saved. */
  readonly visible?: Uint8Array;
}

/** The range from the first to the last marked line; the whole ring if no line is marked. */
const rangeOf = (
  view: RenderContext,
  { ring }: LogsState,
  what: LogSaveRequest['what'],
): readonly [number, number] => {
  const marks = what === 'marked' ? bookmarkIds(view) : [];
  return [marks[0] ?? ring.first, (marks.at(-1) ?? ring.end - 1) + 1];
};

/** Snapshots the rows to save, so that new lines and filter changes do not affect the file being written. */
const partsOf = (view: RenderContext, logs: LogsState, what: LogSaveRequest['what']): readonly Part[] => {
  const [from, to] = rangeOf(view, logs, what);
  const within = (block: RowBlock): Omit<Part, 'visible'> => ({
    block,
    from: Math.max(0, from - block.base),
    to: Math.min(block.count, to - block.base),
  });
  const parts: readonly Part[] =
    what === 'all'
      ? logs.ring.blocks.map(within)
      : logs.filteredView.blocks.map(({ block, visible }) => ({
          ...within(block),
          visible: visible.slice(),
        }));
  return parts.filter((part) => part.from < part.to);
};

/** The number of lines to save. */
export const savedLineCount = (
  view: RenderContext,
  logs: LogsState,
  what: LogSaveRequest['what'],
): number => {
  if (what === 'all') return logs.ring.count;
  const [from, to] = rangeOf(view, logs, what);
  return logs.filteredView.rank(to) - logs.filteredView.rank(from);
};

type Streams = LogsState['streams'];

const textRow = (streams: Streams, block: RowBlock, index: number): string => {
  const kind = block.kind[index] ?? 0;
  const text = rowTextAt(block, index);
  const label = streams[block.stream[index] ?? 0]?.label ?? '';
  if (kind > rowKind.continuation) {
    const is = rowKinds[kind] ?? '';
    return `-- ${text.startsWith(is) ? '' : `${is}: `}${text.includes(label) ? '' : `${label}: `}${text} --`;
  }
  return streams.length > 1 ? `${label} ${text}` : text;
};

const jsonRow = (
  { streams, keys }: Pick<LogsState, 'streams' | 'keys'>,
  block: RowBlock,
  index: number,
  mask: FieldMask,
): string => {
  const text = rowTextAt(block, index);
  const stream = streams[block.stream[index] ?? 0];
  const { message, fields } = parsedLine(text, keys);
  // Mask fields first: the names and tokens they reveal are then also masked in the message.
  const maskedFields = fields.size === 0 ? {} : maskTree({ fields: Object.fromEntries(fields) }, mask);
  return escapeControls(
    JSON.stringify({
      time: isoTime(block.at[index] ?? 0),
      source: stream?.source ?? null,
      stream: stream === undefined ? null : mask(stream.name),
      kind: rowKinds[block.kind[index] ?? 0],
      level: levelOfCode(block.level[index] ?? 0) ?? null,
      message: mask(message),
      ...maskedFields,
      line: mask(text),
    }),
  );
};

function* chunks(
  parts: readonly Part[],
  rowOf: (block: RowBlock, index: number) => string,
): Generator<string> {
  let chunk: string[] = [];
  for (const { block, from, to, visible } of parts)
    for (let index = from; index < to; index++) {
      if (visible !== undefined && visible[index] !== 1) continue;
      chunk.push(rowOf(block, index));
      if (chunk.length < chunkRows) continue;
      yield `${chunk.join('\n')}\n`;
      chunk = [];
    }
  if (chunk.length > 0) yield `${chunk.join('\n')}\n`;
}

/** Formats the lines of the file in chunks. Every text is masked by the pen, so the file shows no more than the screen. */
export const formatSavedLines = (
  view: RenderContext,
  logs: LogsState,
  { what, form, names }: LogSaveRequest,
): Iterable<string> => {
  const hide: FieldMask = names === 'anonymized' ? anonymizerFor(view) : (text) => text;
  const { pen } = view;
  const mask: FieldMask = (text, name) =>
    hide(name === undefined ? pen.maskText(text) : pen.maskField(text, name), name);
  const { streams } = logs;
  return chunks(partsOf(view, logs, what), (block, index) =>
    form === 'text'
      ? hide(maskForExport(view, textRow(streams, block, index)))
      : jsonRow(logs, block, index, mask),
  );
};

import { escapeControls } from '../../../domain/controls.ts';
import { isoTime } from '../../../domain/format.ts';
import { levelOfCode } from '../../../domain/log-level.ts';
import { createAnonymizer } from '../../../domain/mask/anonymize.ts';
import type { FieldMask } from '../../../domain/mask/mask-tree.ts';
import { maskTree } from '../../../domain/mask/mask-tree.ts';
import { rowKind, rowKinds } from '../../../logs/format/parsed-line.ts';
import type { LogsState } from '../../../logs/ring/logs-state.ts';
import { type RowBlock, rowTextAt } from '../../../logs/ring/row-block.ts';
import type { RenderContext } from '../../render-context.ts';
import { maskForExport } from '../export/clipboard.ts';
import { parsedLine } from './ring-row.ts';
import { bookmarkIds } from './rows.ts';
import type { LogSaveOverlay } from './view-state.ts';

/** What puts aliases in place of names in one file: the same alias for the same name from its first line to its last. */
const anonymiser = ({ cockpit }: RenderContext): FieldMask => {
  const { words = [], anonymise: listedHere } = cockpit.open ?? {};
  return createAnonymizer({
    names: [...words.flatMap(({ names, listed }) => [...names, ...listed]), ...(listedHere?.names ?? [])],
    keep: [
      ...words.flatMap(({ stays, listed, allowed }) => [
        ...stays.filter((word) => !listed.includes(word)),
        ...allowed,
      ]),
      ...(listedHere?.keep ?? []),
    ],
  });
};

type LogSaveRequest = Pick<LogSaveOverlay, 'what' | 'form' | 'names'>;

/** Rows of one piece: the file is written piece by piece, and keys are heard in between. */
const pieceRows = 500;

/** 'opsdeck-production-logs-20260304T101507Z.log' */
export const logFileName = (view: RenderContext, { form }: LogSaveRequest): string => {
  const stamp = isoTime(view.now + view.wallOffset)
    .slice(0, 19)
    .replaceAll(/[-:]/g, '');
  const env = maskForExport(view, view.cockpit.open?.env ?? 'none');
  return `opsdeck-${env}-logs-${stamp}Z.${form === 'text' ? 'log' : 'jsonl'}`.replaceAll(/[^\w.-]/g, '_');
};

/** Rows of a block that are saved. */
interface Part {
  readonly block: RowBlock;
  readonly from: number;
  readonly to: number;
  /** 1: saved; absent: all. */
  readonly visible?: Uint8Array;
}

/** From the first mark to the last; all there is where nothing is marked. */
const rangeOf = (
  view: RenderContext,
  { ring }: LogsState,
  what: LogSaveRequest['what'],
): readonly [number, number] => {
  const marks = what === 'marked' ? bookmarkIds(view) : [];
  return [marks[0] ?? ring.first, (marks.at(-1) ?? ring.end - 1) + 1];
};

/** What is saved, held on to: lines that come or go, and chips that change while the file is written, change nothing of it. */
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
      : logs.lens.blocks.map(({ block, visible }) => ({ ...within(block), visible: visible.slice() }));
  return parts.filter((part) => part.from < part.to);
};

/** How many lines that are. */
export const savedLineCount = (
  view: RenderContext,
  logs: LogsState,
  what: LogSaveRequest['what'],
): number => {
  if (what === 'all') return logs.ring.count;
  const [from, to] = rangeOf(view, logs, what);
  return logs.lens.rank(to) - logs.lens.rank(from);
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

const jsonRow = (streams: Streams, block: RowBlock, index: number, mask: FieldMask): string => {
  const text = rowTextAt(block, index);
  const stream = streams[block.stream[index] ?? 0];
  const { message, fields } = parsedLine(text);
  // Fields first: what they tell to be a name or a token is found in the message, too.
  const told = fields.size === 0 ? {} : maskTree({ fields: Object.fromEntries(fields) }, mask);
  return escapeControls(
    JSON.stringify({
      time: isoTime(block.at[index] ?? 0),
      source: stream?.source ?? null,
      stream: stream === undefined ? null : mask(stream.name),
      kind: rowKinds[block.kind[index] ?? 0],
      level: levelOfCode(block.level[index] ?? 0) ?? null,
      message: mask(message),
      ...told,
      line: mask(text),
    }),
  );
};

function* pieces(
  parts: readonly Part[],
  rowOf: (block: RowBlock, index: number) => string,
): Generator<string> {
  let piece: string[] = [];
  for (const { block, from, to, visible } of parts)
    for (let index = from; index < to; index++) {
      if (visible !== undefined && visible[index] !== 1) continue;
      piece.push(rowOf(block, index));
      if (piece.length < pieceRows) continue;
      yield `${piece.join('\n')}\n`;
      piece = [];
    }
  if (piece.length > 0) yield `${piece.join('\n')}\n`;
}

/** The lines as a file has them, in pieces. Every text goes through the pen: what may not be seen is not written. */
export const formatSavedLines = (
  view: RenderContext,
  logs: LogsState,
  { what, form, names }: LogSaveRequest,
): Iterable<string> => {
  const hide: FieldMask = names === 'anonymized' ? anonymiser(view) : (text) => text;
  const { pen } = view;
  const mask: FieldMask = (text, name) =>
    hide(name === undefined ? pen.maskText(text) : pen.maskField(text, name), name);
  const { streams } = logs;
  return pieces(partsOf(view, logs, what), (block, index) =>
    form === 'text'
      ? hide(maskForExport(view, textRow(streams, block, index)))
      : jsonRow(streams, block, index, mask),
  );
};

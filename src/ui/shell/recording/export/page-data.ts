import { defined } from '../../../../domain/base/defined.ts';
import type { Level } from '../../../../domain/facts/level.ts';
import { cellColors, pageColors } from '../../../kit/picture/svg.ts';
import type { StyledRow } from '../../../kit/text/ansi.ts';
import { isSingleCellText, widthOf } from '../../../kit/text/width.ts';
import type { SgrStyle } from '../../../kit/theme/theme.ts';
import { createPlayback } from '../playback.ts';
import type { Recording, RecordingCut } from '../recording.ts';

/** Text with the index of its style, and its width where a browser's font may differ from a terminal. */
type PagePiece = readonly [text: string, style: number, cells?: number];

/** The changed rows of a frame by row number and index of the row table; a size where it has changed. */
type PageFrame = readonly [
  t: number,
  changes: readonly (readonly [row: number, content: number])[],
  size?: readonly [columns: number, rows: number],
];

/** Colors and weight of a style, as CSS. */
interface PageStyle {
  readonly color: string;
  readonly ground?: string;
  readonly bold?: true;
}

/** A recording as the page needs it: rows by content, so that repeated ones are stored once. */
export interface PageData {
  /** Wall clock of position 0, in ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly styles: readonly PageStyle[];
  readonly rows: readonly (readonly PagePiece[])[];
  readonly frames: readonly PageFrame[];
  readonly marks: readonly (readonly [t: number, level: Level, text: string])[];
}

/** Gives equal values the same index. */
const createTable = <T>() => {
  const indexes = new Map<string, number>();
  const values: T[] = [];
  return {
    values,
    indexOf: (value: T): number => {
      const key = JSON.stringify(value);
      const known = indexes.get(key);
      if (known !== undefined) return known;
      indexes.set(key, values.length);
      return values.push(value) - 1;
    },
  };
};

/** Converts a part of a recording. Its first frame is the one on the screen at `fromMs`. */
export const pageData = (recording: Recording, { fromMs, toMs }: RecordingCut): PageData => {
  const { frames, marks, startedAt } = recording;
  const playback = createPlayback(frames);
  const first = playback.frameAt(fromMs);
  const ground = first?.isLight === true ? pageColors.light : pageColors.dark;
  const styles = createTable<PageStyle>();
  const rows = createTable<readonly PagePiece[]>();
  const known = new WeakMap<StyledRow, number>();

  const styleIndex = (style: SgrStyle): number => {
    const { fill, ground: own } = cellColors(style, ground);
    return styles.indexOf({
      color: fill,
      ...defined({ ground: own }),
      ...(style.bold === true ? { bold: true } : {}),
    });
  };
  const rowIndex = (row: StyledRow): number => {
    const had = known.get(row);
    if (had !== undefined) return had;
    const index = rows.indexOf(
      row.map(
        ({ text, style }): PagePiece =>
          isSingleCellText(text) ? [text, styleIndex(style)] : [text, styleIndex(style), widthOf(text)],
      ),
    );
    known.set(row, index);
    return index;
  };

  let shown: readonly number[] = [];
  let size = '';
  const pageFrames: PageFrame[] = [];
  const times = [fromMs, ...frames.map(({ t }) => t).filter((t) => t > fromMs && t <= toMs)];
  for (const t of times) {
    const frame = playback.frameAt(t);
    if (frame === undefined) continue;
    const now = frame.rows.map(rowIndex);
    const own = `${frame.columns}×${now.length}`;
    const before = own === size ? shown : [];
    const changes = now.flatMap((content, row) => (before[row] === content ? [] : [[row, content] as const]));
    if (changes.length > 0)
      pageFrames.push(
        own === size ? [t - fromMs, changes] : [t - fromMs, changes, [frame.columns, now.length]],
      );
    [shown, size] = [now, own];
  }
  return {
    startedAt: startedAt + fromMs,
    durationMs: toMs - fromMs,
    styles: styles.values,
    rows: rows.values,
    frames: pageFrames,
    marks: marks
      .filter(({ t }) => t >= fromMs && t <= toMs)
      .map(({ t, mark }) => [t - fromMs, mark.level, `${mark.what} ${mark.change}`] as const),
  };
};

import type { Millis } from '../../../domain/base/fault.ts';
import { drawOverRow, sliceRow } from '../../kit/components/canvas.ts';
import { rowWidth, type StyledPiece, type StyledRow } from '../../kit/text/ansi.ts';
import type { SgrStyle } from '../../kit/theme/theme.ts';
import type { FrameChangeRecord, FrameRecord, KeyFrameRecord, RecordedPiece } from './format.ts';

/** A frame of a recording. */
export interface PlayedFrame {
  readonly columns: number;
  readonly isLight: boolean;
  /** Every row is exactly `columns` cells wide; unchanged rows are the same objects as in the frame before. */
  readonly rows: readonly StyledRow[];
}

/** Decodes the frames of a recording at any position. */
export interface Playback {
  /** The frame at a position; that of the start before the first one. Undefined if there is no frame yet. */
  frameAt(t: Millis): PlayedFrame | undefined;
  /** The time of the first frame after a position; undefined at the end. */
  nextChange(t: Millis): Millis | undefined;
}

const isKeyFrame = (frame: FrameRecord): frame is KeyFrameRecord => 'key' in frame;

/** The index of the last frame at or before `t`; -1 if there is none. */
const indexAt = (frames: readonly FrameRecord[], t: Millis): number => {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle]?.t ?? 0) <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

const plain: SgrStyle = {};

/** Creates a player of frames. `frames` may grow. */
export const createPlayback = (frames: readonly FrameRecord[]): Playback => {
  let position = -1;
  let styles: SgrStyle[] = [];
  let now: PlayedFrame | undefined;

  const rowOf = (pieces: readonly RecordedPiece[]): StyledRow =>
    pieces.map(([text, style]): StyledPiece => ({ text, style: styles[style] ?? plain }));
  /** A row of exactly `columns` cells: a file may contain any row. */
  const fitted = (row: StyledRow, columns: number): StyledRow => {
    const width = rowWidth(row);
    if (width > columns) return sliceRow(row, 0, columns);
    return width === columns ? row : [...row, { text: ' '.repeat(columns - width), style: plain }];
  };
  const applyKey = ({ size: [columns], light, styles: table, key }: KeyFrameRecord): PlayedFrame => {
    styles = [...table];
    return { columns, isLight: light, rows: key.map((row) => fitted(rowOf(row), columns)) };
  };
  const applyChange = (
    was: PlayedFrame,
    { styles: added = [], rows: changes }: FrameChangeRecord,
  ): PlayedFrame => {
    styles.push(...added);
    const rows = [...was.rows];
    for (const change of changes) {
      const [index] = change;
      const row = rowOf(change.length === 2 ? change[1] : change[2]);
      const base = rows[index] ?? [];
      const drawn =
        change.length === 2
          ? row
          : drawOverRow(base, was.columns, { x: change[1], width: rowWidth(row), row });
      rows[index] = fitted(drawn, was.columns);
    }
    return { ...was, rows };
  };
  const apply = (index: number): void => {
    const frame = frames[index];
    if (frame === undefined) return;
    if (isKeyFrame(frame)) now = applyKey(frame);
    else if (now !== undefined) now = applyChange(now, frame);
    position = index;
  };

  return {
    frameAt: (t) => {
      const target = Math.max(0, indexAt(frames, t));
      if (target === position) return now;
      const key = frames.findLastIndex((frame, index) => index <= target && isKeyFrame(frame));
      if (key < 0) return undefined;
      for (let index = position < target && position >= key ? position + 1 : key; index <= target; index++)
        apply(index);
      return now;
    },
    nextChange: (t) => frames[indexAt(frames, t) + 1]?.t,
  };
};

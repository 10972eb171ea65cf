import type { Millis } from '../../../domain/base/fault.ts';
import type { StyledRow } from '../../kit/text/ansi.ts';
import type { SgrStyle } from '../../kit/theme/theme.ts';
import { changedPart } from '../terminal/cell-painter.ts';
import type {
  FrameChangeRecord,
  FrameRecord,
  KeyFrameRecord,
  PaintedFrame,
  RecordedPiece,
  RecordedRow,
} from './format.ts';

/** The time between key frames: seeking decodes at most the changes of this time. */
const keyEveryMs: Millis = 30_000;
/** Style tables end here; the next frame is a key frame with a new table. */
const maxStyles = 512;

export interface FrameEncoder {
  /** Encodes a frame as the difference from the previous one, or as a key frame; undefined if nothing has changed. */
  encode(t: Millis, frame: PaintedFrame): FrameRecord | undefined;
}

/** Creates an encoder. It keeps the rows of the previous frame, and compares unchanged ones by identity. */
export const createFrameEncoder = (everyMs: Millis = keyEveryMs): FrameEncoder => {
  let shown: PaintedFrame | undefined;
  let keyAt: Millis = 0;
  let table = new Map<SgrStyle, number>();
  let added: SgrStyle[] = [];

  const styleIndex = (style: SgrStyle): number => {
    const known = table.get(style);
    if (known !== undefined) return known;
    const index = table.size;
    table.set(style, index);
    added.push(style);
    return index;
  };
  const piecesOf = (row: StyledRow): readonly RecordedPiece[] =>
    row.map(({ text, style }): RecordedPiece => [text, styleIndex(style)]);

  const keyFrame = (t: Millis, { rows, columns, isLight }: PaintedFrame): KeyFrameRecord => {
    keyAt = t;
    table = new Map();
    added = [];
    const key = rows.map(piecesOf);
    return { t, size: [columns, rows.length], light: isLight, styles: added, key };
  };

  const change = (t: Millis, was: PaintedFrame, now: PaintedFrame): FrameChangeRecord | undefined => {
    added = [];
    const rows = now.rows.flatMap((row, index): readonly RecordedRow[] => {
      const changed = changedPart(was.rows[index] ?? [], row);
      if (changed === undefined) return [];
      const pieces = piecesOf(changed.row);
      return [changed.whole === true ? [index, pieces] : [index, changed.from, pieces]];
    });
    if (rows.length === 0) return undefined;
    return added.length === 0 ? { t, rows } : { t, styles: added, rows };
  };

  return {
    encode: (t, frame) => {
      const was = shown;
      shown = frame;
      const isOther =
        was === undefined ||
        was.columns !== frame.columns ||
        was.rows.length !== frame.rows.length ||
        was.isLight !== frame.isLight ||
        table.size > maxStyles;
      if (isOther) return keyFrame(t, frame);
      const changed = change(t, was, frame);
      return changed !== undefined && t - keyAt >= everyMs ? keyFrame(t, frame) : changed;
    },
  };
};

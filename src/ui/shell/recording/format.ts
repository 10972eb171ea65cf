import type { Millis } from '../../../domain/base/fault.ts';
import type { JournalKind } from '../../../domain/facts/journal.ts';
import type { Level } from '../../../domain/facts/level.ts';
import type { StyledRow } from '../../kit/text/ansi.ts';
import type { SgrStyle } from '../../kit/theme/theme.ts';

/** The version of the format. A reader refuses a newer one. */
export const recordingVersion = 1;

/** The first line of a recording. */
export interface RecordingHeader {
  readonly recording: number;
  /** The version of opsdeck that wrote it. */
  readonly opsdeck: string;
  /** Wall clock of the first frame, in ISO 8601. */
  readonly startedAt: string;
  /** Size of the terminal at the start, in cells. */
  readonly columns: number;
  readonly rows: number;
  /** The environment as requested, 'shop/production'; absent: not requested. */
  readonly env?: string;
  /** True: started in share mode. */
  readonly shared: boolean;
}

/** Text with the index of its style in the style table. */
export type RecordedPiece = readonly [text: string, style: number];

/** A row that replaces another as a whole, or from the cell `from` on. */
export type RecordedRow =
  | readonly [row: number, pieces: readonly RecordedPiece[]]
  | readonly [row: number, from: number, pieces: readonly RecordedPiece[]];

/** A whole frame, with a new style table. Playback can begin here. */
export interface KeyFrameRecord {
  readonly t: Millis;
  readonly size: readonly [columns: number, rows: number];
  /** True: drawn for a light background. */
  readonly light: boolean;
  readonly styles: readonly SgrStyle[];
  readonly key: readonly (readonly RecordedPiece[])[];
}

/** The difference from the previous frame; `styles` are appended to the style table. */
export interface FrameChangeRecord {
  readonly t: Millis;
  readonly styles?: readonly SgrStyle[];
  readonly rows: readonly RecordedRow[];
}

export type FrameRecord = KeyFrameRecord | FrameChangeRecord;

/** A change of the environment, in the words of Changes. */
export interface RecordedMark {
  readonly kind: JournalKind | 'open';
  readonly level: Level;
  readonly what: string;
  readonly change: string;
}

export interface MarkRecord {
  readonly t: Millis;
  readonly mark: RecordedMark;
}

/** The last line of a complete recording. */
export interface RecordingEndRecord {
  readonly t: Millis;
  readonly end: true;
}

/** A line after the header. `t`: ms since the start, never less than that of the line before. */
export type RecordingRecord = FrameRecord | MarkRecord | RecordingEndRecord;

/** A frame as it was painted. */
export interface PaintedFrame {
  readonly rows: readonly StyledRow[];
  /** Width of every row in cells. */
  readonly columns: number;
  readonly isLight: boolean;
  /** True: names are aliases. */
  readonly isShared: boolean;
  /** Masks text as on the screen. */
  mask(text: string): string;
}

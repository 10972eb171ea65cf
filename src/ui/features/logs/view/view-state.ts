import type { Millis } from '../../../../domain/base/fault.ts';
import type { LinePattern } from '../../../../logs/format/filter-chip.ts';
import type { Cursor } from '../../../kit/components/cursor.ts';

/** The content of a Logs list dialog. */
export type LogList = 'chips' | 'columns' | 'views';

/** The state of an open list dialog. */
export interface LogListOverlay {
  readonly is: 'log-list';
  readonly list: LogList;
  readonly cursor: Cursor;
}

/** The state of the save dialog: which lines, format, and whether names are anonymized. */
export interface LogSaveOverlay {
  readonly is: 'log-save';
  /** Index of the selected field. */
  readonly at: number;
  readonly what: 'marked' | 'shown' | 'all';
  readonly form: 'text' | 'json';
  readonly names: 'real' | 'anonymized';
}

/** Time formats: UTC, local time, or age. */
export const logTimeFormats = ['UTC', 'local', 'ago'] as const;

export type LogTimeFormat = (typeof logTimeFormats)[number];

/** The purpose of the prompt below the panes. */
export type LogPromptKind = 'include' | 'exclude' | 'seek' | 'time' | 'around';

/** The state of the prompt. */
export interface LogPrompt {
  readonly is: LogPromptKind;
  readonly text: string;
  /** The reason why the input was rejected. */
  readonly diagnostic?: string;
  /** Index of the chip being edited. */
  readonly replacesChip?: number;
  /** The search before the prompt opened. While a filter is typed, its matches are highlighted instead. */
  readonly previousSearch?: LinePattern;
}

/** The view state of Logs. The lines and filters themselves are in `CockpitState.logs`. */
export interface LogViewState {
  /** True while the newest line is kept visible. */
  readonly follow: boolean;
  /** The end of the ring when following was paused (exclusive); later rows are new. */
  readonly pausedAt?: number;
  /** Screen lines between the top of the pane and the row under the cursor. */
  readonly rowsAbove: number;
  readonly wrap: boolean;
  readonly clock: LogTimeFormat;
  /** Key of the selected pattern, while lines are counted by pattern. */
  readonly pattern?: number;
  /** Fields shown as columns. */
  readonly columns: readonly string[];
  readonly prompt?: LogPrompt;
  /** The past time during which the cursor was moved; before that, the cursor follows the displayed time. */
  readonly movedAtPastTime?: Millis;
}

export const initialLogViewState: LogViewState = {
  follow: true,
  rowsAbove: 0,
  wrap: false,
  clock: 'UTC',
  columns: [],
};

declare module '../../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    readonly 'log-list': LogListOverlay;
    readonly 'log-save': LogSaveOverlay;
  }
}

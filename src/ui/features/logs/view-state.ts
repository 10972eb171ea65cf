import type { Millis } from '../../../domain/fault.ts';
import type { LinePattern } from '../../../logs/format/filter-chip.ts';
import type { Cursor } from '../../cursor.ts';

/** What the lists of LOGS are about. */
export type LogList = 'chips' | 'columns' | 'views';

/** A list of LOGS that lies over the panes. */
export interface LogListOverlay {
  readonly is: 'log-list';
  readonly list: LogList;
  readonly cursor: Cursor;
}

/** Which lines are saved, as what, and with which names. */
export interface LogSaveOverlay {
  readonly is: 'log-save';
  /** The line of the card that the arrows are on. */
  readonly at: number;
  readonly what: 'marked' | 'shown' | 'all';
  readonly form: 'text' | 'json';
  readonly names: 'real' | 'anonymized';
}

/** How the times of lines are told: by UTC, by this machine's zone, or as how long ago. */
export const logTimeFormats = ['UTC', 'local', 'ago'] as const;

export type LogTimeFormat = (typeof logTimeFormats)[number];

/** What a line of text below the panes is typed for. */
export type LogPromptKind = 'include' | 'exclude' | 'seek' | 'time' | 'around';

/** What is being typed below the panes. */
export interface LogPrompt {
  readonly is: LogPromptKind;
  readonly text: string;
  /** Why what was typed cannot be taken. */
  readonly complaint?: string;
  /** The place of the chip that it stands in for. */
  readonly replacesChip?: number;
  /** What was sought before: while a chip is typed its hits are marked in place of those. */
  readonly previousSearch?: LinePattern;
}

/** How the lines are looked at. Which lines there are, and what hides them, is in `CockpitState.logs`. */
export interface LogViewState {
  /** The newest line stays in sight. */
  readonly follow: boolean;
  /** Id one behind the newest line when it was paused: what is behind it is new. */
  readonly pausedAt?: number;
  /** Lines of the screen between the first row and the one under the cursor. */
  readonly rowsAbove: number;
  readonly wrap: boolean;
  readonly clock: LogTimeFormat;
  /** Fields that have a column of their own. */
  readonly columns: readonly string[];
  readonly prompt?: LogPrompt;
  /** The earlier moment during which the cursor was moved; until then it lies on the moment's own lines. */
  readonly movedAtPastTime?: Millis;
}

export const initialLogViewState: LogViewState = {
  follow: true,
  rowsAbove: 0,
  wrap: false,
  clock: 'UTC',
  columns: [],
};

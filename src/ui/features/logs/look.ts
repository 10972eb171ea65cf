import type { Millis } from '../../../domain/fault.ts';
import type { LinePattern } from '../../../logs/format/chip.ts';
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
  readonly names: 'real' | 'anonymised';
}

/** How the times of lines are told: by UTC, by this machine's zone, or as how long ago. */
export const logClocks = ['UTC', 'local', 'ago'] as const;

export type LogClock = (typeof logClocks)[number];

/** What a line of text below the panes is typed for. */
export type LogAsked = 'include' | 'exclude' | 'seek' | 'time' | 'around';

/** What is being typed below the panes. */
export interface LogAsking {
  readonly is: LogAsked;
  readonly text: string;
  /** Why what was typed cannot be taken. */
  readonly complaint?: string;
  /** The place of the chip that it stands in for. */
  readonly instead?: number;
  /** What was sought before: while a chip is typed its hits are marked in place of those. */
  readonly sought?: LinePattern;
}

/** How the lines are looked at. Which lines there are, and what hides them, is in `CockpitState.logs`. */
export interface LogLook {
  /** The newest line stays in sight. */
  readonly follow: boolean;
  /** Id one behind the newest line when it was paused: what is behind it is new. */
  readonly pausedAt?: number;
  /** Lines of the screen between the first row and the one under the cursor. */
  readonly above: number;
  readonly wrap: boolean;
  readonly clock: LogClock;
  /** Fields that have a column of their own. */
  readonly columns: readonly string[];
  readonly asking?: LogAsking;
  /** The earlier moment during which the cursor was moved; until then it lies on the moment's own lines. */
  readonly movedIn?: Millis;
}

export const firstLook: LogLook = { follow: true, above: 0, wrap: false, clock: 'UTC', columns: [] };

import type { Cursor } from '../../cursor.ts';
import type { LogList } from './lists.ts';

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

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

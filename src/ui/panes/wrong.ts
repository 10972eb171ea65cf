import { ageText } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { Level } from '../../domain/level.ts';
import type { Pen } from '../text/pen.ts';
import type { Line } from '../text/run.ts';
import { levelWords } from '../theme/glyphs.ts';
import type { Role } from '../theme/roles.ts';
import type { View } from '../view.ts';

/** A level as it is always shown: glyph and word, in the level's colour. `word` in place of the level's own. */
export const levelCell = (pen: Pen, level: Level, word: string = levelWords[level]): Line => [
  pen.glyph(level, level),
  pen.run(` ${word}`, level),
];

/** The same for something that was seen too long ago to be believed. */
export const staleCell = (pen: Pen, word: string, role: Role = 'stale'): Line => [
  pen.glyph('stale', role),
  pen.run(` ${word}`, role),
];

/** What tells, in a pane's own words, what is wrong with one of its rows, and since when. */
export interface Wrong<R> {
  says(view: View, row: R): string;
  since(row: R): Millis | undefined;
  /** The source that cannot be seen because of which the row is unknown; absent or undefined: the row's own. */
  blindBy?(row: R): string | undefined;
}

/** A row that was made of one fact. */
interface OfFact {
  readonly row: { readonly stale: boolean; readonly since?: Millis };
  readonly fact: { readonly at: Millis };
}

/** What was seen too long ago to be believed says so first: 'seen 3m27s ago: OPEN'. */
export const seenAgo = (view: View, at: Millis, stale: boolean): string =>
  stale ? `seen ${ageText(view.now - at)} ago: ` : '';

/** The same for rows of facts, from the parts that tell; empty ones are left out. */
export const wrongOf = <R extends OfFact>(
  parts: (row: R, view: View) => readonly (string | undefined)[],
): Wrong<R> => ({
  says: (view, row) => {
    const told = parts(row, view).filter((part) => part !== undefined && part !== '');
    return `${seenAgo(view, row.fact.at, row.row.stale)}${told.join(' · ')}`;
  },
  since: ({ row }) => row.since,
});

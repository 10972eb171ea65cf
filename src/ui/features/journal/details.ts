import type { JournalEntry } from '../../../domain/journal.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { entryLine } from './lines.ts';
import { placeOf } from './locate.ts';
import type { JournalRow } from './rows.ts';

/** What changed so shortly before or after is told beside it. */
const nearMs = 60_000;
const changeLines = 3;

/** What else changed within a minute of an entry, oldest first. */
const changedNear = (journal: readonly JournalEntry[], entry: JournalEntry): readonly JournalEntry[] =>
  journal.filter((other) => other !== entry && Math.abs(other.at - entry.at) <= nearMs);

/** Of these the nearest in time to `at`, as many as `room` lines tell, oldest first. */
const nearest = (entries: readonly JournalEntry[], at: number, room: number): readonly JournalEntry[] => {
  const far = ({ at: other }: JournalEntry): number => Math.abs(other - at);
  const kept = new Set(entries.toSorted((a, b) => far(a) - far(b)).slice(0, room));
  return entries.filter((entry) => kept.has(entry));
};

/** The change, whole, and what else changed within a minute of it. */
export const journalDetails = (view: View, { entry }: JournalRow): readonly Line[] => {
  const { pen, cockpit, columns, rows } = view;
  const near = changedNear(cockpit.journal, entry);
  const place = placeOf(view, entry.row);
  const goes = place === undefined ? '' : `  enter goes to it in ${place.pane.title}`;
  const room = Math.max(3, Math.floor(rows / 4));
  return [
    [pen.run(` ${entry.what}`, 'bold'), pen.run(goes, 'faint')],
    ...pen
      .wrap(entry.change, columns - 4)
      .slice(0, changeLines)
      .map((piece): Line => [pen.run(`   ${piece}`, entry.level === 'ok' ? 'plain' : entry.level)]),
    near.length === 0
      ? [pen.run('   nothing else changed within a minute of it', 'faint')]
      : [
          pen.run(
            `   within a minute of it${near.length > room ? `, the nearest ${room} of ${near.length}` : ''}:`,
            'faint',
          ),
        ],
    ...nearest(near, entry.at, room).map((other) => entryLine(view, other)),
  ];
};

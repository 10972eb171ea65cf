import { clockText } from '../../../domain/format.ts';
import type { JournalEntry } from '../../../domain/journal.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';

/** '   10:02:03  image    deployment billing  1.4.2 → 1.4.3': an entry below a table. */
export const entryLine = ({ pen, wallOffset }: View, entry: JournalEntry): Line => [
  pen.run(`   ${clockText(entry.at + wallOffset)}  `, 'faint'),
  pen.run(entry.kind.padEnd(8), 'faint'),
  pen.run(` ${entry.what}  `, 'bold'),
  pen.run(entry.change, entry.level === 'ok' ? 'plain' : entry.level),
];

/** What somebody did, or what was done to it, before what it brought about. */
const consequences: ReadonlySet<JournalEntry['kind']> = new Set(['verdict', 'alert']);

/**
 * As many of these as `room` lines tell, oldest first: what was changed before what that brought about, and the newest
 * of either. What does not fit is counted, with `where` it is told.
 */
export const entryLines = (
  view: View,
  entries: readonly JournalEntry[],
  room: number,
  where: string,
): readonly Line[] => {
  const newestFirst = entries.toReversed();
  const ranked = [
    ...newestFirst.filter(({ kind }) => !consequences.has(kind)),
    ...newestFirst.filter(({ kind }) => consequences.has(kind)),
  ];
  const kept = new Set(ranked.slice(0, entries.length <= room ? room : Math.max(0, room - 1)));
  const more = entries.length - kept.size;
  return [
    ...entries.filter((entry) => kept.has(entry)).map((entry) => entryLine(view, entry)),
    ...(more === 0 ? [] : [[view.pen.run(`   ${more} more of that time${where}`, 'faint')]]),
  ];
};

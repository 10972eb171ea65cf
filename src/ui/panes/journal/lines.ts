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

/** The newest of these as far as `room` lines go, oldest first; what does not fit is counted, with `where` it is told. */
export const entryLines = (
  view: View,
  entries: readonly JournalEntry[],
  room: number,
  where: string,
): readonly Line[] => {
  const shown = entries.length <= room ? entries : entries.slice(entries.length - Math.max(0, room - 1));
  const more = entries.length - shown.length;
  return [
    ...(more === 0 ? [] : [[view.pen.run(`   ${more} more before these${where}`, 'faint')]]),
    ...shown.map((entry) => entryLine(view, entry)),
  ];
};

import type { JournalEntry } from '../../../domain/facts/journal.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { drillWord } from './drills.ts';

/** The kind of an entry: 'image', 'run', or the word for a run on a simulator. */
export const kindText = ({ kind, drill }: JournalEntry): string => (drill === true ? drillWord : kind);

/** '   10:02:03  image    deployment billing  1.4.2 → 1.4.3': an entry below a table; without its explanation if that has no room. */
export const journalEntryLine = (
  { pen, wallOffset, columns }: RenderContext,
  entry: JournalEntry,
): StyledLine => {
  const { at, change, level } = entry;
  const kind = kindText(entry);
  // The kind stands in a column of its own: 'alert', 'HighErrorRate · bus'.
  const what = entry.what.startsWith(`${kind} `) ? entry.what.slice(kind.length + 1) : entry.what;
  const head = [
    pen.run(`   ${formatClockTime(at + wallOffset)}  `, 'faint'),
    pen.run(kind.padEnd(8), 'faint'),
    pen.run(` ${what}  `),
  ];
  const isWhole = lineWidth(head) + widthOf(change) <= columns - 1;
  const said = isWhole ? change : (change.split(': ', 1)[0] ?? change);
  return [...head, pen.run(said, level === 'ok' ? 'plain' : level)];
};

/** Kinds that are consequences; causes are shown first. */
const consequences: ReadonlySet<JournalEntry['kind']> = new Set(['verdict', 'alert', 'event']);

/**
 * Selects entries for `room` lines, shown oldest first: causes before consequences, the newest of each. Counts the
 * rest; `where` names where to find them.
 */
export const journalEntryLines = (
  view: RenderContext,
  entries: readonly JournalEntry[],
  room: number,
  where: string,
): readonly StyledLine[] => {
  const newestFirst = entries.toReversed();
  const ranked = [
    ...newestFirst.filter(({ kind }) => !consequences.has(kind)),
    ...newestFirst.filter(({ kind }) => consequences.has(kind)),
  ];
  const kept = new Set(ranked.slice(0, entries.length <= room ? room : Math.max(0, room - 1)));
  const more = entries.length - kept.size;
  return [
    ...entries.filter((entry) => kept.has(entry)).map((entry) => journalEntryLine(view, entry)),
    ...(more === 0 ? [] : [[view.pen.run(`   ${pluralize(more, 'more change')}${where}`, 'faint')]]),
  ];
};

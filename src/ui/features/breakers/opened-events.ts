import { formatAge } from '../../../domain/text/duration.ts';
import { formatCount } from '../../../domain/text/format.ts';
import { justifyLine, lineToText, type StyledLine } from '../../kit/text/line.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { latestNotes, renderNotes } from '../../shell/panes/note-lines.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { type BreakerRow, breakerAsks } from './columns.ts';
import { type EventGroup, groupEvents, isoTimePattern, rateBars, rateOf } from './events.ts';

/** The event of a call that an open breaker rejects, as resilience4j writes it. */
const rejectedEvent = 'NOT_PERMITTED';

const rejectedWords = 'rejected in all';

/** A blank line and a heading with a note at its right end. */
const headed = ({ pen, columns }: RenderContext, title: StyledLine, note: string): readonly StyledLine[] => [
  [],
  justifyLine([pen.run(' '), ...title], [pen.run(`${note} `, 'faint')], columns, 'plain', pen.ellipsis),
];

/** The number of rejected calls, of a source that counts them. */
const rejectedText = ({ fact: { notPermittedCalls } }: BreakerRow): string =>
  notPermittedCalls === undefined ? '' : `${formatCount(notPermittedCalls)} ${rejectedWords}`;

/** The group with the most events as bars, below its rate. */
const rateLines = (
  view: RenderContext,
  row: BreakerRow,
  groups: readonly EventGroup[],
): readonly StyledLine[] => {
  const { pen } = view;
  const group = groups.find((own) => rateOf(own) !== undefined);
  if (group === undefined) return [];
  const bars = rateBars(pen, group, view.columns, ' ');
  if (bars.length === 0) return [];
  const span = formatAge(Math.max(...group.times) - Math.min(...group.times));
  const isRejected = group.label.startsWith(rejectedEvent);
  const words = [
    `${formatCount(rateOf(group), 1)} /s`,
    `${formatCount(group.count)} in ${span}`,
    isRejected ? rejectedText(row) : '',
  ];
  const name = isRejected ? 'Rejected' : group.label;
  return [
    ...headed(
      view,
      [pen.run(name, 'bold'), pen.run(' per second', 'faint')],
      words.filter((word) => word !== '').join(' · '),
    ),
    ...bars,
  ];
};

/** '15:17:26 – 15:17:39  NOT_PERMITTED × 100' */
const groupLines = (view: RenderContext, groups: readonly EventGroup[]): readonly StyledLine[] => {
  const { pen, columns } = view;
  const spans = groups.map(({ first, last }) => (first === last ? first : `${first} – ${last}`));
  const cells = Math.max(0, ...spans.map((span) => span.length));
  return groups.flatMap(({ label, count }, index): readonly StyledLine[] => {
    const text = label.replaceAll(isoTimePattern, '$1');
    const times = count === 1 ? '' : `  ${pen.ascii ? 'x' : '×'} ${formatCount(count)}`;
    return pen
      .wrap(text, columns - cells - 4 - times.length)
      .map(
        (piece, line): StyledLine => [
          pen.run(` ${(line === 0 ? (spans[index] ?? '') : '').padEnd(cells)}  `, 'faint'),
          pen.run(piece),
          pen.run(line === 0 ? times : '', 'bold'),
        ],
      );
  });
};

/** The events of the opened breaker: rejected calls per second, then equal neighbors as one line; `V` shows each. */
export const openedEventLines = (
  view: RenderContext,
  row: BreakerRow,
): { readonly lines: readonly StyledLine[]; readonly countsRejected: boolean } => {
  const { pen, ui, cockpit } = view;
  const { name } = row.fact;
  const isOwn = ({ title }: { readonly title: string }): boolean => title.includes(name);
  let countsRejected = false;
  const lines = breakerAsks(view, row).flatMap((ask): readonly StyledLine[] => {
    const notes = latestNotes(view, ask, isOwn);
    const groups = groupEvents(notes, name);
    const [title = [], ...exact] = renderNotes(
      view,
      'newest first',
      ask,
      isOwn,
      ({ title: event, text }) => `${event.split(' ').at(-1) ?? ''}  ${text}`,
    );
    const age = lineToText(title).trim();
    if (age === '') return [];
    const heading = [pen.run('Events', 'bold')];
    if (ui.allBreakerEvents || groups.length === notes.length)
      return [...headed(view, heading, age), ...exact];
    const key = boundKey(cockpit, 'breaker.events', 'V');
    const rates = rateLines(view, row, groups);
    countsRejected ||= rates.some((line) => lineToText(line).includes(rejectedWords));
    return [
      ...rates,
      ...headed(view, heading, `${key} shows all ${notes.length} · ${age}`),
      ...groupLines(view, groups),
      // Behind the notes: what their source says about itself.
      ...exact.slice(notes.reduce((sum, { text }) => sum + text.split('\n').length, 0)),
    ];
  });
  return { lines, countsRejected };
};

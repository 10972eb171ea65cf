import type { Checklist, Profile } from '../profile/profile.ts';
import { isoTime } from '../text/format.ts';
import type { PastOccurrence } from './history.ts';
import { escapeMarkup } from './report.ts';

const pastReport = ({ occurrence, result, dueAt, end, items, settled }: PastOccurrence) => ({
  occurrence,
  result,
  dueAt: dueAt === undefined ? null : isoTime(dueAt),
  endedAt: end === undefined ? null : isoTime(end.at),
  endedBy: end?.who ?? null,
  run: end?.run ?? null,
  settled,
  of: items.length,
  items,
});

/** The occurrences of a list that are over, for JSON. */
export const checklistHistoryReport = ({ id, title }: Checklist, past: readonly PastOccurrence[]) => ({
  id,
  title,
  history: past.map(pastReport),
});

type HistoryReport = ReturnType<typeof checklistHistoryReport>;
type PastReport = HistoryReport['history'][number];

/** 'by ana@desk-3 2026-11-23T09:58:01.000Z', 'with run r-1 …', '' for an occurrence without an end. */
const endWords = ({ endedAt, endedBy, run }: PastReport): string =>
  endedAt === null ? '' : `${run === null ? `by ${endedBy}` : `with run ${run}`} ${endedAt}`;

/** The history of a list as lines of text. */
export const checklistHistoryText = ({ id, title, history }: HistoryReport): readonly string[] => [
  `${id}  ${title}`,
  ...(history.length === 0 ? ['  no history'] : []),
  ...history.map((past) =>
    `  ${past.occurrence.padEnd(10)}  ${past.result.toUpperCase().padEnd(10)}  ${past.settled} of ${past.of}  ${endWords(past)}`.trimEnd(),
  ),
];

/** The history of a list as a Markdown table. */
export const checklistHistoryMarkdown = (
  { title, history }: HistoryReport,
  { system, env }: Pick<Profile, 'system' | 'env'>,
): readonly string[] => [
  `## ${escapeMarkup(title)}: history`,
  '',
  `${system}/${env} · ${history.length} occurrences, newest first`,
  '',
  '| occurrence | result | settled | due | ended |',
  '| --- | --- | --- | --- | --- |',
  ...history.map(
    (past) =>
      `| ${escapeMarkup(past.occurrence)} | ${past.result} | ${past.settled} of ${past.of} | ${past.dueAt ?? ''} | ${escapeMarkup(endWords(past))} |`,
  ),
  '',
];

const boxes = { done: '[x]', overridden: '[!]', 'not-needed': '[-]', open: '[ ]' } as const;

const headOf = (past: PastReport): string =>
  [`${past.result}, ${past.settled} of ${past.of}`, ...(past.dueAt === null ? [] : [`due ${past.dueAt}`])]
    .concat(past.endedAt === null ? [] : [`ended ${endWords(past)}`])
    .join(' · ');

/** One occurrence with its items as lines of text. */
export const pastOccurrenceText = ({ id, title, history }: HistoryReport): readonly string[] =>
  history.flatMap((past) => [
    `${id}  ${title}  ${past.occurrence}  ${headOf(past)}`,
    ...past.items.map(
      ({ item, title: name, state, why }) =>
        `  ${boxes[state]} ${item}  ${name}${why === '' ? '' : `  ${why}`}`,
    ),
  ]);

/** One occurrence with its items as Markdown. */
export const pastOccurrenceMarkdown = (
  { title, history }: HistoryReport,
  { system, env }: Pick<Profile, 'system' | 'env'>,
): readonly string[] =>
  history.flatMap((past) => [
    `## ${escapeMarkup(title)}: ${escapeMarkup(past.occurrence)}`,
    '',
    `${system}/${env} · ${escapeMarkup(headOf(past))}`,
    '',
    ...past.items.map(({ title: name, state, why }) => {
      const how = [...(state === 'done' ? [] : [state]), ...(why === '' ? [] : [why])].join(', ');
      const box = state === 'done' || state === 'overridden' ? 'x' : ' ';
      return `- [${box}] ${escapeMarkup(name)}${how === '' ? '' : ` (${escapeMarkup(how)})`}`;
    }),
    '',
  ]);

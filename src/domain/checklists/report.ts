import type { Profile } from '../profile/profile.ts';
import { scheduleText } from '../profile/schedule.ts';
import { isoTime } from '../text/format.ts';
import { type ChecklistStatus, type ItemState, type ItemStatus, stateReason } from './status.ts';

/** When a person decided, since when the check holds, or when it stopped holding; null where nothing is known. */
const timeOf = (state: ItemState): string | null => {
  const time = 'mark' in state ? state.mark.at : state.since;
  return time === undefined ? null : isoTime(time);
};

const itemReport = ({ item, state, notes }: ItemStatus) => ({
  id: item.id,
  title: item.title,
  mode: item.mode,
  state: state.is === 'open' && state.isUnknown ? ('unknown' as const) : state.is,
  /** 'check', or the person. */
  by: 'mark' in state ? state.mark.who : state.is === 'done' ? 'check' : null,
  at: timeOf(state),
  why: stateReason(state),
  notes: notes.map(({ at, who, note }) => ({ at: isoTime(at), who, note })),
});

/** A checklist for JSON. `zone`: of the profile. */
export const checklistReport = (status: ChecklistStatus, zone: string | undefined) => ({
  id: status.list.id,
  title: status.list.title,
  when: status.list.when,
  schedule: status.list.schedule === undefined ? null : scheduleText(status.list.schedule, zone),
  gates: status.list.gates ?? [],
  occurrence: status.occurrence,
  settled: status.settled,
  of: status.items.length,
  dueAt: status.dueAt === undefined ? null : isoTime(status.dueAt),
  overdue: status.isOverdue,
  overdueSince: status.overdueSince === undefined ? null : isoTime(status.overdueSince),
  ended: status.hasEnded,
  items: status.items.map(itemReport),
});

type ListReport = ReturnType<typeof checklistReport>;
type ItemReport = ListReport['items'][number];

const boxes: Readonly<Record<ItemReport['state'], string>> = {
  done: '[x]',
  overridden: '[!]',
  'not-needed': '[-]',
  open: '[ ]',
  unknown: '[?]',
};

const boxOf = ({ state, by }: ItemReport): string => (by === 'check' ? '[=]' : boxes[state]);

const dueWords = ({ overdueSince, ended, dueAt, settled, of }: ListReport): string => {
  if (ended) return 'completed';
  if (settled === of) return 'complete';
  if (overdueSince !== null) return `OVERDUE since ${overdueSince}`;
  return dueAt === null ? 'on demand' : `due ${dueAt}`;
};

/** A checklist as lines of text. */
export const checklistText = (report: ListReport, withItems: boolean): readonly string[] => [
  `${report.id}  ${report.title}  ${report.settled} of ${report.of}  ${dueWords(report)}`,
  ...(withItems ? report.items : []).flatMap((item) => [
    `  ${boxOf(item)} ${item.id}  ${item.title}${item.why === '' ? '' : `  ${item.why}`}`,
    ...item.notes.map(({ at, who, note }) => `      ${at} ${who}: ${note}`),
  ]),
];

/** Escapes what would be markup: evidence and notes are text. */
export const escapeMarkup = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&').replaceAll('\n', ' ');

/** A checklist as Markdown. */
export const checklistMarkdown = (
  report: ListReport,
  { system, env }: Pick<Profile, 'system' | 'env'>,
): readonly string[] => [
  `## ${escapeMarkup(report.title)}`,
  '',
  `${system}/${env} · occurrence ${escapeMarkup(report.occurrence)} · ${report.settled} of ${report.of} · ${dueWords(report)}`,
  '',
  ...report.items.map((item) => {
    const isDone = item.state === 'done' || item.state === 'overridden';
    const how = [
      ...(item.state === 'done' ? [] : [item.state]),
      ...(item.by === 'check' ? ['by a check'] : []),
      ...(item.why === '' ? [] : [item.why]),
      ...(item.at === null ? [] : [item.at]),
    ];
    return `- [${isDone ? 'x' : ' '}] ${escapeMarkup(item.title)}${how.length === 0 ? '' : ` (${escapeMarkup(how.join(', '))})`}`;
  }),
  '',
];

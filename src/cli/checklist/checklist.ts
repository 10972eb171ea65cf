import { hostname } from 'node:os';
import { type ChecklistMark, type ChecklistRecord, markProblem } from '../../domain/checklist/record.ts';
import { scheduleText } from '../../domain/checklist/schedule.ts';
import {
  type ChecklistStatus,
  endedItems,
  type ItemStatus,
  stateReason,
} from '../../domain/checklist/status.ts';
import type { Checklist, Profile } from '../../domain/profile.ts';
import { type ReadChecklistsResult, readChecklists } from '../../runs/checklists/read-checklists.ts';
import type { SubCommand } from '../command-invocation.ts';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../exit-code.ts';
import { type EnvironmentSession, withEnvironment } from '../open-environment.ts';
import { userName } from '../run/open-acting.ts';

interface ChecklistFlags {
  readonly tick?: string;
  readonly withdraw?: string;
  readonly notNeeded?: string;
  readonly override?: string;
  readonly end?: boolean;
  readonly note?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** Time limit for finding the endpoints of sources behind a tunnel. */
const reachMs = 5000;

const iso = (at: number): string => new Date(at).toISOString();

const itemReport = ({ item, state, notes }: ItemStatus) => ({
  id: item.id,
  title: item.title,
  mode: item.mode,
  state: state.is === 'open' && state.isUnknown ? ('unknown' as const) : state.is,
  /** 'check', or the person. */
  by: 'mark' in state ? state.mark.who : state.is === 'done' ? 'check' : null,
  at: 'mark' in state ? iso(state.mark.at) : null,
  why: stateReason(state),
  notes: notes.map(({ at, who, note }) => ({ at: iso(at), who, note })),
});

const listReport = (status: ChecklistStatus) => ({
  id: status.list.id,
  title: status.list.title,
  when: status.list.when,
  schedule: status.list.schedule === undefined ? null : scheduleText(status.list.schedule),
  gates: status.list.gates ?? [],
  occurrence: status.occurrence,
  settled: status.settled,
  of: status.items.length,
  dueAt: status.dueAt === undefined ? null : iso(status.dueAt),
  overdue: status.isOverdue,
  ended: status.hasEnded,
  items: status.items.map(itemReport),
});

type ListReport = ReturnType<typeof listReport>;
type ItemReport = ListReport['items'][number];

const boxes: Readonly<Record<ItemReport['state'], string>> = {
  done: '[x]',
  overridden: '[!]',
  'not-needed': '[-]',
  open: '[ ]',
  unknown: '[?]',
};

const boxOf = ({ state, by }: ItemReport): string => (by === 'check' ? '[=]' : boxes[state]);

const dueWords = ({ overdue, ended, dueAt, settled, of }: ListReport): string => {
  if (ended) return 'completed';
  if (settled === of) return 'complete';
  if (dueAt === null) return 'on demand';
  return overdue ? `OVERDUE since ${dueAt}` : `due ${dueAt}`;
};

const textOf = (report: ListReport, withItems: boolean): readonly string[] => [
  `${report.id}  ${report.title}  ${report.settled} of ${report.of}  ${dueWords(report)}`,
  ...(withItems ? report.items : []).flatMap((item) => [
    `  ${boxOf(item)} ${item.id}  ${item.title}${item.why === '' ? '' : `  ${item.why}`}`,
    ...item.notes.map(({ at, who, note }) => `      ${at} ${who}: ${note}`),
  ]),
];

/** Escapes what would be markup: evidence and notes are text. */
const plain = (text: string): string => text.replace(/[\\`*_{}[\]<>#|~]/g, '\\$&').replaceAll('\n', ' ');

const markdownOf = (report: ListReport, { system, env }: Profile): readonly string[] => [
  `## ${plain(report.title)}`,
  '',
  `${system}/${env} · occurrence ${plain(report.occurrence)} · ${report.settled} of ${report.of} · ${dueWords(report)}`,
  '',
  ...report.items.map((item) => {
    const isDone = item.state === 'done' || item.state === 'overridden';
    const how = [
      ...(item.state === 'done' ? [] : [item.state]),
      ...(item.by === 'check' ? ['by its check'] : []),
      ...(item.why === '' ? [] : [item.why]),
      ...(item.at === null ? [] : [item.at]),
    ];
    return `- [${isDone ? 'x' : ' '}] ${plain(item.title)}${how.length === 0 ? '' : ` (${plain(how.join(', '))})`}`;
  }),
  '',
];

/** The mark that the flags ask for. Throws a UsageError for several, or for a missing reason. */
const markOf = (flags: ChecklistFlags): { readonly is: ChecklistMark; readonly item: string } | undefined => {
  const asked = (
    [
      ['done', flags.tick],
      ['open', flags.withdraw],
      ['not-needed', flags.notNeeded],
      ['override', flags.override],
    ] as const
  ).flatMap(([is, item]) => (item === undefined ? [] : [{ is, item }]));
  if (asked.length + (flags.end === true ? 1 : 0) > 1)
    throw new UsageError('one of --tick, --withdraw, --not-needed, --override and --end at a time');
  const [mark] = asked;
  const problem = mark === undefined ? undefined : markProblem(mark.is, flags.note ?? '');
  if (problem !== undefined) throw new UsageError(`${problem}: add --note TEXT`);
  if (mark === undefined && flags.note !== undefined)
    throw new UsageError('--note needs --tick, --withdraw, --not-needed or --override');
  return mark;
};

const listOf = ({ checklists = [], system, env }: Profile, id: string): Checklist => {
  const list = checklists.find((one) => one.id === id);
  if (list !== undefined) return list;
  const known = checklists.map((one) => one.id).join(', ');
  throw new UsageError(
    `no checklist "${id}" in ${system}/${env}. ${known === '' ? 'It has none.' : `Choose one of ${known}.`}`,
  );
};

/** The record for the flags; undefined: they only read. */
const recordOf = (
  flags: ChecklistFlags,
  [status]: readonly ChecklistStatus[],
  { scope: { system, env, isDrill } }: Pick<ReadChecklistsResult, 'scope'>,
  at: number,
): ChecklistRecord | undefined => {
  const mark = markOf(flags);
  if (status === undefined || (mark === undefined && flags.end !== true)) return undefined;
  const { list, occurrence, items } = status;
  const head = {
    ...{ system, env, list: list.id, occurrence, at, who: `${userName()}@${hostname()}` },
    ...(isDrill ? { drill: true as const } : {}),
  };
  if (mark === undefined) return { ...head, is: 'end', items: endedItems(status) };
  const found = items.find(({ item }) => item.id === mark.item);
  if (found === undefined)
    throw new UsageError(
      `no item "${mark.item}" in checklist ${list.id}. Choose one of ${items.map(({ item }) => item.id).join(', ')}.`,
    );
  if (mark.is === 'done' && found.item.mode === 'auto')
    throw new UsageError(
      `${mark.item} is decided by its check (${stateReason(found.state)}). To vouch for it: --override ${mark.item} --note REASON`,
    );
  return {
    ...{ ...head, ...mark, note: flags.note ?? '' },
    ...(found.reading === undefined ? {} : { evidence: found.reading.why }),
  };
};

const exitOf = (statuses: readonly ChecklistStatus[], isOne: boolean): number => {
  const items = statuses.flatMap((status) => status.items);
  if (!isOne) return statuses.some(({ isOverdue }) => isOverdue) ? 1 : 0;
  if (items.some(({ state }) => state.is === 'open' && state.isUnknown)) return 3;
  return items.some(({ state }) => state.is === 'open') ? 1 : 0;
};

/** Reads the lists, and once more after a record was written. */
const readAndRecord = async (
  lists: readonly Checklist[],
  flags: ChecklistFlags,
  { engine, simulator }: EnvironmentSession,
  { clock, openIo, stateDir, masker }: CommandContext,
  signal: AbortSignal,
): Promise<ReadChecklistsResult> => {
  const isSimulated = simulator !== undefined;
  const sources = { engine, openIo, clock, stateDir, mask: masker.outgoing, isSimulated };
  await engine.reach(AbortSignal.any([signal, clock.deadline(reachMs).signal]));
  const read = await readChecklists(lists, sources, signal);
  const record = recordOf(flags, read.statuses, read, clock.now() + clock.wallOffset());
  if (record === undefined) return read;
  await read.file.append(record);
  return readChecklists(lists, sources, signal);
};

/** `opsdeck checklist`: lists the checklists, shows one, exports it, and records a tick. */
export const checklist: SubCommand<ChecklistFlags> = async (invocation) => {
  const { args, options, context, output, sharing } = invocation;
  const [id] = args;
  const isChanging = markOf(options) !== undefined || options.end === true;
  if (isChanging && id === undefined)
    throw new UsageError('name the checklist: opsdeck checklist ID --tick ITEM');
  if (options.json === true && options.markdown === true)
    throw new UsageError('one of --json and --markdown at a time');
  return withEnvironment(context, { memory: false }, async (opened) => {
    const { profile, engine } = opened;
    const lists = id === undefined ? (profile.checklists ?? []) : [listOf(profile, id)];
    const { statuses, problem } = await readAndRecord(
      lists,
      options,
      opened,
      context,
      invocation.interruption(),
    );
    sharing?.learn({ profile, engine });
    if (problem !== undefined) output.error(`opsdeck: warning: ${problem}`);
    const reports = statuses.map(listReport);
    if (options.json === true) output.json(reports, true);
    else if (options.markdown === true)
      for (const line of reports.flatMap((one) => markdownOf(one, profile))) output.line(line);
    else if (reports.length === 0) output.line(`no checklists in ${profile.system}/${profile.env}`);
    else for (const line of reports.flatMap((one) => textOf(one, id !== undefined))) output.line(line);
    return exitOf(statuses, id !== undefined);
  });
};

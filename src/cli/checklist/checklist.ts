import { hostname } from 'node:os';
import { defined } from '../../domain/base/defined.ts';
import { checklistHistory, type PastOccurrence } from '../../domain/checklists/history.ts';
import {
  checklistHistoryMarkdown,
  checklistHistoryReport,
  checklistHistoryText,
  pastOccurrenceMarkdown,
  pastOccurrenceText,
} from '../../domain/checklists/history-report.ts';
import { modeOf, tickEffect } from '../../domain/checklists/modes/item-mode.ts';
import { type ChecklistMark, type ChecklistRecord, markProblem } from '../../domain/checklists/record.ts';
import { checklistMarkdown, checklistReport, checklistText } from '../../domain/checklists/report.ts';
import {
  type ChecklistStatus,
  endedItems,
  isPeriodComplete,
  stateReason,
} from '../../domain/checklists/status.ts';
import type { Checklist, Profile } from '../../domain/profile/profile.ts';
import { recordScope } from '../../domain/profile/record-scope.ts';
import { type ReadChecklistsResult, readChecklists } from '../../runs/checklists/read-checklists.ts';
import { conflictingOptions } from '../command/conflicting-options.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import { userName } from '../command/operator.ts';
import type { Output } from '../command/output.ts';
import { stateOutageText } from '../command/state-failure.ts';
import type { SubCommand } from '../opening/command-invocation.ts';
import { type EnvironmentSession, withEnvironment } from '../opening/open-environment.ts';
import type { ChecklistFlags } from './flags.ts';

/** Time limit for finding the endpoints of sources behind a tunnel. */
const reachMs = 5000;

/** The mark that the flags ask for. Throws a UsageError for several, or for a missing reason. */
const markOf = (flags: ChecklistFlags): { readonly is: ChecklistMark; readonly item: string } | undefined => {
  const questions = (
    [
      ['done', flags.tick],
      ['open', flags.withdraw],
      ['not-needed', flags.notNeeded],
      ['override', flags.override],
    ] as const
  ).flatMap(([is, item]) => (item === undefined ? [] : [{ is, item }]));
  if (questions.length + (flags.end === true ? 1 : 0) > 1)
    throw new UsageError('use only one of --tick, --withdraw, --not-needed, --override and --end');
  const [mark] = questions;
  const problem = mark === undefined ? undefined : markProblem(mark.is, flags.note ?? '');
  if (problem !== undefined) throw new UsageError(`${problem}: add --note TEXT`);
  if (mark === undefined && flags.note !== undefined)
    throw new UsageError('--note needs --tick, --withdraw, --not-needed or --override');
  return mark;
};

const listOf = ({ checklists = [], system, env }: Profile, id: string): Checklist => {
  const list = checklists.find((other) => other.id === id);
  if (list !== undefined) return list;
  const known = checklists.map((currentChecklist) => currentChecklist.id).join(', ');
  throw new UsageError(
    `no checklist "${id}" in ${system}/${env}. ${known === '' ? 'The profile defines none: add one under checklists.' : `Choose one of ${known}.`}`,
  );
};

/** The record for the flags; undefined: they only read. */
const recordOf = (
  flags: ChecklistFlags,
  [status]: readonly ChecklistStatus[],
  { scope: { system, env, isDrill } }: Pick<ReadChecklistsResult, 'scope'>,
  time: number,
): ChecklistRecord | undefined => {
  const mark = markOf(flags);
  if (status === undefined || (mark === undefined && flags.end !== true)) return undefined;
  const { list, occurrence, items } = status;
  const head = {
    ...{ system, env, list: list.id, occurrence, at: time, who: `${userName()}@${hostname()}` },
    ...(isDrill ? { drill: true as const } : {}),
  };
  if (mark === undefined) return { ...head, is: 'end', items: endedItems(status) };
  const found = items.find(({ item }) => item.id === mark.item);
  if (found === undefined)
    throw new UsageError(
      `no item "${mark.item}" in checklist ${list.id}. Choose one of ${items.map(({ item }) => item.id).join(', ')}.`,
    );
  const { state, reading } = found;
  const isChecked = state.is === 'done' && state.by === 'reading';
  const effect = tickEffect(found.item, reading?.value);
  if (mark.is === 'done' && (isChecked || effect === 'needs-reason'))
    throw new UsageError(
      `${mark.item} is decided by a check (${stateReason(state)}), so you cannot tick the item. To override the check: --override ${mark.item} --note REASON`,
    );
  if (mark.is === 'done' && effect === 'none')
    throw new UsageError(
      `you cannot tick ${mark.item} now: ${modeOf(found.item).words}. If the item is not needed: --not-needed ${mark.item} --note REASON`,
    );
  return {
    ...{ ...head, ...mark, note: flags.note ?? '' },
    ...defined({ evidence: reading?.why }),
  };
};

const exitOf = (statuses: readonly ChecklistStatus[], isOne: boolean): number => {
  const items = statuses.flatMap((status) => status.items);
  if (!isOne) return statuses.some(({ isOverdue }) => isOverdue) ? 1 : 0;
  if (items.some(({ state }) => state.is === 'open' && state.isUnknown)) return 3;
  return items.some(({ state }) => state.is === 'open') ? 1 : 0;
};

/** The end of a scheduled list whose last open item was settled by a record. */
const completedEnd = (
  record: ChecklistRecord,
  [status]: readonly ChecklistStatus[],
): ChecklistRecord | undefined => {
  if (record.is === 'end' || status === undefined || !isPeriodComplete(status)) return undefined;
  const { system, env, list, occurrence, who, at, drill } = record;
  const head = { system, env, list, occurrence, who, at, ...defined({ drill }) };
  return { ...head, is: 'end', items: endedItems(status) };
};

/** Reads the lists, and once more after a record was written. */
const readAndRecord = async (
  lists: readonly Checklist[],
  flags: ChecklistFlags,
  { engine, simulator, state }: EnvironmentSession,
  { clock, openIo, masker }: CommandContext,
  signal: AbortSignal,
): Promise<ReadChecklistsResult> => {
  const isSimulated = simulator !== undefined;
  const own = { stateDir: state.dir, file: state.checklists, mask: masker.outgoing };
  const writers = { user: masker.outgoing(userName()), approvals: state.approvals };
  const sources = { engine, openIo, clock, ...own, isSimulated, writers };
  await engine.reach(AbortSignal.any([signal, clock.deadline(reachMs).signal]));
  const read = await readChecklists(lists, sources, signal);
  const record = recordOf(flags, read.statuses, read, clock.wallNow());
  if (record === undefined) return read;
  await read.file.append(record);
  const after = await readChecklists(lists, sources, signal);
  const end = completedEnd(record, after.statuses);
  if (end === undefined) return after;
  await read.file.append(end);
  return readChecklists(lists, sources, signal);
};

/** The number of occurrences that are searched for one. */
const mostSearched = 10_000;

/** The occurrences that the flags ask for. Throws a UsageError for one that is not over or unknown. */
const pastOf = (
  list: Checklist,
  { history = 0, period }: ChecklistFlags,
  inputs: Parameters<typeof checklistHistory>[1],
): readonly PastOccurrence[] => {
  if (period === undefined) return checklistHistory(list, inputs, history);
  const found = checklistHistory(list, inputs, mostSearched).filter(
    (pastOccurrence) => pastOccurrence.occurrence === period,
  );
  if (found.length === 0)
    throw new UsageError(
      `checklist ${list.id} has no ended occurrence "${period}". See opsdeck checklist ${list.id} --history.`,
    );
  return found;
};

/** Prints occurrences that are over: no source is read. */
const printHistory = async (
  lists: readonly Checklist[],
  flags: ChecklistFlags,
  { profile, simulator, state }: EnvironmentSession,
  { clock }: CommandContext,
  output: Output,
): Promise<number> => {
  const scope = recordScope(profile, simulator !== undefined);
  const { records, problem } = await state.checklists.read(scope);
  if (problem !== undefined) output.error(`opsdeck: warning: ${problem}`);
  const inputs = { records, now: clock.wallNow(), zone: profile.zone };
  const reports = lists.map((list) => checklistHistoryReport(list, pastOf(list, flags, inputs)));
  const isOne = flags.period !== undefined;
  const [text, markdown] = isOne
    ? ([pastOccurrenceText, pastOccurrenceMarkdown] as const)
    : ([checklistHistoryText, checklistHistoryMarkdown] as const);
  if (flags.json === true) output.json(reports, true);
  else
    for (const line of reports.flatMap((report) =>
      flags.markdown === true ? markdown(report, profile) : text(report),
    ))
      output.line(line);
  return 0;
};

/** Prints the current occurrences. */
const printStatuses = (
  statuses: readonly ChecklistStatus[],
  flags: ChecklistFlags,
  profile: Profile,
  { isOne, output }: { readonly isOne: boolean; readonly output: Output },
): void => {
  const reports = statuses.map((status) => checklistReport(status, profile.zone));
  if (flags.json === true) output.json(reports, true);
  else if (flags.markdown === true)
    for (const line of reports.flatMap((report) => checklistMarkdown(report, profile))) output.line(line);
  else if (reports.length === 0)
    output.line(`the profile of ${profile.system}/${profile.env} defines no checklists`);
  else for (const line of reports.flatMap((report) => checklistText(report, isOne))) output.line(line);
};

/** Throws a UsageError for flags that do not fit together. */
const checkFlags = (flags: ChecklistFlags, id: string | undefined): void => {
  const isChanging = markOf(flags) !== undefined || flags.end === true;
  if (isChanging && id === undefined)
    throw new UsageError('name the checklist: opsdeck checklist ID --tick ITEM');
  if (flags.json === true && flags.markdown === true) throw conflictingOptions('--json', '--markdown');
  const isPast = flags.history !== undefined || flags.period !== undefined;
  if (isPast && isChanging)
    throw conflictingOptions(
      flags.period === undefined ? '--history' : '--period',
      'a change',
      'a past occurrence cannot be changed. Remove --period to change the current one',
    );
  if (flags.history !== undefined && flags.period !== undefined)
    throw conflictingOptions('--history', '--period');
  if (flags.period !== undefined && id === undefined)
    throw new UsageError('name the checklist: opsdeck checklist ID --period PERIOD');
};

/** `opsdeck checklist`: lists the checklists, shows one, exports it, and records a tick. */
export const checklist: SubCommand<ChecklistFlags> = async (invocation) => {
  const { args, options, context, output, sharing } = invocation;
  const [id] = args;
  checkFlags(options, id);
  return withEnvironment(context, { memory: false }, async (opened) => {
    const { profile, engine } = opened;
    const lists = id === undefined ? (profile.checklists ?? []) : [listOf(profile, id)];
    sharing?.learn({ profile, engine });
    await opened.state.open({ follows: false });
    const trouble = opened.state.trouble();
    if (trouble !== undefined) output.error(`opsdeck: warning: ${stateOutageText(trouble)}`);
    if (options.history !== undefined || options.period !== undefined)
      return printHistory(lists, options, opened, context, output);
    const read = await readAndRecord(lists, options, opened, context, invocation.interruption());
    sharing?.learn({ profile, engine });
    if (read.problem !== undefined) output.error(`opsdeck: warning: ${read.problem}`);
    printStatuses(read.statuses, options, profile, { isOne: id !== undefined, output });
    return exitOf(read.statuses, id !== undefined);
  });
};

import { commandPlace, missingText } from '../../domain/facts/missing-observation.ts';
import { allClearAt, endingSentence } from '../../domain/runs/ending-sentence.ts';
import { followUpsOfRun, preventionsOfRun } from '../../domain/runs/follow-ups.ts';
import { missingIn } from '../../domain/runs/missing-in-run.ts';
import { accountsOf, accountText, type GateCheck, type Proposal } from '../../domain/runs/proposal.ts';
import { changeText, type DiagnosisResult, type RunEvent } from '../../domain/runs/run.ts';
import { incidentLine, outcomeReason, outcomeWord } from '../../domain/runs/run-outcome.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { LedgerRecord } from './ledger-record.ts';

/** Formats external text as Markdown code: on one line, fenced with more backticks than it contains. */
const code = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return line === '' ? '–' : `${fence}${pad}${line}${pad}${fence}`;
};

const joinList = (texts: readonly string[]): string => texts.map(code).join(', ');

const planned = ({ danger, steps, override, outage }: Proposal): string => {
  const calls = steps.flatMap((step) => step.plan?.calls.map(({ line, command }) => command ?? line) ?? []);
  const broken = [
    override === undefined ? '' : `; overrides a check: ${code(override)}`,
    outage === undefined ? '' : `; accepts an outage: ${code(outage)}`,
  ].join('');
  return `planned, ${danger}${calls.length === 0 ? '' : `: ${joinList(calls)}`}${broken}`;
};

const diagnosed = ({ title, lines, faults, done }: DiagnosisResult): string => {
  const blind =
    faults.length === 0 ? '' : `; failed reads: ${joinList(faults.map(({ message }) => message))}`;
  return `diagnosed ${code(title)}${done ? '' : ' (incomplete)'}: ${code(lines.join(' · '))}${blind}`;
};

const checked = ({ what, ok, why }: GateCheck): string =>
  `${what} ${ok === 'unknown' ? 'unknown' : ok ? 'ok' : 'not met'}: ${code(why)}`;

const gated = (event: Extract<RunEvent, { event: 'gated' }>): string | undefined => {
  const checks = event.checks ?? [];
  const results = checks.map(checked).join('; ');
  if (!event.passed) return `refused: ${code(event.why)}${results === '' ? '' : `; ${results}`}`;
  return results === '' ? undefined : `gates passed; ${results}`;
};

const confirmed = ({ names, armed }: Extract<RunEvent, { event: 'confirmed' }>): string => {
  const confirmation = names.length === 0 ? 'no confirmation required' : `confirmed ${joinList(names)}`;
  return armed === undefined ? confirmation : `${confirmation}, armed: ${code(armed)}`;
};

const verificationText = ({
  proofs,
}: Extract<RunEvent, { event: 'before' | 'verifying' }>): string | undefined =>
  proofs.length === 0
    ? undefined
    : proofs.map(({ title, value, why }) => `${code(title)} ${value}: ${code(why)}`).join('; ');

const login = ({ source, why, argv }: Extract<RunEvent, { event: 'login' }>): string =>
  `login to ${code(source)} expired: ${code(why)}${argv === undefined ? '' : `; renewed by ${code(argv.join(' '))}`}`;

const ended = (event: Extract<RunEvent, { event: 'ended' }>): string => {
  const { sent, changes = [], incident } = event;
  const changed = changes.length === 0 ? '' : `; before → after: ${joinList(changes.map(changeText))}`;
  const around = incident === undefined ? '' : `; ${code(incidentLine(incident))}`;
  return `**${outcomeWord(event, incident)}**: ${code(outcomeReason(event))}${around}${sent.length === 0 ? '' : `; sent: ${joinList(sent)}`}${changed}`;
};

/** Formats one event as a line of Markdown; undefined for events that matter only on screen. */
const renderEvent = (event: RunEvent): string | undefined => {
  switch (event.event) {
    case 'planned':
      return planned(event.proposal);
    case 'diagnosed':
      return diagnosed(event.found);
    case 'gated':
      return gated(event);
    case 'confirmed':
      return confirmed(event);
    case 'approval-requested':
      return `waits ${formatDuration(event.forMs)} for the approval of another person`;
    case 'approved':
      return 'approves the plan';
    case 'approval-refused':
      return `**refuses** the approval: ${code(event.why)}`;
    case 'approval-withdrawn':
      return `**withdraws** the approval: ${code(event.why)}`;
    case 'window':
    case 'paused':
      return undefined;
    case 'watching':
      return event.blind && `watching without data: ${code(event.blind)}`;
    case 'acting':
      return `executes ${code(event.title)}`;
    case 'output':
      return `output ${code(event.text)}`;
    case 'acted':
      return `${event.ok ? 'done' : '**failed**'}: ${code(event.result)}`;
    case 'ticking':
      return `${event.ask === true ? 'asks whether to continue with' : 'waits for'} ${code(event.title)}`;
    case 'ticked':
      if (event.ask === true) return event.done ? 'continued' : 'stopped here';
      return event.done ? 'marked as done' : 'not done';
    case 'before': {
      const checks = verificationText(event);
      return checks && `before the action: ${checks}`;
    }
    case 'verifying':
      return verificationText(event);
    case 'login':
      return login(event);
    case 'renewed':
      return event.ok ? `logged in again to ${code(event.source)}` : `not logged in: ${code(event.why)}`;
    case 'noted':
      return `note: ${code(event.text)}`;
    case 'relapsed':
      return `**RELAPSED**: ${code(event.why)}`;
    case 'watched':
      return event.held ? `still recovered: ${code(event.why)}` : `no longer watched: ${code(event.why)}`;
    case 'forward-closed':
      return `${code(event.forward)} ended: ${code(event.why)}`;
    case 'reset-scheduled':
      return `resets automatically in ${formatDuration(event.afterMs)}: ${code(event.title)}`;
    case 'incident':
      return code(incidentLine(event.incident));
    case 'ended':
      return ended(event);
  }
};

/** 2026-03-04T10:15:07.123Z → 10:15:07 */
const timeOf = (at: string): string => at.slice(11, 19);

/**
 * Reduces verification events to the checks whose result changed, because repeated results are noise in a
 * timeline.
 */
const turned = (entries: readonly RunEvent[]): readonly RunEvent[] => {
  let before: ReadonlyMap<string, string> = new Map();
  return entries.map((entry) => {
    if (entry.event !== 'verifying') return entry;
    const proofs = entry.proofs.filter(({ id, value }) => before.get(id) !== value);
    before = new Map(entry.proofs.map(({ id, value }) => [id, value]));
    return { ...entry, proofs };
  });
};

/** The observations that are missing for a verdict on the run, each with what to do about it. */
const missingNotes = (entries: readonly RunEvent[]): readonly string[] => {
  const { missing, at } = missingIn(entries);
  return missing.map((observation) => `- to do: ${code(missingText(observation, at, commandPlace))}`);
};

/** The ending in a sentence, with the time of the all-clear. */
const endingNotes = (records: readonly LedgerRecord[]): readonly string[] => {
  const entries = records.map(({ entry }) => entry);
  const clearAt = allClearAt(entries);
  const clear = records.find(
    ({ entry }) => entry.at === clearAt && (entry.event === 'ended' || entry.event === 'incident'),
  );
  const sentence = endingSentence(entries, clear && `${timeOf(clear.at).slice(0, 'hh:mm'.length)} UTC`);
  return sentence === undefined ? [] : [`- ${code(sentence)}`];
};

/** Returns a note if the records do not contain the run's ending. */
const unended = (records: readonly LedgerRecord[]): readonly string[] =>
  records.some(({ entry }) => entry.event === 'ended')
    ? []
    : ['- **UNFINISHED**: these records have no ending. The run is in progress or was interrupted'];

const section = (records: readonly LedgerRecord[]): readonly string[] => {
  const [first] = records;
  if (first === undefined) return [];
  const planned = records.map(({ entry }) => entry).find((entry) => entry.event === 'planned');
  const proposal = planned?.event === 'planned' ? planned.proposal : undefined;
  const accounts = proposal === undefined ? [] : accountsOf(proposal);
  const params = Object.entries(proposal?.params ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return [
    `## ${first.at.slice(0, 10)} ${timeOf(first.at)} UTC · ${code(proposal?.title ?? 'a run')} in ${code(`${first.system}/${first.env}`)}`,
    '',
    `By ${code(first.who)} on ${code(first.host)}${accounts.length === 0 ? '' : ` (${joinList(accounts.map(accountText))})`}, run ${code(first.entry.run)}${proposal === undefined ? '' : `, runbook ${code(proposal.runbook)}, tier ${proposal.tier}`}${params.length === 0 ? '' : `, with ${joinList(params)}`}${proposal?.undoes === undefined ? '' : `, undoing ${code(proposal.undoes)}`}${proposal?.drill === true ? ', a DRILL on a simulator' : ''}.`,
    '',
    ...turned(records.map(({ entry }) => entry)).flatMap((entry, index) => {
      const line = renderEvent(entry);
      return line === undefined ? [] : [`- ${timeOf(records[index]?.at ?? '')} ${line}`];
    }),
    ...endingNotes(records),
    ...missingNotes(records.map(({ entry }) => entry)),
    ...followUpsOfRun(records.map(({ entry }) => entry)).map(
      ({ title }) => `- [ ] follow-up: ${code(title)}`,
    ),
    ...preventionsOfRun(records.map(({ entry }) => entry)).map(
      ({ title }) => `- [ ] to prevent it: ${code(title)}`,
    ),
    ...unended(records),
    '',
  ];
};

/** Renders runs as Markdown: one section per run, in the order of their start; times are UTC. */
export const renderTimeline = (records: readonly LedgerRecord[]): string => {
  const runs = Map.groupBy(records, ({ entry }) => entry.run);
  const sections = [...runs.values()].flatMap(section);
  return ['# Timeline', '', ...(sections.length === 0 ? ['Nothing was run.', ''] : sections)].join('\n');
};

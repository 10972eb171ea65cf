import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { DeclaredIncident } from '../../domain/incidents/declared-incident.ts';
import {
  type FollowUpIssue,
  type IncidentEvent,
  type LinkedService,
  type SendOutcome,
  type SentAction,
  sentActions,
} from '../../domain/incidents/incident-event.ts';
import { incidentRunbookIds } from '../../domain/incidents/incident-response.ts';
import type { ParamValue, ParamValues } from '../../domain/runbooks/runbook.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { isProcessAlive } from '../../platform/processes/process-identity.ts';
import type { LedgerRecord } from '../ledger/ledger-record.ts';
import { newestRecords } from '../ledger/read-ledger.ts';
import type { IncidentFiles } from './incident-files.ts';

type SentEvent = Extract<IncidentEvent, { event: 'sent' }>;

/** A run of the ledger that has sent something about an incident, or has tried to. */
export interface IncidentRun {
  /** 'INC-7' */
  readonly incident: string;
  readonly system: string;
  readonly env: string;
  readonly isDrill: boolean;
  /** Wall-clock ms of its end, and who ran it. */
  readonly at: Millis;
  readonly who: string;
  readonly event: SentEvent;
}

const services: Readonly<Record<SentAction, LinkedService>> = {
  update: 'slack',
  acknowledge: 'pagerduty',
  resolve: 'pagerduty',
  issue: 'github',
  page: 'pagerduty',
  note: 'pagerduty',
  'follow-ups': 'github',
};

const textOf = (params: ParamValues, name: string): string => String(params[name] ?? '');

/** The id of the record at the service: made by the run, or the one that it acted on. */
const referenceOf = (
  action: SentAction,
  params: ParamValues,
  made: Readonly<Record<string, string>>,
): string => {
  switch (action) {
    case 'update':
      return made.thread ?? made.ts ?? '';
    case 'issue':
      return made.issue === undefined ? '' : `#${made.issue}`;
    case 'follow-ups':
    case 'page':
      // PagerDuty gives the number of the incident later; the key of the event finds it. Follow-ups have one issue each.
      return '';
    case 'acknowledge':
    case 'resolve':
    case 'note':
      return `#${textOf(params, 'page').replace(/^#/, '')}`;
  }
};

/**
 * The outcome of a run. A request that was answered with an error, or whose process died, may have had an effect: only a run
 * that never began its step is known to have sent nothing.
 */
const outcomeOf = (events: readonly RunEvent[]): { readonly outcome: SendOutcome; readonly text: string } => {
  const acted = events.find((event) => event.event === 'acted');
  const ended = events.find((event) => event.event === 'ended');
  if (acted?.ok === true) return { outcome: 'sent', text: '' };
  if (!events.some((event) => event.event === 'acting'))
    return { outcome: 'failed', text: ended?.why ?? 'the opsdeck process ended before anything was sent' };
  const why =
    acted?.result ??
    ended?.why ??
    'the opsdeck process died before the answer was recorded: check the target';
  return { outcome: 'unknown', text: why };
};

/** The issues of follow-ups that a run has filed, or may have: each is a turn of its step. */
const followUpIssuesOf = (
  titles: ParamValue | undefined,
  events: readonly RunEvent[],
): readonly FollowUpIssue[] =>
  (Array.isArray(titles) ? titles : []).flatMap((title: string, index): readonly FollowUpIssue[] => {
    const isOf = ({ step }: { readonly step: string }): boolean => step.endsWith(`/${index + 1}`);
    if (!events.some((event) => event.event === 'acting' && isOf(event))) return [];
    const acted = events.find((event) => event.event === 'acted' && isOf(event));
    const { ok, made = {} } = acted?.event === 'acted' ? acted : {};
    const reference = made.issue === undefined ? '' : `#${made.issue}`;
    return [{ title, outcome: ok === true ? 'sent' : 'unknown', reference }];
  });

/** Adds the issues of follow-ups to the outcome of their run, which is sent once all of them are. */
const withFollowUpIssues = (
  titles: ParamValue | undefined,
  events: readonly RunEvent[],
): Pick<SentEvent, 'outcome' | 'text' | 'reference' | 'issues'> => {
  const issues = followUpIssuesOf(titles, events);
  const references = issues.flatMap(({ reference }) => (reference === '' ? [] : [reference]));
  const isWhole =
    Array.isArray(titles) && issues.filter(({ outcome }) => outcome === 'sent').length === titles.length;
  const failed = events.filter((event) => event.event !== 'acted' || !event.ok);
  return {
    ...(isWhole ? { outcome: 'sent', text: '' } : outcomeOf(failed)),
    reference: references.join(', '),
    issues,
  };
};

const urlIn = (events: readonly RunEvent[]): string => {
  const texts = events.flatMap((event) => (event.event === 'output' ? [event.text] : []));
  return texts.flatMap((text) => /https?:\/\/\S+/.exec(text)?.[0] ?? []).at(-1) ?? '';
};

/** True once no process can add to the run. */
const isOver = async ({ host, pid, start, place }: LedgerRecord): Promise<boolean> =>
  (await isProcessAlive({
    host,
    pid,
    ...defined({ start, place }),
  })) === false;

const withoutEffect: readonly string[] = ['declined', 'dry-run'];

/** Whether a run whose end is not recorded counts: once no process can add to it, or always. */
type UnendedRuns = (first: LedgerRecord) => Promise<boolean> | boolean;

/** Undefined: no run about an incident, one that its operator declined, or an unended one that does not count. */
const incidentRunOf = async (
  records: readonly LedgerRecord[],
  countsUnended: UnendedRuns,
): Promise<IncidentRun | undefined> => {
  const [first] = records;
  const last = records.at(-1);
  const events = records.map(({ entry }) => entry);
  const proposal = events.find((event) => event.event === 'planned')?.proposal;
  const action = sentActions.find((sentAction) => incidentRunbookIds[sentAction] === proposal?.runbook);
  if (first === undefined || last === undefined || proposal === undefined || action === undefined)
    return undefined;
  const ended = events.find((event) => event.event === 'ended');
  if (withoutEffect.includes(ended?.ending ?? '')) return undefined;
  if (ended === undefined && !(await countsUnended(first))) return undefined;
  const made = events.find((event) => event.event === 'acted')?.made ?? {};
  const { params } = proposal;
  return {
    incident: textOf(params, 'incident'),
    system: first.system,
    env: first.env,
    isDrill: proposal.drill === true,
    at: Date.parse((records.find(({ entry }) => entry.event === 'acted') ?? last).at),
    who: `${first.who}@${first.host}`,
    event: {
      event: 'sent',
      run: first.entry.run,
      action,
      service: services[action],
      ...outcomeOf(events),
      reference: referenceOf(action, params, made),
      url: urlIn(events),
      update: action === 'update' || action === 'note' ? Number(params.update ?? 0) : 0,
      ...(action === 'follow-ups' ? withFollowUpIssues(params.issues, events) : {}),
    },
  };
};

/** Limit of one reading, so that a very large ledger cannot block the cockpit. */
const maxRecords = 50_000;
/** Records are not strictly ordered by time: several processes write them. */
const disorderMs = 3_600_000;

/**
 * The runs about incidents since a time (wall-clock ms), oldest first. The ledger has each before its request is sent, so what was
 * sent is known after a crash, too. `countsUnended`: default: a run counts once its process has ended. Rejects with a LedgerError.
 */
export const readIncidentRuns = async (
  stateDir: string,
  since: Millis,
  countsUnended: UnendedRuns = isOver,
): Promise<readonly IncidentRun[]> => {
  const newest: LedgerRecord[] = [];
  for await (const record of newestRecords(stateDir)) {
    if (newest.length >= maxRecords || Date.parse(record.at) < since - disorderMs) break;
    newest.push(record);
  }
  const found: IncidentRun[] = [];
  for (const records of Map.groupBy(newest.reverse(), ({ entry }) => entry.run).values()) {
    const incidentRun = await incidentRunOf(records, countsUnended);
    if (incidentRun !== undefined) found.push(incidentRun);
  }
  return found;
};

/** Adds the outcome of a run to the record of its incident, unless it has it, and returns the incident as it is then. */
export const addSend = (
  files: Pick<IncidentFiles, 'append'>,
  { incident, who, at, event }: IncidentRun,
): Promise<DeclaredIncident> =>
  files.append(incident, who, at, (now) => (now.sentRuns.includes(event.run) ? [] : [event]));

/**
 * Missing entries of the record of an incident: the outcomes of its runs, each once. `isSimulation`: its environment only exists in the
 * simulator, so that all of its runs act on one. Otherwise a practice run says nothing about a real incident.
 */
export const missingSends = (
  incident: Pick<DeclaredIncident, 'id' | 'system' | 'env' | 'isDrill' | 'sentRuns'>,
  runs: readonly IncidentRun[],
  isSimulation: boolean,
): readonly IncidentRun[] =>
  runs.filter(
    (run) =>
      run.incident === incident.id &&
      run.system === incident.system &&
      run.env === incident.env &&
      run.isDrill === (incident.isDrill || isSimulation) &&
      !incident.sentRuns.includes(run.event.run),
  );

import { defined } from '../../domain/base/defined.ts';
import type { IncidentStatus } from '../../domain/incidents/incident-status.ts';
import { accountsOf, begunDangers } from '../../domain/runs/proposal.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { isProcessAlive, type ProcessRef } from '../../platform/processes/process-identity.ts';
import type { PastRun } from '../../store/cockpit.ts';
import type { LedgerRecord } from './ledger-record.ts';

type Planned = Extract<RunEvent, { event: 'planned' }>;
type Ended = Extract<RunEvent, { event: 'ended' }>;

/** Records that another person writes about a run: they say nothing about its process. */
const byOthers: ReadonlySet<RunEvent['event']> = new Set<RunEvent['event']>([
  ...(['approved', 'approval-refused', 'approval-withdrawn'] as const),
]);

/** State of a run while its records are read, newest first; small, whatever the run wrote. */
interface Gathered {
  /** The oldest record read so far that the process of the run wrote; another person's while there is none. */
  first: LedgerRecord;
  readonly last: LedgerRecord;
  planned?: Planned;
  /** The first ending written: a second one after the end of a run does not change its result. */
  ended?: Ended;
  /** The record of that ending. */
  endedBy?: LedgerRecord;
  /** The record of its first action. */
  acting?: LedgerRecord;
  /** IDs of the steps that have begun. */
  readonly begun: Set<string>;
  relapsed: boolean;
  /** The newest one, which is read first. */
  incident?: IncidentStatus;
  /** Oldest first. */
  readonly notes: string[];
}

const gathering = (newest: LedgerRecord): Gathered => ({
  first: newest,
  last: newest,
  begun: new Set(),
  relapsed: false,
  notes: [],
});

/** Adds the record that precedes those gathered so far. */
const gather = (run: Gathered, record: LedgerRecord): void => {
  const { entry } = record;
  if (!byOthers.has(entry.event) || byOthers.has(run.first.entry.event)) run.first = record;
  if (entry.event === 'planned') run.planned = entry;
  if (entry.event === 'acting') {
    run.acting = record;
    run.begun.add(entry.step);
  }
  if (entry.event === 'ended') {
    run.ended = entry;
    run.endedBy = record;
  }
  const incident = entry.event === 'incident' || entry.event === 'ended' ? entry.incident : undefined;
  if (incident !== undefined) run.incident ??= incident;
  if (entry.event === 'relapsed') run.relapsed = true;
  if (entry.event === 'noted') run.notes.unshift(entry.text);
};

type Unended = Pick<PastRun, 'unended' | 'why'>;

/** Returns why a run has no ending. Only its process can still write one. */
const unended = ({ host, pid }: LedgerRecord, alive: boolean | 'unknown'): Unended => {
  if (alive === 'unknown')
    return {
      unended: 'unknown',
      why: `the run is in progress or was interrupted on ${host}: opsdeck cannot check the process from this machine`,
    };
  return alive
    ? { unended: 'going', why: `running in process ${pid} on ${host}` }
    : { unended: 'died', why: 'the run was interrupted, because the process of opsdeck died' };
};

/**
 * Returns the process that started a run. A later note by another process does not mean that the run is
 * alive.
 */
const processOf = ({ first: { host, pid, start, place } }: Gathered): ProcessRef => ({
  host,
  pid,
  ...defined({ start, place }),
});

/** Converts a run for the cockpit. `alive`: whether its process is alive; checked only without an ending. */
const pastRun = (
  { first, last, planned, acting, begun, ended, endedBy, relapsed, incident, notes }: Gathered,
  alive: boolean | 'unknown',
): PastRun => {
  const { run } = first.entry;
  const proposal = planned?.proposal;
  const accounts = proposal === undefined ? [] : accountsOf(proposal);
  const dangers = proposal === undefined ? [] : begunDangers(proposal, begun);
  return {
    run,
    runbook: proposal?.runbook ?? '',
    title: proposal?.title ?? run,
    system: first.system,
    env: first.env,
    who: first.who,
    host: first.host,
    ...(accounts.length === 0 ? {} : { accounts }),
    params: proposal?.params ?? {},
    at: Date.parse(first.at),
    lastAt: Date.parse(last.at),
    ...(acting === undefined ? {} : { actedAt: Date.parse(acting.at) }),
    ...(dangers.length === 0 ? {} : { begun: dangers }),
    ...(endedBy === undefined ? {} : { endedAt: Date.parse(endedBy.at) }),
    relapsed,
    ...defined({ targets: proposal?.names }),
    ...((ended?.undo?.length ?? 0) > 0 ? { canUndo: true as const } : {}),
    ...defined({ incident }),
    notes,
    ...(ended === undefined
      ? unended(first, alive)
      : {
          ending: ended.ending,
          why: ended.why,
          ...defined({ reason: ended.reason }),
        }),
    ...defined({ undoes: proposal?.undoes }),
    ...(proposal?.drill === true ? { drill: true as const } : {}),
  };
};

type Alive = (process: ProcessRef) => Promise<boolean | 'unknown'>;

/** Maximum records read, so that a run with very many records cannot block the screen. */
const recordsMost = 200_000;

/** Caches the check, so that each process is checked once. */
const checkOnce = (alive: Alive): Alive => {
  const known = new Map<string, Promise<boolean | 'unknown'>>();
  return (process) => {
    const key = JSON.stringify(process);
    const result = known.get(key) ?? alive(process);
    known.set(key, result);
    return result;
  };
};

/**
 * Returns the newest `most` runs by the sequence number of their plan; reads no further back than necessary.
 */
const newestRuns = async (
  newestFirst: AsyncIterable<LedgerRecord>,
  most: number,
): Promise<readonly Gathered[]> => {
  const runs = new Map<string, Gathered>();
  let begun = 0;
  let read = 0;
  let whole = true;
  for await (const record of newestFirst) {
    const { run, event } = record.entry;
    const gathered = runs.get(run) ?? gathering(record);
    runs.set(run, gathered);
    gather(gathered, record);
    if (event === 'planned') begun++;
    read++;
    whole = begun < most && read < recordsMost;
    if (!whole) break;
  }
  // Unless the whole ledger was read, runs whose start was not read are incomplete and are left out.
  return [...runs.values()]
    .filter(({ planned }) => whole || planned !== undefined)
    .sort((a, b) => b.first.seq - a.first.seq)
    .slice(0, most);
};

/** Returns the newest `most` runs, newest first by sequence number, from records in newest-first order. */
export const pastRuns = async (
  newestFirst: AsyncIterable<LedgerRecord>,
  most: number,
  alive: Alive = isProcessAlive,
): Promise<readonly PastRun[]> => {
  const isAlive = checkOnce(alive);
  const gathered = await newestRuns(newestFirst, most);
  const aliveNow = async (run: Gathered): Promise<boolean | 'unknown'> => {
    if (run.ended !== undefined) return false;
    return byOthers.has(run.first.entry.event) ? 'unknown' : isAlive(processOf(run));
  };
  return Promise.all(gathered.map(async (run) => pastRun(run, await aliveNow(run))));
};

/** Returns the run of the given records, oldest first; undefined for none. */
export const toPastRun = async (records: readonly LedgerRecord[]): Promise<PastRun | undefined> => {
  async function* newestFirst(): AsyncGenerator<LedgerRecord> {
    yield* records.toReversed();
  }
  return (await pastRuns(newestFirst(), 1))[0];
};

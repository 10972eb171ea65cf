import type { RunEvent } from '../../domain/run.ts';
import type { NamedProcess } from '../../platform/processes/process-alive.ts';
import type { PastRun } from '../../store/run-types.ts';
import type { LedgerRecord } from './entry.ts';

type Planned = Extract<RunEvent, { event: 'planned' }>;
type Ended = Extract<RunEvent, { event: 'ended' }>;

/** What is kept of a run while its records are read, the newest first: little, however much it wrote. */
export interface Gathered {
  /** The oldest of its records that has been read. */
  first: LedgerRecord;
  readonly last: LedgerRecord;
  planned?: Planned;
  /** The first that was written: a second answer to a run that has ended does not change how it ended. */
  ended?: Ended;
  /** The record of that. */
  endedBy?: LedgerRecord;
  relapsed: boolean;
  /** Oldest first. */
  readonly notes: string[];
}

export const gathering = (newest: LedgerRecord): Gathered => ({
  first: newest,
  last: newest,
  relapsed: false,
  notes: [],
});

/** Takes one more record of a run, the one before those that it has. */
export const gather = (run: Gathered, record: LedgerRecord): void => {
  const { entry } = record;
  run.first = record;
  if (entry.event === 'planned') run.planned = entry;
  if (entry.event === 'ended') {
    run.ended = entry;
    run.endedBy = record;
  }
  if (entry.event === 'relapsed') run.relapsed = true;
  if (entry.event === 'noted') run.notes.unshift(entry.text);
};

type Unended = Pick<PastRun, 'unended' | 'why'>;

/** Why a run has no ending. Only its process can still write one. */
const unended = ({ host, pid }: LedgerRecord, alive: boolean | 'unknown'): Unended => {
  if (alive === 'unknown')
    return {
      unended: 'unknown',
      why: `it goes on on ${host}, or its process died there: that cannot be seen from here`,
    };
  return alive
    ? { unended: 'going', why: `it goes on in process ${pid}` }
    : { unended: 'died', why: 'its process ended without an ending' };
};

/** The process that began a run. A note that another wrote into it later keeps nothing alive. */
export const processOf = ({ first: { host, pid, start, place } }: Gathered): NamedProcess => ({
  host,
  pid,
  ...(start === undefined ? {} : { start }),
  ...(place === undefined ? {} : { place }),
});

/** A run as the cockpit shows it. `alive`: whether its process goes on; asked only of one without an ending. */
export const pastRun = (
  { first, last, planned, ended, endedBy, relapsed, notes }: Gathered,
  alive: boolean | 'unknown',
): PastRun => {
  const { run } = first.entry;
  const proposal = planned?.proposal;
  return {
    run,
    runbook: proposal?.runbook ?? '',
    title: proposal?.title ?? run,
    system: first.system,
    env: first.env,
    who: first.who,
    host: first.host,
    params: proposal?.params ?? {},
    at: Date.parse(first.at),
    lastAt: Date.parse(last.at),
    ...(endedBy === undefined ? {} : { endedAt: Date.parse(endedBy.at) }),
    relapsed,
    notes,
    ...(ended === undefined ? unended(first, alive) : { ending: ended.ending, why: ended.why }),
    ...(proposal?.undoes === undefined ? {} : { undoes: proposal.undoes }),
  };
};

import type { RunEvent } from '../../domain/run.ts';
import { isProcessAlive, type ProcessRef } from '../../platform/processes/process-identity.ts';
import type { PastRun } from '../../store/cockpit.ts';
import type { LedgerRecord } from './ledger-record.ts';

type Planned = Extract<RunEvent, { event: 'planned' }>;
type Ended = Extract<RunEvent, { event: 'ended' }>;

/** What is kept of a run while its records are read, the newest first: little, however much it wrote. */
interface Gathered {
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

const gathering = (newest: LedgerRecord): Gathered => ({
  first: newest,
  last: newest,
  relapsed: false,
  notes: [],
});

/** Takes one more record of a run, the one before those that it has. */
const gather = (run: Gathered, record: LedgerRecord): void => {
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
const processOf = ({ first: { host, pid, start, place } }: Gathered): ProcessRef => ({
  host,
  pid,
  ...(start === undefined ? {} : { start }),
  ...(place === undefined ? {} : { place }),
});

/** A run as the cockpit shows it. `alive`: whether its process goes on; asked only of one without an ending. */
const pastRun = (
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

type Alive = (process: ProcessRef) => Promise<boolean | 'unknown'>;

/** So many records are read at most, whatever they are: a ledger of a very chatty run must not hold the screen up. */
const recordsMost = 200_000;

/** Each process is asked about once. */
const askedOnce = (alive: Alive): Alive => {
  const known = new Map<string, Promise<boolean | 'unknown'>>();
  return (process) => {
    const key = JSON.stringify(process);
    const asked = known.get(key) ?? alive(process);
    known.set(key, asked);
    return asked;
  };
};

/** The newest `most` runs, by the number of the record that planned them; reads no further back than it must. */
const newestRuns = async (
  newestFirst: AsyncIterable<LedgerRecord>,
  most: number,
): Promise<readonly Gathered[]> => {
  const runs = new Map<string, Gathered>();
  let [begun, read, whole] = [0, 0, true];
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
  // Of what did not begin in what was read only the end is known, unless all has been read.
  return [...runs.values()]
    .filter(({ planned }) => whole || planned !== undefined)
    .sort((a, b) => b.first.seq - a.first.seq)
    .slice(0, most);
};

/** The newest `most` runs of a ledger whose records come newest first; newest first, by their numbers. */
export const pastRuns = async (
  newestFirst: AsyncIterable<LedgerRecord>,
  most: number,
  alive: Alive = isProcessAlive,
): Promise<readonly PastRun[]> => {
  const ask = askedOnce(alive);
  const found = await newestRuns(newestFirst, most);
  return Promise.all(
    found.map(async (run) => pastRun(run, run.ended === undefined ? await ask(processOf(run)) : false)),
  );
};

/** The run that some records, oldest first, are of; undefined for none. */
export const toPastRun = async (records: readonly LedgerRecord[]): Promise<PastRun | undefined> => {
  async function* newestFirst(): AsyncGenerator<LedgerRecord> {
    yield* records.toReversed();
  }
  return (await pastRuns(newestFirst(), 1))[0];
};

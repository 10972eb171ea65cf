import type { Millis } from '../../domain/base/fault.ts';
import type { JournalEntry } from '../../domain/facts/journal.ts';
import type { RunEnding, RunEvent } from '../../domain/runs/run.ts';
import { dayMs } from '../../domain/text/duration.ts';
import type { LedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import { newestRecords, readLedger } from '../../persistence/ledger/read-ledger.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { runJournalEntry } from './run-entries.ts';

/** An environment, and whether a simulator serves it. */
interface Place {
  readonly system: string;
  readonly env: string;
  readonly isSimulated: boolean;
}

/** The runs that the ledger has of an environment, as entries of its journal. */
export interface LedgerJournal {
  /** Returns the entries of the last day, and later those since the last call. Rejects with a LedgerError. */
  read(): Promise<readonly JournalEntry[]>;
}

/** Limit of one reading, so that a very large ledger cannot block the cockpit. */
const maxRecords = 50_000;

/** Records are not strictly ordered by time: two processes write them, and clocks are set. */
const disorderMs: Millis = 3_600_000;

/** Two records of one event differ by this much at most: the live event, and its record in the ledger. */
const sameEventMs: Millis = 5000;

/** Endings of runs that did nothing to the environment. */
const withoutEffect: ReadonlySet<RunEnding> = new Set(['declined', 'dry-run', 'not-applicable']);

const isShown = (event: RunEvent): boolean => event.event !== 'ended' || !withoutEffect.has(event.ending);

/** Inputs of the entries of a run besides their own record. */
interface KnownRun {
  title: string;
  drill: boolean;
  /** Its plan and its `acting` events, which name its steps and their targets. */
  readonly events: RunEvent[];
}

const learn = (known: KnownRun, { entry }: LedgerRecord): void => {
  if (entry.event === 'planned') {
    known.title = entry.proposal.title;
    known.drill = entry.proposal.drill === true;
  }
  if (entry.event === 'planned' || entry.event === 'acting') known.events.push(entry);
};

/** Inserts the entries of runs by time, without those that the journal has already: the runs of this process, and recalled ones. */
export const withLedgerEntries = (
  journal: readonly JournalEntry[],
  entries: readonly JournalEntry[],
): readonly JournalEntry[] => {
  const byRun = Map.groupBy(journal, ({ run }) => run);
  const fresh = entries.filter(
    ({ run, change, at }) =>
      !(byRun.get(run) ?? []).some(
        (journalEntry) => journalEntry.change === change && Math.abs(journalEntry.at - at) <= sameEventMs,
      ),
  );
  return fresh.length === 0 ? journal : [...journal, ...fresh].toSorted((a, b) => a.at - b.at);
};

/**
 * Creates the journal of the ledger for one environment. The processes of a state directory share the ledger, so the runs of a
 * colleague or of another terminal are among what has changed. A simulator belongs to one process: nothing that other
 * processes did has happened in it.
 */
export const createLedgerJournal = (
  stateDir: string,
  { system, env, isSimulated }: Place,
  clock: Pick<Clock, 'wallNow' | 'wallOffset'>,
): LedgerJournal => {
  const runs = new Map<string, KnownRun>();
  let lastSeq = 0;

  /** The records since the last reading, oldest first. */
  const newRecords = async (): Promise<readonly LedgerRecord[]> => {
    const since = clock.wallNow() - dayMs;
    const found: LedgerRecord[] = [];
    let read = 0;
    let newest = lastSeq;
    for await (const record of newestRecords(stateDir)) {
      if (record.seq <= lastSeq || ++read > maxRecords) break;
      if (Date.parse(record.at) < since - disorderMs) break;
      newest = Math.max(newest, record.seq);
      if (record.system === system && record.env === env) found.push(record);
    }
    lastSeq = newest;
    return found.reverse();
  };

  /** A run whose plan is older than the records that were read. */
  const recall = async (run: string, before: number): Promise<KnownRun> => {
    const known: KnownRun = { title: run, drill: false, events: [] };
    for (const record of await readLedger(stateDir, { run })) if (record.seq < before) learn(known, record);
    return known;
  };

  const entryOf = async (record: LedgerRecord): Promise<JournalEntry | undefined> => {
    const { run } = record.entry;
    const known = runs.get(run) ?? (await recall(run, record.seq));
    runs.set(run, known);
    learn(known, record);
    if (!isShown(record.entry)) return undefined;
    const time = Date.parse(record.at) - clock.wallOffset();
    const entry = runJournalEntry(known.title, { ...record.entry, at: time }, known.events, known.drill);
    return entry === undefined ? undefined : { ...entry, by: `${record.who}@${record.host}` };
  };

  return {
    read: async () => {
      if (isSimulated) return [];
      const entries: JournalEntry[] = [];
      for (const record of await newRecords()) {
        const entry = await entryOf(record);
        if (entry !== undefined) entries.push(entry);
      }
      return entries;
    },
  };
};

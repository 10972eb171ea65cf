import { type NamedProcess, processAlive } from '../../platform/processes/process-alive.ts';
import type { PastRun } from '../../store/run-types.ts';
import type { LedgerRecord } from './entry.ts';
import { type Gathered, gather, gathering, pastRun, processOf } from './past-run.ts';

type Alive = (process: NamedProcess) => Promise<boolean | 'unknown'>;

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
  alive: Alive = processAlive,
): Promise<readonly PastRun[]> => {
  const ask = askedOnce(alive);
  const found = await newestRuns(newestFirst, most);
  return Promise.all(
    found.map(async (run) => pastRun(run, run.ended === undefined ? await ask(processOf(run)) : false)),
  );
};

/** The run that some records, oldest first, are of; undefined for none. */
export const pastRunOf = async (records: readonly LedgerRecord[]): Promise<PastRun | undefined> => {
  async function* newestFirst(): AsyncGenerator<LedgerRecord> {
    yield* records.toReversed();
  }
  return (await pastRuns(newestFirst(), 1))[0];
};

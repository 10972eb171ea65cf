import type { RunEvent } from '../../domain/run.ts';
import type { PastRun } from '../../store/cockpit.ts';
import type { LedgerRecord } from './entry.ts';

type Ended = Extract<RunEvent, { event: 'ended' }>;

const runOf = (records: readonly LedgerRecord[]): PastRun | undefined => {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const entries = records.map(({ entry }) => entry);
  const planned = entries.find((entry) => entry.event === 'planned');
  const proposal = planned?.event === 'planned' ? planned.proposal : undefined;
  const ended = entries.find((entry): entry is Ended => entry.event === 'ended');
  const { run } = first.entry;
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
    why: ended?.why ?? '',
    relapsed: entries.some(({ event }) => event === 'relapsed'),
    ...(ended === undefined ? {} : { ending: ended.ending }),
    ...(proposal?.undoes === undefined ? {} : { undoes: proposal.undoes }),
  };
};

/** The newest `most` runs of some records, newest first. */
export const pastRuns = (records: readonly LedgerRecord[], most: number): readonly PastRun[] =>
  [...Map.groupBy(records, ({ entry }) => entry.run).values()]
    .flatMap((group) => runOf(group) ?? [])
    .sort((a, b) => b.at - a.at)
    .slice(0, most);

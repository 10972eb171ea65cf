import type { StoreApi } from 'zustand/vanilla';
import type { Proposal } from '../../domain/proposal.ts';
import type { RunEvent } from '../../domain/run.ts';
import type { Runbook } from '../../domain/runbook.ts';
import type { LedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import { pastRuns, toPastRun } from '../../persistence/ledger/past-runs.ts';
import { newestRecords, readLedger } from '../../persistence/ledger/read-ledger.ts';
import type { Clock } from '../../platform/clock.ts';
import type { CockpitState, PastRun, RunView } from '../../store/cockpit.ts';
import { applyRunEvent, newRunView } from '../../store/run-view.ts';
import type { OpenedEnvironment } from './cockpit-parts.ts';

/** Runs shown; older ones are in the ledger. */
const shownMost = 500;

/** The runs of the ledger, as the cockpit shows them. */
export interface RunHistory {
  /** Reads them into the store. */
  read(): Promise<void>;
  /** Puts one on the card, as it was written down. */
  show(run: string): Promise<void>;
  find(run: string): PastRun | undefined;
  /** One as it was written down; undefined when the ledger has none of that name. */
  load(run: string): Promise<RunView | undefined>;
  /** What was written down of it, oldest first. Rejects with a LedgerError. */
  eventsOf(run: string): Promise<readonly RunEvent[]>;
}

type Planned = Pick<Proposal, 'runbook' | 'title' | 'system' | 'env' | 'params'>;

/** What a run was planned as; where that is not in the ledger, what its first record tells. */
const plannedIn = (records: readonly LedgerRecord[]): Planned | undefined => {
  const [first] = records;
  if (first === undefined) return undefined;
  const { system, env, entry } = first;
  for (const { entry: one } of records) if (one.event === 'planned') return one.proposal;
  return { runbook: '', title: entry.run, system, env, params: {} };
};

/** A runbook of a run that the profile has no more: enough for its card. */
const bare = ({ runbook, title }: Planned): Runbook => ({
  id: runbook,
  title,
  covers: [],
  params: [],
  diagnose: [],
  act: [],
  verify: [],
  position: { file: '', line: 0, col: 0 },
});

/** The runbook of a run, where the environment that is open is the one that it was run in, and still has it. */
export const runbookOfRun = (
  opened: OpenedEnvironment | undefined,
  { runbook, system, env }: Planned,
): Runbook | undefined =>
  opened?.profile.system === system && opened.profile.env === env
    ? opened.profile.runbooks.find(({ id }) => id === runbook)
    : undefined;

export const createRunHistory = (
  cockpit: StoreApi<CockpitState>,
  stateDir: string,
  clock: Clock,
  runbookOf: (past: Planned) => Runbook | undefined,
): RunHistory => {
  const find = (run: string): PastRun | undefined => cockpit.getState().runs?.find((one) => one.run === run);
  /** Events of other processes carry their own clock: the wall tells when they were. */
  const recordsOf = (run: string): Promise<readonly LedgerRecord[]> => readLedger(stateDir, { run });
  const asOurs = ({ at, entry }: LedgerRecord): RunEvent => ({
    ...entry,
    at: Date.parse(at) - clock.wallOffset(),
  });

  /** Nothing of it goes on here, wherever it has come to: nothing waits for an answer, and nothing is kept from beginning. */
  const load = async (run: string): Promise<RunView | undefined> => {
    const records = await recordsOf(run);
    const past = plannedIn(records);
    if (past === undefined) return undefined;
    const begun = newRunView(runbookOf(past) ?? bare(past), 'ended');
    const {
      awaitingStep: _,
      login: __,
      watchedUntil: ___,
      ...view
    } = records.map(asOurs).reduce(applyRunEvent, { ...begun, params: past.params, past: true });
    const known = await toPastRun(records);
    return { ...view, stage: 'ended', ...(known?.unended === 'died' ? { isOrphaned: true } : {}) };
  };

  return {
    find,
    read: async () => {
      try {
        const runs = await pastRuns(newestRecords(stateDir), shownMost);
        cockpit.setState(({ runsError: _, ...rest }) => ({ ...rest, runs }), true);
      } catch (error) {
        cockpit.setState({ runsError: error instanceof Error ? error.message : String(error) });
      }
    },
    load,
    eventsOf: async (run) => (await recordsOf(run)).map(asOurs),
    show: async (run) => {
      // Of this session, and perhaps watched still: what comes of that is shown on it.
      const own = cockpit.getState().endedRuns.find(({ proposal }) => proposal?.run === run);
      const view = own ?? (await load(run));
      if (view !== undefined) cockpit.setState({ run: { ...view, background: false } });
    },
  };
};

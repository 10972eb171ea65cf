import type { StoreApi } from 'zustand/vanilla';
import type { Runbook } from '../../../domain/runbooks/runbook.ts';
import type { Proposal } from '../../../domain/runs/proposal.ts';
import type { RunEvent } from '../../../domain/runs/run.ts';
import { errorMessage } from '../../../domain/text/error-message.ts';
import type { LedgerRecord } from '../../../persistence/ledger/ledger-record.ts';
import { pastRuns, toPastRun } from '../../../persistence/ledger/past-runs.ts';
import { newestRecords, readLedger } from '../../../persistence/ledger/read-ledger.ts';
import type { StateStore } from '../../../persistence/state-store.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { createForeignRuns } from '../../../runs/records/foreign-runs.ts';
import type { CockpitState, PastRun, RunView } from '../../../store/cockpit.ts';
import { applyRunEvent, newRunView } from '../../../store/run-view.ts';
import type { OpenedEnvironment } from '../environment/cockpit-parts.ts';

/** The number of runs shown; older ones are in the ledger. */
const shownMost = 500;

/** The runs of the ledger, in the form that the cockpit shows. */
export interface RunHistory {
  /** Reads the runs into the store. */
  read(): Promise<void>;
  /** Shows a recorded run on the card. */
  show(run: string): Promise<void>;
  /** Reads the shown run again if it is in progress in another process. */
  refresh(): Promise<void>;
  find(run: string): PastRun | undefined;
  /** A recorded run; undefined when the ledger does not contain it. */
  load(run: string): Promise<RunView | undefined>;
  /** The recorded events of a run, oldest first. Rejects with a LedgerError. */
  eventsOf(run: string): Promise<readonly RunEvent[]>;
}

type Planned = Pick<Proposal, 'runbook' | 'title' | 'system' | 'env' | 'params'>;

/** The plan of a run, or what its first record contains. */
const plannedIn = (records: readonly LedgerRecord[]): Planned | undefined => {
  const [first] = records;
  if (first === undefined) return undefined;
  const { system, env, entry } = first;
  for (const { entry: runEvent } of records) if (runEvent.event === 'planned') return runEvent.proposal;
  return { runbook: '', title: entry.run, system, env, params: {} };
};

/** A placeholder for a runbook that the profile no longer has, sufficient for a card. */
export const placeholderRunbook = ({ runbook, title }: Planned): Runbook => ({
  id: runbook,
  title,
  covers: [],
  params: [],
  diagnose: [],
  act: [],
  verify: [],
  position: { file: '', line: 0, col: 0 },
});

/** The runbook of a run, if the open environment is the one it ran in and still has it. */
export const runbookOfRun = (
  opened: OpenedEnvironment | undefined,
  { runbook, system, env }: Planned,
): Runbook | undefined =>
  opened?.profile.system === system && opened.profile.env === env
    ? opened.profile.runbooks.find(({ id }) => id === runbook)
    : undefined;

/** A run of a machine whose processes cannot be checked is in progress if it holds its locks. */
const withRunning = (run: PastRun, running: ReadonlySet<string>): PastRun =>
  run.unended === 'unknown' && running.has(run.run)
    ? {
        ...run,
        unended: 'going',
        why: `the run is in progress on ${run.host}, and holds the lock of the target`,
      }
    : run;

export const createRunHistory = (
  cockpit: StoreApi<CockpitState>,
  state: () => Pick<StateStore, 'dir' | 'runningRuns' | 'approvals'>,
  clock: Clock,
  runbookOf: (past: Planned) => Runbook | undefined,
  user: () => string | undefined = () => undefined,
): RunHistory => {
  const find = (run: string): PastRun | undefined =>
    cockpit.getState().runs?.find((pastRun) => pastRun.run === run);
  /** Events of other processes use their own clock, so the wall clock gives their time. */
  const recordsOf = (run: string): Promise<readonly LedgerRecord[]> => readLedger(state().dir, { run });
  /** While the state database is unavailable, the runs of other machines are unknown. */
  const runningOf = async (runs: readonly PastRun[]): Promise<ReadonlySet<string>> => {
    if (!runs.some(({ unended }) => unended === 'unknown')) return new Set();
    return (
      (await state()
        .runningRuns?.()
        .catch(() => undefined)) ?? new Set()
    );
  };
  const asOurs = ({ at, entry }: LedgerRecord): RunEvent => ({
    ...entry,
    at: Date.parse(at) - clock.wallOffset(),
  });

  /** A recorded run is not in progress here: it waits for no answer and blocks nothing. */
  const load = async (run: string): Promise<RunView | undefined> => {
    const records = await recordsOf(run);
    const past = plannedIn(records);
    if (past === undefined) return undefined;
    const begun = newRunView(runbookOf(past) ?? placeholderRunbook(past), 'ended');
    const {
      awaitingStep: _,
      login: __,
      watchedUntil: ___,
      ...view
    } = records.map(asOurs).reduce(applyRunEvent, { ...begun, params: past.params, past: true });
    const known = await toPastRun(records);
    const unended = known?.unended;
    return {
      ...{ ...view, stage: 'ended' },
      ...(unended === 'died' ? { isOrphaned: true } : {}),
      ...(unended === 'going' || unended === 'unknown' ? { isElsewhere: true } : {}),
    };
  };

  const read = async (): Promise<void> => {
    try {
      const foreign = createForeignRuns(state(), user());
      const newest = foreign.noting(newestRecords(state().dir));
      const found = await foreign.marked(await pastRuns(newest, shownMost));
      const running = await runningOf(found);
      const runs = found.map((run) => withRunning(run, running));
      cockpit.setState(({ runsError: _, ...rest }) => ({ ...rest, runs }), true);
    } catch (error) {
      cockpit.setState({ runsError: errorMessage(error) });
    }
  };

  return {
    find,
    read,
    refresh: async () => {
      const idOf = ({ run }: CockpitState): string | undefined =>
        run?.isElsewhere === true ? run.events[0]?.run : undefined;
      const id = idOf(cockpit.getState());
      if (id === undefined) return;
      // `read` reports a ledger that cannot be read.
      const [view] = await Promise.all([load(id).catch(() => undefined), read()]);
      cockpit.setState((state) =>
        view === undefined || idOf(state) !== id
          ? {}
          : { run: { ...view, background: state.run?.background === true } },
      );
    },
    load,
    eventsOf: async (run) => (await recordsOf(run)).map(asOurs),
    show: async (run) => {
      // A run of this session may still be watched; its events are shown on it.
      const own = cockpit.getState().endedRuns.find(({ proposal }) => proposal?.run === run);
      const view = own ?? (await load(run));
      if (view !== undefined) cockpit.setState({ run: { ...view, background: false } });
    },
  };
};

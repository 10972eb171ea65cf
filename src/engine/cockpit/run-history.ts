import type { StoreApi } from 'zustand/vanilla';
import type { RunEvent } from '../../domain/run.ts';
import type { Runbook } from '../../domain/runbook.ts';
import type { CockpitState, PastRun } from '../../store/cockpit.ts';
import { newRun, runAfter } from '../../store/run-view.ts';
import { newestRecords, readLedger } from '../ledger/read-ledger.ts';
import { pastRuns } from '../ledger/runs.ts';

/** Runs shown; older ones are in the ledger. */
const shownMost = 500;

/** The runs of the ledger, as the cockpit shows them. */
export interface RunHistory {
  /** Reads them into the store. */
  read(): Promise<void>;
  /** Puts one on the card, as it was written down. */
  show(run: string): Promise<void>;
  find(run: string): PastRun | undefined;
}

/** A runbook of a run that the profile has no more: enough for its card. */
const bare = ({ runbook, title }: PastRun): Runbook => ({
  id: runbook,
  title,
  covers: [],
  params: [],
  diagnose: [],
  act: [],
  verify: [],
  position: { file: '', line: 0, col: 0 },
});

export const createRunHistory = (
  cockpit: StoreApi<CockpitState>,
  stateDir: string,
  runbookOf: (id: string) => Runbook | undefined,
): RunHistory => {
  const find = (run: string): PastRun | undefined => cockpit.getState().runs?.find((one) => one.run === run);
  const eventsOf = async (run: string): Promise<readonly RunEvent[]> => {
    const records = await readLedger(stateDir, { run });
    return records.map(({ entry }) => entry);
  };
  return {
    find,
    read: async () => {
      try {
        const runs = await pastRuns(newestRecords(stateDir), shownMost);
        cockpit.setState(({ runsTrouble: _, ...rest }) => ({ ...rest, runs }), true);
      } catch (error) {
        cockpit.setState({ runsTrouble: error instanceof Error ? error.message : String(error) });
      }
    },
    show: async (run) => {
      const past = find(run);
      if (past === undefined) return;
      const begun = newRun(runbookOf(past.runbook) ?? bare(past), 'ended');
      const view = (await eventsOf(run)).reduce(runAfter, { ...begun, params: past.params, past: true });
      cockpit.setState({ run: view });
    },
  };
};

import type { Millis } from '../../domain/base/fault.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { createRunSeal, type RunSeal } from './run-seal.ts';

/** A run of this process, as its executor recorded it. No stored text changes it. */
export interface OwnRun {
  readonly seal: RunSeal;
  /** Its events, oldest first, without outputs and diagnoses. */
  readonly events: RunEvent[];
  /** The time of each of its resets, wall clock, by step. */
  readonly dueAt: Map<string, Millis>;
  /** True: it passed all its gates, with the approval of another person where it needs one. */
  isAdmitted: boolean;
}

/** The runs of this process, by ID. They end with it: what an earlier process ran is known only from its records. */
export interface OwnRuns {
  find(run: string): OwnRun | undefined;
  /** Returns the run, which is added when it is new. */
  begin(run: string): OwnRun;
}

/** Runs kept. The oldest one without a reset is forgotten first, and is then like a run of an earlier process. */
const keptRuns = 1000;

/** Creates the memory of the runs of one process. */
export const createOwnRuns = (): OwnRuns => {
  const runs = new Map<string, OwnRun>();
  const forgetOldest = (): void => {
    for (const [id, { dueAt }] of runs) if (dueAt.size === 0) return void runs.delete(id);
  };
  return {
    find: (run) => runs.get(run),
    begin: (run) => {
      const known = runs.get(run);
      if (known !== undefined) return known;
      const begun: OwnRun = { seal: createRunSeal(), events: [], dueAt: new Map(), isAdmitted: false };
      runs.set(run, begun);
      if (runs.size > keptRuns) forgetOldest();
      return begun;
    },
  };
};

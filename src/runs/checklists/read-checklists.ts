import type { Millis } from '../../domain/base/fault.ts';
import type { ChecklistRecord } from '../../domain/checklists/record.ts';
import type { ChecklistStatus } from '../../domain/checklists/status.ts';
import type { Checklist } from '../../domain/profile/profile.ts';
import { type RecordScope, recordScope } from '../../domain/profile/record-scope.ts';
import type { ReadIo, ReadIoOptions } from '../../doors/io.ts';
import { type ChecklistFile, checklistFile } from '../../persistence/checklists/checklist-file.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { PastRun } from '../../store/cockpit.ts';
import { buildSnapshot } from '../../store/snapshot.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { checklistFeeds, freshState } from '../evidence/check-feeds.ts';
import { withDeadline } from '../reads/read-deadline.ts';
import { createItemCalls } from './item-calls.ts';
import { createChecklistJudge, type EvidenceWriters, evidenceRuns } from './judge-checklists.ts';

/** Inputs of one reading of checklists. */
export interface ChecklistSources {
  readonly engine: EnvironmentReader;
  readonly openIo: (options?: ReadIoOptions) => ReadIo;
  readonly clock: Clock;
  /** The directory of the ledger. */
  readonly stateDir: string;
  /** The records. Default: those of the directory. */
  readonly file?: ChecklistFile;
  readonly mask: (text: string, field?: string) => string;
  /** True: a simulator serves the environment. */
  readonly isSimulated: boolean;
  readonly writers: EvidenceWriters;
}

/** The lists in their current occurrences, and their file. */
export interface ReadChecklistsResult {
  readonly statuses: readonly ChecklistStatus[];
  readonly records: readonly ChecklistRecord[];
  readonly file: ChecklistFile;
  readonly scope: RecordScope;
  readonly problem?: string;
  /** The newest runs of the environment in the ledger. */
  readonly runs: readonly PastRun[];
}

/** Time limit of one reading. */
const readMs: Millis = 10_000;

/**
 * Judges lists by data that is read after this call began; what has not answered by then is unknown. A condition with
 * `for` counts from this call on. Rejects when records or ledger cannot be read.
 */
export const readChecklists = async (
  lists: readonly Checklist[],
  sources: ChecklistSources,
  signal: AbortSignal,
): Promise<ReadChecklistsResult> => {
  const { engine, clock, stateDir, mask, isSimulated } = sources;
  const { profile } = engine;
  const { file = checklistFile(stateDir, mask) } = sources;
  const scope = recordScope(profile, isSimulated);
  const since = clock.now();
  const calls = createItemCalls(lists, sources);
  const limit = clock.deadline(readMs);
  const ids = lists.map(({ id }) => id);
  try {
    const read = (stop: AbortSignal) =>
      Promise.all([
        engine.readNow(checklistFeeds(lists, engine.feeds, engine.profile.signals), stop),
        calls.callNow(ids, stop),
      ]);
    await withDeadline((stop) => read(AbortSignal.any([stop, limit.signal])), clock, signal)
      // What could not be read stays unknown.
      .catch(() => {});
  } finally {
    limit.clear();
    await calls.close();
  }
  const [stored, runs] = await Promise.all([
    file.read(scope),
    evidenceRuns(stateDir, profile, isSimulated, sources.writers),
  ]);
  const now = clock.now();
  const state = freshState(engine.facts.getState(), since - 1, now);
  const statuses = createChecklistJudge(lists)({
    snapshot: buildSnapshot(state, now),
    history: state.history,
    now,
    wallOffset: clock.wallOffset(),
    runs,
    called: calls.latest,
    zone: profile.zone,
    records: stored.records,
  });
  return { ...stored, statuses, file, scope, runs };
};

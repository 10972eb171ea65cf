import type { Danger } from '../domain/runbooks/operation.ts';
import type { Runbook } from '../domain/runbooks/runbook.ts';

/** The objects that a runbook offers to act on, or the number that it recommends. */
export interface RunbookTargets {
  /** The only one, or the only one that the evidence names; absent: the person chooses. */
  readonly name?: string;
  readonly count: number;
  /** Word for several of them: 'pods'; absent: none fits. */
  readonly noun?: string;
}

/** A runbook and its match against the current facts. */
export interface RunbookSuggestion {
  readonly runbook: Runbook;
  /** 'unknown': undecided, with the missing facts in `why`. 'never': the runbook has no `when`. */
  readonly fits: 'yes' | 'no' | 'unknown' | 'never';
  readonly why: string;
  /** True: it does not match only because its problem has not lasted long enough yet. */
  readonly isPending?: true;
  /** Why it comes at this place: the change that it takes back, or the runbook that fixes the cause. */
  readonly reason?: string;
  /** True: another matching one only treats a symptom of what this one fixes. */
  readonly fixesCause?: true;
  /** True: it takes back the likely trigger. */
  readonly revertsTrigger?: true;
  /**
   * Why it comes after the other matching ones, as `reason` says: it cannot run now, it was tried in the present incident, or it
   * destroys something and matches only because of the time before a run. Absent: nothing is known against it.
   */
  readonly hindrance?: 'blocked' | 'tried' | 'residue';
  /** Danger of its worst step, if its operations declare one. */
  readonly danger?: Danger;
  /** Absent: it has none, or they are not known. */
  readonly targets?: RunbookTargets;
}

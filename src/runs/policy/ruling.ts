import type { Danger } from '../../domain/operation.ts';
import type { GateCheck } from '../../domain/proposal.ts';

/** What a check of a run found, and what follows from it. */
export interface Ruling {
  readonly check: GateCheck;
  /** 'asks': the name is typed. 'forbids': nothing is sent. */
  readonly does: 'passes' | 'asks' | 'forbids';
}

/** A run as the rules see it. */
export interface RuledRun {
  /** Id of its runbook; of an undo: that id with `.undo` behind it. */
  readonly runbook: string;
  readonly danger: Danger;
  /** Why a freeze is broken, in the operator's words. */
  readonly override?: string;
}

/** True when a list names the runbook. An undo may do what its runbook may. */
export const isNamed = (runbook: string, ids: readonly string[]): boolean =>
  ids.includes(runbook) || ids.includes(runbook.replace(/\.undo$/, ''));

import type { Danger } from '../../src/domain/operation.ts';

/** The section of a profile that an entry belongs to; `listed`: people, ladders, severities, links, the review. */
export type TouchKind = 'signal' | 'view' | 'diagnose' | 'act' | 'verify' | 'listed';

/**
 * One entry of the profile that had an effect: a signal whose value was judged, a step of a run that recovered, a proof
 * that held at its end. It names the requirement rows that it serves, so that coverage counts what happened, not what is written.
 */
export interface Touch {
  /** Requirement rows, as coverage.yaml or the entry's `covers` names them. */
  readonly ids: readonly string[];
  readonly kind: TouchKind;
  /** The entry: 'signal sla', 'breakers-open a5'. */
  readonly by: string;
  /** The danger that it really had; 'manual' for what a person ticked; absent for what is only shown. */
  readonly danger?: Danger | 'manual';
  /** Types of the sources that answered; empty where none was asked. */
  readonly types: readonly string[];
}

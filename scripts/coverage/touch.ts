import type { Danger } from '../../src/domain/runbooks/operation.ts';

/** Profile section of an entry; `listed`: contacts, escalation paths, severities, links, the review. */
export type TouchKind = 'signal' | 'view' | 'diagnose' | 'act' | 'verify' | 'listed';

/**
 * One profile entry with an observed effect: a signal whose value was evaluated, a step of a recovered run, or a verification
 * that held at its end. It names the requirement rows that it covers, so that coverage counts observed effects, not written
 * entries.
 */
export interface Touch {
  /** Requirement rows in coverage.yaml or the entry's `covers`. */
  readonly ids: readonly string[];
  readonly kind: TouchKind;
  /** The entry: 'signal sla', 'breakers-open a5'. */
  readonly by: string;
  /** Actual danger class; 'manual' for operator ticks; absent for displayed data. */
  readonly danger?: Danger | 'manual';
  /** Types of the sources that responded; empty if none was used. */
  readonly types: readonly string[];
}

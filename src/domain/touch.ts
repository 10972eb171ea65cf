import type { Danger } from './operation.ts';

/**
 * One entry of the profile that was really used: a signal that had a value, a step that was carried out, a proof that
 * came true. It tells which requirement rows that served, so that coverage counts what happened, not what is written.
 */
export interface Touch {
  /** Requirement rows, as the entry's `covers` names them. */
  readonly ids: readonly string[];
  /** What was used: 'signal sla', 'breakers-open a5'. */
  readonly by: string;
  /** The danger that it really had; 'manual' for what a person ticked; absent for what is only shown. */
  readonly danger?: Danger | 'manual';
  /** Types of the sources that answered; empty where none was asked. */
  readonly types: readonly string[];
}

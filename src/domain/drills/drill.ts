import type { Millis } from '../base/fault.ts';
import type { RunEvent } from '../runs/run.ts';

/** Content of a hint: the pane, the symptom, or the matching runbook. */
export type HintSubject = 'pane' | 'symptom' | 'runbook';

/** A hint that was shown. */
export interface DrillHint {
  readonly about: HintSubject;
  /** Id of the pane or runbook, or key of the row; '' if no runbook matches. */
  readonly subject: string;
  readonly text: string;
}

/** Reports of a drill besides its runs and its simulator, without the time. */
export type DrillSignal =
  /** A key or a click selected or opened the first row with a problem. `row`: its pane and label. */
  | { readonly event: 'noticed'; readonly row: string }
  | { readonly event: 'hint'; readonly hint: DrillHint }
  /** A wrong text was typed to confirm a run; the run was not started. */
  | { readonly event: 'mistyped' };

/** Events of a drill: those of its runs, of the operator's keys and of the simulator. Times on one clock. */
export type DrillEvent =
  | RunEvent
  | ({ readonly at: Millis } & (
      | DrillSignal
      /** No effect of the incident is left in the simulator. */
      | { readonly event: 'healed' }
    ));

/** Something that cost time or safety. */
export interface WrongTurn {
  readonly is: 'runbook' | 'gate' | 'confirmation';
  /** '#2 roll-back: failed', 'production is read-only until it is armed'. */
  readonly text: string;
}

/** The result of a drill. Times in ms since its start; absent: it has not happened, or is not known. */
export interface DrillScore {
  /** 'healed': the symptoms are gone, and no verified run of the operator stands for it. */
  readonly outcome: 'recovered' | 'healed' | 'not-recovered';
  /** The first problem was selected or opened, or a runbook was planned. */
  readonly noticedMs?: Millis;
  /** The right runbook was first diagnosed and planned. */
  readonly diagnosedMs?: Millis;
  /** The first action was confirmed. */
  readonly actedMs?: Millis;
  /** The right runbook had recovered, and the symptoms were gone. */
  readonly recoveredMs?: Millis;
  /** The symptoms were gone, of a drill that healed. */
  readonly healedMs?: Millis;
  /** The runbook that acted last before a drill healed, without a proof. Absent: it healed by itself. */
  readonly unproved?: string;
  /** The runbook that recovered: the right one. */
  readonly runbook?: string;
  readonly wrongTurns: readonly WrongTurn[];
  /** Runs whose gates were passed, were refused, or had a check overridden with a reason. */
  readonly gates: { readonly passed: number; readonly refused: number; readonly overridden: number };
  readonly hints: number;
  /** Time to recovery with penalties, for comparison: less is better. Absent: not recovered. */
  readonly totalMs?: Millis;
}

/** Added to the time to recovery for each wrong turn, and for each hint. */
export const penaltyMs = { wrongTurn: 60_000, hint: 30_000 } as const;

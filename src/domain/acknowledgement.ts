import type { Millis } from './fault.ts';
import { type Level, levelRank } from './level.ts';

/** A finding that a person acknowledges. */
export interface AcknowledgedFinding {
  /** Its identity in NOW, stable across readings and restarts. */
  readonly finding: string;
  /** Pane and name: 'BREAKERS billing-0 · psp'. */
  readonly what: string;
  /** Its level when it was acknowledged. */
  readonly level: Level;
  /** The source that reports it; '' for a calculation. */
  readonly source: string;
  /** The key of its row, if it has one. */
  readonly row?: string;
}

/** An acknowledged finding with the operator and their note. It changes nothing outside. */
export interface Acknowledgement extends AcknowledgedFinding {
  /** The operator: 'ana@desk-3'. */
  readonly who: string;
  /** Wall-clock time in ms. */
  readonly at: Millis;
  /** '' for none. */
  readonly note: string;
}

/** Acknowledgements of one environment, by the identity of their finding. */
export type Acknowledgements = Readonly<Record<string, Acknowledgement>>;

/** The state of an acknowledged finding in the current facts; `unseen`: nothing is known about it now. */
export type ObservedFinding =
  | { readonly is: 'present'; readonly level: Level }
  | { readonly is: 'gone' | 'unseen' };

/** Why an acknowledgement ends by itself. */
export type AcknowledgementEnd = { readonly is: 'gone' } | { readonly is: 'worse'; readonly level: Level };

/** Returns why the acknowledgement ends; undefined while it holds. A milder level does not end it, nor does silence. */
export const acknowledgementEnd = (
  { level }: Pick<Acknowledgement, 'level'>,
  observed: ObservedFinding,
): AcknowledgementEnd | undefined => {
  if (observed.is === 'gone') return { is: 'gone' };
  return observed.is === 'present' && levelRank[observed.level] > levelRank[level]
    ? { is: 'worse', level: observed.level }
    : undefined;
};

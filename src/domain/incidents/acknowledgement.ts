import { createHash } from 'node:crypto';
import type { Millis } from '../base/fault.ts';
import { type Level, levelRank } from '../facts/level.ts';

/** A finding that a person acknowledges. */
export interface AcknowledgedFinding {
  /** Its identity in Problems, stable across readings and restarts. */
  readonly finding: string;
  /** Pane and name: 'Circuit breakers billing-0 · psp'. */
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

const digestPrefix = 'sha256:';

/** The identity that is stored instead of one with a secret in it: a label may contain one, and an identity is not masked. */
export const findingDigest = (finding: string): string =>
  finding.startsWith(digestPrefix)
    ? finding
    : `${digestPrefix}${createHash('sha256').update(finding).digest('hex')}`;

const withDigests = new WeakMap<Acknowledgements, boolean>();

/** True if one of the acknowledgements was stored by the digest of its finding. */
export const hasDigests = (known: Acknowledgements): boolean => {
  let has = withDigests.get(known);
  if (has === undefined) {
    has = Object.keys(known).some((finding) => finding.startsWith(digestPrefix));
    withDigests.set(known, has);
  }
  return has;
};

/** Returns the acknowledgement of a finding, by its identity or the digest of it. */
export const acknowledgementOf = (known: Acknowledgements, finding: string): Acknowledgement | undefined => {
  if (Object.hasOwn(known, finding)) return known[finding];
  return hasDigests(known) ? known[findingDigest(finding)] : undefined;
};

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

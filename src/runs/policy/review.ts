import type { Runbook } from '../../domain/runbooks/runbook.ts';
import { joinFirst } from '../../domain/text/count-text.ts';

type Reviewable = Pick<Runbook, 'reviewed' | 'diagnose' | 'act' | 'verify'>;

/** The parts of a runbook that carry `reviewed: false`: 'runbook' for the whole, and the ids of its steps. */
export const unreviewedParts = ({ reviewed, diagnose, act, verify }: Reviewable): readonly string[] => [
  ...(reviewed === false ? ['runbook'] : []),
  ...[...diagnose, ...act, ...(verify === 'none' ? [] : verify)]
    .filter((step) => step.reviewed === false)
    .map(({ id }) => id),
];

const mostNamed = 5;

/**
 * Why a draft cannot be run; undefined when a person has reviewed every part. One unreviewed step is enough: steps
 * depend on those before them.
 */
export const draftRefusal = (runbook: Reviewable): string | undefined => {
  const parts = unreviewedParts(runbook);
  if (parts.length === 0) return undefined;
  return `draft, not reviewed: ${joinFirst(parts, mostNamed)}. Review the profile and remove reviewed: false`;
};

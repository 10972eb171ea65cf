import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { ParamSpec, ParamValue, ParamValues, Runbook } from '../../domain/runbooks/runbook.ts';
import { type AvailableChoices, choicesOf, selectionBounds } from '../../expressions/choices.ts';
import type { PresentValue } from '../../store/cockpit.ts';
import { referencedParams } from '../runbooks/binding/bind.ts';
import { presentNumberOf } from './present-value.ts';

/** Most targets that are tried: a plan for each of fifty pods would cost too many reads. */
const mostTargets = 3;

/** The choices without a doubt; all of them, where every one has a doubt. */
const recommended = ({ choices, doubts = {} }: AvailableChoices): readonly string[] => {
  const clear = choices.filter((choice) => doubts[choice] === undefined);
  return clear.length === 0 ? choices : clear;
};

/**
 * The number that a person gives who wants more of something: that of the runbook, or one more than now, within the limits.
 * Undefined: it is not known how many there are now, and nothing limits it.
 */
const nextNumber = (
  { max, recommended = Number.NEGATIVE_INFINITY }: ParamSpec,
  present: number | undefined,
): number | undefined => {
  if (recommended > (present ?? Number.NEGATIVE_INFINITY)) return recommended;
  return present === undefined ? max : Math.min(max ?? Number.POSITIVE_INFINITY, present + 1);
};

/** True: a step takes the number only if it is more than there is now. */
const isOnlyRaised = ({ name }: ParamSpec, { act }: Runbook): boolean =>
  act.some(({ with: given }) => given?.only === 'up' && referencedParams(given).includes(name));

/**
 * The number that the field of a parameter offers: that of the runbook, or one more than now where that is not more than there is
 * already. Undefined: the runbook recommends none, and may also want fewer; or the maximum is reached.
 */
export const offeredNumber = (
  spec: ParamSpec,
  runbook: Runbook,
  present: PresentValue | undefined,
): number | undefined => {
  const { max = Number.POSITIVE_INFINITY, recommended } = spec;
  if (recommended === undefined && !isOnlyRaised(spec, runbook)) return undefined;
  const now = present?.is === 'known' ? Number(present.text) : Number.NaN;
  if (!Number.isFinite(now)) return recommended;
  return now >= max ? undefined : nextNumber(spec, now);
};

/** The values that a parameter may take by default, the most likely first. [] if none is known without asking. */
const valuesOf = (
  spec: ParamSpec,
  runbook: Runbook,
  snapshot: Snapshot,
  given: ParamValues,
): readonly ParamValue[] => {
  if (spec.default !== undefined) return [spec.default];
  switch (spec.type) {
    case 'choice':
    case 'choices': {
      const found = choicesOf(spec, snapshot, given);
      if (!('choices' in found)) return [];
      const choices = recommended(found);
      if (spec.type === 'choice') return choices;
      const { min } = selectionBounds(spec);
      return choices.length < min ? [] : [choices.slice(0, min)];
    }
    case 'int': {
      const number = nextNumber(spec, presentNumberOf(spec, runbook, given, snapshot));
      return number === undefined ? [] : [number];
    }
    case 'boolean':
      return [true];
    default:
      return [];
  }
};

/**
 * The values with which a runbook would be started by default, one set per target that could be chosen. [] if a parameter
 * needs an answer that only a person has, or if there are too many targets to try.
 */
export const defaultAnswers = (runbook: Runbook, snapshot: Snapshot): readonly ParamValues[] => {
  let sets: readonly ParamValues[] = [{}];
  for (const spec of runbook.params) {
    sets = sets.flatMap((given) =>
      valuesOf(spec, runbook, snapshot, given).map((value) => ({ ...given, [spec.name]: value })),
    );
    if (sets.length === 0 || sets.length > mostTargets) return [];
  }
  return sets;
};

import { durationText } from '../../domain/duration.ts';
import type { Pin } from '../../domain/operation.ts';
import type { Profile } from '../../domain/profile.ts';
import type { Shown } from '../../domain/proposal.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ProposalRequest } from '../door.ts';
import type { HeldStep } from '../held.ts';
import type { Refusal } from './source-reads.ts';

/** From then on the earlier value may well not be what anybody wants any more. */
const oldMs = 30 * 60_000;

const forbidden = (why: string): Refusal => ({ ending: 'forbidden', why });

/** An undo belongs where its run was: ids of sources are the same in every environment of a system. */
export const elsewhere = (
  { undoing, undoes = '' }: ProposalRequest,
  { system, env }: Pick<Profile, 'system' | 'env'>,
): Refusal | undefined =>
  undoing === undefined || (undoing.system === system && undoing.env === env)
    ? undefined
    : forbidden(
        `run ${undoes} was in ${undoing.system}/${undoing.env}, and this is ${system}/${env}: undo it there`,
      );

/** Another object of a name that stood on the screen than the one that stood there. */
const notTheOneShown = (pins: readonly Pin[], shown: readonly Shown[]): string | undefined => {
  const other = pins.find(({ name, uid }) => {
    const seen = shown.filter((one) => one.name === name);
    return seen.length > 0 && !seen.some((one) => one.uid === uid);
  });
  return (
    other &&
    `${other.name} is not the one that was shown: it was replaced by another of that name since; look at it again`
  );
};

/** What stands there now and is not what the run left: somebody has been there since. */
const sinceLeft = (
  pins: readonly Pin[],
  left: readonly Pin[],
  mask: (text: string) => string,
): string | undefined => {
  for (const { name, uid, saw } of left) {
    const now = pins.find((pin) => mask(pin.uid) === uid);
    if (now === undefined) return `${name} has changed since: what was acted on is not there any more`;
    if (mask(now.saw) !== saw)
      return `${name} has changed since: the run left ${saw}, and now it is ${mask(now.saw)}; nothing is put over that`;
  }
  return undefined;
};

const ageWords = (ms: number): string => {
  const age = `the earlier value was captured ${durationText(Math.max(0, Math.round(ms / 1000) * 1000))} ago`;
  return ms < oldMs ? age : `${age}: look whether it is still what is wanted`;
};

const withObjects = (step: HeldStep, lines: readonly string[]): HeldStep => {
  const { plan } = step.planned;
  if (plan === undefined) return step;
  return { ...step, planned: { ...step.planned, plan: { ...plan, objects: [...lines, ...plan.objects] } } };
};

/**
 * A planned step, when it is what somebody asked for: on the rows that they saw; and of an undo, on what the run that it
 * takes back has left. The card of an undo tells how old the earlier value is.
 */
export const asAsked = (
  step: HeldStep,
  { shown = [], undoing }: ProposalRequest,
  { clock, mask }: { readonly clock: Clock; readonly mask: (text: string) => string },
): HeldStep | Refusal => {
  const pins = step.act?.plan.targets ?? [];
  const stranger = notTheOneShown(pins, shown);
  if (stranger !== undefined) return forbidden(stranger);
  if (undoing === undefined) return step;
  const left = undoing.left[step.planned.id] ?? [];
  const changed = sinceLeft(pins, left, mask);
  if (changed !== undefined) return forbidden(changed);
  const unread =
    left.length === 0
      ? ['what the run left could not be read: whether somebody has changed it since is not known']
      : [];
  return withObjects(step, [ageWords(clock.now() - undoing.capturedAt), ...unread]);
};

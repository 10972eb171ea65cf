import type { Millis } from '../../domain/base/fault.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import type { CheckState } from '../../domain/runs/run.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { UndoContext, UndoneStep } from '../context/pending-run.ts';
import type { RunEnd } from '../context/run-end.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { type SameSystem, unlessStranger } from '../evidence/same-system.ts';
import { minSettleMs } from '../evidence/verification-check.ts';
import { withDeadline } from '../reads/read-deadline.ts';
import { readTargetPins } from './post-state.ts';

/** Deadline until the restored state must read back and stay restored. */
const withinMs: Millis = minSettleMs + 3000;
const everyMs: Millis = 500;

interface VerifyUndoParts {
  readonly engine: EnvironmentReader;
  readonly clock: Clock;
  readonly mask: (text: string) => string;
  /** Tells whether the system from before the undo answers. */
  readonly systems?: SameSystem;
  report(proofs: readonly CheckState[]): Promise<unknown>;
}

/** Checks that the object the run created is gone: the call that removes it finds nothing to remove. */
const checkRemoved = async (
  { id, title, ...call }: UndoneStep,
  { engine, clock, mask }: VerifyUndoParts,
  signal: AbortSignal,
): Promise<CheckState> => {
  const check = { id, title: `removed: ${title}` };
  try {
    const left = await withDeadline((stop) => readTargetPins(call, engine, stop), clock, signal);
    const why = left.map(({ name, saw }) => `${name} is ${saw}`).join('; ');
    return { ...check, value: 'false', why: mask(why) };
  } catch (error) {
    const isGone = error instanceof PlanError && error.ending === 'not-applicable';
    const why = isGone ? error.message : toFault('', call.use, error, clock.now()).message;
    return { ...check, value: isGone ? 'true' : 'unknown', why: mask(why) };
  }
};

/** Checks that the targets of a step show their state before the step again. */
const checkRestored = async (
  { id, title, before, ...call }: UndoneStep,
  { engine, clock, mask }: VerifyUndoParts,
  signal: AbortSignal,
): Promise<CheckState> => {
  const check = { id, title: `restored: ${title}` };
  if (before.length === 0)
    return {
      ...check,
      value: 'unknown',
      why: 'the run did not record a previous state, so there is nothing to compare with',
    };
  try {
    const now = await withDeadline((stop) => readTargetPins(call, engine, stop), clock, signal);
    const other = before.flatMap(({ name, uid, saw }) => {
      const currentPin = now.find((pin) => mask(pin.uid) === uid);
      const shows = currentPin === undefined ? 'missing' : mask(currentPin.saw);
      return shows === saw ? [] : [`${name} is ${shows}, expected ${saw}`];
    });
    if (other.length > 0) return { ...check, value: 'false', why: other.join('; ') };
    return { ...check, value: 'true', why: before.map(({ name, saw }) => `${name} ${saw}`).join(', ') };
  } catch (error) {
    return { ...check, value: 'unknown', why: mask(toFault('', call.use, error, clock.now()).message) };
  }
};

const unseenEnd = (unseen: readonly string[]): RunEnd => ({
  ending: 'executed-not-recovered',
  why: `opsdeck cannot check that the state was restored: ${unseen.join('; ')}`,
});

/**
 * Verifies an undo by the restored state. It plans the undone steps again, which only reads; their targets must show
 * their previous state until the settle time has passed. The ending is `executed-not-recovered` when one of them cannot
 * be read back.
 */
export const verifyUndo = async (
  { back, unseen }: UndoContext,
  parts: VerifyUndoParts,
  signal: AbortSignal,
): Promise<RunEnd> => {
  if (back.length === 0) return unseenEnd(unseen);
  const { clock, report } = parts;
  const settledAt = clock.now() + minSettleMs;
  const deadline = clock.now() + withinMs;
  let shown = '';
  for (;;) {
    const states = await Promise.all(
      back.map(async (undoneStep) => {
        const began = clock.now();
        const state = await (undoneStep.gone === true ? checkRemoved : checkRestored)(
          undoneStep,
          parts,
          signal,
        );
        return unlessStranger(state, undoneStep, began, parts.systems, signal);
      }),
    );
    if (signal.aborted)
      return { ending: 'cancelled', why: 'the undo was canceled while opsdeck checked the restored state' };
    const text = JSON.stringify(states);
    if (text !== shown) await report(states);
    shown = text;
    const open = states.filter(({ value }) => value !== 'true');
    if (open.length === 0 && clock.now() >= settledAt)
      return unseen.length > 0
        ? unseenEnd(unseen)
        : { ending: 'recovered', why: states.map(({ title }) => title).join('; ') };
    if (open.length > 0 && clock.now() >= deadline)
      return {
        ending: 'executed-not-recovered',
        why: open.map(({ title, why }) => `${title}: ${why}`).join('; '),
      };
    await clock.sleep(everyMs, signal);
  }
};

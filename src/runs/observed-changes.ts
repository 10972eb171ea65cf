import type { Millis } from '../domain/base/fault.ts';
import type { Snapshot } from '../domain/facts/snapshot.ts';
import type { OperationResult, Target, TargetPin } from '../domain/runbooks/operation.ts';
import { type VerifyStep, withReadableTitles } from '../domain/runbooks/runbook.ts';
import type { ObservedChange } from '../domain/runs/run.ts';
import { resultText } from '../domain/text/value-text.ts';
import { comparedValues } from '../expressions/compared-values.ts';
import { expectedValues } from '../expressions/expect.ts';
import { parseExpression } from '../expressions/rows/parse.ts';
import { secretMasker } from '../platform/masking/secrets.ts';
import { buildSnapshot } from '../store/snapshot.ts';
import type { PendingAct, PendingStep } from './context/pending-run.ts';
import type { ActiveRun } from './context/run-context.ts';
import { identityRefusal } from './context/source-reads.ts';
import { freshState } from './evidence/check-feeds.ts';
import { withDeadline } from './reads/read-deadline.ts';
import { readTargetPins } from './undo/post-state.ts';

/** Total time limit: a run must end. What was not read by then is unknown. */
const longestMs: Millis = 3000;
/** The number of values kept; a run over a large set must not fill the ledger. */
const mostKept = 200;

type StateReader = (target: Target) => string | null;

const pinsNow = async (
  { plan }: PendingAct,
  { engine, clock }: ActiveRun,
  signal: AbortSignal,
): Promise<readonly TargetPin[]> => {
  try {
    const call = { use: plan.use, with: plan.params };
    return await withDeadline((stop) => readTargetPins(call, engine, stop), clock, signal);
  } catch {
    // An operation that no longer applies cannot describe its targets.
    return [];
  }
};

/**
 * Reads the targets of a step as its operation compares them with the plan. That names the first difference only, so the
 * other targets of a step are described by planning it again, which only reads.
 */
const statesNow = async (act: PendingAct, run: ActiveRun, signal: AbortSignal): Promise<StateReader> => {
  const { targets } = act.plan;
  // Another system at the address says nothing about the targets.
  if ((await identityRefusal(run.engine, act.source, signal)) !== undefined) return () => null;
  try {
    const drift = await withDeadline((stop) => act.operation.recheck(act.plan, stop), run.clock, signal);
    if (drift === undefined) return ({ saw }) => saw;
    const [only, ...others] = targets;
    // The words for a target may name its host, too ('worker on vm-1'); what was planned is then the state of the plan.
    const isOfTarget = drift.target === only?.name || drift.planned === only?.saw;
    if (others.length === 0) return () => (isOfTarget ? drift.found : null);
  } catch {
    // What cannot be compared may still be readable.
  }
  const pins = await pinsNow(act, run, signal);
  return ({ uid }) => pins.find((pin) => pin.uid === uid)?.saw ?? null;
};

/** True: the text of a target is exactly its state, so that an equal text means that nothing has changed. */
const isState = ({ planned }: PendingStep): boolean =>
  planned.undo?.some(({ pins }) => pins === 'value') === true;

const targetChanges = async (
  step: PendingStep,
  run: ActiveRun,
  signal: AbortSignal,
): Promise<readonly ObservedChange[]> => {
  const { act } = step;
  if (act === undefined) return [];
  const now = await statesNow(act, run, signal);
  const names = act.plan.targets.map(({ name }) => name);
  return act.plan.targets.flatMap((target) => {
    const { name, where, saw } = target;
    const after = now(target);
    if (saw === '' || (after === saw && !isState(step))) return [];
    const isAmbiguous = names.indexOf(name) !== names.lastIndexOf(name);
    return [{ object: isAmbiguous ? `${name}, ${where}` : name, value: '', before: saw, after }];
  });
};

const textOf = (what: string, value: unknown): string | null =>
  value === undefined || value === null ? null : resultText(what, value, secretMasker.outgoing);

/** The values of a check that reads a source. */
const resultChanges = (
  { id, title, expect = {} }: VerifyStep,
  { pending, after }: ActiveRun,
): readonly ObservedChange[] => {
  const before = pending.before?.found.get(id);
  const last = after?.found.get(id);
  const calls = Math.max(before?.length ?? 0, last?.length ?? 0);
  return Array.from({ length: calls }).flatMap((_, index) => {
    const valuesIn = (results: readonly OperationResult[] | undefined) =>
      new Map(expectedValues(expect, results?.[index] ?? {}));
    const then = valuesIn(before);
    const now = valuesIn(last);
    return [...new Set([...then.keys(), ...now.keys()])].map((what) => ({
      object: title,
      value: what,
      before: textOf(what, then.get(what)),
      after: textOf(what, now.get(what)),
    }));
  });
};

const isKnown = ({ before, after }: ObservedChange): boolean => before !== null || after !== null;

const hasMoved = ({ before, after }: ObservedChange): boolean =>
  before !== null && after !== null && before !== after;

/**
 * Of a check over many objects, those that changed or are unknown; when none changed, all of them. A guard is expected to
 * stay as it is.
 */
const telling = (changes: readonly ObservedChange[], { guard }: VerifyStep): readonly ObservedChange[] =>
  guard === true || changes.some(hasMoved)
    ? changes.filter(({ before, after }) => before !== after)
    : changes;

/**
 * The facts that the verification has read, as they are now: the incident around the run is judged by the same. A reading from
 * before the action does not count.
 */
const factsNow = ({ engine, clock, actedAt, after }: ActiveRun): Snapshot | undefined => {
  if (after?.snapshot === undefined) return undefined;
  const now = clock.now();
  return buildSnapshot(freshState(engine.facts.getState(), actedAt, now), now);
};

/** The values that the verification compares. An undo is verified by its targets. */
const verifiedChanges = (run: ActiveRun): readonly ObservedChange[] => {
  const { pending, after } = run;
  const { verify } = pending.runbook;
  const isUnread = after === undefined && run.sentSteps.length === 0;
  if (verify === 'none' || pending.undoing !== undefined || isUnread) return [];
  const pair = { before: pending.before?.snapshot, after: factsNow(run), params: pending.params };
  return withReadableTitles(verify, pending.params).flatMap((step): readonly ObservedChange[] => {
    if (step.use !== undefined) return telling(resultChanges(step, run), step);
    const parsed = parseExpression(step.that ?? '');
    return parsed.ok ? telling(comparedValues(parsed.expression, pair), step) : [];
  });
};

/** Two steps may act on one object: each value counts from where it began. */
const keyOf = ({ object, value, before }: ObservedChange): string => JSON.stringify([object, value, before]);

/**
 * Returns what a run acted on and what its verification compared, before its first action and after its last. Reads the
 * targets once more, for 3 s at most. Unreadable values are unknown. Empty when nothing was executed. Never rejects.
 * `facts`: resolves when the facts of now are read.
 */
export const observedChanges = async (
  run: ActiveRun,
  facts?: Promise<void>,
): Promise<readonly ObservedChange[]> => {
  if (!run.hasActed) return [];
  const deadline = run.clock.deadline(longestMs);
  try {
    const targets = await Promise.all(
      run.sentSteps.map(({ step }) => targetChanges(step, run, deadline.signal)),
    );
    await facts;
    const all = [...targets.flat(), ...verifiedChanges(run)].filter(isKnown);
    return [...new Map(all.map((change) => [keyOf(change), change])).values()].slice(0, mostKept);
  } catch {
    return [];
  } finally {
    deadline.clear();
  }
};

import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { type OperationResult, splitUse } from '../../domain/runbooks/operation.ts';
import type { ParamSpec, ParamValues, Runbook, VerifyStep } from '../../domain/runbooks/runbook.ts';
import { comparedWithParam } from '../../expressions/expect.ts';
import { presentValues } from '../../expressions/present-value.ts';
import { parseExpression } from '../../expressions/rows/parse.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { PresentValue } from '../../store/cockpit.ts';
import { referencedParams } from '../runbooks/binding/bind.ts';
import { withDeadline } from './read-deadline.ts';
import { openReadSession, type ReadSessionParts } from './read-session.ts';

const verifySteps = ({ verify }: Runbook): readonly VerifyStep[] => (verify === 'none' ? [] : verify);

const known = (values: readonly string[]): PresentValue | undefined =>
  values.length === 0 ? undefined : { is: 'known', text: values.join(', ') };

/**
 * The value in effect, from facts: what the verification or a condition of the runbook compares with the parameter.
 * Undefined when nothing does, or it is not known.
 */
const presentFact = (
  { name }: ParamSpec,
  runbook: Runbook,
  params: ParamValues,
  snapshot: Snapshot,
): PresentValue | undefined => {
  const texts = [...verifySteps(runbook).map(({ that }) => that), ...runbook.act.map(({ needs }) => needs)];
  for (const text of texts) {
    const parsed = text === undefined ? undefined : parseExpression(text);
    const values = parsed?.ok === true ? presentValues(parsed.expression, name, snapshot, params) : [];
    if (values.length > 0) return known(values);
  }
  return undefined;
};

/** The number in effect of what a parameter sets, from facts; undefined when it is not one number, or not known. */
export const presentNumberOf = (
  spec: ParamSpec,
  runbook: Runbook,
  params: ParamValues,
  snapshot: Snapshot,
): number | undefined => {
  const found = presentFact(spec, runbook, params, snapshot);
  const number = found?.is === 'known' ? Number(found.text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
};

/** The verification that reads the value from its source, when the other parameters it needs are known. */
const readingStep = (
  { name }: ParamSpec,
  runbook: Runbook,
  params: ParamValues,
): (VerifyStep & { readonly use: string }) | undefined => {
  for (const step of verifySteps(runbook)) {
    const { use, expect, danger } = step;
    // A program that only its author declares as reading is not run for a question.
    if (use === undefined || expect === undefined || danger !== undefined) continue;
    if (!referencedParams([expect.value, expect.json]).includes(name)) continue;
    if (referencedParams(step.with).every((needed) => Object.hasOwn(params, needed))) return { ...step, use };
  }
  return undefined;
};

type ReadParts = ReadSessionParts & { readonly clock: Clock };

const resultsOf = async (
  step: VerifyStep & { readonly use: string },
  params: ParamValues,
  parts: ReadParts,
  signal: AbortSignal,
): Promise<OperationResult> => {
  await parts.engine.reach(signal, splitUse(step.use).source);
  const session = openReadSession(step, params, parts);
  try {
    let result: OperationResult = {};
    const lines: string[] = [];
    for await (const event of session.ask(signal)) {
      if (event.is === 'found') result = { ...result, ...event.found };
      if (event.is === 'output') lines.push(event.text);
    }
    return { ...(lines.length === 0 ? {} : { text: lines.join('\n') }), ...result };
  } finally {
    await session.close();
  }
};

const readPresentValue = async (
  spec: ParamSpec,
  step: VerifyStep & { readonly use: string },
  params: ParamValues,
  parts: ReadParts,
  signal: AbortSignal,
): Promise<PresentValue> => {
  try {
    const result = await withDeadline((stop) => resultsOf(step, params, parts, stop), parts.clock, signal);
    const value = comparedWithParam(step.expect ?? {}, spec.name, result);
    return value === undefined
      ? { is: 'unknown', why: 'not set' }
      : { is: 'known', text: secretMasker.outgoing(value) };
  } catch (error) {
    const { source, name } = splitUse(step.use);
    return { is: 'unknown', why: toFault(source, name, error, parts.clock.now()).message };
  }
};

/**
 * Finds the value in effect of what a parameter sets, as the verification of the runbook would read it. `present`: known
 * at once, or loading while `read` resolves. Undefined: the runbook does not compare the parameter with anything.
 */
export const presentValueOf = (
  spec: ParamSpec,
  runbook: Runbook,
  params: ParamValues,
  parts: ReadParts,
): { readonly present: PresentValue; read?(signal: AbortSignal): Promise<PresentValue> } | undefined => {
  const fact = presentFact(spec, runbook, params, parts.engine.snapshot());
  if (fact !== undefined) return { present: fact };
  const step = readingStep(spec, runbook, params);
  if (step === undefined) return undefined;
  return {
    present: { is: 'loading' },
    read: (signal) => readPresentValue(spec, step, params, parts, signal),
  };
};

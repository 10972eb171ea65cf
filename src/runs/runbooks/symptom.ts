import type { FactKind } from '../../domain/facts/facts.ts';
import type { SignalSpec } from '../../domain/profile/profile.ts';
import type { Runbook, VerifyStep } from '../../domain/runbooks/runbook.ts';
import type { CheckState } from '../../domain/runs/run.ts';
import { type Clause, clausesOf } from '../../expressions/clauses.ts';
import { evaluateExpression } from '../../expressions/evaluate.ts';
import type { EvaluationContext } from '../../expressions/rows/evaluation-context.ts';
import { type Expression, parseExpression } from '../../expressions/rows/parse.ts';
import { inputsBehind } from '../../store/derived-signals.ts';
import { referencedParams } from './binding/bind.ts';

/** A row of a kind, or a signal, that is a problem. */
type FindingSubject = { readonly kind: FactKind } | { readonly signal: string };

/** The kinds and signals that show a symptom. */
interface Symptom {
  /** Kinds with the fields that are named; a signal that aggregates rows names none. */
  readonly kinds: ReadonlyMap<FactKind, ReadonlySet<string>>;
  /** Signals as written. */
  readonly signals: ReadonlySet<string>;
  /** Signals with those that they are calculated from. */
  readonly inputs: ReadonlySet<string>;
}

/** The verification step of a runbook before its first action. */
interface StepBefore {
  readonly step: VerifyStep;
  readonly was: CheckState['value'] | undefined;
}

const expressionOf = (text: string | undefined): Expression | undefined => {
  const parsed = text === undefined ? undefined : parseExpression(text);
  return parsed?.ok === true ? parsed.expression : undefined;
};

const joined = (
  clauses: readonly Pick<Clause, 'rows' | 'signals'>[],
  specs: readonly SignalSpec[],
  found: readonly FindingSubject[],
): Symptom => {
  const signals = new Set(clauses.flatMap((clause) => [...clause.signals]));
  const problems = found.flatMap((findingSubject) =>
    'signal' in findingSubject ? [findingSubject.signal] : [],
  );
  const { signals: inputs, kinds: aggregated } = inputsBehind([...signals, ...problems], specs);
  const kinds = new Map<FactKind, Set<string>>();
  const put = (kind: FactKind, fields: Iterable<string>): void => {
    const all = kinds.get(kind) ?? new Set<string>();
    for (const field of fields) all.add(field);
    kinds.set(kind, all);
  };
  for (const { rows } of clauses) for (const { kind, fields } of rows) put(kind, fields);
  for (const kind of aggregated) put(kind, []);
  for (const findingSubject of found) if ('kind' in findingSubject) put(findingSubject.kind, []);
  return { kinds, signals, inputs };
};

/** The symptom that a `when` names, and the findings around the run. Undefined: there is neither. */
const symptomOf = (
  when: string | undefined,
  specs: readonly SignalSpec[],
  found: readonly FindingSubject[] = [],
): Symptom | undefined => {
  const expression = expressionOf(when);
  if (expression === undefined && found.length === 0) return undefined;
  // What must not be there is a condition of the act, not a symptom.
  const clauses = expression === undefined ? [] : clausesOf(expression);
  return joined(
    clauses.filter(({ whole: { root } }) => root.is !== 'not'),
    specs,
    found,
  );
};

/** True if a clause reads what the symptom shows: its state, or a trace of the act on the very field or signal. */
const isOnSymptom = ({ state, rows, signals }: Clause, symptom: Symptom, specs: readonly SignalSpec[]) => {
  if (state === undefined)
    return (
      [...signals].some((id) => symptom.signals.has(id)) ||
      rows.some(({ kind, fields }) => [...fields].some((field) => symptom.kinds.get(kind)?.has(field)))
    );
  const own = inputsBehind(signals, specs);
  return (
    [...own.signals].some((id) => symptom.inputs.has(id)) ||
    [...own.kinds, ...rows.map(({ kind }) => kind)].some((kind) => symptom.kinds.has(kind))
  );
};

/** True for an expected result that only shows what was asked for: a change, or a value of this run. */
const isTraceReading = ({ expect = {} }: VerifyStep): boolean =>
  expect.change !== undefined || referencedParams(expect).length > 0;

/** The sources that read the symptom. */
const sourcesOf = (
  { kinds, inputs }: Symptom,
  specs: readonly SignalSpec[],
  sourcesOfKind: (kind: FactKind) => readonly string[],
): ReadonlySet<string> =>
  new Set([
    ...specs.filter(({ id, source }) => inputs.has(id) && source !== '').map(({ source }) => source),
    ...[...kinds.keys()].flatMap(sourcesOfKind),
  ]);

/** The profile, as far as it says what a step reads. */
export interface SymptomFacts {
  readonly signals: readonly SignalSpec[];
  /** The sources that read a kind. */
  sourcesOfKind(kind: FactKind): readonly string[];
}

/** True if a step can show that the symptom is gone, whatever it was before. */
const canProve = (step: VerifyStep, symptom: Symptom, { signals, sourcesOfKind }: SymptomFacts): boolean => {
  if (step.guard === true) return false;
  if (step.symptom === true) return true;
  if (step.use !== undefined)
    return (
      !isTraceReading(step) &&
      sourcesOf(symptom, signals, sourcesOfKind).has(step.use.slice(0, step.use.indexOf('.')))
    );
  const expression = expressionOf(step.that);
  return (
    expression !== undefined && clausesOf(expression).some((clause) => isOnSymptom(clause, symptom, signals))
  );
};

/** True if a step requires a state alone, and shows nothing of the act. */
const isState = (step: VerifyStep): boolean => {
  if (step.guard === true) return false;
  if (step.symptom === true) return true;
  if (step.use !== undefined) return !isTraceReading(step);
  const expression = expressionOf(step.that);
  return expression === undefined || clausesOf(expression).every(({ state, whole }) => state === whole);
};

/**
 * True if the clause was false before the act, apart from what the act itself changes: a restarted pod is new, which
 * says nothing of the symptom.
 */
const wasFalse = (
  { state, whole }: Clause,
  context: EvaluationContext,
  isOnly: boolean,
  was: CheckState['value'] | undefined,
): boolean => {
  const { before } = context;
  if (isOnly && (state === undefined || state === whole)) return was === 'false';
  if (before === undefined) return false;
  // Without a memory of durations, the time decides nothing.
  const { value, isEmpty = false } = evaluateExpression(state ?? whole, before, { ...context, now: 0 });
  return value === 'false' || (value === 'unknown' && isEmpty);
};

/** True if a step that holds now did not hold before the act, in what the symptom shows. */
const hasProved = (
  { step, was }: StepBefore,
  symptom: Symptom | undefined,
  facts: SymptomFacts,
  context: EvaluationContext,
): boolean => {
  if (step.guard === true || was !== 'false') return false;
  if (step.symptom === true) return true;
  if (step.use !== undefined)
    return symptom === undefined ? !isTraceReading(step) : canProve(step, symptom, facts);
  const expression = expressionOf(step.that);
  const clauses = expression === undefined ? [] : clausesOf(expression);
  return clauses.some(
    (clause) =>
      (symptom === undefined ? clause.state !== undefined : isOnSymptom(clause, symptom, facts.signals)) &&
      wasFalse(clause, context, clauses.length === 1, was),
  );
};

/** The facts known of a run whose steps all hold. */
export interface Evidence {
  readonly runbook: Pick<Runbook, 'when' | 'generic' | 'reports'>;
  readonly steps: readonly StepBefore[];
  /** Findings when the run was confirmed. */
  readonly found: readonly FindingSubject[];
  readonly facts: SymptomFacts;
  readonly context: EvaluationContext;
}

/**
 * Whether the steps prove the symptom, and not only that the act took place.
 *
 * A runbook with `when` names its symptom: one step on its kinds or signals, or on those of the findings around the run, must
 * have been false before. Without `when`, the run is a procedure whose goal is its verification, unless it runs in an
 * incident and its steps also require a state: then one of these must have been false.
 */
export const provesSymptom = ({ runbook, steps, found, facts, context }: Evidence): boolean => {
  const { when, generic, reports } = runbook;
  if (generic !== undefined || reports !== undefined) return true;
  if (when === undefined) {
    if (found.length === 0 || !steps.some(({ step }) => isState(step))) return true;
    return steps.some((step) => hasProved(step, undefined, facts, context));
  }
  const symptom = symptomOf(when, facts.signals, found);
  return symptom === undefined || steps.some((step) => hasProved(step, symptom, facts, context));
};

/**
 * True if no step of the verification can prove the symptom that `when` names. An alert names no measurement: any state may be
 * the one that its rule measures.
 */
export const lacksSymptomStep = ({ when, verify }: Pick<Runbook, 'when' | 'verify'>, facts: SymptomFacts) => {
  const symptom = symptomOf(when, facts.signals);
  if (verify === 'none' || verify.length === 0 || symptom === undefined) return false;
  const isAlertOnly =
    symptom.inputs.size === 0 && [...symptom.kinds.keys()].every((kind) => kind === 'alerts');
  return !verify.some((step) => canProve(step, symptom, facts) || (isAlertOnly && isState(step)));
};

import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { AlertRuleFact } from '../../../domain/facts/alert-rules.ts';
import { field, goList, list, number, parseRfc3339, stringMapOf, text } from './wire-value.ts';

interface SeenEvaluation {
  /** On the clock of the server, which is only compared with itself. */
  readonly evaluation: number;
  readonly seenAt: Millis;
  readonly after?: Millis;
}

/** One reading of the rules: when the request was made, and the clock of the server. */
interface RulesMoment {
  readonly askedAt: Millis;
  /** Converts a time of the server to our clock. */
  toClock(serverMs: number): Millis;
}

/** Parses the alerting rules of one source, and compares their evaluations with those of the last answer. */
export type AlertRulesReader = (data: unknown, moment: RulesMoment) => readonly AlertRuleFact[];

const seconds = 1000;

/** Identifies a rule, since several may have one name. */
const keyOf = (group: unknown, rule: unknown): string =>
  JSON.stringify([
    field(group, 'file'),
    field(group, 'name'),
    field(rule, 'name'),
    field(rule, 'query'),
    field(rule, 'labels'),
  ]);

/** The parts of a rule that decide when it fires. Its annotations do not. */
const definitionOf = (rule: unknown): string =>
  JSON.stringify([
    ...['query', 'duration', 'keepFiringFor'].map((name) => field(rule, name) ?? null),
    ...Object.entries(stringMapOf(field(rule, 'labels'))).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);

/** The states of active instances. Grafana: its states of no data and errors fire, too. */
const activeStates: Readonly<Record<string, 'firing' | 'pending'>> = {
  firing: 'firing',
  alerting: 'firing',
  recovering: 'firing',
  nodata: 'firing',
  error: 'firing',
  pending: 'pending',
};

const stateWord = (alert: unknown): string => (text(field(alert, 'state')) ?? '').toLowerCase();

const activeOf = (rule: unknown, toClock: RulesMoment['toClock']): AlertRuleFact['active'] =>
  list(field(rule, 'alerts')).flatMap((alert) => {
    const state = activeStates[stateWord(alert).split(' ')[0] ?? ''];
    const { alertname: _, ...labels } = stringMapOf(field(alert, 'labels'));
    const activeAt = parseRfc3339(field(alert, 'activeAt'));
    if (state === undefined) return [];
    return [{ state, labels, ...(activeAt === undefined ? {} : { since: toClock(activeAt) }) }];
  });

/** The start of the problem of a rule whose evaluation failed. */
export const cannotBeEvaluated = 'cannot be evaluated';

/** Returns why the last evaluation says nothing; undefined: it succeeded. */
const problemOf = (rule: unknown): string | undefined => {
  const health = (text(field(rule, 'health')) ?? 'unknown').toLowerCase();
  const error = text(field(rule, 'lastError')) ?? '';
  if (health === 'err' || health === 'error')
    return `${cannotBeEvaluated}${error === '' ? '' : `: ${error}`}`;
  // Grafana maps missing data and errors to a normal state, and keeps the reason: 'Normal (NoData)'.
  const isMapped = list(field(rule, 'alerts')).some((alert) => /\((?:nodata|error)/.test(stateWord(alert)));
  if (health === 'nodata' || isMapped)
    return 'has no data: the query returned nothing in the last evaluation';
  return health === 'ok'
    ? undefined
    : 'has no state before the first evaluation. Wait for the next evaluation';
};

/** Returns the duration of the evaluation that contains the rule: its data may be as old as the start. */
const durationOf = (group: unknown, rule: unknown): Millis =>
  Math.max(0, number(field(group, 'evaluationTime')) ?? 0, number(field(rule, 'evaluationTime')) ?? 0) *
  seconds;

/** Go's zero time: never. */
const evaluationOf = (rule: unknown): number | undefined => {
  const position = parseRfc3339(field(rule, 'lastEvaluation'));
  return position === undefined || position <= 0 ? undefined : position;
};

const ruleOf = (
  group: unknown,
  rule: unknown,
  seen: Omit<SeenEvaluation, 'seenAt'> | undefined,
  toClock: RulesMoment['toClock'],
): AlertRuleFact => ({
  name: text(field(rule, 'name')) ?? '',
  definition: definitionOf(rule),
  active: activeOf(rule, toClock),
  ...defined({
    query: text(field(rule, 'query')),
    problem: problemOf(rule),
    evaluatedAt: seen === undefined ? undefined : toClock(seen.evaluation),
    evaluatedAfter: seen?.after === undefined ? undefined : seen.after - durationOf(group, rule),
  }),
});

/**
 * Creates a reader of the answer of `/api/v1/rules`, also of Grafana's: one per source, for as long as it is open. It remembers
 * which evaluation each answer showed, so that a later evaluation is known to be later without trust in a clock.
 */
export const createAlertRulesReader = (): AlertRulesReader => {
  let known: ReadonlyMap<string, SeenEvaluation> = new Map();
  return (data, { askedAt, toClock }) => {
    const now = new Map<string, SeenEvaluation>();
    /** Records the evaluation that the answer shows; undefined: the rule was never evaluated. */
    const note = (key: string, evaluation: number | undefined): SeenEvaluation | undefined => {
      if (evaluation === undefined) return undefined;
      const was = known.get(key);
      const after = was?.evaluation === evaluation ? was.after : was?.seenAt;
      const seen = { evaluation, seenAt: askedAt, ...defined({ after }) };
      now.set(key, seen);
      return seen;
    };
    const rules = goList(field(data, 'groups'), 'groups').flatMap((group) =>
      goList(field(group, 'rules'), 'rules')
        .filter((rule) => field(rule, 'type') === 'alerting')
        .map((rule) => ruleOf(group, rule, note(keyOf(group, rule), evaluationOf(rule)), toClock)),
    );
    known = now;
    return rules;
  };
};

import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { PartsFold } from '../../domain/facts/facts.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { entries, field, goList, number, parseRfc3339, text } from '../kit/values/wire-value.ts';
import type { PrometheusFold } from './config.ts';
import { maySelect } from './matchers.ts';
import { addsUp, isRecorded, type PartsPlan, type PartsQuery, partQuery, planParts } from './parts-plan.ts';
import { type QuerySelector, scanQuery } from './selectors.ts';

type Labels = Readonly<Record<string, string>>;

/** A rule that records the result of a query as series of another name. */
interface RecordingRule {
  readonly name: string;
  readonly query: string;
  /** The labels that it sets. */
  readonly labels: Labels;
  /** The time of its last evaluation, by the clock of the server. */
  readonly evaluatedAt: Millis;
  readonly intervalMs: Millis;
  /** The error of its last evaluation; '' when it succeeded. */
  readonly error: string;
}

/** The path of the recording rules. A compatible server may return all rules. */
export const recordingRulesPath = '/api/v1/rules?type=record';

/** Parses the `data` of the rules endpoint. Throws `malformed`. */
export const parseRecordingRules = (data: unknown): readonly RecordingRule[] =>
  goList(field(data, 'groups'), 'groups').flatMap((group) =>
    goList(field(group, 'rules'), 'rules')
      .filter((rule) => field(rule, 'type') === 'recording')
      .map((rule): RecordingRule => {
        const failed = field(rule, 'health') === 'err';
        return {
          name: text(field(rule, 'name')) ?? '',
          query: text(field(rule, 'query')) ?? '',
          labels: Object.fromEntries(
            entries(field(rule, 'labels')).flatMap(([name, value]) => {
              const known = text(value);
              return known === undefined ? [] : [[name, known] as const];
            }),
          ),
          // Year 1: not yet.
          evaluatedAt: Math.max(0, parseRfc3339(field(rule, 'lastEvaluation')) ?? 0),
          intervalMs: 1000 * (number(field(group, 'interval')) ?? 0),
          error: failed
            ? (text(field(rule, 'lastError')) ?? 'the last evaluation of the recording rule failed')
            : '',
        };
      }),
  );

/** The parts of a query over recorded series: those from which their rules compute them. */
export interface FollowedPlan extends PartsPlan {
  /** The last evaluation of each rule on the way, by the clock of the server. */
  readonly evaluations: ReadonlyMap<string, Millis>;
  /** The queries of those rules. */
  readonly rules: Readonly<Record<string, string>>;
  /** The time whose scrapes the value shows. */
  readonly asOf: Millis;
}

interface Hidden {
  readonly hidden: string;
}

/** A rule may use what other rules record; more of them than these are not followed. */
const mostSteps = 5;

type LabelsOfPart = (labels: Labels) => Labels | undefined;

/** The labels that a part has in the recorded series; undefined: the selector does not select that. */
const recordedLabels =
  (selector: QuerySelector, rule: RecordingRule, inner: LabelsOfPart = (labels) => labels): LabelsOfPart =>
  (own) => {
    const labels = inner(own);
    if (labels === undefined) return undefined;
    const set = Object.keys(rule.labels);
    const kept = Object.entries(labels).map(
      ([name, value]) => [set.includes(name) ? `exported_${name}` : name, value] as const,
    );
    const recorded = { ...Object.fromEntries(kept), ...rule.labels };
    return maySelect(selector.text, recorded) ? recorded : undefined;
  };

const only = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined);

/** A walk through the rules behind a query. */
class Follower {
  readonly #rules: readonly RecordingRule[];
  readonly evaluations = new Map<string, Millis>();
  /** The queries of the rules on the way, by name: several may record series of one name. */
  readonly queries = new Map<string, Set<string>>();
  asOf = Number.POSITIVE_INFINITY;

  constructor(rules: readonly RecordingRule[]) {
    this.#rules = rules;
  }

  /** The plan of a query that was evaluated at `at`. Throws where a rule fails: its series are none of now. */
  planOf(query: string, fold: PrometheusFold | undefined, at: Millis, steps: number): PartsPlan | Hidden {
    const plan = planParts(query, fold);
    if (plan === undefined) return this.#plain(query);
    if (!('recorded' in plan)) return plan;
    if (steps > mostSteps) return { hidden: `more than ${mostSteps} recording rules in a row` };
    const present = scanQuery(query)?.selectors.filter(({ isPast }) => !isPast) ?? [];
    const made: { readonly selector: QuerySelector; readonly plan: PartsPlan; readonly isRule: boolean }[] =
      [];
    for (const selector of present) {
      const plans = isRecorded(selector) ? this.#ofRules(selector, at, steps) : [this.#raw(selector, fold)];
      for (const plan of plans) {
        if ('hidden' in plan) return plan;
        made.push({ selector, plan, isRule: isRecorded(selector) });
      }
    }
    const computed = foldOf(query, fold, made);
    const windows = made.flatMap(({ selector, plan: { windowMs = 0 }, isRule }) => {
      const all = windowMs + (isRule ? (selector.windowMs ?? 0) : 0);
      return all === 0 ? [] : [all];
    });
    return {
      queries: made.flatMap(({ plan: { queries } }) => queries),
      ...defined({ fold: computed }),
      addsUp: made.every(
        ({ selector, plan, isRule }) =>
          plan.addsUp &&
          (!isRule || (selector.within.length === 0 && fold === undefined) || addsUp(selector, fold)),
      ),
      ...(windows.length === 0 ? {} : { windowMs: Math.max(...windows) }),
    };
  }

  /** Series that a rule copies or calculates one by one. */
  #plain(query: string): PartsPlan | Hidden {
    const present = scanQuery(query)?.selectors.filter(({ isPast }) => !isPast) ?? [];
    return present.length === 0
      ? { hidden: `a recording rule without series of now: ${query}` }
      : { queries: present.map(partQuery), addsUp: false };
  }

  #raw(selector: QuerySelector, fold: PrometheusFold | undefined): PartsPlan {
    const { windowMs } = selector;
    const window = windowMs === undefined ? {} : { windowMs };
    return { queries: [partQuery(selector)], addsUp: addsUp(selector, fold), ...window };
  }

  #ofRules(selector: QuerySelector, at: Millis, steps: number): readonly (PartsPlan | Hidden)[] {
    const rules = this.#rules.filter(({ name }) => name === selector.metric);
    if (rules.length === 0) return [{ hidden: `${selector.metric}, which no rule of this server records` }];
    return rules.map((rule) => this.#ofRule(selector, rule, at, steps));
  }

  #ofRule(selector: QuerySelector, rule: RecordingRule, at: Millis, steps: number): PartsPlan | Hidden {
    if (rule.error !== '')
      throw new WireError('malformed', `the recording rule ${rule.name} cannot be evaluated: ${rule.error}`);
    // A rule further on may have used the evaluation before the last one.
    const evaluatedAt = rule.evaluatedAt <= at ? rule.evaluatedAt : at - rule.intervalMs;
    this.evaluations.set(rule.name, Math.min(evaluatedAt, this.evaluations.get(rule.name) ?? evaluatedAt));
    this.queries.set(rule.name, (this.queries.get(rule.name) ?? new Set()).add(rule.query));
    this.asOf = Math.min(this.asOf, evaluatedAt);
    const plan = this.planOf(rule.query, undefined, evaluatedAt, steps + 1);
    if ('hidden' in plan) return plan;
    const queries = plan.queries.map(
      (query): PartsQuery => ({ ...query, labelsOf: recordedLabels(selector, rule, query.labelsOf) }),
    );
    // The value shows a window as it was at the last evaluation.
    const window = plan.windowMs === undefined ? {} : { windowMs: plan.windowMs + rule.intervalMs };
    return { ...plan, queries, ...window };
  }
}

/** The aggregation of a query over one recorded series: that of its rule where the query adds none, or adds up sums. */
const foldOf = (
  query: string,
  fold: PrometheusFold | undefined,
  made: readonly { readonly selector: QuerySelector; readonly plan: PartsPlan }[],
): PartsFold | undefined => {
  const { selector, plan } = only(made) ?? {};
  if (selector === undefined || plan?.fold === undefined) return undefined;
  const { whole } = scanQuery(query) ?? {};
  const isBare = query.trim() === selector.text;
  if (isBare && fold === undefined) return plan.fold;
  const isSum = isBare
    ? fold === 'sum'
    : fold === undefined && whole?.op === 'sum' && whole.of === selector.text;
  return isSum && plan.fold === 'sum' ? 'sum' : undefined;
};

/** Plans how to see what a query over recorded series is computed from, through the rules that record them. Throws WireError. */
export const followRules = (
  query: string,
  fold: PrometheusFold | undefined,
  rules: readonly RecordingRule[],
): FollowedPlan | Hidden => {
  const follower = new Follower(rules);
  const plan = follower.planOf(query, fold, Number.POSITIVE_INFINITY, 0);
  if ('hidden' in plan) return plan;
  const { evaluations, asOf, queries } = follower;
  const texts = [...queries].map(([name, own]) => [name, [...own].toSorted().join('; ')] as const);
  return { ...plan, evaluations, rules: Object.fromEntries(texts), asOf };
};

import { parseBound } from '../domain/facts/threshold.ts';
import { isConstant, splitCondition } from './promql-rule.ts';

/** The condition of an alert rule as a query and its limits. */
export interface ConditionLimits {
  /** PromQL, where the document gives a metric. */
  readonly query?: string;
  readonly warn?: string;
  readonly crit?: string;
  /** 'ok' for a condition that returns nothing while all is well; a problem for one that always returns something. */
  readonly noData?: 'ok' | 'warn' | 'crit';
}

interface RuleCondition {
  readonly title: string;
  readonly expr: string;
  readonly severity: string;
}

const severe =
  /^(?:p[01]|sev(?:erity)?[-_ ]?[01]|crit(?:ical)?|page|pager|emergency|high|fatal|disaster|urgent)\b/i;
/** The severity of a rule that notifies of nothing, such as one that inhibits others. */
const silent = /^none$/i;

/** Every number: a condition without a limit of its own is true as long as it returns a series. */
export const anyValue = '>=-1e308';
/** No number: a condition without a limit of its own is well as long as it returns a series. */
export const anyLower = '<-1e308';

/** A bound that the profile format accepts; undefined otherwise. */
const boundOf = (text: string | undefined): string | undefined =>
  text === undefined || 'error' in parseBound(text) ? undefined : text;

export const byLevel = (
  bound: string | undefined,
  severity: string,
): Pick<ConditionLimits, 'warn' | 'crit'> => {
  const valid = boundOf(bound);
  if (valid === undefined) return {};
  return severe.test(severity) ? { crit: valid } : { warn: valid };
};

/** The query and the limit of a condition. One that is no comparison with a number stays whole, and fires while it returns a series. */
export const conditionLimits = ({ title, expr: expression, severity }: RuleCondition): ConditionLimits => {
  if (isConstant(expression)) return deadMansSwitch(title, expression, severity);
  if (silent.test(severity)) return { query: expression, noData: 'ok' };
  const split = splitCondition(expression);
  const limits = split === undefined ? {} : byLevel(split.bound, severity);
  if (split !== undefined && Object.keys(limits).length > 0)
    return { query: split.query, ...limits, ...(split.isFilter ? { noData: 'ok' } : {}) };
  // A series that is no number fires a rule, and has no value to compare.
  const query = comparesWithItself.test(expression) ? `group without () (${expression})` : expression;
  return { query, ...byLevel(anyValue, severity), noData: 'ok' };
};

/** `x != x`: true for a value that is no number. */
const comparesWithItself = /^\s*(\S+)\s*!=\s*\1\s*$/;

/** A rule that always fires: the problem is that it does not. */
const deadMansSwitch = (title: string, expression: string, severity: string): ConditionLimits => {
  const level = severe.test(severity) ? 'crit' : 'warn';
  const selector = `{alertname=${JSON.stringify(title)}, alertstate="firing"}`;
  const vector = /\b(?:vector|absent)\b/.test(expression) ? `(${expression})` : `vector(${expression})`;
  return { query: `${vector} and on () ALERTS${selector}`, [level]: anyLower, noData: level };
};

/**
 * The query and the limit of an alert rule that compares a query with a number; undefined for any other rule. A query without
 * series has no problem, as for the rule. `severity`: the label of the rule.
 */
export const ruleLimits = (
  expression: string,
  severity: string,
): { readonly query: string; readonly warn?: string; readonly crit?: string } | undefined => {
  const split = splitCondition(expression);
  const limits = byLevel(split?.bound, severity);
  return split === undefined || Object.keys(limits).length === 0
    ? undefined
    : { query: split.query, ...limits };
};

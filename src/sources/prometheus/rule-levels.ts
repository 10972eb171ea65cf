import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { AlertRuleFact } from '../../domain/facts/alert-rules.ts';
import type { RuleVerdict, Sample } from '../../domain/facts/facts.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { cannotBeEvaluated, createAlertRulesReader } from '../kit/values/alert-rules.ts';
import type { PrometheusClient } from './client.ts';
import type { PrometheusRead } from './config.ts';

/** The alerting rules alone: recording rules are as many again. */
const alertingRulesPath = '/api/v1/rules?type=alert';

/** The alerting rules of one server, read once for all that ask at about the same time. */
export interface LoadedRules {
  /** The rules as of at most `maxAgeMs` ago; undefined: they cannot be read, as from a server without this API. */
  read(maxAgeMs: Millis, signal: AbortSignal): Promise<readonly AlertRuleFact[] | undefined>;
}

/** Opens the rules of a server. `timeoutMs`: of one request; what waits for it has values of its own to return in its own time. */
export const openLoadedRules = (client: PrometheusClient, timeoutMs: Millis): LoadedRules => {
  const parse = createAlertRulesReader();
  let last:
    | { readonly askedAt: Millis; readonly rules: Promise<readonly AlertRuleFact[] | undefined> }
    | undefined;
  const request = async (
    askedAt: Millis,
    signal: AbortSignal,
  ): Promise<readonly AlertRuleFact[] | undefined> => {
    try {
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const { value } = await client.get(alertingRulesPath, inTime);
      return parse(value, { askedAt, toClock: client.toClock });
    } catch {
      // What depends on rules has limits of its own. A reading that was canceled says nothing about the server.
      if (signal.aborted) last = undefined;
      return undefined;
    }
  };
  return {
    read: (maxAgeMs, signal) => {
      const now = client.now();
      if (last === undefined || now - last.askedAt > maxAgeMs)
        last = { askedAt: now, rules: request(now, signal) };
      return last.rules;
    },
  };
};

/** More names say nothing more. */
const mostNamed = 3;

/** A fault for rules whose last evaluation failed: their alerts cannot fire. */
export const failedRulesFaults = (
  client: PrometheusClient,
  rules: readonly AlertRuleFact[],
): readonly Fault[] => {
  const failed = rules.flatMap(({ name, problem }) =>
    problem?.startsWith(cannotBeEvaluated) === true ? [`${name} ${problem}`] : [],
  );
  if (failed.length === 0) return [];
  const others = failed.length > mostNamed ? `, and ${failed.length - mostNamed} more` : '';
  const message = `alert rule ${failed.slice(0, mostNamed).join('; ')}${others}`;
  const remedy = 'correct the expression of the rule: until then the alert cannot fire';
  return [client.fault(alertingRulesPath, new RemediedError('malformed', message, remedy))];
};

type Labels = Sample['labels'];
type ActiveAlert = AlertRuleFact['active'][number];

/** True if an alert is that of a series: it has all of its labels. */
const isAlertOf = ({ labels }: ActiveAlert, series: Labels): boolean =>
  Object.entries(series).every(([name, value]) => name === '__name__' || labels[name] === value);

const isPending = ({ state }: ActiveAlert): boolean => state === 'pending';

/** A rule that was not evaluated for so long does not say how the value is now. Groups are evaluated each minute or more often. */
const longestSilenceMs: Millis = 5 * 60_000;

/** The one rule of a name; undefined where several have it, none does, or its last evaluation failed or is old. */
const ruleNamed = (rules: readonly AlertRuleFact[], name: string, now: Millis): AlertRuleFact | undefined => {
  const [rule, ...others] = rules.filter((loaded) => loaded.name === name);
  if (rule === undefined || others.length > 0 || rule.problem !== undefined) return undefined;
  return rule.evaluatedAt === undefined || now - rule.evaluatedAt > longestSilenceMs ? undefined : rule;
};

/**
 * Judges the series of a query by the states of its rules. Undefined where the rules do not decide: one is not loaded, failed or was
 * not evaluated for five minutes, or one has an alert that is of none of these series (a rule may replace their labels).
 *
 * @param names - the rules of the levels
 * @param series - labels of all series of the query
 */
export const ruleVerdicts = (
  rules: readonly AlertRuleFact[],
  names: NonNullable<PrometheusRead['rules']>,
  series: readonly Labels[],
  now: Millis,
): readonly RuleVerdict[] | undefined => {
  const alerts = new Map<'warn' | 'crit', readonly ActiveAlert[]>();
  for (const level of ['crit', 'warn'] as const) {
    const name = names[level];
    if (name === undefined) continue;
    const rule = ruleNamed(rules, name, now);
    if (rule === undefined) return undefined;
    if (rule.active.some((alert) => !series.some((labels) => isAlertOf(alert, labels)))) return undefined;
    alerts.set(level, rule.active);
  }
  return series.map((labels): RuleVerdict => {
    const own = [...alerts].flatMap(([level, active]) => {
      const alert = active.find((each) => isAlertOf(each, labels));
      return alert === undefined ? [] : [{ level, alert }];
    });
    const firing = own.find(({ alert }) => !isPending(alert));
    const higher = own.slice(0, firing === undefined ? undefined : own.indexOf(firing));
    const pending = higher.find(({ alert }) => isPending(alert) && alert.since !== undefined);
    const since = firing?.alert.since;
    const rule = names[(firing ?? pending)?.level ?? 'crit'];
    return {
      level: firing?.level ?? 'ok',
      ...(firing === undefined && pending === undefined ? {} : defined({ since, rule })),
      ...(pending?.alert.since === undefined
        ? {}
        : { pending: { level: pending.level, since: pending.alert.since } }),
    };
  });
};

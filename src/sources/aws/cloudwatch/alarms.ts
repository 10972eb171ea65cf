import type { CloudWatchAlarm } from '../../../clients/aws/cloudwatch-types.ts';
import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import type { AlertRuleFact } from '../../../domain/facts/alert-rules.ts';
import type { Alert, AlertState } from '../../../kinds/alerts/fact.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { staleAfter } from '../../kit/contract/connection.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { matchesPattern, splitPatterns } from '../../kit/values/name-pattern.ts';
import type { AwsConfig } from '../account/config.ts';
import type { AwsContext } from '../account/context.ts';

/** The patterns of `alarms`, with their severities. */
interface AlarmPattern {
  readonly name: string;
  readonly severity: string;
}

const patternsOf = ({ alarms }: AwsConfig): readonly AlarmPattern[] =>
  alarms.map((alarm) => (typeof alarm === 'string' ? { name: alarm, severity: '' } : alarm));

/** All configured alarms, whatever their state, and what is missing. Throws WireError. */
export const readAlarms = async (
  { config, cloudWatch, fault }: AwsContext,
  signal: AbortSignal,
): Promise<{ readonly alarms: readonly CloudWatchAlarm[]; readonly faults: readonly Fault[] }> => {
  const { names, prefixes } = splitPatterns(patternsOf(config).map(({ name }) => name));
  const byName = new Map<string, CloudWatchAlarm>();
  const faults: Fault[] = [];
  for (const prefix of prefixes) {
    const found = await cloudWatch.alarms(prefix, config.limit, signal);
    for (const alarm of found.slice(0, config.limit)) byName.set(alarm.name, alarm);
    if (found.length > config.limit)
      faults.push(
        fault(
          'CloudWatch DescribeAlarms',
          new WireError(
            'unconfigured',
            `more than ${config.limit} alarms match ${prefix}*: restrict alarms, or raise limit`,
          ),
        ),
      );
  }
  const wantedNames = names.filter((name) => !byName.has(name));
  if (wantedNames.length > 0)
    for (const alarm of await cloudWatch.alarmsNamed(wantedNames, signal)) byName.set(alarm.name, alarm);
  for (const name of wantedNames)
    if (!byName.has(name))
      faults.push(
        fault(
          'CloudWatch DescribeAlarms',
          new WireError('missing', `CloudWatch has no alarm called ${name}: check the name and the region`),
        ),
      );
  return { alarms: [...byName.values()], faults };
};

/** An alarm with disabled actions sends no notification, but it still fires. */
const alertState = ({ actionsEnabled, isSuppressed }: CloudWatchAlarm): AlertState =>
  isSuppressed ? 'inhibited' : actionsEnabled ? 'firing' : 'silenced';

/** CloudWatch explains in one sentence: 'Threshold Crossed: 1 datapoint [1.0 (…)] was greater than …'. */
const summaryOf = ({ description, reason }: CloudWatchAlarm): string =>
  [description?.trim().split('\n')[0], reason].find((text) => text !== undefined && text !== '') ?? '';

const labelsOf = ({ namespace, metric, dimensions }: CloudWatchAlarm): Readonly<Record<string, string>> => ({
  ...defined({ namespace, metric }),
  ...dimensions,
});

/** An alarm as a rule: CloudWatch says when it was last judged differently, on one clock that opsdeck converts. */
const ruleOf = (
  alarm: CloudWatchAlarm,
  { toClock, tellsEvaluations }: Pick<AwsContext, 'toClock'> & { readonly tellsEvaluations: boolean },
): AlertRuleFact => {
  const isSetByHand = alarm.state === 'OK' && !alarm.isEvaluated && tellsEvaluations;
  const time = alarm.since === undefined ? undefined : toClock(alarm.since);
  return {
    name: alarm.name,
    active: alarm.state === 'ALARM' ? [{ state: 'firing', labels: labelsOf(alarm) }] : [],
    ...(alarm.state === 'INSUFFICIENT_DATA'
      ? { problem: 'is in INSUFFICIENT_DATA: CloudWatch has too few datapoints to decide' }
      : {}),
    ...(isSetByHand
      ? {
          problem:
            'has a state that a person set by hand, and that the next evaluation of the alarm replaces',
        }
      : {}),
    ...(time === undefined ? {} : { evaluatedAt: time, evaluatedAfter: time }),
    ...(alarm.editedAt === undefined ? {} : { definition: String(alarm.editedAt) }),
  };
};

/** The alarms in state ALARM, as alerts. */
export const alarmsFeed = (context: AwsContext): Feed => {
  const { source, config, fault, now, toClock } = context;
  const patterns = patternsOf(config);
  /** Compatible servers tell no data of an evaluation. */
  let tellsEvaluations = false;
  const alertOf = (alarm: CloudWatchAlarm): Alert => ({
    source,
    at: now(),
    name: alarm.name,
    severity: patterns.find((pattern) => matchesPattern(pattern.name, alarm.name))?.severity ?? '',
    state: alertState(alarm),
    ...(alarm.since === undefined ? {} : { since: toClock(alarm.since) }),
    labels: labelsOf(alarm),
    summary: summaryOf(alarm),
  });
  return {
    id: `${source}/alerts`,
    source,
    name: 'alerts',
    kind: 'alerts',
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    requests: patterns.length,
    readsAlertRules: true,
    read: async (signal) => {
      try {
        const { alarms, faults } = await readAlarms(context, signal);
        tellsEvaluations ||= alarms.some(({ isEvaluated }) => isEvaluated);
        const items = alarms
          .filter(({ state }) => state === 'ALARM')
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
          .map(alertOf);
        return {
          items,
          alertRules: { rules: alarms.map((alarm) => ruleOf(alarm, { toClock, tellsEvaluations })) },
          faults,
        };
      } catch (error) {
        return { items: [], faults: [fault('CloudWatch DescribeAlarms', error)] };
      }
    },
  };
};

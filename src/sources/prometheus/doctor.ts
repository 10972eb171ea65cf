import { joinFirst } from '../../domain/text/count-text.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import {
  type CheckResult,
  type DoctorCheck,
  failedResult,
  lacking,
  runChecks,
} from '../kit/contract/doctor-checks.ts';
import type { Finding, SignalRequest } from '../kit/contract/source.ts';
import { field, text } from '../kit/values/wire-value.ts';
import { prometheusReadSchema } from './config.ts';
import {
  isAlertingRule,
  missingRulesFault,
  parseRules,
  parseTargets,
  rulesPath,
  targetsPath,
} from './detail-feeds.ts';
import { type FactSpec, missingSeriesError, queryMetrics } from './fact-feed.ts';
import { factSpecs } from './fact-specs.ts';
import type { PrometheusContext } from './feed.ts';

const maxShownTargets = 5;
const maxShownRules = 5;
const toleratedSkewMs = 60_000;

const buildInfoPath = '/api/v1/status/buildinfo';
const queryPath = '/api/v1/query';

/** A path, or a query, whose text is no part of the URL. */
type CheckedCall = string | { readonly promql: string };

/** Examines Prometheus: tries everything that the profile reads from it. */
export const diagnosePrometheus = (
  parts: PrometheusContext,
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { client, source, config } = parts;
  const checks: readonly DoctorCheck<CheckedCall>[] = [
    {
      call: buildInfoPath,
      isGate: true,
      run: async () => {
        const { value } = await client.get(buildInfoPath, signal);
        return `Prometheus ${text(field(value, 'version')) ?? '(unknown version)'} at ${client.endpoint.base}`;
      },
    },
    { call: queryPath, run: () => clockResult(parts, signal) },
    { call: targetsPath, run: () => targetsResult(parts, signal) },
    ...(neededRules(parts, signals).length === 0
      ? []
      : [{ call: rulesPath, run: () => rulesResult(parts, signals, signal) }]),
    ...factSpecs(config).map((spec) => ({ call: queryPath, run: () => factsResult(parts, spec, signal) })),
    ...signals.map((request) => signalCheck(parts, request)),
  ];
  const fault = (call: CheckedCall, error: unknown) =>
    typeof call === 'string' ? client.fault(call, error) : client.queryFault(call.promql, error);
  return runChecks({ source, fault }, checks, signal);
};

const clockResult = async ({ client }: PrometheusContext, signal: AbortSignal): Promise<CheckResult> => {
  const { value } = await client.query('time()', signal);
  const apart = (value.evaluatedAt ?? client.wallNow()) - client.wallNow();
  return Math.abs(apart) <= toleratedSkewMs
    ? 'clock in sync'
    : lacking(
        `clock skew of ${formatDuration(Math.round(Math.abs(apart) / 1000) * 1000)}: the server clock is ${apart > 0 ? 'ahead' : 'behind'}`,
        'synchronize both machines with NTP: alert times and ages depend on both clocks',
      );
};

const targetsResult = async ({ client }: PrometheusContext, signal: AbortSignal): Promise<CheckResult> => {
  const all = parseTargets((await client.get(targetsPath, signal)).value);
  const down = all.filter(({ health }) => health === 'down');
  if (down.length === 0)
    return all.length === 1 ? '1 scrape target, which is up' : `${all.length} scrape targets, all up`;
  const named = down.map(({ name, error }) => `${name} (${error})`);
  return lacking(
    `${down.length} of ${all.length} targets are down: ${joinFirst(named, maxShownTargets)}`,
    'queries do not see their metrics: see the Targets page of Prometheus',
  );
};

/** An alerting rule that the profile relies on: in `rules:` of the source, or in `read.rules` of a signal. */
interface NeededRule {
  readonly name: string;
  /** Absent: the source names it. */
  readonly signal?: string;
}

const neededRules = (
  { config }: PrometheusContext,
  signals: readonly SignalRequest[],
): readonly NeededRule[] => [
  ...config.rules.map((name) => ({ name })),
  ...signals.flatMap(({ id, read }) => {
    const { warn, crit } = prometheusReadSchema.parse(read).rules ?? {};
    return [warn, crit].flatMap((name) => (name === undefined ? [] : [{ name, signal: id }]));
  }),
];

const rulesResult = async (
  parts: PrometheusContext,
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<CheckResult> => {
  const { config, client } = parts;
  const loaded = parseRules((await client.get(rulesPath, signal)).value, config.severity);
  const needed = neededRules(parts, signals);
  const missing = needed.filter(({ name }) => !isAlertingRule(loaded, name));
  if (missing.every((rule) => rule.signal === undefined)) {
    const fault = missingRulesFault(parts, loaded);
    return fault === undefined
      ? `rules loaded: ${[...new Set(needed.map(({ name }) => name))].join(', ')}`
      : failedResult(fault);
  }
  const named = missing.map((rule) =>
    rule.signal === undefined ? rule.name : `${rule.name} (signal ${rule.signal})`,
  );
  return lacking(
    `no alerting rule ${joinFirst(named, maxShownRules)}: until Prometheus loads it, the limits of the signal decide the level`,
    'correct the name in read.rules, or add the rule to the rule files of Prometheus',
  );
};

const factsResult = async (
  { client }: PrometheusContext,
  spec: FactSpec<string>,
  signal: AbortSignal,
): Promise<CheckResult> => {
  const { series, faults } = await queryMetrics(client, spec.queries, signal);
  const [fault] = faults;
  if (fault !== undefined) return failedResult(fault);
  const count = spec.required.reduce((sum, key) => sum + (series[key]?.length ?? 0), 0);
  if (count > 0) return `${spec.kind}: ${count} series`;
  throw missingSeriesError(spec.kind, spec.required.map((key) => spec.queries[key]).join(', '));
};

const signalCheck = (
  { client }: PrometheusContext,
  { id, read }: SignalRequest,
): DoctorCheck<CheckedCall> => {
  const promql = prometheusReadSchema.parse(read).query;
  return {
    call: { promql },
    run: async (signal) => {
      const { value, warnings, infos } = await client.query(promql, signal);
      const notices = [...warnings, ...infos];
      if (notices.length > 0) return lacking(`signal ${id}: ${notices.join('; ')}`);
      if (value.word !== undefined) return `signal ${id}: a text`;
      return value.series.length > 0
        ? `signal ${id}: ${value.series.length} series`
        : lacking(
            `signal ${id}: no series match "${oneLine(promql, 80)}"`,
            'check the metric name and labels. If no series means 0, append: or vector(0)',
          );
    },
    failed: ({ message, remedy }) => lacking(`signal ${id}: ${message}`, remedy),
  };
};

import { joinFirst } from '../../domain/text/count-text.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { checkFinding, type Finding, failedFinding, type SignalRequest } from '../kit/contract/source.ts';
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

/** Examines Prometheus: tries everything that the profile reads from it. */
export const diagnosePrometheus = async (
  parts: PrometheusContext,
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const reached = await checkVersion(parts, signal);
  if (!reached.ok) return [reached];
  const findings = await Promise.all([
    checkClock(parts, signal),
    checkTargets(parts, signal),
    ...(neededRules(parts, signals).length === 0 ? [] : [checkRules(parts, signals, signal)]),
    ...factSpecs(parts.config).map((spec) => checkFacts(parts, spec, signal)),
    ...signals.map((request) => checkSignal(parts, request, signal)),
  ]);
  return [reached, ...findings];
};

/** Returns the finding of a call, or a finding that reports its failure. */
const checkCall = (
  { client }: PrometheusContext,
  path: string,
  find: () => Promise<Finding>,
): Promise<Finding> => checkFinding((error) => client.fault(path, error), find);

const checkVersion = (parts: PrometheusContext, signal: AbortSignal): Promise<Finding> =>
  checkCall(parts, '/api/v1/status/buildinfo', async () => {
    const { value } = await parts.client.get('/api/v1/status/buildinfo', signal);
    const what = `Prometheus ${text(field(value, 'version')) ?? '(unknown version)'} at ${parts.client.endpoint.base}`;
    return { source: parts.source, ok: true, what };
  });

const checkClock = (parts: PrometheusContext, signal: AbortSignal): Promise<Finding> =>
  checkCall(parts, '/api/v1/query', async () => {
    const { source, client } = parts;
    const { value } = await client.query('time()', signal);
    const apart = (value.evaluatedAt ?? client.wallNow()) - client.wallNow();
    if (Math.abs(apart) <= toleratedSkewMs) return { source, ok: true, what: 'clock in sync' };
    return {
      source,
      ok: false,
      what: `clock skew of ${formatDuration(Math.round(Math.abs(apart) / 1000) * 1000)}: the server clock is ${apart > 0 ? 'ahead' : 'behind'}`,
      remedy: 'synchronize both machines with NTP: alert times and ages depend on both clocks',
    };
  });

const checkTargets = (parts: PrometheusContext, signal: AbortSignal): Promise<Finding> =>
  checkCall(parts, targetsPath, async () => {
    const { source, client } = parts;
    const all = parseTargets((await client.get(targetsPath, signal)).value);
    const down = all.filter(({ health }) => health === 'down');
    if (down.length === 0)
      return {
        source,
        ok: true,
        what: all.length === 1 ? '1 scrape target, which is up' : `${all.length} scrape targets, all up`,
      };
    const named = down.map(({ name, error }) => `${name} (${error})`);
    return {
      source,
      ok: false,
      what: `${down.length} of ${all.length} targets are down: ${joinFirst(named, maxShownTargets)}`,
      remedy: 'their metrics are missing from every query: see the Targets page',
    };
  });

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

const checkRules = (
  parts: PrometheusContext,
  signals: readonly SignalRequest[],
  signal: AbortSignal,
): Promise<Finding> =>
  checkCall(parts, rulesPath, async () => {
    const { source, config, client } = parts;
    const loaded = parseRules((await client.get(rulesPath, signal)).value, config.severity);
    const needed = neededRules(parts, signals);
    const missing = needed.filter(({ name }) => !isAlertingRule(loaded, name));
    const ofSignals = missing.filter((rule) => rule.signal !== undefined);
    const fault = missingRulesFault(parts, loaded);
    if (ofSignals.length === 0)
      return fault === undefined
        ? {
            source,
            ok: true,
            what: `rules loaded: ${[...new Set(needed.map(({ name }) => name))].join(', ')}`,
          }
        : failedFinding(fault);
    const named = missing.map((rule) =>
      rule.signal === undefined ? rule.name : `${rule.name} (signal ${rule.signal})`,
    );
    return {
      source,
      ok: false,
      what: `no alerting rule ${joinFirst(named, maxShownRules)}: until Prometheus loads it, the limits of the signal decide its level`,
      remedy: 'correct the name in read.rules, or add the rule to the rule files of Prometheus',
    };
  });

const checkFacts = async (
  parts: PrometheusContext,
  spec: FactSpec<string>,
  signal: AbortSignal,
): Promise<Finding> => {
  const { source, client } = parts;
  const { series, faults } = await queryMetrics(client, spec.queries, signal);
  const [fault] = faults;
  if (fault !== undefined) return failedFinding(fault);
  const count = spec.required.reduce((sum, key) => sum + (series[key]?.length ?? 0), 0);
  if (count > 0) return { source, ok: true, what: `${spec.kind}: ${count} series` };
  const queryTexts = spec.required.map((key) => spec.queries[key]).join(', ');
  return failedFinding(client.fault('/api/v1/query', missingSeriesError(spec.kind, queryTexts)));
};

const checkSignal = async (
  parts: PrometheusContext,
  request: SignalRequest,
  signal: AbortSignal,
): Promise<Finding> => {
  const { source, client } = parts;
  const promql = prometheusReadSchema.parse(request.read).query;
  try {
    const { value, warnings, infos } = await client.query(promql, signal);
    const notices = [...warnings, ...infos];
    if (notices.length > 0) return { source, ok: false, what: `signal ${request.id}: ${notices.join('; ')}` };
    if (value.word === undefined && value.series.length === 0)
      return {
        source,
        ok: false,
        what: `signal ${request.id}: no series match "${oneLine(promql, 80)}"`,
        remedy: 'check the metric name and labels. If no series means 0, append: or vector(0)',
      };
    const many = value.word === undefined ? `${value.series.length} series` : 'a text';
    return { source, ok: true, what: `signal ${request.id}: ${many}` };
  } catch (error) {
    const fault = client.queryFault(promql, error);
    return failedFinding({ ...fault, message: `signal ${request.id}: ${fault.message}` });
  }
};

import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { AlertRules } from '../../domain/facts/alert-rules.ts';
import type { Note } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import type { Feed } from '../kit/contract/source.ts';
import { entries, field, goList, number, stringMapOf, text } from '../kit/values/wire-value.ts';
import { openAlertRules } from './alert-rules.ts';
import { type PrometheusContext, prometheusFeed, warningFaults } from './feed.ts';

interface NoteLine {
  readonly title: string;
  readonly text: string;
}

/** A scrape target of Prometheus. */
interface ScrapeTarget {
  /** 'job instance' */
  readonly name: string;
  readonly health: string;
  readonly error: string;
  readonly url: string;
  readonly scrapeMs?: number;
}

/** Parses the `data` of the targets endpoint: down targets first, then by name. Throws `malformed`. */
export const parseTargets = (data: unknown): readonly ScrapeTarget[] =>
  goList(field(data, 'activeTargets'), 'activeTargets')
    .map((target): ScrapeTarget => {
      const labels = stringMapOf(field(target, 'labels'));
      const took = number(field(target, 'lastScrapeDuration'));
      return {
        name: `${labels.job ?? ''} ${labels.instance ?? ''}`.trim(),
        health: text(field(target, 'health')) ?? 'unknown',
        error: text(field(target, 'lastError')) ?? '',
        url: text(field(target, 'scrapeUrl')) ?? '',
        ...(took === undefined ? {} : { scrapeMs: Math.round(took * 1000) }),
      };
    })
    .sort((a, b) => healthRank(a) - healthRank(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

const healthRank = ({ health }: ScrapeTarget): number => ['down', 'unknown', 'up'].indexOf(health);

const targetLine = ({ name, health, error, url, scrapeMs: tookMs }: ScrapeTarget): NoteLine => {
  const took = tookMs === undefined || health !== 'up' ? '' : ` in ${tookMs} ms`;
  return { title: name, text: `${health}${took} · ${url}${error === '' ? '' : ` · ${error}`}` };
};

/** A rule of Prometheus. */
interface Rule {
  readonly name: string;
  readonly query: string;
  /** Absent for a recording rule. */
  readonly alerting?: { readonly state: string; readonly forMs: number; readonly severity: string };
  /** Error of its last evaluation; '' when it succeeded. */
  readonly error: string;
}

/** Parses the `data` of the rules endpoint, in the order of its groups. Throws `malformed`. */
export const parseRules = (data: unknown, severity: string): readonly Rule[] =>
  goList(field(data, 'groups'), 'groups').flatMap((group) =>
    goList(field(group, 'rules'), 'rules').map((rule): Rule => {
      const failed = field(rule, 'health') === 'err';
      return {
        name: text(field(rule, 'name')) ?? '',
        query: text(field(rule, 'query')) ?? '',
        error: failed ? (text(field(rule, 'lastError')) ?? 'the last evaluation of the rule failed') : '',
        ...(field(rule, 'type') === 'alerting' ? { alerting: alertingOf(rule, severity) } : {}),
      };
    }),
  );

const alertingOf = (rule: unknown, severity: string): NonNullable<Rule['alerting']> => ({
  state: text(field(rule, 'state')) ?? 'unknown',
  forMs: (number(field(rule, 'duration')) ?? 0) * 1000,
  severity: text(entries(field(rule, 'labels')).find(([name]) => name === severity)?.[1]) ?? '',
});

const ruleLine = ({ name, query, alerting, error }: Rule): NoteLine => {
  const parts =
    alerting === undefined
      ? ['recorded', query]
      : [
          alerting.state,
          query,
          alerting.forMs === 0 ? '' : `for ${formatDuration(alerting.forMs)}`,
          alerting.severity === '' ? '' : `severity ${alerting.severity}`,
        ];
  const all = [...parts, error === '' ? '' : `cannot be evaluated: ${error}`];
  return { title: name, text: all.filter((part) => part !== '').join(' · ') };
};

export const targetsPath = '/api/v1/targets?state=active';
export const rulesPath = '/api/v1/rules';

/** Feeds that are read on demand: scrape targets and rules. */
export const prometheusDetailFeeds = (parts: PrometheusContext): readonly Feed[] => {
  const readAlertRules = openAlertRules(parts);
  const rulesFeed = detailFeed(parts, 'rules', rulesPath, async (data, askedAt, signal) => {
    const rules = parseRules(data, parts.config.severity);
    const fault = missingRulesFault(parts, rules);
    const alertRules = await readAlertRules(data, askedAt, signal);
    return { lines: rules.map(ruleLine), alertRules, ...defined({ fault }) };
  });
  return [
    detailFeed(parts, 'targets', targetsPath, (data) => ({ lines: parseTargets(data).map(targetLine) })),
    { ...rulesFeed, readsAlertRules: true },
  ];
};

interface DetailParts {
  readonly lines: readonly NoteLine[];
  readonly alertRules?: AlertRules;
  readonly fault?: Fault;
}

const detailFeed = (
  parts: PrometheusContext,
  name: string,
  path: string,
  make: (data: unknown, askedAt: Millis, signal: AbortSignal) => DetailParts | Promise<DetailParts>,
): Feed =>
  prometheusFeed(parts, { name, kind: 'notes', onDemand: true }, async (signal): Promise<Reading<Note>> => {
    const { source, client } = parts;
    const askedAt = client.now();
    try {
      const { value, warnings } = await client.get(path, signal);
      const stamp = { source, at: client.now() };
      const { lines, alertRules, fault } = await make(value, askedAt, signal);
      const faults = warningFaults(client, warnings);
      return {
        items: lines.map((line) => ({ ...stamp, ...line })),
        ...defined({ alertRules }),
        faults: fault === undefined ? faults : [...faults, fault],
      };
    } catch (error) {
      return { items: [], faults: [client.fault(path, error)] };
    }
  });

/** True if an alerting rule of this name is loaded. */
export const isAlertingRule = (rules: readonly Rule[], name: string): boolean =>
  rules.some((rule) => rule.alerting !== undefined && rule.name === name);

/** Fault for rules that the profile relies on but that are not loaded: nothing evaluates their conditions. */
export const missingRulesFault = (
  { client, config }: PrometheusContext,
  rules: readonly Rule[],
): Fault | undefined => {
  const missing = config.rules.filter((name) => !isAlertingRule(rules, name));
  if (missing.length === 0) return undefined;
  return client.fault(
    rulesPath,
    new RemediedError(
      'missing',
      `no alerting rule ${missing.join(', ')}`,
      'add the rule to the rule files of Prometheus, or remove the rule from rules:',
    ),
  );
};

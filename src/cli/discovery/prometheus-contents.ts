import { defined } from '../../domain/base/defined.ts';
import { isReachedBefore, parseBound } from '../../domain/facts/threshold.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { isObject } from '../../domain/text/value-text.ts';
import { ruleLimits } from '../../importer/condition-limits.ts';
import type { Entry, EntryValue, FirstSignal, FirstSource, NestedMap } from '../../importer/first-profile.ts';
import { slug, uniqueNames } from '../../importer/names.ts';
import { singleLine } from '../../importer/yaml-text.ts';
import { isLoopbackHost } from '../../platform/network/http-listener.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { zSignal } from '../../profile/shape/signal.ts';
import { failure } from './found-system.ts';
import { goldenFacts, goldenSignals, knownSeries } from './golden-signals.ts';
import type { MonitoringServer } from './monitoring-server.ts';

/** The contents of a Prometheus server besides its alerts. */
export interface PrometheusContents {
  /** Kinds of facts from well-known series, for `facts:`. */
  readonly facts: Readonly<Record<string, string>>;
  /** Limits of alert rules and golden signals; undefined without any. */
  readonly signals: FirstSource | undefined;
  /** Base addresses of its Alertmanagers, as far as they may be contacted. */
  readonly alertmanagers: readonly string[];
  /** Words about them. */
  readonly words: readonly string[];
}

/** One query a minute per signal: rules are evaluated by the server itself. */
const every = '1m';
/** More limits than a matrix shows. */
const mostRules = 60;
const secondsText = (seconds: number): string | undefined => (seconds > 0 ? `${seconds}s` : undefined);

const listIn = (value: unknown, key: string): readonly unknown[] => {
  const inner = isObject(value) ? value[key] : undefined;
  return Array.isArray(inner) ? inner : [];
};
const textIn = (value: unknown, key: string): string => {
  const text = isObject(value) ? value[key] : undefined;
  return typeof text === 'string' ? text : '';
};
const inside = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

/** A signal without its id and source. */
type Limit = Omit<FirstSignal, 'id' | 'source'>;

/** Longest title of a row: a name is the server's, and may be any text. */
const longestTitle = 120;

/** True for what a profile may hold: one bad rule of a server must not cost all that was found. */
const isValid = (limit: Limit): boolean => zSignal.safeParse({ id: 'limit', ...limit }).success;

/**
 * An alert rule that compares a query with a number, as a limit; undefined for any other rule. `names`: how many rules have each
 * name. The state of a rule decides the level where its name tells it from all others.
 */
const limitOf = (rule: unknown, names: ReadonlyMap<string, number>): Limit | undefined => {
  const expr = textIn(rule, 'query');
  const limits = ruleLimits(expr, textIn(inside(rule, 'labels'), 'severity'));
  if (limits === undefined) return undefined;
  const name = textIn(rule, 'name');
  const level = limits.crit === undefined ? 'warn' : 'crit';
  const rules = names.get(name) === 1 ? { rules: { nested: { [level]: name } } } : {};
  const seconds = Number(inside(rule, 'duration') ?? 0);
  const wait = secondsText(Number.isFinite(seconds) ? seconds : 0);
  const { query, ...bounds } = limits;
  const title = singleLine(name).trim().slice(0, longestTitle);
  const limit: Limit = {
    ...{ title, read: { query, ...rules }, unit: '', noData: 'ok', ...bounds },
    ...defined({ for: wait }),
  };
  return isValid(limit) ? limit : undefined;
};

/** True if two limits of one query are a warning and a critical one that is not reached before it. */
const joins = (one: Limit, other: Limit): boolean => {
  const [warn, crit] = one.warn === undefined ? [other.warn, one.crit] : [one.warn, other.crit];
  if (warn === undefined || crit === undefined) return false;
  const warnBound = parseBound(warn);
  const critBound = parseBound(crit);
  return !('error' in warnBound) && !('error' in critBound) && !isReachedBefore(critBound, warnBound);
};

/** The rules that decide a level, by level. */
const rulesOf = ({ read: { rules } }: Limit): Entry =>
  isObject(rules) && 'nested' in rules ? (rules as NestedMap).nested : {};

/** Both limits as one; their rules decide only if both have one. */
const joined = (one: Limit, other: Limit): Limit => {
  const nested = { ...rulesOf(other), ...rulesOf(one) };
  const read = { query: one.read.query, ...(Object.keys(nested).length === 2 ? { rules: { nested } } : {}) };
  return { ...other, ...one, read };
};

/** One row for a warning and a critical rule over the same query. */
const mergedLimits = (limits: readonly Limit[]): readonly Limit[] =>
  [...Map.groupBy(limits, ({ read, for: wait = '' }) => `${String(read.query)}\n${wait}`).values()].flatMap(
    ([first, ...others]) => {
      if (first === undefined) return [];
      const second = others.find((other) => joins(first, other));
      return [
        second === undefined ? first : joined(first, second),
        ...others.filter((limit) => limit !== second),
      ];
    },
  );

/** The same for rules that say the same. */
const keyOf = ({ title, read, warn, crit, for: wait }: Limit): string =>
  [title, read.query, warn, crit, wait].join('\n');

/** The limits of `GET /api/v1/rules`. */
const limitsIn = (body: unknown): readonly Limit[] => {
  const rules = listIn(inside(body, 'data'), 'groups')
    .flatMap((group) => listIn(group, 'rules'))
    .filter((rule) => textIn(rule, 'type') === 'alerting');
  const names = new Map<string, number>();
  for (const name of rules.map((rule) => textIn(rule, 'name'))) names.set(name, (names.get(name) ?? 0) + 1);
  const limits = rules.flatMap((rule) => limitOf(rule, names) ?? []);
  // A rule file that is loaded twice has each rule twice.
  return mergedLimits([...new Map(limits.map((limit) => [keyOf(limit), limit])).values()]);
};

/** The names of known series, from an instant query that counts them. */
const seriesIn = (body: unknown): ReadonlySet<string> =>
  new Set(
    listIn(inside(body, 'data'), 'result').flatMap((entry) => {
      const name = textIn(inside(entry, 'metric'), '__name__');
      return name === '' ? [] : [name];
    }),
  );

/**
 * The bases of `GET /api/v1/alertmanagers`. A server names others as it reaches them itself: only one on its own host is meant
 * by who named the server, and its loopback is not ours.
 */
const alertmanagersIn = (body: unknown, base: string): readonly string[] => {
  const own = new URL(base).hostname;
  return listIn(inside(body, 'data'), 'activeAlertmanagers').flatMap((entry) => {
    const url = URL.parse(textIn(entry, 'url'));
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') return [];
    const isMeant = isLoopbackHost(own) ? isLoopbackHost(url.hostname) : url.hostname === own;
    return isMeant
      ? [`${url.origin}${url.pathname.replace(/\/api\/v\d\/alerts\/?$/, '').replace(/\/+$/, '')}`]
      : [];
  });
};

/**
 * Reads what a server has: its alert rules, its Alertmanagers, and which well-known series exist. Three requests; the words say which
 * one failed. `id`: that of the source with the signals.
 */
export const prometheusContents = async (
  { base, keys, get: request }: MonitoringServer,
  id: string,
): Promise<PrometheusContents> => {
  const failed: string[] = [];
  const get = (name: string, path: string): Promise<unknown> =>
    request(path).catch((error: unknown) => {
      // Servers with the API of Prometheus need not have all of it.
      if (!(error instanceof WireError && error.kind === 'missing'))
        failed.push(`${name} not read: ${failure(error)}`);
      return undefined;
    });
  const counted = `count by (__name__) ({__name__=~"${knownSeries.join('|')}"})`;
  const [rules, managers, known] = await Promise.all([
    get('alert rules', '/api/v1/rules?type=alert'),
    get('its Alertmanagers', '/api/v1/alertmanagers'),
    get('well-known series', `/api/v1/query?query=${encodeURIComponent(counted)}`),
  ]);
  const all = limitsIn(rules);
  const series = seriesIn(known);
  const golden = goldenSignals(series);
  const unique = uniqueNames();
  const signals = [...all.slice(0, mostRules), ...golden].map(
    (signal): FirstSignal => ({ id: unique(`${id}.${slug(signal.title, 'rule')}`), source: id, ...signal }),
  );
  const limitWords = `${pluralize(Math.min(all.length, mostRules), 'limit')} of alert rules${
    all.length > mostRules ? ` (of ${all.length})` : ''
  }`;
  const words = [
    ...(all.length === 0 ? [] : [limitWords]),
    ...(golden.length === 0 ? [] : [`${pluralize(golden.length, 'signal')} of well-known series`]),
    ...failed,
  ];
  const entry: Record<string, EntryValue> = {
    type: 'prometheus',
    url: base,
    ...keys,
    alerts: false,
    every,
  };
  return {
    facts: goldenFacts(series),
    signals: signals.length === 0 ? undefined : { id, entry, from: `${base}: ${words.join(', ')}`, signals },
    alertmanagers: alertmanagersIn(managers, base),
    words,
  };
};

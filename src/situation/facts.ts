import { sumKnown } from '../domain/base/sums.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import type { Row, SignalRow } from '../domain/facts/snapshot.ts';
import { type Bound, isAnyValue, type Threshold } from '../domain/facts/threshold.ts';
import { labelValues } from '../domain/mask/mask-text.ts';
import { pluralize } from '../domain/text/count-text.ts';
import { formatAge } from '../domain/text/duration.ts';
import { formatCount, formatLatency, formatPercent, formatPerSecond } from '../domain/text/format.ts';
import { formatQuantity } from '../domain/text/format-quantity.ts';
import { alertSubject } from '../kinds/alerts/merged-alerts.ts';
import { instanceName } from '../kinds/define/check-words.ts';
import type { LevelReason } from '../kinds/define/judge-level.ts';
import { failedDependencies } from '../kinds/health/components.ts';
import { inUse } from '../kinds/pools/use.ts';
import { kindOf } from '../kinds/registry/registry.ts';
import type { DbSession } from '../kinds/sessions/fact.ts';
import { isIdleInTransaction } from '../kinds/sessions/state.ts';
import type { FindingPlace } from './finding.ts';

/** An object in words. */
interface ObjectWords {
  /** As the subject of a sentence: 'circuit breaker psp of billing-0'. */
  readonly object: string;
  /** In a list of objects of its kind: 'billing-0'. */
  readonly name: string;
  /** The observed facts, with units: 'answered 503'. '' when nothing more is known. */
  readonly fact: string;
  readonly place?: FindingPlace;
}

/** One line without control of the layout: texts of monitored systems may have line feeds. */
export const unbrokenText = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Joins the parts that are known, each on one line. */
export const joinKnown = (parts: readonly (string | undefined)[], separator = ', '): string =>
  parts
    .map((part) => unbrokenText(part ?? ''))
    .filter((part) => part !== '')
    .join(separator);

/** A number that a source reported; NaN and infinity are no number. */
const real = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) ? value : undefined;

/** The sum of the numbers that are known. */
const total = (values: readonly (number | undefined)[]): number | undefined => sumKnown(values.map(real));

/** The rows of a finding, the one that decides its level first. */
type Rows<K extends FactKind> = readonly [Row<K>, ...Row<K>[]];
type Describe<K extends FactKind> = (rows: Rows<K>, reason: LevelReason | undefined) => ObjectWords;

const numberOver = (reason: LevelReason | undefined): { value: number; bound: Bound } | undefined =>
  reason?.is === 'number' ? reason : undefined;

const boundText = ({ value }: Bound, format: (value: number) => string): string =>
  `limit ${typeof value === 'number' ? format(value) : value}`;

/** The level at the start of the output of a monitoring plugin. Source: Monitoring Plugins Development Guidelines. */
const pluginState = /^(?:OK|WARNING|CRITICAL|UNKNOWN)\s*[-:]\s*/;

const describeHealth: Describe<'health'> = ([{ fact, level }, ...others], reason) => {
  const over = numberOver(reason);
  const failed = failedDependencies(fact);
  const detail = fact.detail.replace(pluginState, '');
  const reported = failed.length > 0 ? `reports ${failed.join(' and ')} down` : detail;
  // Of several instances the only one in this state has a name.
  const isOnly = others.length > 0 && others.every((other) => other.level !== level);
  const said =
    isOnly && fact.instance !== '' && fact.instance !== fact.service && reported !== ''
      ? `${fact.instance}: ${reported}`
      : reported;
  const code =
    fact.httpStatus === undefined || fact.httpStatus < 400 || said.includes(String(fact.httpStatus))
      ? undefined
      : `answers ${fact.httpStatus}`;
  const slow =
    over === undefined
      ? undefined
      : `answers in ${formatLatency(over.value)}, ${boundText(over.bound, formatLatency)}`;
  const all = others.length + 1;
  const ill = 1 + others.filter(({ level }) => level !== 'ok').length;
  // The address before the instances is another check of the service, and no instance.
  const areInstances = [fact, ...others.map((row) => row.fact)].every(
    ({ instance, source }) => instance !== '' && source === fact.source,
  );
  return {
    object: fact.service,
    name: fact.service,
    fact: joinKnown([
      slow ?? joinKnown([code, said]),
      all > 1 ? `${ill} of ${all} ${areInstances ? 'instances' : 'checks'}` : undefined,
    ]),
  };
};

const describeBreaker: Describe<'breakers'> = ([{ fact }]) => {
  const { failureRateThreshold, state, name } = fact;
  const failureRate = real(fact.failureRate);
  const slowCallRate = real(fact.slowCallRate);
  const bufferedCalls = real(fact.bufferedCalls);
  const calls = bufferedCalls === undefined ? 'calls' : `last ${pluralize(bufferedCalls, 'call')}`;
  const isSlow =
    failureRateThreshold !== undefined &&
    failureRate !== undefined &&
    failureRate < failureRateThreshold &&
    slowCallRate !== undefined &&
    slowCallRate > failureRate;
  const rate = isSlow
    ? `${formatPercent(slowCallRate, 0)} of the ${calls} were slow`
    : failureRate === undefined || failureRate === 0
      ? undefined
      : `${formatPercent(failureRate, 0)} of the ${calls} failed`;
  const rejects = state === 'open' || state === 'forced-open' ? `calls to ${name} are rejected` : undefined;
  return {
    object: `circuit breaker ${name} of ${instanceName(fact)}`,
    name: `${name} of ${instanceName(fact)}`,
    place: {
      thing: `${fact.service}\0${name}`,
      name: instanceName(fact),
      noun: 'instance',
      of: fact.service,
    },
    fact: joinKnown([rejects, state === 'forced-open' ? undefined : rate]),
  };
};

const describeLag: Describe<'lag'> = (rows) => {
  const facts = rows.map(({ fact }) => fact);
  const [{ fact }] = rows;
  const behind = total(facts.map(({ lag }) => lag));
  const rate = total(facts.map((part) => part.rate));
  const lost = total(facts.map((part) => part.lost)) ?? 0;
  const never = fact.motion === 'falling-behind' && (rate ?? 0) > 0;
  return {
    object: `consumer group ${fact.group}`,
    name: fact.group,
    fact: joinKnown([
      behind === undefined
        ? undefined
        : `${formatCount(behind)} ${behind === 1 ? 'message' : 'messages'} behind`,
      lost > 0 ? `${formatCount(lost)} of them lost to retention` : undefined,
      rate === undefined || rate === 0 ? undefined : formatPerSecond(rate),
      fact.members === 0 ? 'no members' : undefined,
      never ? 'never drains at this rate' : undefined,
    ]),
  };
};

const describePool: Describe<'pools'> = ([{ fact }]) => {
  const used = real(inUse(fact));
  const max = real(fact.max);
  const pending = real(fact.pending) ?? 0;
  const isServer = fact.taken !== undefined;
  const owner = instanceName(fact);
  const name = isServer || fact.name === '' || fact.name === owner ? owner : `${fact.name} of ${owner}`;
  return {
    object: isServer ? `server ${name}` : `connection pool ${name}`,
    name,
    ...(name === owner
      ? {}
      : {
          place: { thing: `${fact.service}\0${fact.name}`, name: owner, noun: 'instance', of: fact.service },
        }),
    fact: joinKnown([
      used === undefined || max === undefined
        ? undefined
        : `${formatCount(used)} of ${formatCount(max)} connections in use`,
      pending === 0 ? undefined : `${formatCount(pending)} waiting`,
    ]),
  };
};

/** States that say less than the other facts. */
const plainStates = /^(?:running|available|active|ready|failed|oomkilled|)$/i;

const describeWorkload: Describe<'workloads'> = (rows) => {
  const [{ fact: worst }] = rows;
  // The last one is the owner of the others.
  const fact = rows.at(-1)?.fact ?? worst;
  const { kind, name, node } = fact;
  const ready = real(fact.ready);
  const wanted = real(fact.wanted);
  const isOnHost = (kind === 'unit' || kind === 'process' || kind === 'file') && node !== '';
  const place = isOnHost ? ` on ${node}` : '';
  const restarts = total(rows.map((row) => row.fact.restarts)) ?? 0;
  return {
    object: `${kind} ${name}${place}`,
    name: `${name}${place}`,
    ...(isOnHost ? { place: { thing: `${kind}\0${name}`, name: node, noun: 'host' } } : {}),
    fact: joinKnown([
      joinKnown([plainStates.test(worst.status) ? '' : worst.status, worst.detail], ': '),
      ready === undefined || wanted === undefined || wanted < 2
        ? undefined
        : `${formatCount(ready)} of ${formatCount(wanted)} ready`,
      restarts === 0 ? undefined : pluralize(restarts, 'restart'),
    ]),
  };
};

const describeNode: Describe<'nodes'> = ([{ fact }]) => ({
  object: `node ${fact.name}`,
  name: fact.name,
  fact: joinKnown([
    fact.detail ?? fact.problems.join(', '),
    fact.pods === undefined ? undefined : pluralize(fact.pods, 'pod'),
  ]),
});

const describeQueue: Describe<'queues'> = ([{ fact }]) => {
  const { kind, name } = fact;
  const depth = real(fact.depth);
  const oldestSeconds = real(fact.oldestSeconds);
  const noun = kind === 'dlq' ? 'dead-letter queue' : kind === 'topic' ? 'topic' : 'queue';
  return {
    object: `${noun} ${name}`,
    name,
    fact: joinKnown([
      depth === undefined ? undefined : `${formatCount(depth)} ${depth === 1 ? 'message' : 'messages'}`,
      oldestSeconds === undefined || oldestSeconds === 0
        ? undefined
        : `the oldest is ${formatAge(1000 * oldestSeconds)} old`,
    ]),
  };
};

const describeCi: Describe<'ci'> = ([{ fact }]) => {
  const { kind, workflow, gate = '', environment = '', branch, failedStep, waitsFor = [] } = fact;
  const isDeployment = kind === 'deployment';
  const name = isDeployment
    ? `deployment to ${environment === '' ? branch : environment}`
    : joinKnown([kind === 'gate' ? gate : workflow, branch], ' on ');
  const noun = kind === 'gate' ? 'required job' : 'workflow';
  return {
    object: isDeployment ? name : `${noun} ${name}`,
    name,
    fact: joinKnown([
      failedStep === undefined ? undefined : `failed step ${failedStep}`,
      waitsFor.length === 0 ? undefined : `pending: ${waitsFor.join(' and ')}`,
    ]),
  };
};

/** 'idle in transaction for 12m48s', 'for 3m'; undefined without a time. */
export const sessionTime = (session: DbSession): string | undefined => {
  const durationMs = real(session.durationMs);
  if (durationMs === undefined) return undefined;
  return `${isIdleInTransaction(session) ? 'idle in transaction ' : ''}for ${formatLatency(durationMs)}`;
};

const describeSession: Describe<'sessions'> = ([{ fact }]) => {
  const { database, pid, user, application = user, blockedBy, blocks = 0 } = fact;
  return {
    object: `database session ${pid} of ${joinKnown([application === '' ? user : application, database], ' in ')}`,
    name: `${database} ${pid}`,
    fact: joinKnown([
      blockedBy.length === 0 ? undefined : `blocked by ${blockedBy.join(', ')}`,
      sessionTime(fact),
      blocks === 0 ? undefined : blocks === 1 ? '1 session waits for it' : `${blocks} sessions wait for it`,
    ]),
  };
};

const describeAlert: Describe<'alerts'> = ([{ fact }]) => {
  const about = alertSubject(fact.labels);
  const name = `${fact.name}${about === '' ? '' : ` (${about})`}`;
  return {
    object: `alert ${name}`,
    name,
    fact: fact.summary,
    ...(about === '' ? {} : { place: { thing: fact.name, name: about, noun: 'series' } }),
  };
};

const describers: { readonly [K in FactKind]?: Describe<K> } = {
  health: describeHealth,
  breakers: describeBreaker,
  lag: describeLag,
  pools: describePool,
  workloads: describeWorkload,
  nodes: describeNode,
  queues: describeQueue,
  ci: describeCi,
  sessions: describeSession,
  alerts: describeAlert,
};

/** Describes the object of rows of one kind; a kind of a plugin by its label. */
export const describeRows = <K extends FactKind>(
  kind: K,
  rows: Rows<K>,
  reason: LevelReason | undefined,
): ObjectWords => {
  const describe: Describe<K> | undefined = describers[kind];
  if (describe !== undefined) {
    const { object, name, fact, place } = describe(rows, reason);
    return {
      object: unbrokenText(object),
      name: unbrokenText(name),
      fact: unbrokenText(fact),
      ...(place === undefined ? {} : { place: { ...place, name: unbrokenText(place.name) } }),
    };
  }
  const label = unbrokenText(kindOf(kind).label(rows[0].fact));
  return { object: label, name: label, fact: '' };
};

/** The value of a signal with its unit: '48.8 %', 'closed'. undefined without a value. */
export const signalValue = ({ value, unit }: Pick<SignalRow, 'value' | 'unit'>): string | undefined => {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : formatQuantity(value, unit);
  return unbrokenText(joinKnown([value, unit], ' '));
};

/** The title of a signal, with the labels that tell its series. */
export const signalName = (
  { title }: Pick<SignalRow, 'title'>,
  labels: Readonly<Record<string, string>>,
): string => {
  const values = labelValues(labels);
  return unbrokenText(values.length === 0 ? title : `${title} (${values.join(', ')})`);
};

/** The bound of the level that a signal has. */
export const signalBound = (
  { level }: Pick<SignalRow, 'level'>,
  { warn, crit }: Threshold,
): Bound | undefined => (level === 'crit' ? crit : (warn ?? crit));

/** The sides of a bound, by its comparison: 'over the limit of 5 %'. A word is not on a side. */
const sides: Readonly<Record<Bound['op'], string>> = {
  '>': 'over the limit of',
  '>=': 'over the limit of',
  '<': 'below the limit of',
  '<=': 'below the limit of',
  '=': '',
  '!=': 'expected',
};

/** 'over the limit of 5 %', 'expected closed'; '' without a bound. */
export const signalFact = ({ value, unit }: SignalRow, bound: Bound | undefined): string => {
  if (bound === undefined) return '';
  if (isAnyValue(bound)) return 'the condition is true';
  const isReached = value === bound.value && (bound.op === '>=' || bound.op === '<=');
  const limit = typeof bound.value === 'number' ? formatQuantity(bound.value, unit) : bound.value;
  return bound.op === '=' ? '' : isReached ? 'the limit' : `${sides[bound.op]} ${limit}`;
};

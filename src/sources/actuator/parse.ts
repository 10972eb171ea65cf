import { defined } from '../../domain/base/defined.ts';
import type { MetricDescription } from '../../domain/facts/facts.ts';
import type { Breaker, BreakerState } from '../../kinds/breakers/fact.ts';
import { hasAlteredKey } from '../../platform/masking/sanitize.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { entries, field, list, number, text } from '../kit/values/wire-value.ts';

const breakerStates: Readonly<Record<string, BreakerState>> = {
  CLOSED: 'closed',
  OPEN: 'open',
  HALF_OPEN: 'half-open',
  FORCED_OPEN: 'forced-open',
  DISABLED: 'disabled',
  METRICS_ONLY: 'metrics-only',
};

/**
 * A parsed breaker. `word` is the state as written. One that is not `addressable` has a different name on the wire
 * (control characters were removed from it).
 */
export type ParsedBreaker = Omit<Breaker, 'source' | 'at' | 'service' | 'instance'> & {
  readonly word: string;
  readonly addressable: boolean;
};

/**
 * Parses circuit breakers by name, in the order of the response. Rates are texts ("42.5%"); "-1.0%" means too few
 * calls, so no rate. Throws `malformed` without `circuitBreakers`. Source: resilience4j, circuitbreakers endpoint.
 */
export const parseBreakers = (body: unknown): readonly ParsedBreaker[] => {
  const breakers = field(body, 'circuitBreakers');
  if (typeof breakers !== 'object' || breakers === null || Array.isArray(breakers))
    throw new WireError(
      'malformed',
      'the response has no circuitBreakers: check that the URL is an actuator with resilience4j',
    );
  return entries(breakers).map(([name, breaker]) => {
    const word = text(field(breaker, 'state')) ?? '';
    return {
      name,
      word,
      addressable: !hasAlteredKey(breakers, name),
      state: breakerStates[word.toUpperCase()] ?? 'unknown',
      ...defined({
        failureRate: parseRate(field(breaker, 'failureRate')),
        slowCallRate: parseRate(field(breaker, 'slowCallRate')),
        failureRateThreshold: parseRate(field(breaker, 'failureRateThreshold')),
        slowCallRateThreshold: parseRate(field(breaker, 'slowCallRateThreshold')),
        bufferedCalls: count(field(breaker, 'bufferedCalls')),
        failedCalls: count(field(breaker, 'failedCalls')),
        slowCalls: count(field(breaker, 'slowCalls')),
        notPermittedCalls: count(field(breaker, 'notPermittedCalls')),
      }),
    };
  });
};

/** Parses a percentage; undefined for a negative rate, which means too few calls. */
const parseRate = (value: unknown): number | undefined => {
  const rate = typeof value === 'string' ? Number(/^(-?[\d.]+)\s*%?$/.exec(value)?.[1]) : number(value);
  return rate !== undefined && rate >= 0 ? rate : undefined;
};

/** Parses a count; undefined for a negative one. */
export const count = (value: unknown): number | undefined => {
  const calls = number(value);
  return calls !== undefined && calls >= 0 ? calls : undefined;
};

/** One meter: its statistics, and the values of each available tag. */
export interface ActuatorMeter {
  readonly name: string;
  /** A statistic without a number (NaN: nothing measured yet) is undefined. */
  readonly statistics: ReadonlyMap<string, number | undefined>;
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** Its base unit and its description. */
  readonly metric: MetricDescription;
}

/**
 * Parses a meter of the metrics endpoint. Throws `malformed` without measurements. Source: Spring Boot actuator,
 * metrics.
 */
export const parseMeter = (body: unknown): ActuatorMeter => {
  const measurements = field(body, 'measurements');
  if (!Array.isArray(measurements))
    throw new WireError(
      'malformed',
      'the response has no measurements: check that the URL is a Spring Boot actuator',
    );
  return {
    name: text(field(body, 'name')) ?? '',
    metric: defined({ unit: text(field(body, 'baseUnit')), help: text(field(body, 'description')) }),
    statistics: new Map(
      measurements.map((measurement) => [
        text(field(measurement, 'statistic')) ?? '',
        number(field(measurement, 'value')),
      ]),
    ),
    tags: new Map(
      list(field(body, 'availableTags')).map((tag) => [
        text(field(tag, 'tag')) ?? '',
        list(field(tag, 'values')).flatMap((value) => text(value) ?? []),
      ]),
    ),
  };
};

/** A logger: its configured level (undefined: inherited) and its effective level. */
export interface ParsedLogger {
  readonly configured: string | undefined;
  readonly effective: string;
}

/** Parses a logger of the loggers endpoint. Throws `malformed` without a level. */
export const parseLogger = (body: unknown): ParsedLogger => {
  const effective = text(field(body, 'effectiveLevel'));
  const configured = text(field(body, 'configuredLevel'));
  if (effective === undefined && configured === undefined)
    throw new WireError(
      'malformed',
      'the response has no log level: check that the URL is a Spring Boot actuator',
    );
  return { configured, effective: effective ?? configured ?? '' };
};

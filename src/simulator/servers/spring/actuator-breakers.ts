import type { Millis } from '../../../domain/base/fault.ts';
import type { BreakerEvent, CircuitBreaker, ForcedBreakerState } from '../../model/spec/breaker.ts';
import type { ParsedRequest, ServerReply } from '../http/http-server.ts';
import type { InstanceContext } from '../http/simulator-context.ts';
import { emptyNotFound, springError } from './spring-error.ts';

/** A number in the format of Java's float: the shortest representation of the 32 bits, always with a decimal point. */
export const javaFloat = (value: number): string => {
  const float = Math.fround(value);
  let text = String(float);
  for (let digits = 1; digits <= 9; digits += 1) {
    text = float.toPrecision(digits);
    if (Math.fround(Number(text)) === float) break;
  }
  const plain = String(Number(text));
  return plain.includes('.') ? plain : `${plain}.0`;
};
const percent = (value: number): string => `${javaFloat(value)}%`;

/** Fields of a breaker in the endpoint's order. */
export const breakerDetails = (breaker: CircuitBreaker) => {
  const now = breaker.reading();
  return {
    failureRate: percent(now.failureRate),
    slowCallRate: percent(now.slowCallRate),
    failureRateThreshold: percent(breaker.config.failureRateThreshold),
    slowCallRateThreshold: percent(breaker.config.slowCallRateThreshold),
    bufferedCalls: now.bufferedCalls,
    failedCalls: now.failedCalls,
    slowCalls: now.slowCalls,
    slowFailedCalls: now.slowFailedCalls,
    notPermittedCalls: now.notPermittedCalls,
    state: now.state,
  };
};

const byName = (a: CircuitBreaker, b: CircuitBreaker): number => (a.name < b.name ? -1 : 1);

/** Spring's ZonedDateTime: ISO with the zone name in brackets, without a zero fraction. */
const zoned = (time: Millis): string =>
  `${new Date(time)
    .toISOString()
    .replace('Z', '')
    .replace(/\.000$/, '')}Z[Etc/UTC]`;

const eventDto = (name: string, event: BreakerEvent, sight: InstanceContext) => ({
  circuitBreakerName: name,
  type: event.type,
  creationTime: zoned(sight.toClock(event.at)),
  errorMessage: event.errorMessage ?? null,
  durationInMs: event.durationMs ?? null,
  stateTransition: event.transition ?? null,
});

const orders: Readonly<Record<string, ForcedBreakerState>> = {
  CLOSE: 'CLOSED',
  FORCE_OPEN: 'FORCED_OPEN',
  DISABLE: 'DISABLED',
};

const updateStateIn = (body: string): unknown => {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'updateState' in parsed
      ? parsed.updateState
      : undefined;
  } catch {
    return undefined;
  }
};

/** `GET /circuitbreakers` and `POST /circuitbreakers/{name}`. Like the real endpoint, POST creates an unknown breaker. */
export const circuitBreakers = (
  ask: ParsedRequest,
  path: readonly string[],
  sight: InstanceContext,
): ServerReply => {
  const [name, ...rest] = path;
  const all = [...sight.instance.breakers].sort(byName);
  if (name === undefined)
    return ask.method === 'GET'
      ? {
          status: 200,
          json: { circuitBreakers: Object.fromEntries(all.map((b) => [b.name, breakerDetails(b)])) },
        }
      : springError(405, ask, sight.at, 'GET');
  if (rest.length > 0) return springError(404, ask, sight.at);
  if (ask.method !== 'POST') return springError(405, ask, sight.at, 'POST');
  const order = orders[String(updateStateIn(ask.body))];
  if (order === undefined) return springError(400, ask, sight.at);
  const breaker = sight.instance.breaker(name);
  breaker.forceState(order, sight.env.now);
  const message = `${name} state has been changed successfully`;
  return { status: 200, json: { circuitBreakerName: name, currentState: breaker.state, message } };
};

/** `GET /circuitbreakerevents[/{name}[/{type}]]`: an unknown name has no events, which is not an error. */
export const circuitBreakerEvents = (
  ask: ParsedRequest,
  path: readonly string[],
  sight: InstanceContext,
): ServerReply => {
  if (ask.method !== 'GET') return springError(405, ask, sight.at, 'GET');
  const [name, type, ...rest] = path;
  if (rest.length > 0) return emptyNotFound;
  const events = sight.instance.breakers
    .filter((breaker) => name === undefined || breaker.name === name)
    .flatMap((breaker) =>
      breaker.events.map((event) => ({ event, dto: eventDto(breaker.name, event, sight) })),
    )
    .filter(({ event }) => type === undefined || event.type === type.toUpperCase())
    .sort((a, b) => a.event.at - b.event.at);
  return { status: 200, json: { circuitBreakerEvents: events.map(({ dto }) => dto) } };
};

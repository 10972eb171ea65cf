import { poolOf } from '../model/gauges.ts';
import type { Sight } from '../servers/sight.ts';
import { counter, type Family, gauge, type Labels } from './family.ts';

const states = ['closed', 'disabled', 'forced_open', 'half_open', 'metrics_only', 'open'];
const p = 'resilience4j_circuitbreaker';

/** What resilience4j-micrometer registers for every breaker: one 0/1 gauge per state among them. */
export const breakerFamilies = ({ instance }: Sight): readonly Family[] => {
  if (instance.breakers.length === 0) return [];
  const all = [...instance.breakers]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((breaker) => ({ name: breaker.name, totals: breaker.totals, now: breaker.reading() }));
  type One = (typeof all)[number];
  const each = (value: (one: One) => number, labels: Labels = {}): (readonly [Labels, number])[] =>
    all.map((one) => [{ ...labels, name: one.name }, value(one)]);
  return [
    gauge(`${p}_buffered_calls`, 'The number of buffered failed calls stored in the ring buffer', [
      ...each(({ now }) => now.failedCalls, { kind: 'failed' }),
      ...each(({ now }) => now.bufferedCalls - now.failedCalls, { kind: 'successful' }),
    ]),
    gauge(
      `${p}_failure_rate`,
      'The failure rate of the circuit breaker',
      each(({ now }) => now.failureRate),
    ),
    counter(
      `${p}_not_permitted_calls_total`,
      'Total number of not permitted calls',
      each(({ totals }) => totals.NOT_PERMITTED, { kind: 'not_permitted' }),
    ),
    gauge(
      `${p}_slow_call_rate`,
      'The slow call of the circuit breaker',
      each(({ now }) => now.slowCallRate),
    ),
    gauge(`${p}_slow_calls`, 'The number of slow successful which were slower than a certain threshold', [
      ...each(({ now }) => now.slowFailedCalls, { kind: 'failed' }),
      ...each(({ now }) => now.slowCalls - now.slowFailedCalls, { kind: 'successful' }),
    ]),
    gauge(
      `${p}_state`,
      'The states of the circuit breaker',
      all.flatMap(({ name, now }) =>
        states.map((state) => [{ name, state }, now.state.toLowerCase() === state ? 1 : 0] as const),
      ),
    ),
  ];
};

/** What HikariCP registers for the instance's pool; nothing where there is none. */
export const poolFamilies = ({ env, instance }: Sight): readonly Family[] => {
  const pool = poolOf(env, instance);
  if (pool === undefined) return [];
  const of = (name: string, help: string, value: number): Family =>
    gauge(`hikaricp_connections${name}`, help, [[{ pool: 'HikariPool-1' }, value]]);
  return [
    of('', 'Total connections', pool.active + pool.idle),
    of('_active', 'Active connections', pool.active),
    of('_idle', 'Idle connections', pool.idle),
    of('_max', 'Max connections', pool.max),
    of('_min', 'Min connections', pool.max),
    of('_pending', 'Pending threads', pool.pending),
    counter('hikaricp_connections_timeout_total', 'Connection timeout total count', [
      [{ pool: 'HikariPool-1' }, 0],
    ]),
  ];
};

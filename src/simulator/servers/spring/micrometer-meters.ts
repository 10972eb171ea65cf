import {
  cpuOf,
  heapCapacityOf,
  heapUsedOf,
  mongoPoolUsageOf,
  poolUsageOf,
  threadsOf,
} from '../../model/instances/instance-gauges.ts';
import type { InstanceContext } from '../http/simulator-context.ts';

export type Statistic = 'COUNT' | 'TOTAL_TIME' | 'MAX' | 'VALUE';

/** One time series of a meter. */
export interface Meter {
  readonly tags: Readonly<Record<string, string>>;
  readonly measures: Readonly<Partial<Record<Statistic, number>>>;
}

/** Data of `/metrics/NAME`: series and base unit. */
interface MicrometerMetric {
  readonly description: string;
  readonly baseUnit?: string;
  readonly meters: readonly Meter[];
}

const gauge = (value: number, tags: Meter['tags'] = {}): Meter => ({ tags, measures: { VALUE: value } });
const counter = (value: number, tags: Meter['tags'] = {}): Meter => ({ tags, measures: { COUNT: value } });

const jvm = ({ env, instance, at, toClock }: InstanceContext): Readonly<Record<string, MicrometerMetric>> => {
  const heap = { area: 'heap', id: 'ZHeap' };
  const nonheap = { area: 'nonheap', id: 'Metaspace' };
  const { heapMaxBytes } = instance;
  const bytes = (description: string, used: number, other: number): MicrometerMetric => ({
    description,
    baseUnit: 'bytes',
    meters: [gauge(used, heap), gauge(other, nonheap)],
  });
  return {
    'jvm.memory.used': bytes('The amount of used memory', heapUsedOf(env, instance), 96_468_992),
    'jvm.memory.committed': bytes(
      'The amount of memory in bytes that is committed for the Java virtual machine to use',
      heapCapacityOf(env, instance),
      101_711_872,
    ),
    // The JVM has no limit for Metaspace and reports -1.
    'jvm.memory.max': bytes(
      'The maximum amount of memory in bytes that can be used for memory management',
      heapMaxBytes,
      -1,
    ),
    'jvm.threads.live': {
      description: 'The current number of live threads including both daemon and non-daemon threads',
      baseUnit: 'threads',
      meters: [gauge(threadsOf(env, instance))],
    },
    'jvm.threads.states': {
      description: 'The current number of threads',
      baseUnit: 'threads',
      meters: ['blocked', 'new', 'runnable', 'terminated', 'timed-waiting', 'waiting'].map((state) =>
        gauge(state === 'runnable' ? threadsOf(env, instance) : 0, { state }),
      ),
    },
    'process.cpu.usage': {
      description: 'The "recent cpu usage" for the Java Virtual Machine process',
      meters: [gauge(cpuOf(env, instance) * 0.8)],
    },
    'system.cpu.usage': {
      description: 'The "recent cpu usage" of the system the application is running in',
      meters: [gauge(cpuOf(env, instance))],
    },
    'process.start.time': {
      description: 'Start time of the process since unix epoch.',
      baseUnit: 'seconds',
      meters: [gauge(toClock(instance.startedAt) / 1000)],
    },
    'process.uptime': {
      description: 'The uptime of the Java virtual machine',
      baseUnit: 'seconds',
      meters: [gauge((at - toClock(instance.startedAt)) / 1000)],
    },
  };
};

/** Connection usage time of successful requests; held connections have not been returned yet. */
const usageOf = ({ service, slowMs, traffic }: InstanceContext['instance']): Meter['measures'] => {
  const count = traffic.series.reduce((sum, series) => sum + series.count, 0);
  const seconds = (service.latencyMs + slowMs) / 1000;
  return { COUNT: count, TOTAL_TIME: count * seconds, MAX: seconds };
};

const hikari = ({ env, instance }: InstanceContext): Readonly<Record<string, MicrometerMetric>> => {
  const pool = poolUsageOf(env, instance);
  if (pool === undefined) return {};
  const of = (description: string, value: number): MicrometerMetric => ({
    description,
    meters: [gauge(value, { pool: 'HikariPool-1' })],
  });
  return {
    'hikaricp.connections': of('Total connections', pool.active + pool.idle),
    'hikaricp.connections.active': of('Active connections', pool.active),
    'hikaricp.connections.idle': of('Idle connections', pool.idle),
    'hikaricp.connections.max': of('Max connections', pool.max),
    'hikaricp.connections.min': of('Min connections', pool.max),
    'hikaricp.connections.pending': of('Pending threads', pool.pending),
    'hikaricp.connections.usage': {
      description: 'Connection usage time',
      baseUnit: 'seconds',
      meters: [
        {
          tags: { pool: 'HikariPool-1' },
          measures: usageOf(instance),
        },
      ],
    },
    'hikaricp.connections.timeout': {
      description: 'Connection timeout total count',
      meters: [counter(0, { pool: 'HikariPool-1' })],
    },
  };
};

/** Source: Micrometer, MongoMetricsConnectionPoolListener. */
const mongoPool = ({ env, instance }: InstanceContext): Readonly<Record<string, MicrometerMetric>> => {
  const pool = mongoPoolUsageOf(env, instance);
  if (pool === undefined) return {};
  const of = (description: string, value: number): MicrometerMetric => ({
    description,
    meters: [gauge(value, { 'cluster.id': '65e5a0c1', 'server.address': 'mongodb:27017' })],
  });
  const prefix = 'mongodb.driver.pool';
  return {
    [`${prefix}.size`]: of(
      'the current size of the connection pool, including idle and in-use members',
      pool.size,
    ),
    [`${prefix}.checkedout`]: of('the count of connections that are currently in use', pool.checkedOut),
    [`${prefix}.waitqueuesize`]: of(
      'the current size of the wait queue for a connection from the pool',
      pool.waitQueue,
    ),
  };
};

/** Source: Apache Kafka, consumer metrics, by Micrometer's KafkaClientMetrics. */
const kafkaConsumer = ({ env, instance }: InstanceContext): Readonly<Record<string, MicrometerMetric>> => {
  const group = [...(env.parts.messaging?.groups.values() ?? [])].find(
    ({ spec }) => spec?.service === instance.service.name,
  );
  if (group === undefined) return {};
  const tags = { 'client.id': `consumer-${group.name}-1` };
  const prefix = 'kafka.consumer';
  return {
    [`${prefix}.fetch.manager.records.consumed.total`]: {
      description: 'The total number of records consumed',
      meters: [counter(Math.floor(group.handled), tags)],
    },
    [`${prefix}.coordinator.rebalance.total`]: {
      description:
        'The total number of successful rebalance events, each event is composed of several rounds',
      meters: [counter(group.rebalances, tags)],
    },
  };
};

const web = ({ instance }: InstanceContext): Readonly<Record<string, MicrometerMetric>> => {
  const meters = instance.traffic.series.map(({ tags, count, totalMs, maxMs }) => ({
    tags,
    measures: { COUNT: count, TOTAL_TIME: totalMs / 1000, MAX: maxMs / 1000 },
  }));
  return meters.length === 0
    ? {}
    : { 'http.server.requests': { description: '', baseUnit: 'seconds', meters } };
};

/** Spring Data's timer: each successful request queries the database of the service's pool once. */
const repositories = ({ env, instance }: InstanceContext): Readonly<Record<string, MicrometerMetric>> => {
  const { poolOn } = instance.service;
  const ms = env.dependencies.get(poolOn ?? '')?.spec.latencyMs;
  const calls = instance.traffic.series.filter(({ tags }) => tags.outcome === 'SUCCESS');
  if (ms === undefined || calls.length === 0) return {};
  const method: Readonly<Record<string, string>> = { GET: 'findById', POST: 'save' };
  return {
    'spring.data.repository.invocations': {
      description: 'Duration of repository invocations',
      baseUnit: 'seconds',
      meters: calls.map(({ tags, count }) => ({
        tags: {
          exception: 'None',
          method: method[tags.method ?? ''] ?? 'findAll',
          repository: 'EntryRepository',
          state: 'SUCCESS',
        },
        measures: {
          COUNT: count,
          TOTAL_TIME: (count * ms * env.spec.slowness) / 1000,
          MAX: (1.4 * ms * env.spec.slowness) / 1000,
        },
      })),
    },
  };
};

const states = ['disabled', 'metrics_only', 'closed', 'open', 'forced_open', 'half_open'];

const resilience = ({ instance }: InstanceContext): Readonly<Record<string, MicrometerMetric>> => {
  const { breakers } = instance;
  if (breakers.length === 0) return {};
  const p = 'resilience4j.circuitbreaker';
  const all = breakers.map((breaker) => ({
    name: breaker.name,
    totals: breaker.totals,
    now: breaker.reading(),
  }));
  return {
    [`${p}.state`]: {
      description: 'The states of the circuit breaker',
      meters: all.flatMap(({ name, now }) =>
        states.map((state) => gauge(now.state.toLowerCase() === state ? 1 : 0, { name, state })),
      ),
    },
    [`${p}.failure.rate`]: {
      description: 'The failure rate of the circuit breaker',
      meters: all.map(({ name, now }) => gauge(now.failureRate, { name })),
    },
    [`${p}.slow.call.rate`]: {
      description: 'The slow call of the circuit breaker',
      meters: all.map(({ name, now }) => gauge(now.slowCallRate, { name })),
    },
    [`${p}.buffered.calls`]: {
      description: 'The number of buffered failed calls stored in the ring buffer',
      meters: all.flatMap(({ name, now }) => [
        gauge(now.failedCalls, { kind: 'failed', name }),
        gauge(now.bufferedCalls - now.failedCalls, { kind: 'successful', name }),
      ]),
    },
    [`${p}.not.permitted.calls`]: {
      description: 'Total number of not permitted calls',
      meters: all.map(({ name, totals }) => counter(totals.NOT_PERMITTED, { kind: 'not_permitted', name })),
    },
  };
};

/** All metrics of an instance by Micrometer name; unused meters are not registered. */
export const metersOf = (sight: InstanceContext): Readonly<Record<string, MicrometerMetric>> => ({
  ...jvm(sight),
  ...hikari(sight),
  ...mongoPool(sight),
  ...kafkaConsumer(sight),
  ...web(sight),
  ...repositories(sight),
  ...resilience(sight),
});

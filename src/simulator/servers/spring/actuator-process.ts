import { defined } from '../../../domain/base/defined.ts';
import type { ServiceInstance } from '../../model/instances/instance.ts';
import { poolUsageOf } from '../../model/instances/instance-gauges.ts';
import type { ParsedRequest, ServerReply } from '../http/http-server.ts';
import type { InstanceContext } from '../http/simulator-context.ts';
import { emptyNotFound, springError } from './spring-error.ts';

const requestThreads = 10;

/** A frame of the JDK has its module, one of the application has none. */
const frame = (className: string, methodName: string, fileName: string, lineNumber: number) => ({
  ...(/^(?:java|jdk|sun)\./.test(className) ? { moduleName: 'java.base', moduleVersion: '21.0.6' } : {}),
  methodName,
  fileName,
  lineNumber,
  nativeMethod: lineNumber === -2,
  className,
});

const park = frame('jdk.internal.misc.Unsafe', 'park', 'Unsafe.java', -2);
const select = frame('sun.nio.ch.SelectorImpl', 'lockAndDoSelect', 'SelectorImpl.java', 130);

/** Stacks of a Tomcat worker: idle, waiting for a connection of the pool, in a query. */
const stacks = {
  idle: [
    park,
    frame('java.util.concurrent.LinkedBlockingQueue', 'take', 'LinkedBlockingQueue.java', 435),
    frame('org.apache.tomcat.util.threads.TaskQueue', 'take', 'TaskQueue.java', 141),
  ],
  pending: [
    park,
    frame('java.util.concurrent.SynchronousQueue', 'poll', 'SynchronousQueue.java', 338),
    frame('com.zaxxer.hikari.pool.HikariPool', 'getConnection', 'HikariPool.java', 162),
  ],
  query: [
    frame('sun.nio.ch.SocketDispatcher', 'read0', 'SocketDispatcher.java', -2),
    frame('org.postgresql.core.v3.QueryExecutorImpl', 'execute', 'QueryExecutorImpl.java', 372),
  ],
  accept: [
    frame('sun.nio.ch.Net', 'accept', 'Net.java', -2),
    frame('org.apache.tomcat.util.net.Acceptor', 'run', 'Acceptor.java', 130),
  ],
  select: [select, frame('org.apache.tomcat.util.net.NioEndpoint$Poller', 'run', 'NioEndpoint.java', 739)],
} as const;

const lock = (className: string, identityHashCode: number) => ({ className, identityHashCode });

interface ThreadSpec {
  readonly state: string;
  readonly stack: readonly unknown[];
  /** The object that it waits for. */
  readonly waitsFor?: ReturnType<typeof lock>;
  readonly monitors?: readonly unknown[];
  readonly synchronizers?: readonly unknown[];
}

/** One thread; as Jackson writes it, without the fields that are null. */
const thread = (
  threadId: number,
  threadName: string,
  { state, stack, waitsFor, monitors = [], synchronizers = [] }: ThreadSpec,
) => ({
  threadName,
  threadId,
  blockedTime: -1,
  blockedCount: 0,
  waitedTime: -1,
  waitedCount: state === 'RUNNABLE' ? 0 : 1,
  ...(waitsFor === undefined
    ? {}
    : { lockName: `${waitsFor.className}@${waitsFor.identityHashCode.toString(16)}` }),
  lockOwnerId: -1,
  daemon: true,
  inNative: state === 'RUNNABLE',
  suspended: false,
  threadState: state,
  priority: 5,
  stackTrace: stack,
  lockedMonitors: monitors,
  lockedSynchronizers: synchronizers,
  ...defined({ lockInfo: waitsFor }),
});

const condition = 'java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject';

/** Threads of every Tomcat besides its workers. */
const connectorThreads = [
  thread(28, 'http-nio-8080-Poller', {
    state: 'RUNNABLE',
    stack: stacks.select,
    monitors: [
      { ...lock('sun.nio.ch.EPollSelectorImpl', 1_021_406), lockedStackFrame: select, lockedStackDepth: 0 },
    ],
  }),
  thread(29, 'http-nio-8080-Acceptor', {
    state: 'RUNNABLE',
    stack: stacks.accept,
    synchronizers: [lock('java.util.concurrent.locks.ReentrantLock$NonfairSync', 1_860_944)],
  }),
];

/** `GET /threaddump`: workers in a query and workers that wait for the pool, as its meters say; the others are idle. */
export const threadDump = (
  ask: ParsedRequest,
  path: readonly string[],
  { env, instance, at }: InstanceContext,
): ServerReply => {
  if (ask.method !== 'GET') return springError(405, ask, at, 'GET');
  if (path.length > 0) return springError(404, ask, at);
  const pool = poolUsageOf(env, instance);
  const busy = Math.min(requestThreads, pool?.active ?? 0);
  const waiting = Math.min(requestThreads - busy, pool?.pending ?? 0);
  const workers = Array.from({ length: requestThreads }, (_, index) => {
    const name = `http-nio-8080-exec-${index + 1}`;
    if (index < busy) return thread(30 + index, name, { state: 'RUNNABLE', stack: stacks.query });
    const waitsFor = lock(condition, 715_300 + index);
    return index < busy + waiting
      ? thread(30 + index, name, { state: 'TIMED_WAITING', stack: stacks.pending, waitsFor })
      : thread(30 + index, name, { state: 'WAITING', stack: stacks.idle, waitsFor });
  });
  const main = thread(1, 'DestroyJavaVM', { state: 'RUNNABLE', stack: [] });
  return { status: 200, json: { threads: [main, ...connectorThreads, ...workers] } };
};

type Properties = Readonly<Record<string, string | number | boolean>>;

const applicationYaml =
  "Config resource 'class path resource [application.yml]' via location 'optional:classpath:/'";

const valuesOf = (properties: Properties, origin?: string) =>
  Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, { value, ...defined({ origin }) }]),
  );

const propertiesOf = ({ service, poolMax, databasePassword, version }: ServiceInstance): Properties => ({
  'spring.application.name': service.name,
  'info.app.version': version,
  'spring.threads.virtual.enabled': true,
  ...(poolMax === undefined
    ? {}
    : {
        'spring.datasource.hikari.maximum-pool-size': poolMax,
        'spring.datasource.password': databasePassword ?? 'changeit',
      }),
});

/** `GET /env[/{property}]` of a service with `management.endpoint.env.show-values: always`. */
export const environmentEndpoint = (
  ask: ParsedRequest,
  path: readonly string[],
  { instance, at }: InstanceContext,
): ServerReply => {
  if (ask.method !== 'GET') return springError(405, ask, at, 'GET');
  const [name, ...rest] = path;
  if (rest.length > 0) return springError(404, ask, at);
  const sources = [
    {
      name: 'systemProperties',
      properties: valuesOf({ 'java.version': '21.0.6', 'file.encoding': 'UTF-8' }),
    },
    {
      name: applicationYaml,
      properties: valuesOf(propertiesOf(instance), 'class path resource [application.yml]'),
    },
  ];
  const common = { activeProfiles: [], defaultProfiles: ['default'] };
  if (name === undefined) return { status: 200, json: { ...common, propertySources: sources } };
  const having = sources.flatMap(({ name: source, properties }) =>
    properties[name] === undefined ? [] : [{ name: source, property: properties[name] }],
  );
  const [first] = having;
  return first === undefined
    ? emptyNotFound
    : {
        status: 200,
        json: {
          property: { source: first.name, value: first.property.value },
          ...common,
          propertySources: having,
        },
      };
};

/** The size of a simulated dump, in bytes; a real one has that of the heap. */
const dumpBytes = 256 * 1024;

/** `GET /heapdump`: the header of the HPROF format, and nothing readable behind it. */
export const heapDump = (
  ask: ParsedRequest,
  path: readonly string[],
  sight: InstanceContext,
): ServerReply => {
  if (path.length > 0) return springError(404, ask, sight.at);
  if (ask.method !== 'GET') return springError(405, ask, sight.at, 'GET');
  const bytes = Buffer.alloc(dumpBytes);
  bytes.write('JAVA PROFILE 1.0.2\0', 'latin1');
  return { status: 200, bytes, type: 'application/octet-stream' };
};

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Millis } from '../../../src/domain/base/fault.ts';
import type { SignalRequest } from '../../../src/sources/kit/contract/source.ts';
import { secret } from '../../contract/wired.ts';
import { runContainer } from '../docker/containers.ts';
import { openSocketPort } from '../docker/socket-port.ts';
import { asAdmin, kafkaOf } from '../kafka/client.ts';
import { joinGroup } from '../kafka/members.ts';
import { createTopic, produce } from '../kafka/topics.ts';
import { dropNamespace, kubeconfigOf, makeNamespace, openCluster } from '../kubernetes/cluster.ts';
import { deployment } from '../kubernetes/objects.ts';
import { readyPods } from '../kubernetes/pods.ts';
import { fillMongo } from '../mongodb/collections.ts';
import { rigsOf } from '../rigs/of.ts';
import { seedRedis } from '../rigs/redis.ts';
import { user } from '../servers/passwords.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';

/** A source type on a real server, for rounds of faults. */
export interface ChaosTarget {
  readonly type: string;
  readonly signals: readonly SignalRequest[];
  /** Port of the server on loopback. */
  readonly port: number;
  /** Its profile entry, for the server itself or for a proxy at this port. */
  config(port: number): Promise<object>;
  /** True: its servers announce their own addresses, so every connection has to be led through the proxy. */
  readonly announcesAddresses?: true;
  /** True: TLS or ssh detect a changed byte. */
  readonly detectsCorruption?: true;
  /** Signals whose values vary from read to read: they are not compared. */
  readonly varying?: readonly string[];
  /** Default: `defaultEveryMs`. Programs such as ssh need longer to start. */
  readonly everyMs?: Millis;
  /** Rounds at the same time; default: `defaultWidth`. */
  readonly width?: number;
}

/** Programs that run on the server during its rounds, and the sources that read it. */
export interface ChaosTargets extends AsyncDisposable {
  readonly targets: readonly ChaosTarget[];
}

type Open = (server: Address, held: AsyncDisposableStack) => Promise<readonly ChaosTarget[]>;

const host = '127.0.0.1';

const httpTargets: Open = async (server) => {
  const rigs = rigsOf(server);
  for (const { settled } of rigs) await settled?.(server);
  return rigs.map(({ rig, path }) => ({
    type: rig.type,
    // The number of its own failed checks is known to the source also while the server is down.
    signals: rig.signals.filter(({ read }) => !Object.hasOwn(read, 'failures')),
    port: server.port,
    // Latencies and counts of requests, of which the rounds are some.
    varying: ['p95', 'broken'],
    config: async (port) => ({ ...Object(rig.config(`http://${host}:${port}${path}`, secret)) }),
  }));
};

const postgresTargets: Open = async ({ port }) => [
  {
    type: 'postgres',
    port,
    signals: [
      { id: 'slots', read: { connections: 'usable' } },
      { id: 'accounts', read: { sql: 'SELECT count(*) FROM accounts' } },
    ],
    // The server has 17 slots, and each check of its health is a login.
    everyMs: 500,
    width: 2,
    config: async (position) => ({ url: `postgres://opsdeck@${host}:${position}/shop`, password: secret }),
  },
];

const redisTargets: Open = async (server, held) => {
  held.use((await seedRedis(server)).worker);
  return [
    {
      type: 'redis',
      port: server.port,
      signals: [
        { id: 'keys', read: { keys: 0 } },
        { id: 'policy', read: { info: 'maxmemory_policy' } },
        { id: 'queue', read: { length: 'queue:mail' } },
      ],
      config: async (position) => ({
        url: `redis://${host}:${position}/0`,
        user: 'opsdeck',
        password: secret,
      }),
    },
  ];
};

const mongoTargets: Open = async (server) => {
  await fillMongo(server);
  const failed = { collection: 'events', filter: { status: 'FAILED' } };
  return [
    {
      type: 'mongodb',
      port: server.port,
      signals: [
        { id: 'cursors', read: { status: 'metrics.cursor.open.total' } },
        { id: 'failed', read: { count: failed } },
      ],
      config: async (position) => ({ url: `mongodb://${host}:${position}/shop` }),
    },
  ];
};

const kafkaTargets: Open = async (server, held) => {
  const [topic, group] = ['chaos', 'chaos-group'] as const;
  const kafka = kafkaOf(server);
  await createTopic(kafka, topic, 2);
  held.defer(() => asAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] })));
  await produce(kafka, topic, [30, 10]);
  held.defer(() => asAdmin(kafka, async (admin) => void (await admin.deleteGroups([group]))));
  held.use(await joinGroup(kafka, { group, topic }));
  return [
    {
      type: 'kafka',
      port: server.port,
      announcesAddresses: true,
      signals: [
        { id: 'members', read: { members: group } },
        { id: 'partitions', read: { partitions: topic } },
        { id: 'offline', read: { offline: true } },
      ],
      config: async (position) => ({
        brokers: [`${host}:${position}`],
        cluster: 'real',
        groups: [group],
        topics: [topic],
        window: '1s',
        sasl: { mechanism: 'scram-sha-256', user, password: secret },
      }),
    },
  ];
};

const dockerTargets: Open = async (server, held) => {
  const socket = detailOf(server, 'socket');
  for (const [name, script] of [
    ['web', 'trap "exit 0" TERM; while :; do sleep 1; done'],
    ['batch', 'exit 3'],
  ] as const)
    held.use(await runContainer(socket, { name: `chaos-${name}-1`, script, service: ['chaos', name] }));
  const forwarded = await openSocketPort(socket);
  held.defer(() => forwarded.close());
  return [
    {
      type: 'docker',
      port: forwarded.port,
      signals: [{ id: 'running', read: { running: 'web' } }],
      config: async (position) => ({ host: `http://${host}:${position}`, project: 'chaos' }),
    },
  ];
};

const directory = async (held: AsyncDisposableStack): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-chaos-'));
  held.defer(() => rm(dir, { recursive: true }));
  return dir;
};

const kubernetesTargets: Open = async (server, held) => {
  const dir = await directory(held);
  const namespace = 'chaos';
  const shop = { name: 'shop', namespace, place: 'fake', replicas: 2 } as const;
  const cluster = held.use(await openCluster(server));
  await makeNamespace(cluster, namespace);
  held.defer(() => dropNamespace(cluster, namespace));
  await cluster.apply(deployment(shop));
  await readyPods(cluster, shop, 2);
  return [
    {
      type: 'kubernetes',
      port: server.port,
      detectsCorruption: true,
      signals: [{ id: 'ready', read: { ready: 'deployment/shop', of: 'wanted' } }],
      config: async (position) => {
        const text = await readFile(kubeconfigOf(server, 'viewer'), 'utf8');
        const file = join(dir, `kubeconfig-${position}`);
        await writeFile(file, text.replaceAll(`:${server.port}`, `:${position}`));
        return { kubeconfig: file, namespace, facts: ['pods', 'deployments', 'nodes'] };
      },
    },
  ];
};

const sshTargets: Open = async (server, held) => {
  const dir = await directory(held);
  const alias = detailOf(server, 'alias');
  const config = await readFile(detailOf(server, 'ssh'), 'utf8');
  const knownHosts = await readFile(/UserKnownHostsFile (.+)/.exec(config)?.[1] ?? '', 'utf8');
  return [
    {
      type: 'host',
      port: server.port,
      detectsCorruption: true,
      everyMs: 1000,
      width: 4,
      signals: [
        { id: 'disk', read: { disk: '/' } },
        { id: 'memory', read: { memory: true } },
      ],
      varying: ['disk', 'memory'],
      config: async (position) => {
        const known = join(dir, `known-hosts-${position}`);
        await writeFile(known, knownHosts.replaceAll(`:${server.port} `, `:${position} `));
        const file = join(dir, `config-${position}`);
        await writeFile(
          file,
          config
            .replace(/Port \d+/, `Port ${position}`)
            .replace(/UserKnownHostsFile .+/, `UserKnownHostsFile ${known}`),
        );
        return { ssh: [alias], config: file, processes: ['sshd'] };
      },
    },
  ];
};

const awsTargets: Open = async (server, held) => {
  const region = 'eu-central-1';
  const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-of-the-test' };
  const sqs = new SQSClient({ endpoint: `http://${host}:${server.port}`, region, credentials: { ...keys } });
  held.defer(async () => sqs.destroy());
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'chaos' }));
  held.defer(async () => void (await sqs.send(new DeleteQueueCommand({ QueueUrl }))));
  return [
    {
      type: 'aws',
      port: server.port,
      signals: [{ id: 'waiting', read: { depth: 'chaos' } }],
      config: async (port) => ({
        endpoint: `http://${host}:${port}`,
        region,
        credentials: { ...keys },
        queues: ['chaos'],
      }),
    },
  ];
};

const openers: Partial<Record<Address['kind'], Open>> = {
  postgres: postgresTargets,
  redis: redisTargets,
  mongodb: mongoTargets,
  kafka: kafkaTargets,
  'kafka-cluster': kafkaTargets,
  docker: dockerTargets,
  kubernetes: kubernetesTargets,
  sshd: sshTargets,
  host: sshTargets,
  moto: awsTargets,
  elasticmq: awsTargets,
};

/** Prepares a server for rounds of faults. */
export const openChaosTargets = async (server: Address): Promise<ChaosTargets> => {
  await using held = new AsyncDisposableStack();
  const targets = await (openers[server.kind] ?? httpTargets)(server, held);
  const all = held.move();
  return { targets, [Symbol.asyncDispose]: () => all.disposeAsync() };
};

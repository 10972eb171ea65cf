import { afterAll, beforeAll, describe, test } from 'vitest';
import { redis } from '../../../src/sources/redis/index.ts';
import { redisProtocol } from '../../replay/frames.ts';
import { play } from '../../replay/open-through.ts';
import { redisHosts, redisScenarios } from '../../replay/redis-scenarios.ts';
import { until } from '../machine/until.ts';
import { save } from '../recording/save.ts';
import { openTee } from '../recording/tee.ts';
import { openWaitingClient } from '../redis/clients.ts';
import { redisCommands } from '../redis/commands.ts';
import {
  openClusterNode,
  openRedisInstance,
  openReplica,
  openSentinel,
  type RedisInstance,
} from '../redis/instances.ts';
import { underTest } from '../setting.ts';

const { version } = underTest();
const [major, minor] = version.split('.');

/** Replaces the paths of the program and its configuration by ones of the same length, because texts carry their length. */
const neutral = (message: string): string =>
  message.replaceAll(
    /((?:config_file|executable):)([^\r]+)/g,
    (_, field: string, { length }: string) =>
      `${field}${'/srv/redis/redis.conf'.padEnd(length, '-').slice(0, length)}`,
  );

describe('recording of Redis', () => {
  const stack = new AsyncDisposableStack();
  const ports: Record<string, number> = {};
  beforeAll(async () => {
    const own = async (opening: Promise<RedisInstance>): Promise<RedisInstance> => stack.use(await opening);
    const main = await own(
      openRedisInstance({
        args: [
          ...['--maxclients', '60', '--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
          ...['--slowlog-log-slower-than', '0', '--latency-monitor-threshold', '1'],
        ],
      }),
    );
    await redisCommands(
      main,
      [
        ['RPUSH', 'queue:mail', '1', '2', '3'],
        ['MSET', 'session:1', 'a', 'session:2', 'b'],
        ['XADD', 'events', '*', 'type', 'created'],
      ],
      'none',
    );
    stack.use(await openWaitingClient(main, 'worker', 'none'));
    const replica = await own(openReplica(main.port));
    await until('the replica is online', async () =>
      String((await redisCommands(main, [['INFO', 'replication']], 'none'))[0]).includes('state=online'),
    );
    const cluster = await own(openClusterNode());
    await redisCommands(cluster, [['CLUSTER', 'ADDSLOTSRANGE', '0', '100']], 'none');
    const sentinel = await own(openSentinel(main.port));
    Object.assign(ports, {
      [redisHosts.main]: main.port,
      [redisHosts.replica]: replica.port,
      [redisHosts.cluster]: cluster.port,
      [redisHosts.sentinel]: sentinel.port,
    });
  }, 60_000);
  afterAll(() => stack.disposeAsync());

  test.each(redisScenarios)('$name: $asked', async (scenario) => {
    const tee = openTee(({ host }) => ports[host] ?? 0, redisProtocol);
    const time = new Date().toISOString();
    await play(redis, scenario, { dial: tee.dial, at: time });
    await save(`redis-${major}.${minor}/${scenario.name}`, {
      server: `Redis ${version}`,
      at: time,
      asked: scenario.asked,
      tools: {},
      connections: tee.connections.map((messages) => messages.map(neutral)),
    });
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { launch } from '../machine/launch.ts';
import { redisCommands } from './commands.ts';

/** A redis-server of a test, without a login unless its arguments set one. */
export interface RedisInstance extends AsyncDisposable {
  readonly port: number;
  /** Its directory, which is removed with it. */
  readonly dir: string;
  /** Stops its process where it is: its connections stay open, and it answers nothing until `resume`. */
  pause(): void;
  resume(): void;
}

interface InstanceOptions {
  readonly args?: readonly string[];
  /** Lines of its configuration, for a sentinel, which writes to its file. */
  readonly config?: readonly string[];
  /** Called before it starts, with its directory. */
  readonly prepare?: (dir: string) => Promise<readonly string[]>;
}

const withinMs = 10_000;

const answersPing = async (port: number): Promise<boolean> =>
  (await redisCommands({ port }, [['PING']], 'none'))[0] === 'PONG';

/** Starts a redis-server on a free port of the loopback interface, without saving to disk. */
export const openRedisInstance = async ({
  args = [],
  config,
  prepare = async () => [],
}: InstanceOptions = {}): Promise<RedisInstance> => {
  const dir = await mkdtemp(join(tmpdir(), 'redis-'));
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true });
  try {
    const port = await freePort();
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir];
    const file = join(dir, 'redis.conf');
    if (config !== undefined) await writeFile(file, `${config.join('\n')}\n`);
    const launched = await launch({
      program: 'redis-server',
      args: [
        ...(config === undefined ? [] : [file, '--sentinel']),
        ...own,
        ...(config === undefined ? ['--save', ''] : []),
        ...args,
        ...(await prepare(dir)),
      ],
      dir,
      isReady: () => answersPing(port),
      withinMs,
      signal: AbortSignal.timeout(2 * withinMs),
    });
    return {
      port,
      dir,
      pause: () => void process.kill(launched.pid, 'SIGSTOP'),
      resume: () => void process.kill(launched.pid, 'SIGCONT'),
      [Symbol.asyncDispose]: async () => {
        await launched.end();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
};

/** A replica of the server on this port. */
export const openReplica = (
  port: number,
  login?: { readonly user: string; readonly password: string },
): Promise<RedisInstance> =>
  openRedisInstance({
    args: [
      ...['--replicaof', '127.0.0.1', String(port)],
      ...(login === undefined ? [] : ['--masteruser', login.user, '--masterauth', login.password]),
    ],
  });

/** A cluster of one node, which serves no slot yet. */
export const openClusterNode = async (): Promise<RedisInstance> => {
  // The default is the port plus 10,000, which another program may use.
  const bus = String(await freePort());
  return openRedisInstance({
    args: ['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', '--cluster-port', bus],
  });
};

const patientMs = 60_000;
const impatientMs = 500;

/** A sentinel that monitors the server on this port as `shop`. It calls a master down after a minute: a busy machine is no reason. */
export const openSentinel = (port: number): Promise<RedisInstance> =>
  openRedisInstance({
    config: [
      `sentinel monitor shop 127.0.0.1 ${port} 1`,
      `sentinel down-after-milliseconds shop ${patientMs}`,
      'sentinel failover-timeout shop 60000',
    ],
  });

/** Sets the time after which a sentinel calls its master down: half a second, or the minute of its start. */
export const expectDown = async (sentinel: RedisInstance, isExpected: boolean): Promise<void> => {
  const ms = String(isExpected ? impatientMs : patientMs);
  await redisCommands(sentinel, [['SENTINEL', 'SET', 'shop', 'down-after-milliseconds', ms]], 'none');
};

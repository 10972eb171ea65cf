import { join } from 'node:path';
import { stripControls } from '../../domain/text/controls.ts';
import { isObject } from '../../domain/text/value-text.ts';
import {
  connectToSocket,
  type LineConnection,
  listenOnSocket,
  listSockets,
  removeSocket,
} from '../../platform/network/unix-socket.ts';
import { processStart } from '../../platform/processes/process-identity.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { FollowRequest, LiveScreen, ScreenChannel } from './screen-channel.ts';

/** Time limit of an answer to `list`, and of a request, in ms. */
const answerMs = 2000;
/** The most followers of a screen. */
const maxFollowers = 16;
const maxName = 64;

const textOf = (value: unknown): string =>
  typeof value === 'string' ? stripControls(value).replaceAll(/\s+/g, ' ').slice(0, maxName) : '';

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const requestOf = (line: string): FollowRequest | undefined => {
  const value = parsed(line);
  if (!isObject(value)) return undefined;
  if (value.is === 'list') return { is: 'list' };
  const user = textOf(value.user);
  return value.is === 'follow' && user !== '' ? { is: 'follow', user } : undefined;
};

const screenOf = (id: string, line: string): LiveScreen | undefined => {
  const value = parsed(line);
  if (!isObject(value) || value.live !== 1) return undefined;
  const followers: readonly unknown[] = Array.isArray(value.followers) ? value.followers : [];
  return {
    id,
    user: textOf(value.user),
    env: textOf(value.env),
    since: textOf(value.since),
    shared: value.shared === true,
    followers: followers.map(textOf),
    ...(textOf(value.team) === '' ? {} : { team: textOf(value.team) }),
  };
};

/** Resolves to the first line; undefined when the connection closes or nothing comes in time. */
const firstLine = (connection: LineConnection, clock: Clock): Promise<string | undefined> =>
  new Promise((resolve) => {
    connection.onLine(resolve);
    connection.onClose(() => resolve(undefined));
    void clock.sleep(answerMs).then(() => resolve(undefined));
  });

const nameOf = (id: string): string => `${id}.sock`;

/** Creates the channel of this machine: one private socket per cockpit in the state directory, by process id. */
export const createSocketChannel = (stateDir: string, clock: Clock, ownPid = process.pid): ScreenChannel => {
  const dir = join(stateDir, 'live');
  return {
    publish: async (host) => {
      let following = 0;
      return listenOnSocket(dir, nameOf(String(ownPid)), (connection) => {
        void firstLine(connection, clock).then((line) => {
          const request = line === undefined ? undefined : requestOf(line);
          if (request === undefined || (request.is === 'follow' && following >= maxFollowers))
            return connection.destroy();
          if (request.is === 'list') {
            connection.write(`${JSON.stringify({ live: 1, ...host.describe() })}\n`);
            return connection.end();
          }
          following += 1;
          connection.onClose(() => {
            following -= 1;
          });
          host.follow(request.user, connection);
        });
      });
    },
    list: async () => {
      const names = await listSockets(dir);
      const ids = names.map((name) => name.slice(0, -'.sock'.length)).filter((id) => /^\d+$/.test(id));
      const each = await Promise.all(
        ids.map(async (id) => {
          if (id === String(ownPid)) return undefined;
          if ((await processStart(Number(id))) === undefined) {
            await removeSocket(dir, nameOf(id));
            return undefined;
          }
          const connection = await connectToSocket(dir, nameOf(id)).catch(() => undefined);
          if (connection === undefined) return undefined;
          connection.write(`${JSON.stringify({ is: 'list' })}\n`);
          const line = await firstLine(connection, clock);
          connection.destroy();
          return line === undefined ? undefined : screenOf(id, line);
        }),
      );
      return each.filter((liveScreen) => liveScreen !== undefined);
    },
    follow: async (id, user) => {
      const connection = await connectToSocket(dir, nameOf(id));
      connection.write(`${JSON.stringify({ is: 'follow', user })}\n`);
      return { onLine: connection.onLine, onClose: connection.onClose, close: connection.destroy };
    },
  };
};

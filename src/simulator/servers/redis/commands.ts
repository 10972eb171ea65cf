import type { RedisConnection, RedisServer } from '../../model/redis/redis-server.ts';
import type { RecordChange } from '../http/change-request-log.ts';
import { globMatcher } from './glob.ts';
import { infoText } from './info.ts';
import { bulk, integer, type Reply, respError, respList, simple } from './replies.ts';

/** A command in progress. */
interface CommandCall {
  readonly server: RedisServer;
  readonly connection: RedisConnection;
  readonly args: readonly string[];
  readonly record: RecordChange;
}

type Handler = (call: CommandCall) => Reply;

const ok = simple('OK');
const arity = (name: string): Reply => respError(`ERR wrong number of arguments for '${name}' command`);

const clientLine = ({ id, address, name, user, flags, idleSeconds, command }: RedisConnection): string =>
  `id=${id} addr=${address} laddr=127.0.0.1:6379 fd=${id + 5} name=${name} age=${idleSeconds + 60} idle=${idleSeconds} flags=${flags} db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=0 obl=0 oll=0 omem=0 events=r cmd=${command} user=${user} redir=-1 resp=2`;

/** Closes connections by the filters `ID` and `ADDR`, all of which must match. */
const killClients: Handler = ({ server, args, record }) => {
  record(`CLIENT KILL ${args.join(' ')}`);
  const filters = new Map<string, string>();
  for (let index = 0; index + 1 < args.length; index += 2)
    filters.set((args[index] ?? '').toUpperCase(), args[index + 1] ?? '');
  const matches = [...server.connections.values()].filter(
    ({ id, address }) =>
      (filters.get('ID') ?? String(id)) === String(id) && (filters.get('ADDR') ?? address) === address,
  );
  for (const { id } of matches) server.connections.delete(id);
  return integer(matches.length);
};

const configSet: Handler = ({ server, args: [name = '', value = ''], record }) => {
  record(`CONFIG SET ${name} ${value}`);
  if (server.setSetting(name, value)) return ok;
  return respError(
    server.settings.has(name)
      ? `ERR CONFIG SET failed (possibly related to argument '${name}') - argument must be a memory value`
      : `ERR Unknown option or number of arguments for CONFIG SET - '${name}'`,
  );
};

/** One SCAN over all keys: the cursor is always 0 after it. */
const scan: Handler = ({ server, args }) => {
  const index = args.findIndex((arg) => arg.toUpperCase() === 'MATCH');
  const isMatch = globMatcher(index < 0 ? '*' : (args[index + 1] ?? '*'));
  return respList([bulk('0'), respList([...server.keys.keys()].filter(isMatch).map(bulk))]);
};

const lengthOf =
  (...types: readonly string[]): Handler =>
  ({ server, args: [key = ''] }) => {
    const value = server.keys.get(key);
    if (value !== undefined && !types.includes(value.type))
      return respError('WRONGTYPE Operation against a key holding the wrong kind of value');
    return integer(value?.length ?? 0);
  };

const slowLog: Handler = ({ server, args: [count = '10'] }) =>
  respList(
    server.spec.slow
      .slice(0, Number(count))
      .map(({ command, micros, client }, index) =>
        respList([
          integer(server.spec.slow.length - 1 - index),
          integer(Math.floor(server.now / 1000)),
          integer(micros),
          respList(command.map(bulk)),
          bulk(client),
          bulk(''),
        ]),
      ),
  );

const latencyLatest: Handler = ({ server }) =>
  respList(
    Object.entries(server.incident.latency ?? {}).map(([event, ms]) =>
      respList([bulk(event), integer(Math.floor(server.now / 1000)), integer(ms), integer(ms)]),
    ),
  );

const handlers: Readonly<Record<string, Handler>> = {
  'acl|dryrun': () => ok,
  'acl|whoami': ({ connection }) => bulk(connection.user),
  'client|kill': killClients,
  'client|list': ({ server }) => bulk(`${[...server.connections.values()].map(clientLine).join('\n')}\n`),
  'client|setname': ({ connection, args: [name = ''] }) => {
    connection.name = name;
    return ok;
  },
  'cluster|info': () => respError('ERR This instance has cluster support disabled'),
  'config|get': ({ server, args: [name = ''] }) => {
    const value = server.settings.get(name);
    return respList(value === undefined ? [] : [bulk(name), bulk(value)]);
  },
  'config|set': configSet,
  dbsize: ({ server }) => integer(server.keys.size),
  flushdb: ({ server, record }) => {
    record('FLUSHDB');
    server.flushes += 1;
    server.keys.clear();
    return ok;
  },
  hlen: lengthOf('hash'),
  info: ({ server, args: [section] }) => bulk(infoText(server, section?.toLowerCase())),
  'latency|latest': latencyLatest,
  llen: lengthOf('list'),
  'memory|purge': ({ server, record }) => {
    record('MEMORY PURGE');
    server.purges += 1;
    return ok;
  },
  ping: () => simple('PONG'),
  scan,
  scard: lengthOf('set'),
  select: ({ args: [index] }) => (index === '0' ? ok : respError('ERR DB index is out of range')),
  'slowlog|get': slowLog,
  'slowlog|len': ({ server }) => integer(server.spec.slow.length),
  strlen: lengthOf('string'),
  type: ({ server, args: [key = ''] }) => simple(server.keys.get(key)?.type ?? 'none'),
  unlink: ({ server, args, record }) => {
    record(`UNLINK ${args.join(' ')}`);
    return integer(args.filter((key) => server.keys.delete(key)).length);
  },
  xlen: lengthOf('stream'),
  zcard: lengthOf('zset'),
};

/** Executes a command of a logged-in connection. */
export const executeCommand = (call: CommandCall): Reply => {
  const [name = '', sub = ''] = call.args.map((arg) => arg.toLowerCase());
  const plain = handlers[name];
  const nested = handlers[`${name}|${sub}`];
  const handler = nested ?? plain;
  call.connection.command = nested === undefined ? name : `${name}|${sub}`;
  if (handler === undefined)
    return respError(
      `ERR unknown command '${call.args[0] ?? ''}', with args beginning with: ${call.args
        .slice(1)
        .map((arg) => `'${arg}' `)
        .join('')}`,
    );
  const args = call.args.slice(nested === undefined ? 1 : 2);
  if (/^(?:type|unlink|.*len|scan)$/.test(name) && args.length === 0) return arity(name);
  return handler({ ...call, args });
};

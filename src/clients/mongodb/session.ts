import type { Duplex } from 'node:stream';
import { defined } from '../../domain/base/defined.ts';
import { toWireError, WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { openSecuredWire } from '../secured-wire.ts';
import { cutOnAbort } from '../session-pool.ts';
import type { MongoAddress, MongoHost } from './address.ts';
import { logInToMongo } from './login.ts';
import { encodeMessage, openReplyReader } from './messages.ts';
import { notMongoError, toMongoError } from './mongo-error.ts';
import { type MongoDocument, MongoError, type MongoMember, mongoAppName } from './mongo-types.ts';

/** Size limit of a reply, in bytes; a larger one is refused before it fills the memory. */
const maxReplyBytes = 16 * 1024 * 1024;

/** A connection to one member. It may end at any time; then every call throws. */
export interface MongoSession {
  readonly isOpen: boolean;
  readonly member: MongoMember;
  /** Sends one command. Throws MongoError. */
  ask(database: string, command: MongoDocument): Promise<MongoDocument>;
  /** Asks for the current role of the member, and updates `member`. Throws MongoError. */
  greet(): Promise<MongoMember>;
  /** Logs in, if the address has a login. Throws MongoError. */
  logIn(): Promise<void>;
  /** Closes the connection; resolves when it is closed. */
  end(): Promise<void>;
  /** Closes the connection at once; the current command fails with this error. */
  cut(why: Error): void;
}

interface PendingReply {
  readonly requestId: number;
  resolve(reply: MongoDocument): void;
  reject(error: Error): void;
}

type Exchange = Pick<MongoSession, 'isOpen' | 'end' | 'cut'> & {
  send(command: MongoDocument): Promise<MongoDocument>;
};

/** Sends commands one by one over an open connection, and reads their replies. */
const exchangeOver = (wire: Duplex): Exchange => {
  const waiting: PendingReply[] = [];
  const reader = openReplyReader(maxReplyBytes);
  let lost: Error | undefined;
  let lastId = 0;
  const cut = (why: Error): void => {
    lost ??= why;
    wire.destroy();
    for (const { reject } of waiting.splice(0)) reject(lost);
  };
  wire.on('data', (chunk: Buffer) => {
    if (lost !== undefined) return;
    try {
      for (const { responseTo, body } of reader.read(chunk)) {
        // A reply that answers no command: the server speaks another protocol, or replies are out of step.
        if (waiting[0]?.requestId !== responseTo) return cut(notMongoError());
        waiting.shift()?.resolve(body);
      }
    } catch (error) {
      cut(
        error instanceof RangeError && error.message === 'too long'
          ? new MongoError('malformed', 'the response is larger than 16 MiB')
          : notMongoError(),
      );
    }
  });
  wire.on('error', (error) => cut(toWireError(error) ?? error));
  const closed = new Promise<void>((resolve) => wire.once('close', () => resolve()));
  void closed.then(() => cut(new WireError('unreachable', 'connection closed')));
  wire.once('end', () => cut(new WireError('unreachable', 'connection closed')));
  return {
    get isOpen() {
      return lost === undefined;
    },
    send: (command) =>
      new Promise((resolve, reject) => {
        if (lost !== undefined) return reject(lost);
        lastId += 1;
        const message = encodeMessage(lastId, command);
        waiting.push({ requestId: lastId, resolve, reject });
        wire.write(message);
      }),
    end: async () => {
      cut(new WireError('cancelled', 'this connection is closed: the next reading opens another'));
      await closed;
    },
    cut,
  };
};

const roleIn = (hello: MongoDocument): MongoMember['role'] => {
  if (hello.msg === 'isdbgrid') return 'mongos';
  if (typeof hello.setName !== 'string') return hello.isreplicaset === true ? 'other' : 'standalone';
  if (hello.isWritablePrimary === true || hello.ismaster === true) return 'primary';
  if (hello.secondary === true) return 'secondary';
  return hello.arbiterOnly === true ? 'arbiter' : 'other';
};

const memberOf = (address: string, hello: MongoDocument): MongoMember => ({
  address,
  role: roleIn(hello),
  ...(typeof hello.setName === 'string' ? { setName: hello.setName } : {}),
  ...(typeof hello.primary === 'string' ? { primary: hello.primary } : {}),
});

/** Describes this client to the server. It accepts that in the first `hello` of a connection only. */
const clientMetadata = {
  application: { name: mongoAppName },
  driver: { name: mongoAppName, version: '1' },
  os: { type: process.platform },
};

const commandNotFound = 59;

/** The first exchange. Servers without `hello` know it by its earlier name. Source: MongoDB specifications, Handshake. */
const firstGreeting = async (
  send: (command: MongoDocument) => Promise<MongoDocument>,
  { login }: MongoAddress,
): Promise<{ readonly hello: MongoDocument; readonly name: 'hello' | 'isMaster' }> => {
  const rest = {
    client: clientMetadata,
    ...(login === undefined ? {} : { saslSupportedMechs: `${login.source}.${login.user}` }),
    $db: 'admin',
  };
  const reply = await send({ hello: 1, ...rest });
  return reply.ok !== 1 && reply.code === commandNotFound
    ? { hello: await send({ isMaster: 1, ...rest }), name: 'isMaster' }
    : { hello: reply, name: 'hello' };
};

/** A server at its connection limit closes a connection before it responds. */
const whyUngreeted = (error: unknown): unknown =>
  error instanceof WireError && error.message === 'connection closed'
    ? new MongoError(
        'unreachable',
        'connection closed before the first response',
        0,
        'check the log of the server, which closes connections beyond net.maxIncomingConnections, and those without TLS if TLS is required',
      )
    : error;

/**
 * Connects to one host and asks for its role; it is not logged in yet. `salted`: salted passwords of earlier logins.
 * Throws MongoError, TunnelError, or the signal's reason on an abort.
 */
export const openMongoSession = async (
  host: MongoHost,
  address: MongoAddress,
  transport: Transport,
  salted: Map<string, Buffer>,
  signal: AbortSignal,
): Promise<MongoSession> => {
  const { login, tls, setName } = address;
  const wire = await openSecuredWire({ ...host, ...defined({ tls }) }, transport, signal);
  const exchange = exchangeOver(wire);
  const ask = async (database: string, command: MongoDocument): Promise<MongoDocument> => {
    const reply = await exchange.send({ ...command, $db: database });
    if (reply.ok === 1) return reply;
    throw toMongoError(reply, { database, command }, login?.user);
  };
  try {
    const { hello, name } = await cutOnAbort(exchange, signal, () => firstGreeting(exchange.send, address));
    if (hello.ok !== 1) throw toMongoError(hello, { database: 'admin', command: { [name]: 1 } }, login?.user);
    let member = memberOf(host.name, hello);
    if (setName !== undefined && member.setName !== setName)
      throw new WireError(
        'wrong-system',
        `the server is not in the replica set ${setName}: the server is ${member.setName === undefined ? 'not a member of one' : `a member of ${member.setName}`}`,
      );
    return {
      get isOpen() {
        return exchange.isOpen;
      },
      get member() {
        return member;
      },
      ask,
      greet: async () => {
        member = memberOf(host.name, await ask('admin', { [name]: 1 }));
        return member;
      },
      logIn: async () => {
        if (login !== undefined) await logInToMongo(ask, login, hello, salted);
      },
      end: exchange.end,
      cut: exchange.cut,
    };
  } catch (error) {
    await exchange.end();
    throw whyUngreeted(error);
  }
};

import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import { Binary } from 'bson';
import type { Millis } from '../../../domain/base/fault.ts';
import { isObject } from '../../../domain/text/value-text.ts';
import type { MongoConnection, MongoServer } from '../../model/mongodb/mongo-server.ts';
import type { StoredDocument } from '../../model/spec/mongodb.ts';
import { listenOnLoopback } from '../http/loopback.ts';
import { ScramServer, scramCredentials } from '../http/scram-server.ts';
import {
  changeRecorderFor,
  type ProtocolEndpoint,
  type SimulatorContext,
} from '../http/simulator-context.ts';
import type { MongoCall } from './call.ts';
import { MongoCommandError } from './command-error.ts';
import { executeMongoCommand } from './commands.ts';
import { encodeReply, type MongoRequest, MongoRequestParser } from './frames.ts';
import { roleFields, topologyCounter } from './status.ts';

/** Commands that need no login. Source: MongoDB docs, Database Commands. */
const openCommands = /^(?:hello|isMaster|ismaster|saslStart|saslContinue|ping|buildInfo|connectionStatus)$/;
const helloCommands = /^(?:hello|isMaster|ismaster)$/;

/** The time within which a client that waits for a change of the role hears of it, in ms. */
const roleCheckMs: Millis = 500;

const authenticationFailed = (): MongoCommandError =>
  new MongoCommandError(18, 'AuthenticationFailed', 'Authentication failed.');

type SharedParts = Pick<MongoCall, 'cursors' | 'record' | 'sleep'> & { readonly see: () => MongoServer };

/** One connection of a client. */
class ClientConnection {
  readonly #socket: Socket;
  readonly #parts: SharedParts;
  readonly #connection: MongoConnection;
  readonly #requests = new MongoRequestParser();
  #login: { readonly user: string; readonly scram: ScramServer } | undefined;
  #isLoggedIn = false;
  /** Requests are answered in their order. */
  #work: Promise<void> = Promise.resolve();

  constructor(socket: Socket, parts: SharedParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#connection = parts.see().connect(`127.0.0.1:${socket.remotePort ?? 0}`);
    socket.on('error', () => {});
    socket.on('data', (chunk) => this.#take(chunk));
    socket.once('close', () => parts.see().connections.delete(this.#connection.id));
  }

  #take(chunk: Buffer): void {
    if (!this.#parts.see().isUp) {
      this.#socket.resetAndDestroy();
      return;
    }
    try {
      for (const request of this.#requests.take(chunk))
        this.#work = this.#work.then(() =>
          request.takesStream ? this.#stream(request) : this.#respond(request),
        );
    } catch {
      this.#socket.destroy();
    }
  }

  async #respond(request: MongoRequest): Promise<void> {
    const reply = await this.#reply(request.command);
    if (!this.#socket.destroyed) this.#socket.write(encodeReply(request, reply));
  }

  async #reply(command: StoredDocument): Promise<StoredDocument> {
    try {
      return await this.#answer(command);
    } catch (error) {
      if (!(error instanceof MongoCommandError)) throw error;
      return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName };
    }
  }

  /**
   * Answers a hello at each change of the role, and after each `maxAwaitTimeMS` without one, until the client leaves. Other
   * commands have one reply. Source: MongoDB specifications, Server Monitoring, streaming protocol.
   */
  async #stream(request: MongoRequest): Promise<void> {
    const { topologyVersion, maxAwaitTimeMS } = request.command;
    if (!isObject(topologyVersion) || maxAwaitTimeMS === undefined) return this.#respond(request);
    let known = Number(topologyVersion.counter);
    let follows = request.id;
    while (!this.#socket.destroyed) {
      await this.#roleChange(known, Number(maxAwaitTimeMS));
      if (this.#socket.destroyed) return;
      known = topologyCounter(this.#parts.see());
      const id = follows + 1;
      this.#socket.write(encodeReply(request, await this.#reply(request.command), { id, follows }));
      follows = id;
    }
  }

  /** Resolves when the role is another than that of this counter, or after this time. */
  async #roleChange(counter: number, ms: Millis): Promise<void> {
    const { see, sleep } = this.#parts;
    for (let waited = 0; waited < ms && !this.#socket.destroyed; waited += roleCheckMs) {
      if (topologyCounter(see()) !== counter) return;
      await sleep(Math.min(roleCheckMs, ms - waited));
    }
  }

  async #answer(command: StoredDocument): Promise<StoredDocument> {
    const server = this.#parts.see();
    const [name = ''] = Object.keys(command);
    server.commands += 1;
    if (helloCommands.test(name)) return this.#greet(server, command);
    if (name === 'saslStart') return this.#startLogin(server, command);
    if (name === 'saslContinue') return this.#continueLogin(command);
    if (!this.#isLoggedIn && !openCommands.test(name))
      throw new MongoCommandError(13, 'Unauthorized', `Command ${name} requires authentication`);
    const { cursors, record, sleep } = this.#parts;
    const database = String(command.$db ?? 'test');
    return executeMongoCommand({
      server,
      connection: this.#connection,
      cursors,
      command,
      database,
      record,
      sleep,
    });
  }

  #greet(server: MongoServer, { client, saslSupportedMechs }: StoredDocument): StoredDocument {
    if (isObject(client) && isObject(client.application))
      this.#connection.application = String(client.application.name ?? '');
    const [, user = ''] = /^[^.]+\.(.+)$/s.exec(String(saslSupportedMechs ?? '')) ?? [];
    return {
      helloOk: true,
      ...roleFields(server),
      maxBsonObjectSize: 16_777_216,
      maxMessageSizeBytes: 48_000_000,
      maxWriteBatchSize: 100_000,
      localTime: new Date(server.now),
      logicalSessionTimeoutMinutes: 30,
      connectionId: this.#connection.id,
      minWireVersion: 0,
      maxWireVersion: 21,
      readOnly: false,
      ...(server.passwords.has(user) ? { saslSupportedMechs: ['SCRAM-SHA-1', 'SCRAM-SHA-256'] } : {}),
      ok: 1,
    };
  }

  #startLogin(server: MongoServer, { mechanism, payload }: StoredDocument): StoredDocument {
    const message = payload instanceof Binary ? Buffer.from(payload.value()).toString('utf8') : '';
    const user = (/n=([^,]*)/.exec(message)?.[1] ?? '').replaceAll('=2C', ',').replaceAll('=3D', '=');
    const password = server.passwords.get(user);
    if (password === undefined) throw authenticationFailed();
    const digest = createHash('md5').update(`${user}:mongo:${password}`).digest('hex');
    const credentials =
      mechanism === 'SCRAM-SHA-1'
        ? scramCredentials('sha1', digest)
        : scramCredentials('sha256', password.normalize('NFKC'));
    const scram = new ScramServer(credentials);
    this.#login = { user, scram };
    return this.#loginReply(scram.challenge(message), false);
  }

  #continueLogin({ payload }: StoredDocument): StoredDocument {
    const message = payload instanceof Binary ? Buffer.from(payload.value()).toString('utf8') : '';
    const signature = this.#login?.scram.finish(message);
    if (this.#login === undefined || signature === undefined) throw authenticationFailed();
    this.#isLoggedIn = true;
    this.#connection.user = this.#login.user;
    return this.#loginReply(signature, true);
  }

  #loginReply(payload: string, done: boolean): StoredDocument {
    return { conversationId: 1, done, payload: new Binary(Buffer.from(payload)), ok: 1 };
  }
}

/** A running server and its address. */
export interface MongoEndpoint {
  readonly port: number;
  /** mongodb://USER:PASSWORD@127.0.0.1:PORT/DATABASE?authSource=admin */
  readonly url: string;
  close(): Promise<void>;
}

/** A MongoDB server that responds to the commands of opsdeck, and to those of a driver that connects. */
export const startMongoServer = async (view: SimulatorContext): Promise<MongoEndpoint> => {
  const { mongodb } = view.model.layout(view.env).parts;
  if (mongodb === undefined) throw new Error(`${view.env} has no MongoDB server`);
  const parts: SharedParts = {
    see: () => {
      view.model.environmentAt(view.env, view.clock.now());
      return mongodb;
    },
    cursors: new Map(),
    record: changeRecorderFor(view, 'mongodb'),
    sleep: (ms) => view.clock.sleep(ms),
  };
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    new ClientConnection(socket, parts);
  });
  const port = await listenOnLoopback(server);
  const [{ name, password }] = mongodb.spec.users;
  const login = `${encodeURIComponent(name)}:${encodeURIComponent(password)}`;
  return {
    port,
    url: `mongodb://${login}@127.0.0.1:${port}/${mongodb.spec.database}?authSource=admin`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
};

/** Starts the environment's MongoDB on a free loopback port: `${world.mongodb}` is its address with the password. */
export const startMongoEndpoint = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const { url, close } = await startMongoServer(view);
  return { vars: { mongodb: url }, close };
};

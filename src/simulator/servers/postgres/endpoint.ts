import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Database } from '../../model/database/database.ts';
import { listenOnLoopback } from '../http/loopback.ts';
import { ScramServer } from '../http/scram-server.ts';
import type { ProtocolEndpoint, SimulatorContext } from '../http/simulator-context.ts';
import { serverVersion } from './catalogue-answers.ts';
import * as out from './protocol.ts';
import { type ClientMessage, ClientMessageParser, MessageReader, PostgresError } from './protocol.ts';
import { StatementSession } from './statements.ts';

/** The login of a role with a verifier. Source: PostgreSQL docs, SASL Authentication. */
const scramOf = (verifier: string): ScramServer => {
  const [, rounds = '', salt = '', stored = '', server = ''] =
    /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(verifier) ?? [];
  return new ScramServer({
    hash: 'sha256',
    salt,
    rounds,
    stored: Buffer.from(stored, 'base64'),
    server: Buffer.from(server, 'base64'),
  });
};

/** Codes of startup messages. */
const sslRequest = 80_877_103;
const cancelRequest = 80_877_102;
const protocol3 = 196_608;

const md5 = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** An authenticated session. */
interface AuthenticatedSession {
  readonly pid: number;
  readonly statements: StatementSession;
}

/**
 * One client: authenticates with MD5, sends queries, disconnects. A session terminated in the model gets the real server's error.
 */
class ClientConnection {
  readonly #socket: Socket;
  readonly #see: () => Database;
  readonly #view: SimulatorContext;
  readonly #frames = new ClientMessageParser();
  readonly #salt = randomBytes(4);
  #who: { readonly user: string; readonly database: string; readonly application: string } | undefined;
  #session: AuthenticatedSession | undefined;
  /** Authentication of a role with a changed password. */
  #scram: ScramServer | undefined;
  #isChallenged = false;

  constructor(socket: Socket, view: SimulatorContext, see: () => Database) {
    this.#socket = socket;
    this.#view = view;
    this.#see = see;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (chunk) => this.#take(chunk));
    socket.once('close', () => {
      if (this.#session !== undefined) see().logout(this.#session.pid);
    });
  }

  /** Ends a session that was terminated in the model. */
  closeIfTerminated(): void {
    if (this.#session === undefined || this.#see().isLoggedIn(this.#session.pid)) return;
    this.#session = undefined;
    this.#refuse(
      new out.PostgresError('57P01', 'terminating connection due to administrator command', 'FATAL'),
    );
  }

  #take(chunk: Buffer): void {
    this.#frames.push(chunk);
    try {
      if (!this.#see().isUp) {
        this.#socket.resetAndDestroy();
        return;
      }
      this.closeIfTerminated();
      for (;;) {
        const frame = this.#frames.next(this.#who === undefined);
        if (frame === undefined || this.#socket.destroyed) return;
        this.#answer(frame);
      }
    } catch (error) {
      if (error instanceof out.PostgresError) this.#refuse(error);
      else this.#socket.destroy();
    }
  }

  #refuse(refusal: out.PostgresError): void {
    this.#socket.end(out.errorResponse(refusal));
  }

  #answer({ type, body }: ClientMessage): void {
    if (this.#who === undefined) this.#greet(new MessageReader(body));
    else if (type === 'p' && this.#session === undefined) this.#prove(body);
    else if (type === 'X') this.#socket.end();
    else if (this.#session === undefined) throw new out.PostgresError('08P01', 'log in first', 'FATAL');
    else this.#socket.write(this.#session.statements.take(type, new MessageReader(body)));
  }

  #greet(reader: MessageReader): void {
    const code = reader.int32();
    if (code === sslRequest) {
      this.#socket.write('N');
      return;
    }
    // Every statement completes immediately, so there is nothing to cancel.
    if (code === cancelRequest) {
      this.#socket.end();
      return;
    }
    if (code !== protocol3) throw new out.PostgresError('0A000', 'unsupported frontend protocol', 'FATAL');
    const parameters = new Map<string, string>();
    while (!reader.isDone) {
      const name = reader.text();
      if (name !== '') parameters.set(name, reader.text());
    }
    const user = parameters.get('user') ?? '';
    const application = parameters.get('application_name') ?? '';
    this.#who = { user, database: parameters.get('database') ?? user, application };
    const verifier = this.#see().passwords.verifier(user);
    this.#scram = verifier === undefined ? undefined : scramOf(verifier);
    this.#socket.write(
      this.#scram === undefined
        ? out.authenticationMd5(this.#salt)
        : out.authenticationSasl(10, 'SCRAM-SHA-256'),
    );
  }

  #prove(body: Buffer): void {
    const scram = this.#scram;
    if (scram === undefined) this.#checkPassword(new MessageReader(body).text());
    else if (!this.#isChallenged) {
      this.#isChallenged = true;
      const reader = new MessageReader(body);
      reader.text();
      this.#socket.write(out.authenticationSasl(11, scram.challenge(reader.value() ?? '')));
    } else {
      const signature = scram.finish(body.toString('utf8'));
      if (signature === undefined)
        throw new PostgresError(
          '28P01',
          `password authentication failed for user "${this.#who?.user ?? ''}"`,
          'FATAL',
        );
      this.#socket.write(out.authenticationSasl(12, signature));
      this.#logIn();
    }
  }

  #checkPassword(password: string): void {
    const { user = '' } = this.#who ?? {};
    const db = this.#see();
    const expected = `md5${md5(md5(db.spec.password, user), this.#salt)}`;
    if (password !== expected)
      throw new out.PostgresError('28P01', `password authentication failed for user "${user}"`, 'FATAL');
    this.#logIn();
  }

  #logIn(): void {
    const { user = '', database = '', application = '' } = this.#who ?? {};
    const db = this.#see();
    const catalog = db.databases.named(database);
    if (catalog === undefined)
      throw new out.PostgresError('3D000', `database "${database}" does not exist`, 'FATAL');
    if (!catalog.isOpen)
      throw new out.PostgresError(
        '55000',
        `database "${database}" is not currently accepting connections`,
        'FATAL',
      );
    const backend = db.login({ user, application, database });
    if (backend === undefined)
      throw new out.PostgresError('53300', 'sorry, too many clients already', 'FATAL');
    const { pid } = backend;
    this.#session = { pid, statements: new StatementSession(this.#see, { pid, user, database }, this.#view) };
    this.#socket.write(
      Buffer.concat([
        out.authenticationOk,
        out.parameterStatus('server_version', serverVersion),
        out.parameterStatus('client_encoding', 'UTF8'),
        out.parameterStatus('TimeZone', 'Etc/UTC'),
        out.backendKey(pid, randomBytes(4).readInt32BE()),
        out.readyForQuery('I'),
      ]),
    );
  }
}

/** A running server and its address. */
export interface PostgresServer {
  readonly port: number;
  /** postgres://opsdeck:PASSWORD@127.0.0.1:PORT/DATABASE */
  readonly url: string;
  close(): Promise<void>;
}

/** A PostgreSQL server with protocol 3 that responds to opsdeck's statements. */
export const startPostgresServer = async (view: SimulatorContext): Promise<PostgresServer> => {
  const { database } = view.model.layout(view.env).parts;
  if (database === undefined) throw new Error(`${view.env} has no database`);
  const see = (): Database => {
    view.model.environmentAt(view.env, view.clock.now());
    return database;
  };
  const open = new Map<ClientConnection, () => void>();
  const server = createServer((socket) => {
    const connection = new ClientConnection(socket, view, see);
    open.set(connection, () => socket.destroy());
    socket.once('close', () => open.delete(connection));
    // A session terminated by another connection is notified separately.
    socket.on('data', () => {
      for (const other of open.keys()) other.closeIfTerminated();
    });
  });
  const port = await listenOnLoopback(server);
  const { spec } = database;
  return {
    port,
    url: `postgres://opsdeck:${encodeURIComponent(spec.password)}@127.0.0.1:${port}/${spec.database}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const destroy of open.values()) destroy();
      }),
  };
};

/** Starts the environment's PostgreSQL on a free loopback port: `${world.postgres}` is its address with the password. */
export const startPostgresEndpoint = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const { url, close } = await startPostgresServer(view);
  return { vars: { postgres: url }, close };
};

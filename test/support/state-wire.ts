import { createServer, type Socket } from 'node:net';
import { listenOnLoopback } from '../../src/simulator/servers/http/loopback.ts';
import * as out from '../../src/simulator/servers/postgres/protocol.ts';
import { ClientMessageParser, MessageReader } from '../../src/simulator/servers/postgres/protocol.ts';

/** A value of a result, as PostgreSQL prints it. */
type Cell = string | null;

/** Answers one statement with its values. Throws a PostgresError. */
export type AnswerStatement = (
  text: string,
  values: readonly Cell[],
) => readonly Readonly<Record<string, Cell>>[];

interface StateWire {
  readonly port: number;
  close(): Promise<void>;
}

/** Code of a startup message that asks for TLS. Source: PostgreSQL docs, Message Formats. */
const sslRequest = 80_877_103;

const valuesOf = (reader: MessageReader): readonly Cell[] => {
  reader.text();
  reader.text();
  const formats = reader.int16();
  for (let index = 0; index < formats; index += 1) reader.int16();
  return Array.from({ length: reader.int16() }, () => reader.value());
};

/** Serves one client: any login, statements of the extended protocol, and transactions without a rollback. */
const serveClient = (socket: Socket, answer: AnswerStatement): void => {
  const frames = new ClientMessageParser();
  let isLoggedIn = false;
  let isSkipping = false;
  let status: 'I' | 'T' = 'I';
  let text = '';
  let rows: readonly Readonly<Record<string, Cell>>[] = [];

  const steer = (statements: string): Buffer => {
    const parts = statements.split(';').map((part) => part.trim());
    for (const part of parts) {
      if (part === 'BEGIN') status = 'T';
      if (part === 'COMMIT' || part === 'ROLLBACK') status = 'I';
    }
    return Buffer.concat([
      ...parts.map((part) => out.commandComplete(part.split(' ')[0] ?? '')),
      out.readyForQuery(status),
    ]);
  };
  const described = (): Buffer => {
    const [first] = rows;
    if (first === undefined) return out.noData;
    const columns = Object.keys(first);
    return out.rowDescription(columns, out.columnTypesOf('', columns));
  };
  const respond = (type: string, reader: MessageReader): Buffer => {
    if (type === 'Q') return steer(reader.text());
    if (type === 'S') {
      isSkipping = false;
      return out.readyForQuery(status);
    }
    if (isSkipping) return Buffer.alloc(0);
    if (type === 'P') {
      reader.text();
      text = reader.text();
      return out.parseComplete;
    }
    if (type === 'B') {
      rows = answer(text, valuesOf(reader));
      return out.bindComplete;
    }
    if (type === 'D') return described();
    if (type === 'E')
      return Buffer.concat([
        ...rows.map((row) => out.dataRow(Object.values(row))),
        out.commandComplete(`SELECT ${rows.length}`),
      ]);
    return type === 'C' ? out.closeComplete : Buffer.alloc(0);
  };
  const take = (type: string, body: Buffer): void => {
    if (type === 'X') return void socket.end();
    if (isLoggedIn) return void socket.write(respond(type, new MessageReader(body)));
    if (new MessageReader(body).int32() === sslRequest) return void socket.write('N');
    isLoggedIn = true;
    const greeting = [out.authenticationOk, out.parameterStatus('client_encoding', 'UTF8')];
    socket.write(Buffer.concat([...greeting, out.backendKey(1, 1), out.readyForQuery('I')]));
  };
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    frames.push(chunk);
    for (let frame = frames.next(!isLoggedIn); frame !== undefined; frame = frames.next(!isLoggedIn))
      try {
        take(frame.type, frame.body);
      } catch (error) {
        if (!(error instanceof out.PostgresError)) throw error;
        isSkipping = true;
        socket.write(out.errorResponse(error));
      }
  });
};

/** Listens for clients of a state database. */
export const startStateWire = async (answer: AnswerStatement): Promise<StateWire> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveClient(socket, answer);
  });
  const port = await listenOnLoopback(server);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

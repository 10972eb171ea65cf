import { createServer } from 'node:net';
import { listenOnLoopback } from '../../loopback.ts';
import type { Database } from '../../model/database/database.ts';
import type { RunningWire, View } from '../sight.ts';
import { Connection } from './connection.ts';

/** A running server, and where it listens. */
export interface PostgresServer {
  readonly port: number;
  /** postgres://opsdeck:PASSWORD@127.0.0.1:PORT/DATABASE */
  readonly url: string;
  close(): Promise<void>;
}

/** A PostgreSQL server of protocol 3 that answers the statements that we send. */
export const startPostgresServer = async (view: View): Promise<PostgresServer> => {
  const { database } = view.model.layout(view.env).parts;
  if (database === undefined) throw new Error(`${view.env} has no database`);
  const see = (): Database => {
    view.model.see(view.env, view.clock.now());
    return database;
  };
  const open = new Map<Connection, () => void>();
  const server = createServer((socket) => {
    const connection = new Connection(socket, view, see);
    open.set(connection, () => socket.destroy());
    socket.once('close', () => open.delete(connection));
    // A session that was ended by one connection is told on its own.
    socket.on('data', () => {
      for (const other of open.keys()) other.look();
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

/** Starts this environment's PostgreSQL on a free loopback port: `${world.postgres}` is its address, password and all. */
export const startPostgresWire = async (view: View): Promise<RunningWire> => {
  const { url, close } = await startPostgresServer(view);
  return { vars: { postgres: url }, close };
};

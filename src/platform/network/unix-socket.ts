import { chmod, readdir, unlink } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { privateDir } from '../files/private-dir.ts';

/** The longest line of a connection, in characters, before it is closed. */
const longestLine = 16 * 1024 * 1024;

/** The longest path of a socket, in bytes. Source: unix(7), sun_path with its final zero; macOS has 104. */
const longestPath = 103;

/** A connection over a Unix socket that carries lines. */
export interface LineConnection {
  /** Writes text; false: the peer is behind, and more should wait. */
  write(text: string): boolean;
  /** True: the peer has taken everything. */
  isReady(): boolean;
  /** Calls the listener with each complete line. */
  onLine(listener: (line: string) => void): void;
  /** Calls the listener once when it is closed. */
  onClose(listener: () => void): void;
  /** Sends what was written, and closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

const connectionOf = (socket: Socket): LineConnection => {
  let held = '';
  let take: (line: string) => void = () => {};
  socket.setEncoding('utf8').on('data', (text) => {
    // What is held has no line end: only the new text is searched.
    const [first = '', ...lines] = String(text).split('\n');
    held += first;
    for (const next of lines) {
      const line = held;
      held = next;
      take(line);
    }
    if (held.length > longestLine) socket.destroy();
  });
  // A closed peer is reported by `close`.
  socket.on('error', () => {});
  return {
    write: (text) => socket.write(text),
    isReady: () => !socket.writableNeedDrain,
    onLine: (listener) => {
      take = listener;
    },
    onClose: (listener) => void socket.once('close', listener),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
};

/** An open socket. */
export interface SocketServer {
  /** Closes it and removes its file. Open connections stay. */
  close(): Promise<void>;
}

/**
 * Listens on a new private socket (0600) in a private directory (0700), which is created too. Rejects with the reason. The
 * server does not keep the process alive.
 */
export const listenOnSocket = async (
  dir: string,
  name: string,
  connected: (connection: LineConnection) => void,
): Promise<SocketServer> => {
  await privateDir(dir);
  const path = join(dir, name);
  if (Buffer.byteLength(path) > longestPath)
    throw new Error(
      `the path of the state directory is too long for a socket. Use a path of at most ${longestPath} bytes`,
    );
  // A process with this id has ended: its socket is left over.
  await unlink(path).catch(() => {});
  const server = createServer((socket) => connected(connectionOf(socket)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve());
  });
  await chmod(path, 0o600);
  server.on('error', () => {});
  server.unref();
  return {
    close: () =>
      new Promise((resolve) => {
        server.close();
        unlink(path).then(resolve, () => resolve());
      }),
  };
};

/** Connects to a socket. Rejects when no process listens on it. */
export const connectToSocket = (dir: string, name: string): Promise<LineConnection> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(join(dir, name));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(connectionOf(socket));
    });
  });

/** The names of the sockets in a directory; [] if it does not exist. */
export const listSockets = async (dir: string): Promise<readonly string[]> => {
  const entries = await readdir(dir).catch(() => []);
  return entries.filter((name) => name.endsWith('.sock')).sort();
};

/** Removes the socket of a process that has ended. */
export const removeSocket = async (dir: string, name: string): Promise<void> => {
  await unlink(join(dir, name)).catch(() => {});
};

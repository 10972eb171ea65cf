import type { ChangeIo, ReadIo } from '../../doors/io.ts';
import { WireError } from '../../platform/failures.ts';

const notHere = (what: string): WireError =>
  new WireError('denied', `${what} is not allowed in a step that only reads`);

/** A changing door that only reads: what an operation of danger read is lent outside a run's own acts. */
export const readingOnly = (io: ReadIo): ChangeIo => ({
  clock: io.clock,
  send: ({ method, body: _, ...request }, signal) => {
    if (method === 'GET' || method === 'HEAD') return io.get({ ...request, method }, signal);
    return Promise.reject(notHere(method));
  },
  run: () => {
    throw new WireError('denied', 'an operation starts no program in a step that only reads');
  },
  stream: ({ method, body: _, ...request }, signal) =>
    method === 'GET' ? io.stream(request, signal) : Promise.reject(notHere(method)),
  socket: () => Promise.reject(notHere('a WebSocket')),
  sql: (target, statement, signal) => io.sql(target, statement, signal),
  put: (path) => Promise.reject(notHere(`writing ${path}`)),
  draft: (path) => Promise.reject(notHere(`writing ${path}`)),
  kafka: (_target, { is }) => Promise.reject(notHere(is)),
});

import { WireError } from '../platform/wire-error.ts';
import { callAsRead } from './call-as-read.ts';
import { openChangeIo } from './change-io.ts';
import type { ChangeIo, ReadIo, ReadIoOptions } from './io.ts';

const notHere = (what: string): WireError =>
  new WireError('denied', `${what} is not allowed in a read-only step`);

/**
 * The door for an operation of which a runbook's author has declared that it reads: a program here, in a pod or on a
 * host, a stream, a WebSocket, a statement in a session that is held to reading. Nothing else goes through it but GET
 * and HEAD.
 */
export const openDeclaredReads = (
  read: ReadIo,
  options?: ReadIoOptions,
): ChangeIo & { close(): Promise<void> } => {
  const { clock } = read;
  const change = openChangeIo(clock, options);
  return {
    clock,
    send: (request, signal) => {
      const { method, body: _, ...rest } = request;
      if (method !== 'GET' && method !== 'HEAD') return Promise.reject(notHere(method));
      return read.get({ ...rest, method }, signal);
    },
    run: read.follow,
    stream: change.stream,
    socket: change.socket,
    put: (path) => Promise.reject(notHere(`writing ${path}`)),
    draft: (path) => Promise.reject(notHere(`writing ${path}`)),
    call: callAsRead(read.open, notHere),
    close: change.close,
  };
};

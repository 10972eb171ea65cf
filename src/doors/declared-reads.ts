import { methodOverride } from '../platform/network/method-override.ts';
import { callAsRead, notInReadStep } from './call-as-read.ts';
import { openChangeIo } from './change-io.ts';
import type { ChangeIo, ReadIo, ReadIoOptions } from './io.ts';

/**
 * Opens the io for an operation that the runbook's author has declared read-only. It allows a program here, in a pod
 * or on a host, a stream, a WebSocket or another upgraded connection, and a statement in a read-only session. Over HTTP it allows only GET and HEAD.
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
      if (method !== 'GET' && method !== 'HEAD') return Promise.reject(notInReadStep(method));
      return read.get({ ...rest, method }, signal);
    },
    run: read.follow,
    stream: async (request, signal) => {
      const why = methodOverride(request.url, request.headers);
      if (why !== undefined) throw notInReadStep(`GET ${request.url.split('?', 1)[0]} (${why})`);
      return change.stream(request, signal);
    },
    upgrade: change.upgrade,
    socket: change.socket,
    put: (path) => Promise.reject(notInReadStep(`writing ${path}`)),
    draft: (path) => Promise.reject(notInReadStep(`writing ${path}`)),
    call: callAsRead(read.open),
    close: change.close,
  };
};

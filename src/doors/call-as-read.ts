import { type OpenReads, partsOfChanges } from '../platform/protocol.ts';
import type { ChangeIo } from './io.ts';

/**
 * The `call` of read-only io: sends a request that the protocol can express as a read, and refuses any other by name.
 */
export const callAsRead =
  (open: OpenReads, refusal: (what: string) => Error): ChangeIo['call'] =>
  async (protocol, target, request, signal) => {
    const { asRead, line } = partsOfChanges(protocol);
    if (asRead === undefined) throw refusal(line(request));
    return asRead(open, target, request, signal);
  };

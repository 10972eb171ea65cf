import { type OpenReads, partsOfChanges } from '../platform/protocol.ts';
import type { ChangeIo } from './io.ts';

/** A call of a door that only reads: what the protocol can ask as a read is asked so, and anything else is refused by its name. */
export const callAsRead =
  (open: OpenReads, refusal: (what: string) => Error): ChangeIo['call'] =>
  async (protocol, target, request, signal) => {
    const { asRead, line } = partsOfChanges(protocol);
    if (asRead === undefined) throw refusal(line(request));
    return asRead(open, target, request, signal);
  };

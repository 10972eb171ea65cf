import { type OpenReads, partsOfChanges } from '../platform/protocol.ts';
import { WireError } from '../platform/runtime/wire-error.ts';
import type { ChangeIo } from './io.ts';

/** The refusal of what may change something in a step that only reads: 'POST is not allowed in a read-only step. …'. */
export const notInReadStep = (what: string): WireError =>
  new WireError('denied', `${what} is not allowed in a read-only step. Move the step to the phase act`);

/**
 * The `call` of read-only io: sends a request that the protocol can express as a read, and refuses any other by name.
 */
export const callAsRead =
  (open: OpenReads): ChangeIo['call'] =>
  async (protocol, target, request, signal) => {
    const { asRead, line } = partsOfChanges(protocol);
    if (asRead === undefined) throw notInReadStep(line(request));
    return asRead(open, target, request, signal);
  };

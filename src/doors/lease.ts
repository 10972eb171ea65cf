import { WireError } from '../platform/runtime/wire-error.ts';
import type { ChangeIo } from './io.ts';

/**
 * A ChangeIo lent to one operation for one confirmed plan. `end` cancels what is in progress; after it every call
 * throws.
 */
interface Lease {
  readonly io: ChangeIo;
  end(): void;
}

/** The terminal of a lease. `check` throws when the lease has ended. */
const interactWithin = ({ interact }: ChangeIo, check: () => void): Pick<ChangeIo, 'interact'> =>
  interact === undefined
    ? {}
    : {
        interact: async (use) => {
          check();
          return interact(use);
        },
      };

const consoleWithin = (
  { openConsole }: ChangeIo,
  within: (signal: AbortSignal) => AbortSignal,
): Pick<ChangeIo, 'openConsole'> =>
  openConsole === undefined
    ? {}
    : { openConsole: async (request, signal) => openConsole(request, within(signal)) };

/** Opening a port-forward needs the lease; the open one does not. */
const forwardWithin = (
  { forward }: ChangeIo,
  within: (signal: AbortSignal) => AbortSignal,
): Pick<ChangeIo, 'forward'> =>
  forward === undefined ? {} : { forward: async (request, signal) => forward(request, within(signal)) };

export const createLease = (change: ChangeIo): Lease => {
  const over = new AbortController();
  /** Returns the signal for a call through this lease. Throws when the lease has ended. */
  const within = (signal: AbortSignal): AbortSignal => {
    if (over.signal.aborted)
      throw new Error('the lease of this ChangeIo has ended: the plan has already been carried out');
    return AbortSignal.any([signal, over.signal]);
  };
  return {
    io: {
      clock: change.clock,
      send: async (request, signal) => change.send(request, within(signal)),
      run: async function* (program, signal) {
        yield* change.run(program, within(signal));
      },
      stream: async (request, signal) => change.stream(request, within(signal)),
      upgrade: async (request, signal) => change.upgrade(request, within(signal)),
      socket: async (request, signal) => change.socket(request, within(signal)),
      put: async (path, text, signal) => change.put(path, text, within(signal)),
      draft: async (path, isPacked, signal) => change.draft(path, isPacked, within(signal)),
      call: async (protocol, target, request, signal) =>
        change.call(protocol, target, request, within(signal)),
      ...interactWithin(change, () => void within(over.signal)),
      ...consoleWithin(change, within),
      ...forwardWithin(change, within),
    },
    end: () => over.abort(new WireError('cancelled', 'the operation has ended, so nothing more can be sent')),
  };
};

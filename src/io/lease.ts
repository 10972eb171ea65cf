import { type ChangeIo, WireError } from './io.ts';

/** A change io lent to one operation for one confirmed plan. After `end`, what is under way stops and every call throws. */
export interface Lease {
  readonly io: ChangeIo;
  end(): void;
}

export const lease = (change: ChangeIo): Lease => {
  const over = new AbortController();
  return {
    io: {
      clock: change.clock,
      send: async (request, signal) => {
        if (over.signal.aborted)
          throw new Error('the lease of this change io is over: its plan has been carried out');
        return change.send(request, AbortSignal.any([signal, over.signal]));
      },
    },
    end: () => over.abort(new WireError('cancelled', 'the operation has ended')),
  };
};

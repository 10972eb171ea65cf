import type { ReadIo } from '../../../src/doors/io.ts';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import { toWireError } from '../../../src/platform/runtime/wire-error.ts';
import type { WireFault } from './fault-kinds.ts';

/** Result of a call to an unavailable file server: an I/O error. */
const ioError = (): Error => {
  const error = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
  return toWireError(error) ?? error;
};

/** Calls of a door that return promises, under the current fault: late, without an end, or failed. */
const faulty = <T extends object>(
  door: T,
  clock: Clock,
  current: () => WireFault | undefined,
  noted: () => void,
): T =>
  new Proxy(door, {
    get: (target, name) => {
      const held: unknown = Reflect.get(target, name);
      if (typeof held !== 'function') return held;
      return (...args: unknown[]): unknown => {
        const fault = current();
        if (fault === undefined || fault.name === 'corrupt') return Reflect.apply(held, target, args);
        noted();
        const signal = args.find((value) => value instanceof AbortSignal);
        if (fault.name === 'silence') return until(signal).then(() => Promise.reject(ioError()));
        if (fault.name !== 'delay' && fault.name !== 'trickle') return Promise.reject(ioError());
        return clock.sleep(fault.everyMs, signal).then(() => Reflect.apply(held, target, args));
      };
    },
  });

const until = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    else signal?.addEventListener('abort', () => resolve(), { once: true });
  });

/** An io whose directory is on a file server that has the faults of the network. */
export const withFaultyFiles = (
  io: ReadIo,
  clock: Clock,
  current: () => WireFault | undefined,
  noted: () => void,
): ReadIo => ({
  ...io,
  files: faulty(io.files, clock, current, noted),
  disk: faulty(io.disk, clock, current, noted),
});

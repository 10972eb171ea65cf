import type { Clock } from '../../../src/platform/runtime/clock.ts';
import { seededNumbers, type WireFault } from './fault-kinds.ts';

/** Changes of the bytes of one stream, in order, under the current fault. */
export interface ByteFilter {
  /** Passes bytes on, or does what the fault does instead. */
  receive(bytes: Buffer): void;
  /** Resolves when delayed bytes have arrived. */
  settled(): Promise<void>;
}

export interface FilterEnd {
  push(bytes: Buffer): void;
  /** The stream ends: by a reset, by a normal end, or only in this direction. */
  end(how: 'reset' | 'cut' | 'half-close'): void;
  isOpen(): boolean;
}

/** The fault of a network or a proxy, as its streams see it. */
export interface CurrentFault {
  readonly fault: WireFault | undefined;
  /** Changes with each call of `set`. */
  readonly epoch: number;
  /** Aborts with the next call of `set`: delayed bytes arrive then. */
  readonly ended: AbortSignal;
  stalled(change: 1 | -1): void;
}

/** Creates the filter of one stream; `passed` bytes are counted from the beginning of the fault, or of the stream. */
export const createByteFilter = (
  clock: Clock,
  current: () => CurrentFault,
  end: FilterEnd,
  affected: () => void,
): ByteFilter => {
  let passed = 0;
  let epoch = current().epoch;
  let queue: Promise<void> = Promise.resolve();
  let queued = 0;
  const later = (bytes: Buffer, ms: number): void => {
    const { stalled, ended } = current();
    stalled(1);
    queued += 1;
    queue = queue
      .then(() => clock.sleep(ms, ended))
      .then(() => {
        stalled(-1);
        queued -= 1;
        if (end.isOpen()) end.push(bytes);
      });
  };
  const faulty = (fault: WireFault, bytes: Buffer): void => {
    affected();
    if (fault.name === 'delay') {
      later(bytes, fault.everyMs);
      return;
    }
    if (fault.name === 'trickle') {
      const pieces = Math.min(400, Math.ceil(bytes.length / fault.bytes));
      for (let index = 0; index < pieces; index += 1)
        later(
          index === pieces - 1
            ? bytes.subarray(index * fault.bytes)
            : bytes.subarray(index * fault.bytes, (index + 1) * fault.bytes),
          fault.everyMs,
        );
      return;
    }
    if (fault.name === 'corrupt') {
      const random = seededNumbers(fault.seed + passed);
      const changed = Buffer.from(bytes);
      for (
        let index = Math.floor(random() * fault.bytes * 8);
        index < changed.length;
        index += 1 + Math.floor(random() * fault.bytes * 16)
      )
        changed[index] = Math.floor(random() * 256);
      end.push(changed);
      return;
    }
    if (fault.name === 'silence') return;
    end.end(fault.name === 'refuse' ? 'reset' : fault.name);
  };
  return {
    settled: () => queue,
    receive: (bytes) => {
      const { fault, epoch: now } = current();
      if (now !== epoch) [epoch, passed] = [now, 0];
      const plain =
        fault === undefined ? bytes.length : Math.max(0, Math.min(bytes.length, fault.after - passed));
      passed += bytes.length;
      if (plain > 0 && queued > 0) later(bytes.subarray(0, plain), 0);
      else if (plain > 0) end.push(bytes.subarray(0, plain));
      if (fault !== undefined && plain < bytes.length) faulty(fault, bytes.subarray(plain));
    },
  };
};

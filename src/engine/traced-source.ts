import type { Trace, TracedFault } from '../domain/trace.ts';
import type { LogEvent, Tail } from '../logs/reading/tail.ts';
import type { Clock } from '../platform/clock.ts';
import type { Source } from '../sources/source.ts';

const mostFaults = 20;

/** What came of a stream while it was open. */
class Counted {
  lines = 0;
  bytes = 0;
  readonly faults: TracedFault[] = [];

  add(event: LogEvent): void {
    if (event.is === 'line') {
      this.lines += 1;
      this.bytes += event.text.length;
    } else if (event.is === 'chunk') this.bytes += event.bytes.length;
    else if (event.is === 'fault' && this.faults.length < mostFaults) {
      const { kind, source, message } = event.fault;
      this.faults.push({ kind, source, message });
    }
  }
}

const tracedTail = (tail: Tail, source: string, trace: Trace, clock: Clock): Tail => {
  const { stream } = tail;
  const older = tail.older?.bind(tail);
  return {
    ...tail,
    ...(older === undefined ? {} : { older }),
    open: async function* (from, signal) {
      const counted = new Counted();
      const began = clock.now();
      trace({ what: 'stream-open', source, stream, follow: from.follow });
      try {
        for await (const event of tail.open(from, signal)) {
          counted.add(event);
          yield event;
        }
      } finally {
        const { lines, bytes, faults } = counted;
        trace({ what: 'stream-close', source, stream, ms: clock.now() - began, lines, bytes, faults });
      }
    },
  };
};

/** The same source; each stream of lines that is opened or closed is an event. */
export const tracedSource = (source: Source, id: string, trace: Trace, clock: Clock): Source => {
  const tails = source.tails?.bind(source);
  if (tails === undefined) return source;
  return {
    ...source,
    close: () => source.close(),
    tails: async (of, signal) => (await tails(of, signal)).map((tail) => tracedTail(tail, id, trace, clock)),
  };
};

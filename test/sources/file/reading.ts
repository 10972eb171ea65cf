import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { LogEvent, ResumePoint, Tail } from '../../../src/logs/reading/tail.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { file } from '../../../src/sources/file/index.ts';
import type { Source } from '../../../src/sources/kit/contract/source.ts';

export const never = new AbortController().signal;

/** A file source on its own directory, with the system clock: file times cannot be simulated. */
export interface LogDir {
  readonly dir: string;
  readonly source: Source;
  path(name: string): string;
  tails(of?: string): Promise<readonly Tail[]>;
  tail(stream: string): Promise<Tail>;
}

export const openLogDir = async (paths: readonly string[]): Promise<LogDir> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-logs-'));
  const config = file.config.parse({ paths });
  const source = await file.open(
    { id: 'disk', env: 'test', config, signals: [], dir },
    openReadIo(systemClock()),
  );
  onTestFinished(async () => {
    await source.close();
    await rm(dir, { recursive: true });
  });
  const tails = async (of?: string) => (await source.tails?.(of, never)) ?? [];
  return {
    dir,
    source,
    path: (name) => join(dir, name),
    tails,
    tail: async (stream) => {
      const found = (await tails()).find((tail) => tail.stream === stream);
      if (found === undefined) throw new Error(`no stream ${stream}`);
      return found;
    },
  };
};

/** The events so far. */
export interface Received {
  readonly events: LogEvent[];
  /** Text of all chunks and lines. */
  text(): string;
  lines(): readonly string[];
  words(): readonly string[];
  mark(): string;
}

export const createReceived = (events: LogEvent[] = []): Received => {
  const text = (): string =>
    events
      .map((event) =>
        event.is === 'chunk'
          ? Buffer.from(event.bytes).toString()
          : event.is === 'line'
            ? `${event.text}\n`
            : '',
      )
      .join('');
  return {
    events,
    text,
    lines: () => text().split('\n').slice(0, -1),
    words: () =>
      events.flatMap((event) =>
        event.is === 'gap'
          ? [`gap: ${event.why}`]
          : event.is === 'note'
            ? [`note: ${event.text}`]
            : event.is === 'fault'
              ? [`fault: ${event.fault.kind}`]
              : [],
      ),
    mark: () => {
      const marked = events.findLast(
        (event) => (event.is === 'chunk' || event.is === 'line') && event.mark !== undefined,
      );
      return marked !== undefined && 'mark' in marked ? (marked.mark ?? '') : '';
    },
  };
};

export const readAll = async (
  tail: Tail,
  from: ResumePoint = { follow: false },
  signal = never,
): Promise<Received> => {
  const received = createReceived();
  for await (const event of tail.open(from, signal)) received.events.push(event);
  return received;
};

/** Follows a stream; `until` resolves once the received text matches. */
export const follow = (tail: Tail, from: Partial<ResumePoint> = {}) => {
  const stop = new AbortController();
  const received = createReceived();
  let wake = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const event of tail.open({ follow: true, ...from }, stop.signal)) {
      received.events.push(event);
      wake.resolve();
      wake = Promise.withResolvers<void>();
    }
  })();
  return {
    received,
    until: async (fits: (received: Received) => boolean): Promise<Received> => {
      while (!fits(received)) {
        const next = wake.promise;
        await Promise.race([next, reading.then(() => Promise.reject(new Error('the stream has ended')))]);
      }
      return received;
    },
    stop: async (): Promise<Received> => {
      stop.abort();
      await reading;
      return received;
    },
  };
};

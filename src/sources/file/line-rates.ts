import { dirname } from 'node:path';
import type { Millis } from '../../domain/base/fault.ts';
import { sum } from '../../domain/base/sums.ts';
import type { FileSignalValue } from './file-context.ts';
import { addStreamLines, isInforming, loggerLinesOf, type StreamLines } from './stream-lines.ts';

/** Lines of one file since the previous read. */
export interface CountedFile {
  readonly path: string;
  readonly lines: StreamLines;
}

interface CountInterval {
  readonly from: Millis;
  readonly to: Millis;
  readonly streams: ReadonlyMap<string, StreamLines>;
}

const overlapShare = (begin: Millis, { from, to }: CountInterval): number =>
  from >= begin || to === from ? 1 : (to - begin) / (to - from);

/** A rotated file is the stream that it was: 'app.log.1', 'app.log-20260304'. */
const streamOf = (path: string): string => path.replace(/\.\d{1,3}$|[-.]\d{4}-?\d{2}-?\d{2}$/, '');

const partOf = (stream: string): string => JSON.stringify({ stream });

const addTo = (streams: Map<string, StreamLines>, stream: string, lines: StreamLines): void => {
  const known = streams.get(stream);
  streams.set(stream, known === undefined ? lines : addStreamLines(known, lines));
};

/** Number of matching lines in the last `perMs`, from the counts of successive reads, with the files behind it. */
export class LineRate {
  readonly #perMs: Millis;
  #counts: readonly CountInterval[] = [];
  #lastAt: Millis | undefined;
  /** When each file last had lines. */
  readonly #written = new Map<string, Millis>();
  /** Files with lines other than those that are counted. */
  readonly #mixed = new Set<string>();

  constructor(perMs: Millis) {
    this.#perMs = perMs;
  }

  /** `files`: lines since the previous read; undefined when unknown. */
  add(files: readonly CountedFile[] | undefined, time: Millis): void {
    const from = this.#lastAt;
    this.#lastAt = time;
    if (files === undefined || from === undefined) this.#counts = [];
    else {
      const streams = new Map<string, StreamLines>();
      for (const { path, lines } of files) addTo(streams, streamOf(path), lines);
      this.#counts = [...this.#counts, { from, to: time, streams }].filter(
        ({ to }) => to > time - this.#perMs,
      );
    }
    for (const { path, lines } of files ?? []) {
      const { matches, all } = lines;
      if (all > 0) this.#written.set(streamOf(path), time);
      if (all > matches) this.#mixed.add(streamOf(path));
    }
  }

  /**
   * Count per `perMs`. Scaled up until that time has been observed; the oldest count, which began before the window, is
   * included proportionally.
   */
  value(): FileSignalValue {
    const time = this.#lastAt ?? 0;
    const begin = time - this.#perMs;
    const first = this.#counts[0];
    if (first === undefined)
      return { why: 'there is no count yet: opsdeck counts the new lines from now on' };
    const watchedMs = Math.min(this.#perMs, time - first.from);
    if (watchedMs === 0) return { why: 'there is no count yet: opsdeck counts the new lines from now on' };
    const values: Record<string, number> = {};
    // Only files that are there now: one that was removed is a missing part.
    for (const stream of this.#counts.at(-1)?.streams.keys() ?? []) {
      const lines = this.#counts.map(
        (count) => (count.streams.get(stream)?.matches ?? 0) * overlapShare(begin, count),
      );
      values[partOf(stream)] = (sum(lines) * this.#perMs) / watchedMs;
    }
    return {
      value: this.#total(begin, watchedMs),
      parts: values,
      fold: 'sum',
      computed: this.#behind(this.#perMs / watchedMs),
    };
  }

  /** The count of all files, also of those that were removed since. */
  #total(begin: Millis, watchedMs: Millis): number {
    const counts = this.#counts.map(
      (count) => sum([...count.streams.values()].map(({ matches }) => matches)) * overlapShare(begin, count),
    );
    return (sum(counts) * this.#perMs) / watchedMs;
  }

  #behind(scale: number): NonNullable<FileSignalValue['computed']> {
    const streams = [...(this.#counts.at(-1)?.streams.keys() ?? [])];
    return {
      addsUp: true,
      targets: Object.fromEntries(streams.map((stream) => [`lines ${stream}`, 'unknown' as const])),
      windowMs: this.#perMs,
      lastLines: Object.fromEntries(
        streams.flatMap((stream) => {
          const time = this.#lastLineOf(stream, streams);
          return time === undefined ? [] : [[partOf(stream), time]];
        }),
      ),
      plainLines: this.#plainLines(scale),
    };
  }

  /** The lines that are no warnings and no errors, by stream: whether they are usual, and when they were written last. */
  #plainLines(scale: number): NonNullable<NonNullable<FileSignalValue['computed']>['plainLines']> {
    const streams = new Map<string, StreamLines>();
    for (const count of this.#counts)
      for (const [stream, lines] of count.streams) addTo(streams, stream, lines);
    const parts = [...streams].map(([stream, lines]) => ({ part: partOf(stream), lines }));
    return {
      usual: parts.flatMap(({ part, lines }) => (isInforming(lines, scale) ? [part] : [])),
      last: Object.fromEntries(
        parts.flatMap(({ part, lines: { lastPlainAt } }) =>
          lastPlainAt === undefined ? [] : [[part, lastPlainAt]],
        ),
      ),
      loggers: Object.fromEntries(
        parts.flatMap(({ part, lines }) => {
          const loggers = loggerLinesOf(lines, scale);
          return loggers === undefined ? [] : [[part, loggers]];
        }),
      ),
    };
  }

  /** A file with nothing but errors ends with them: another file beside it tells whether its writer still runs. */
  #lastLineOf(stream: string, streams: readonly string[]): Millis | undefined {
    const tellers = this.#mixed.has(stream)
      ? [stream]
      : streams.filter((other) => dirname(other) === dirname(stream));
    const times = tellers.flatMap((teller) => this.#written.get(teller) ?? []);
    return times.length === 0 ? undefined : Math.max(...times);
  }
}

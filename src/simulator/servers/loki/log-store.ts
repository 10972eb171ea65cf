import type { Millis } from '../../../domain/base/fault.ts';

export type StreamLabels = Readonly<Record<string, string>>;

/** One line of a stream. */
export interface StoredLine {
  /** Nanoseconds since the epoch on the caller's clock, unique within a stream. */
  readonly ns: bigint;
  readonly text: string;
}

export interface StoredStream {
  readonly labels: StreamLabels;
  readonly lines: readonly StoredLine[];
}

/** A line with its stream, for tail clients. */
export interface StreamLine extends StoredLine {
  readonly labels: StreamLabels;
}

/** Maximum lines per stream; older ones are beyond retention. */
const most = 5000;

/** Lines by labels, as in Loki. */
export class LogStore {
  readonly #streams = new Map<string, { readonly labels: StreamLabels; lines: StoredLine[] }>();
  readonly #followers = new Set<(written: StreamLine) => void>();

  get streams(): readonly StoredStream[] {
    return [...this.#streams.values()];
  }

  write(labels: StreamLabels, time: Millis, text: string): void {
    const key = JSON.stringify(labels);
    const stream = this.#streams.get(key) ?? { labels, lines: [] };
    this.#streams.set(key, stream);
    const ns = BigInt(Math.round(time * 1000)) * 1000n;
    const last = stream.lines.at(-1)?.ns ?? 0n;
    const line = { ns: last >= ns && last < ns + 1000n ? last + 1n : ns, text };
    stream.lines.push(line);
    if (stream.lines.length > most) stream.lines = stream.lines.slice(-most);
    for (const follower of this.#followers) follower({ ...line, labels });
  }

  /** Calls back on every line from now on; returns the unsubscribe function. */
  follow(follower: (written: StreamLine) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}

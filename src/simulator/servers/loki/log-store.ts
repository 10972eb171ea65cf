import type { Millis } from '../../../domain/fault.ts';

export type StreamLabels = Readonly<Record<string, string>>;

/** One line of a stream. */
export interface StoredLine {
  /** Nanoseconds since the epoch, by the caller's clock: each of a stream has its own. */
  readonly ns: bigint;
  readonly text: string;
}

export interface StoredStream {
  readonly labels: StreamLabels;
  readonly lines: readonly StoredLine[];
}

/** A line in its stream, as a follower is told of it. */
export interface StreamLine extends StoredLine {
  readonly labels: StreamLabels;
}

/** Lines of one stream that are kept; older ones are past retention. */
const most = 5000;

/** Lines by their labels, as Loki keeps them. */
export class LogStore {
  readonly #streams = new Map<string, { readonly labels: StreamLabels; lines: StoredLine[] }>();
  readonly #followers = new Set<(written: StreamLine) => void>();

  get streams(): readonly StoredStream[] {
    return [...this.#streams.values()];
  }

  write(labels: StreamLabels, at: Millis, text: string): void {
    const key = JSON.stringify(labels);
    const stream = this.#streams.get(key) ?? { labels, lines: [] };
    this.#streams.set(key, stream);
    const ns = BigInt(Math.round(at * 1000)) * 1000n;
    const last = stream.lines.at(-1)?.ns ?? 0n;
    const line = { ns: last >= ns && last < ns + 1000n ? last + 1n : ns, text };
    stream.lines.push(line);
    if (stream.lines.length > most) stream.lines = stream.lines.slice(-most);
    for (const follower of this.#followers) follower({ ...line, labels });
  }

  /** Tells of every line from now on; returns how to stop it. */
  follow(follower: (written: StreamLine) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}

import type { PipedLine } from './pipe.ts';

/** The newest lines of each stream that pass, with those around them. */
export interface LastLines {
  add(line: PipedLine): void;
  /** In the order in which they came. */
  all(): readonly PipedLine[];
}

/** A line that passes, with what is shown with it. */
interface Group {
  readonly number: number;
  readonly lines: PipedLine[];
  hasHit: boolean;
}

/** Holds `most` lines of each stream that pass, and no more. */
export const createLastLines = (most: number): LastLines => {
  const groups: Group[][] = [];
  let number = 0;
  const begin = (stream: number, line: PipedLine): void => {
    const held = groups[stream] ?? [];
    groups[stream] = held;
    held.push({ number: number++, lines: [line], hasHit: line.role === 'hit' });
    // Seldom, so that it costs little.
    if (held.length > 2 * most + 1) held.splice(0, held.length - most - 1);
  };
  return {
    add: (line) => {
      const last = groups[line.stream.index]?.at(-1);
      const isNew = line.role !== 'after' && (last === undefined || last.hasHit);
      if (isNew || last === undefined) return begin(line.stream.index, line);
      last.lines.push(line);
      last.hasHit ||= line.role === 'hit';
    },
    all: () =>
      groups
        .flatMap((held) => (most === 0 ? [] : held.filter(({ hasHit }) => hasHit).slice(-most)))
        .sort((a, b) => a.number - b.number)
        .flatMap(({ lines }) => lines),
  };
};

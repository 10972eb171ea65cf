import { rowKind } from '../format/line.ts';
import type { LogRing } from '../ring/ring.ts';
import type { Breathe } from './breather.ts';
import type { Batch } from './rows.ts';

interface PumpParts {
  readonly breathe: Breathe;
  readonly ring: LogRing;
  /** Rows were put into the ring. */
  came(): void;
  /** It is full and holds: resolves when there may be room again. */
  full(): Promise<void>;
}

/** Puts what is read into the ring. While that is full and holds, nothing more is asked for, so that the sources wait. */
export const pump = async (
  { breathe, ring, came, full }: PumpParts,
  answers: AsyncIterable<readonly Batch[]>,
  signal: AbortSignal,
): Promise<void> => {
  for await (const batches of answers) {
    for (const batch of batches) {
      while (ring.holding && ring.isFull && !signal.aborted) await full();
      if (signal.aborted) return;
      putBatch(ring, batch);
    }
    came();
    await breathe();
  }
};

const putBatch = (ring: LogRing, { rows, from, to }: Batch): void => {
  const head = { at: 0, level: 0, stream: rows.stream, kind: rowKind.line as number };
  for (let index = from; index < to; index++) {
    head.at = rows.at[index] ?? 0;
    head.level = rows.level[index] ?? 0;
    head.kind = rows.kind[index] ?? 0;
    ring.append(rows.bytes, rows.begins[index] ?? 0, rows.ends[index] ?? 0, head, rows.ascii[index] === 1);
  }
};

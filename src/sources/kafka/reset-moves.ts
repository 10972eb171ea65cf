import type { ResetTo } from './reset-params.ts';

/** A partition as it stands: what is committed, where it begins and ends, and what a time means in it. */
export interface Standing {
  readonly partition: number;
  readonly committed?: bigint;
  readonly low: bigint;
  readonly high: bigint;
  /** The first offset at the moment asked for; absent: nothing is as young. */
  readonly moment?: bigint;
}

/** One offset that is set anew. */
export interface Move {
  readonly partition: number;
  readonly from?: bigint;
  readonly to: bigint;
}

/**
 * What setting the offsets of a group anew does, per partition that it changes. An offset outside of what the partition
 * holds becomes its beginning or its end, as Kafka's own tool has it. A text: why it cannot be done.
 */
export const movesOf = (standings: readonly Standing[], to: ResetTo): readonly Move[] | string => {
  const moves: Move[] = [];
  for (const standing of standings) {
    const wanted = wantedOffset(standing, to);
    if (typeof wanted === 'string') return wanted;
    if (wanted === undefined) continue;
    const { partition, committed, low, high } = standing;
    const within = wanted < low ? low : wanted > high ? high : wanted;
    if (within !== committed)
      moves.push({ partition, to: within, ...(committed === undefined ? {} : { from: committed }) });
  }
  return moves;
};

const wantedOffset = (standing: Standing, to: ResetTo): bigint | string | undefined => {
  const { partition, committed, low, high, moment } = standing;
  if (to === 'earliest') return low;
  if (to === 'latest') return high;
  if (typeof to !== 'object') return BigInt(to);
  if ('at' in to) return moment ?? high;
  if ('offsets' in to) {
    const own = to.offsets[String(partition)];
    return own === undefined ? undefined : BigInt(own);
  }
  return committed === undefined
    ? `nothing is committed in partition ${partition}: there is nothing to count from`
    : committed + BigInt(to.by);
};

/** '2: 120 → 20, 100 messages are read again'. */
export const moveWords = ({ partition, from, to }: Move): string => {
  if (from === undefined) return `${partition}: nothing committed → ${to}`;
  const effect = to > from ? `${to - from} messages are skipped` : `${from - to} messages are read again`;
  return `${partition}: ${from} → ${to}, ${effect}`;
};

/** What cannot be taken back once consumers have gone on from there, in words. */
export const lostWords = (moves: readonly Move[]): string => {
  const sum = (of: (move: Move & { from: bigint }) => bigint): bigint =>
    moves.reduce(
      (total, { from, ...move }) => (from === undefined ? total : total + of({ ...move, from })),
      0n,
    );
  const skipped = sum(({ from, to }) => (to > from ? to - from : 0n));
  const again = sum(({ from, to }) => (to < from ? from - to : 0n));
  const fresh = moves.filter(({ from }) => from === undefined).map(({ partition }) => partition);
  return [
    skipped > 0n ? `${skipped} messages are skipped: this group never handles them` : '',
    again > 0n ? `${again} messages are handled again: harmless only where that is idempotent` : '',
    fresh.length > 0 ? `partition ${fresh.join(', ')} had no commit before: undo cannot take that away` : '',
  ]
    .filter((text) => text !== '')
    .join('; ');
};

import { z } from 'zod';
import type { Millis } from '../../domain/base/fault.ts';
import { parseDuration } from '../../domain/text/duration.ts';

/** Stays as written, so that it can be validated again and stored as JSON. */
const zOffset = z.union([
  z.int().min(0),
  z.string().regex(/^\d+$/, { error: 'the value is not an offset: use digits only' }),
]);

const isTimestamp = (text: string): boolean =>
  parseDuration(text) !== undefined || !Number.isNaN(Date.parse(text));

const zResetTarget = z.union(
  [
    z.enum(['earliest', 'latest']),
    zOffset,
    z.strictObject({
      at: z
        .string()
        .refine(isTimestamp, { error: 'not a time: use 2026-03-04T10:00:00Z, or an age such as 1h' })
        .meta({
          description:
            'moves the group to the first message at or after this time, written as an ISO time or as an age',
        }),
    }),
    z.strictObject({
      by: z.int().meta({
        description: 'number of messages by which the group moves forward, or back if the number is negative',
      }),
    }),
    z.strictObject({
      offsets: z
        .record(z.string().regex(/^\d+$/), zOffset)
        .meta({ description: 'commit these offsets, as a map of partition to offset' }),
    }),
  ],
  {
    error:
      'not a reset target: use earliest, latest, an offset, { at: TIME }, { by: MESSAGES } or { offsets: { PARTITION: OFFSET } }',
  },
);

export const resetParams = z.strictObject({
  group: z.string().min(1),
  topic: z.string().min(1),
  to: zResetTarget,
  partitions: z
    .array(z.int().min(0))
    .min(1)
    .meta({
      description:
        'opsdeck resets the offsets of these partitions. By default, opsdeck resets every partition',
    })
    .exactOptional(),
});

export type ResetParams = z.infer<typeof resetParams>;
type ResetTarget = ResetParams['to'];

/** Resolves the time of `{ at }` by the wall clock. */
export const resolveTimestamp = (text: string, wallNow: Millis): Millis => {
  const ago = parseDuration(text);
  return ago === undefined ? Date.parse(text) : wallNow - ago;
};

/** State of a partition: its committed offset, start, end, and the offset for the requested time. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly committed?: bigint;
  readonly low: bigint;
  readonly high: bigint;
  /** First offset at the requested time; absent when no message is that recent. */
  readonly offsetAtTime?: bigint;
}

/** One offset to reset. */
export interface OffsetMove {
  readonly partition: number;
  readonly from?: bigint;
  /** The existing offset nearest to `from`, where `from` is outside the range of the partition. */
  readonly start?: bigint;
  readonly to: bigint;
}

/**
 * Plans the reset of a group's offsets, for each partition that changes. Clamps an offset outside the range of the
 * partition to its start or end, like Kafka's own tool. Returns a text when the reset is impossible.
 */
export const planOffsetMoves = (
  partitions: readonly PartitionOffsets[],
  to: ResetTarget,
): readonly OffsetMove[] | string => {
  const moves: OffsetMove[] = [];
  for (const position of partitions) {
    const requested = requestedOffset(position, to);
    if (typeof requested === 'string') return requested;
    if (requested === undefined) continue;
    const { partition, committed, low, high } = position;
    const within = (offset: bigint): bigint => (offset < low ? low : offset > high ? high : offset);
    const target = within(requested);
    if (target === committed) continue;
    if (committed === undefined) moves.push({ partition, to: target });
    else {
      const start = within(committed);
      moves.push({ partition, from: committed, ...(start === committed ? {} : { start }), to: target });
    }
  }
  return moves;
};

const requestedOffset = (position: PartitionOffsets, to: ResetTarget): bigint | string | undefined => {
  const { partition, committed, low, high, offsetAtTime: moment } = position;
  if (to === 'earliest') return low;
  if (to === 'latest') return high;
  if (typeof to !== 'object') return BigInt(to);
  if ('at' in to) return moment ?? high;
  if ('offsets' in to) {
    const own = to.offsets[String(partition)];
    return own === undefined ? undefined : BigInt(own);
  }
  return committed === undefined
    ? `partition ${partition} has no committed offset, so there is nothing to count from. Use earliest, latest or an offset`
    : committed + BigInt(to.by);
};

/** Messages that a move skips, reads again, and cannot recover because retention deleted them. */
const moveEffect = ({ from = 0n, start = from, to }: OffsetMove) => ({
  skipped: to > start ? to - start : 0n,
  again: to < start ? start - to : 0n,
  lost: start > from ? start - from : 0n,
});

const messagesText = (count: bigint): string => (count === 1n ? '1 message is' : `${count} messages are`);

/**
 * Formats a move: '2: 120 → 20, 100 messages are read again', '0: 5 → 90, lost to retention: 15, 70 messages are
 * skipped'.
 */
export const formatOffsetMove = (move: OffsetMove): string => {
  const { partition, from, start = from, to } = move;
  if (from === undefined) return `${partition}: nothing committed → ${to}`;
  const { skipped, again, lost } = moveEffect(move);
  const effects = [
    lost > 0n ? `${lost} messages lost to retention` : '',
    start !== undefined && start < from ? `${from - start} offsets past the end` : '',
    skipped > 0n ? `${messagesText(skipped)} skipped` : '',
    again > 0n ? `${messagesText(again)} read again` : '',
  ];
  return [`${partition}: ${from} → ${to}`, ...effects.filter((text) => text !== '')].join(', ');
};

/** Describes the effects that are irreversible once consumers have continued from the new offset. */
export const irreversibleEffects = (moves: readonly OffsetMove[]): string => {
  const effects = moves.filter(({ from }) => from !== undefined).map(moveEffect);
  const sum = (of: keyof ReturnType<typeof moveEffect>): bigint =>
    effects.reduce((total, effect) => total + effect[of], 0n);
  const skipped = sum('skipped');
  const again = sum('again');
  const lost = sum('lost');
  const fresh = moves.filter(({ from }) => from === undefined).map(({ partition }) => partition);
  return [
    lost > 0n ? `retention has already deleted some messages: ${lost}` : '',
    skipped > 0n ? `${messagesText(skipped)} skipped: this group never processes them` : '',
    again > 0n
      ? `${messagesText(again)} processed again: that is safe only if the consumer is idempotent`
      : '',
    fresh.length > 0
      ? `partition ${fresh.join(', ')} had no committed offset before, and undo cannot remove the new one`
      : '',
  ]
    .filter((text) => text !== '')
    .join('; ');
};

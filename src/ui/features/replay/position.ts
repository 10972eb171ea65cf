import type { Millis } from '../../../domain/base/fault.ts';
import { dayMs, parseDuration } from '../../../domain/text/duration.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import type { Recording } from '../../shell/recording/recording.ts';

/**
 * Parses a position in a recording: '12m30s' since its start, '14:05' or '14:05:30' as a time of day (UTC), at or after the
 * start. Ms since the start; undefined if it is neither.
 */
export const parsePosition = (
  text: string,
  { startedAt }: Pick<Recording, 'startedAt'>,
): Millis | undefined => {
  const plain = text.trim().toLowerCase();
  const since = plain === '0' ? 0 : parseDuration(plain);
  if (since !== undefined) return since;
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(plain);
  if (match === null) return undefined;
  const hours = Number(match[1]);
  const minutes = Number(match[2]);
  const seconds = Number(match[3] ?? 0);
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const day = Math.floor(startedAt / dayMs) * dayMs;
  const time = day + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  // The start has a fraction of a second, which is not typed.
  return Math.max(0, (time + 1000 > startedAt ? time : time + dayMs) - startedAt);
};

/** '14:05:30 UTC' */
export const positionTime = ({ startedAt }: Pick<Recording, 'startedAt'>, time: Millis): string =>
  `${formatClockTime(startedAt + time)} UTC`;

/** '12:30 / 58:10' */
export const playPositionText = ({ durationMs }: Pick<Recording, 'durationMs'>, time: Millis): string =>
  `${formatElapsed(time)} / ${formatElapsed(durationMs)}`;

import type { LogSettings } from '../../domain/profile.ts';
import type { Clock } from '../../platform/clock.ts';
import type { HeadOptions } from '../format/head.ts';

/** How time and level of lines are told, as the profile says. */
export const lineHeads = (logs: LogSettings | undefined, clock: Clock): HeadOptions => ({
  levels: logs?.levels,
  zone: logs?.zone ?? 'utc',
  now: () => clock.now() + clock.wallOffset(),
});

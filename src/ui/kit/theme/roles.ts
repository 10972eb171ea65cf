import type { Level } from '../../../domain/facts/level.ts';
import type { Tier } from '../../../domain/profile/profile.ts';
import type { Danger } from '../../../domain/runbooks/operation.ts';

/** The role of a piece of text. Only the theme decides how it looks. */
export type TextRole =
  | 'plain'
  | 'bold'
  | 'faint'
  | 'rule'
  | 'title'
  | 'focus'
  | 'key'
  | Level
  | 'stale'
  | 'loading'
  | 'down'
  | 'series'
  | 'spark'
  | 'limit'
  | 'match'
  | 'hit'
  | StreamTextRole
  | 'armed'
  | 'armedText'
  | 'chip'
  | 'fill'
  | 'fillLimit'
  | 'caution'
  | 'cautionLimit'
  | 'breach'
  | 'breachLimit'
  | 'shared'
  | 'past'
  | `env.${Tier}`
  | `danger.${Danger}`
  | `cause.${Exclude<Level, 'ok'>}`
  | `flash.${Level}`;

/** The role of a log stream, by its index. */
type StreamTextRole = 'stream.0' | 'stream.1' | 'stream.2' | 'stream.3' | 'stream.4' | 'stream.5';

export const streamRoles: readonly StreamTextRole[] = [
  'stream.0',
  'stream.1',
  'stream.2',
  'stream.3',
  'stream.4',
  'stream.5',
];

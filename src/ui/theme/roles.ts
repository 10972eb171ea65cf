import type { Level } from '../../domain/level.ts';
import type { Danger } from '../../domain/operation.ts';
import type { Tier } from '../../domain/profile.ts';

/** What a piece of text is on the screen. How it looks is the theme's business alone. */
export type TextRole =
  | 'plain'
  | 'bold'
  | 'faint'
  | 'title'
  | 'focus'
  | 'key'
  | Level
  | 'stale'
  | 'loading'
  | 'down'
  | 'match'
  | 'hit'
  | StreamTextRole
  | 'armed'
  | 'shared'
  | 'past'
  | `env.${Tier}`
  | `edge.${Tier}`
  | `danger.${Danger}`;

/** Of a stream of lines, by its place among the streams. */
type StreamTextRole = 'stream.0' | 'stream.1' | 'stream.2' | 'stream.3' | 'stream.4' | 'stream.5';

export const streamRoles: readonly StreamTextRole[] = [
  'stream.0',
  'stream.1',
  'stream.2',
  'stream.3',
  'stream.4',
  'stream.5',
];

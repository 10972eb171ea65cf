import type { Level } from '../../domain/level.ts';
import type { Danger } from '../../domain/operation.ts';
import type { Tier } from '../../domain/profile.ts';

/** What a piece of text is on the screen. How it looks is the theme's business alone. */
export type Role =
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
  | 'armed'
  | 'shared'
  | 'past'
  | `env.${Tier}`
  | `edge.${Tier}`
  | `danger.${Danger}`;

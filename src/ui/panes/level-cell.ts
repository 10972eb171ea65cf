import type { Level } from '../../domain/level.ts';
import type { Pen } from '../text/pen.ts';
import type { Line } from '../text/run.ts';
import { levelWords } from '../theme/glyphs.ts';
import type { Role } from '../theme/roles.ts';

/** A level as it is always shown: glyph and word, in the level's colour. `word` in place of the level's own. */
export const levelCell = (pen: Pen, level: Level, word: string = levelWords[level]): Line => [
  pen.glyph(level, level),
  pen.run(` ${word}`, level),
];

/** The same for something that was seen too long ago to be believed. */
export const staleCell = (pen: Pen, word: string, role: Role = 'stale'): Line => [
  pen.glyph('stale', role),
  pen.run(` ${word}`, role),
];

import type { Level } from '../domain/level.ts';

const glyphs: Readonly<Record<Level, string>> = { ok: '●', unknown: '?', warn: '▲', crit: '✗' };

/** A level as glyph and word, in columns of equal width. */
export const levelGlyph = (level: Level): string => `${glyphs[level]} ${level.toUpperCase().padEnd(7)}`;

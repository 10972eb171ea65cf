import { createHeadReader, type HeadOptions } from '../format/head.ts';

/** Tells the `levelCode` of a line of clean bytes, its line feed left out, by that line alone; 0: it tells none. */
export type LevelOf = (bytes: Uint8Array, begin: number, end: number) => number;

/** Throws SyntaxError for a pattern of the profile that is none. */
export const createLevelOf = (options: HeadOptions): LevelOf => {
  const reader = createHeadReader(options);
  return (bytes, begin, end) => reader.read(bytes, begin, end).ownLevel;
};

import { levelCode, levelOfCode } from '../../domain/log-level.ts';
import type { Chip } from '../format/chip.ts';
import type { LineFilter } from '../reading/tail.ts';

/** What chips say to a tail that leaves out itself what they hide; undefined: everything is wanted. */
export const chipFilter = (chips: readonly Chip[]): LineFilter | undefined => {
  const include = chips.flatMap((chip) => (chip.is === 'include' ? [chip.pattern] : []));
  const exclude = chips.flatMap((chip) => (chip.is === 'exclude' ? [chip.pattern] : []));
  const least = levelOfCode(
    Math.max(0, ...chips.map((chip) => (chip.is === 'level' ? levelCode(chip.least) : 0))),
  );
  if (include.length === 0 && exclude.length === 0 && least === undefined) return undefined;
  return { include, exclude, ...(least === undefined ? {} : { least }) };
};

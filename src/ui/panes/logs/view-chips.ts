import type { LogView } from '../../../domain/profile.ts';
import type { Chip } from '../../../logs/format/chip.ts';

/** The chips that a view of the profile stands for. */
export const chipsOfView = ({
  include,
  exclude,
  level,
  ignoreCase = false,
}: Pick<LogView, 'include' | 'exclude' | 'level' | 'ignoreCase'>): readonly Chip[] => [
  ...include.map((text): Chip => ({ is: 'include', pattern: { text, regex: true, ignoreCase } })),
  ...exclude.map((text): Chip => ({ is: 'exclude', pattern: { text, regex: true, ignoreCase } })),
  ...(level === undefined ? [] : [{ is: 'level', least: level } satisfies Chip]),
];

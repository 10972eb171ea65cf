import type { Path } from '../tree.ts';

/** 'act[0].use' → ['act', 0, 'use'] */
export const pathOf = (text: string): Path =>
  [...text.matchAll(/[^.[\]]+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));

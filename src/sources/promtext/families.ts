import type { Family, FamilyType, Page } from './scan/page.ts';

/** A family of a page with the number of its samples. */
export interface FamilyCount {
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string;
  readonly samples: number;
}

/** What a family's type lets its samples add to its name. Sources: text format 0.0.4, OpenMetrics 1.0. */
const suffixes: Readonly<Record<FamilyType, readonly string[]>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['_sum', '_count', '_created'],
  info: ['_info'],
  stateset: [],
  gauge: [],
  untyped: [],
  unknown: [],
};

/** The family that a sample belongs to: the one with its name, or the one whose type explains its suffix; else its own. */
export const familyName = (sample: string, families: ReadonlyMap<string, Family>): string => {
  if (families.has(sample)) return sample;
  const cut = sample.lastIndexOf('_');
  const family = cut < 0 ? undefined : families.get(sample.slice(0, cut));
  const explains = family?.type !== undefined && suffixes[family.type].includes(sample.slice(cut));
  return explains ? family.name : sample;
};

/** Every family of a page in its order; those that were only announced come last, with no samples. */
export const familyCounts = ({ series, families }: Page): readonly FamilyCount[] => {
  const counts = new Map<string, number>();
  for (const { name } of series) {
    const family = familyName(name, families);
    counts.set(family, (counts.get(family) ?? 0) + 1);
  }
  for (const name of families.keys()) if (!counts.has(name)) counts.set(name, 0);
  return [...counts].map(([name, samples]) => {
    const family = families.get(name);
    return { name, type: family?.type ?? 'untyped', help: family?.help ?? '', samples };
  });
};

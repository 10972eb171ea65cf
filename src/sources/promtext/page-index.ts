import type { FamilyType, FlatLabels, MetricsPage, PageFamily, PageSeries } from './scan/page.ts';
import { FlawList } from './scan/page.ts';

/** A family of a page and its number of samples. */
export interface FamilyCount {
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string;
  readonly samples: number;
}

/** Sample name suffixes of each family type. Sources: text format 0.0.4, OpenMetrics 1.0. */
const sampleSuffixes: Readonly<Record<FamilyType, readonly string[]>> = {
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

/**
 * Family of a sample: the one with its name, or the one whose type explains its suffix; otherwise a separate family.
 */
export const familyName = (sample: string, families: ReadonlyMap<string, PageFamily>): string => {
  if (families.has(sample)) return sample;
  const cut = sample.lastIndexOf('_');
  const family = cut < 0 ? undefined : families.get(sample.slice(0, cut));
  const explains = family?.type !== undefined && sampleSuffixes[family.type].includes(sample.slice(cut));
  return explains ? family.name : sample;
};

/** All families of a page in order; those declared without samples come last. */
export const familyCounts = ({ series, families }: MetricsPage): readonly FamilyCount[] => {
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

/** A series with a key that identifies it across scrapes. */
export interface KeyedSeries {
  readonly key: string;
  readonly series: PageSeries;
}

/** Sorts labels by name, without empty ones: in Prometheus those do not count. */
const sortLabels = (labels: FlatLabels): FlatLabels => {
  let isOrdered = true;
  for (let index = 0; index < labels.length && isOrdered; index += 2)
    isOrdered =
      labels[index + 1] !== '' && (index === 0 || (labels[index - 2] ?? '') < (labels[index] ?? ''));
  if (isOrdered) return labels;
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index < labels.length; index += 2) {
    const name = labels[index] ?? '';
    const value = labels[index + 1] ?? '';
    if (value !== '') pairs.push([name, value]);
  }
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1)).flat();
};

/** Unique key of a label set; NUL never occurs in input. A new string, so that it does not keep the page in memory. */
export const labelKey = (labels: FlatLabels): string => sortLabels(labels).join('\0');

/** Index of a page by sample name, with each series once. */
export class PageIndex {
  readonly families: ReadonlyMap<string, PageFamily>;
  /** Duplicate series among the names that were looked up. */
  readonly duplicates = new FlawList();
  private readonly byName: ReadonlyMap<string, readonly PageSeries[]>;
  private readonly lookups = new Map<string, readonly KeyedSeries[]>();

  constructor({ series, families }: MetricsPage) {
    this.families = families;
    this.byName = Map.groupBy(series, ({ name }) => name);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Series of a name. Of duplicates the last value counts, at the position of the first. */
  series(name: string): readonly KeyedSeries[] {
    const cached = this.lookups.get(name);
    if (cached !== undefined) return cached;
    const selected = new Map<string, KeyedSeries>();
    for (const series of this.byName.get(name) ?? []) {
      const key = labelKey(series.labels);
      const before = selected.get(key)?.series.line;
      if (before !== undefined)
        this.duplicates.add(
          series.line,
          `duplicate sample: ${name} with the same labels is also on line ${before}. The last one is used`,
        );
      selected.set(key, { key, series });
    }
    const known = [...selected.values()];
    this.lookups.set(name, known);
    return known;
  }
}

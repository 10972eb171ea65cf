import { Flaws } from './scan/flaws.ts';
import type { Family, FlatLabels, Page, Series } from './scan/page.ts';

/** A series with what tells it from every other, the same in every scrape. */
export interface Known {
  readonly key: string;
  readonly series: Series;
}

/** The labels in the order of their names, without empty ones: in Prometheus those are no labels. */
const ordered = (labels: FlatLabels): FlatLabels => {
  let isOrdered = true;
  for (let at = 0; at < labels.length && isOrdered; at += 2)
    isOrdered = labels[at + 1] !== '' && (at === 0 || (labels[at - 2] ?? '') < (labels[at] ?? ''));
  if (isOrdered) return labels;
  const pairs: (readonly [string, string])[] = [];
  for (let at = 0; at < labels.length; at += 2) {
    const [name = '', value = ''] = [labels[at], labels[at + 1]];
    if (value !== '') pairs.push([name, value]);
  }
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1)).flat();
};

/** A text that no two label sets share; NUL never comes from the wire. A new string: it keeps no page in memory. */
export const labelKey = (labels: FlatLabels): string => ordered(labels).join('\0');

/** A page by name of its samples, every series once. */
export class Catalogue {
  readonly families: ReadonlyMap<string, Family>;
  /** Series that stand there twice, of the names that were looked up. */
  readonly twice = new Flaws();
  private readonly byName: ReadonlyMap<string, readonly Series[]>;
  private readonly looked = new Map<string, readonly Known[]>();

  constructor({ series, families }: Page) {
    this.families = families;
    this.byName = Map.groupBy(series, ({ name }) => name);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** The series of a name. Of one that stands there twice the last counts, in the place of the first. */
  series(name: string): readonly Known[] {
    const looked = this.looked.get(name);
    if (looked !== undefined) return looked;
    const found = new Map<string, Known>();
    for (const series of this.byName.get(name) ?? []) {
      const key = labelKey(series.labels);
      const before = found.get(key)?.series.line;
      if (before !== undefined)
        this.twice.add(
          series.line,
          `${name} with these labels stands on line ${before} too; the last one counts`,
        );
      found.set(key, { key, series });
    }
    const known = [...found.values()];
    this.looked.set(name, known);
    return known;
  }
}

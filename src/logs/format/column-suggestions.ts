import type { ParsedLine } from './parsed-line.ts';

/** A field that is common enough to be a column of its own. */
interface ColumnSuggestion {
  readonly name: string;
  /** Of the lines that bear any field, 0 to 1. */
  readonly share: number;
  /** How many different values it has, up to 100. */
  readonly distinct: number;
  /** The longest of its values, in code units, up to 64. */
  readonly width: number;
}

const leastShare = 0.2;
const leastLines = 3;
const countedAtMost = 100;
const widest = 64;

/** What says least of a single line: it is the same everywhere, or nobody reads it. */
const dull = /^(?:hostname|pid|@version|ecs\.version|level_value|protocol|ident|v|spans)$/i;

/** Before all others: what tells lines apart. */
const telling =
  /^(?:logger|thread|order|trace(?:[-_.]?id)?|status|method|path|user|client|caller|component|duration|error|err)$/i;

interface Count {
  lines: number;
  readonly values: Set<string>;
  width: number;
}

const rank = ({ name, share, distinct }: ColumnSuggestion): number =>
  share + (telling.test(name) ? 1 : 0) - (dull.test(name) ? 1 : 0) - (distinct === 1 ? 0.5 : 0);

/**
 * The fields that recent lines have in common, the most telling first: those that at least a fifth of the lines with
 * fields bear. `most`: so many at most.
 */
export const suggestColumns = (lines: readonly ParsedLine[], most = 12): readonly ColumnSuggestion[] => {
  const counts = new Map<string, Count>();
  let bearing = 0;
  for (const { fields } of lines) {
    if (fields.size > 0) bearing++;
    for (const [name, value] of fields) {
      const count = counts.get(name) ?? { lines: 0, values: new Set(), width: 0 };
      counts.set(name, count);
      count.lines++;
      if (count.values.size < countedAtMost) count.values.add(value);
      count.width = Math.min(widest, Math.max(count.width, value.length));
    }
  }
  return [...counts]
    .map(([name, { lines: borne, values, width }]) => ({
      name,
      share: borne / bearing,
      distinct: values.size,
      width,
    }))
    .filter(({ name, share }) => share >= leastShare && (counts.get(name)?.lines ?? 0) >= leastLines)
    .toSorted((a, b) => rank(b) - rank(a) || (a.name < b.name ? -1 : 1))
    .slice(0, most);
};

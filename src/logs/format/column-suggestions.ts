import type { ParsedLine } from './parsed-line.ts';

/** A field that is common enough for a separate column. */
interface ColumnSuggestion {
  readonly name: string;
  /** Share of the lines with any field, 0 to 1. */
  readonly share: number;
  /** Number of distinct values, up to 100. */
  readonly distinct: number;
  /** Length of its longest value in code units, up to 64. */
  readonly width: number;
}

const minShare = 0.2;
const minLines = 3;
const maxValues = 100;
const maxWidth = 64;

/** Fields with little information about a single line, because their values rarely differ or matter. */
const uninformative = /^(?:hostname|pid|@version|ecs\.version|level_value|protocol|ident|v|spans)$/i;

/** Preferred fields, which distinguish lines best. */
const informative =
  /^(?:logger|thread|order|trace(?:[-_.]?id)?|status|method|path|user|client|caller|component|duration|error|err)$/i;

interface Count {
  lines: number;
  readonly values: Set<string>;
  width: number;
}

const rank = ({ name, share, distinct }: ColumnSuggestion): number =>
  share + (informative.test(name) ? 1 : 0) - (uninformative.test(name) ? 1 : 0) - (distinct === 1 ? 0.5 : 0);

/**
 * Returns the common fields of recent lines, most informative first: those in at least a fifth of the lines
 * with fields. `most`: maximum number.
 */
export const suggestColumns = (lines: readonly ParsedLine[], most = 12): readonly ColumnSuggestion[] => {
  const counts = new Map<string, Count>();
  let linesWithFields = 0;
  for (const { fields } of lines) {
    if (fields.size > 0) linesWithFields++;
    for (const [name, value] of fields) {
      const count = counts.get(name) ?? { lines: 0, values: new Set(), width: 0 };
      counts.set(name, count);
      count.lines++;
      if (count.values.size < maxValues) count.values.add(value);
      count.width = Math.min(maxWidth, Math.max(count.width, value.length));
    }
  }
  return [...counts]
    .map(([name, { lines: count, values, width }]) => ({
      name,
      share: count / linesWithFields,
      distinct: values.size,
      width,
    }))
    .filter(({ name, share }) => share >= minShare && (counts.get(name)?.lines ?? 0) >= minLines)
    .toSorted((a, b) => rank(b) - rank(a) || (a.name < b.name ? -1 : 1))
    .slice(0, most);
};

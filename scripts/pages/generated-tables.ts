import { readFileSync } from 'node:fs';
import { checklistItemModes, modeOf } from '../../src/domain/checklists/modes/item-mode.ts';

/** The lines of a table that a page of another author contains. */
type Tables = Readonly<Record<string, readonly string[]>>;

/**
 * The page at `path` with its generated tables: each replaces the lines between `<!-- NAME: written by npm run docs -->` and
 * the next blank line.
 * @throws {Error} when the page has no place for one of them
 */
export const withTables = (path: string, tables: Tables): string =>
  Object.entries(tables).reduce(
    (page, [name, rows]) => {
      const mark = `<!-- ${name}: written by npm run docs -->\n\n`;
      const start = page.indexOf(mark);
      if (start < 0) throw new Error(`${path}: no line "${mark.trim()}". Add it where the table stands`);
      const from = start + mark.length;
      const end = page.indexOf('\n\n', from);
      return `${page.slice(0, from)}${rows.join('\n')}${end < 0 ? '\n' : page.slice(end)}`;
    },
    readFileSync(path, 'utf8'),
  );

/** The modes of checklist items. */
export const itemModeRows = (): readonly string[] => [
  '| `mode` | who decides | what it may show |',
  '| --- | --- | --- |',
  ...checklistItemModes.map((mode) => {
    const { decider, shows } = modeOf({ mode });
    return `| \`${mode}\` | ${decider} | ${shows} |`;
  }),
];

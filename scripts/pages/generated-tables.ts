import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { checklistItemModes, modeOf } from '../../src/domain/checklists/modes/item-mode.ts';
import type { SourceModule } from '../../src/sources/kit/contract/source.ts';

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

/** The fields of a schema for JSON that name the keys of an operation. */
interface ParamSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

/** '{ node, timeout?, force? }' */
const paramsText = (params: z.ZodType): string => {
  const { properties = {}, required = [] } = z.toJSONSchema(params, {
    io: 'input',
    unrepresentable: 'any',
  }) as ParamSchema;
  const names = Object.keys(properties).map((name) => `${name}${required.includes(name) ? '' : '?'}`);
  return names.length === 0 ? '' : `\`{ ${names.join(', ')} }\``;
};

/** The danger of an operation, for people. */
export const dangerWord = (danger: string): string => (danger === 'as-step' ? 'set by the step' : danger);

/** The operations of a source with their parameters. */
export const operationRows = ({ operations }: Pick<SourceModule, 'operations'>): readonly string[] => [
  '| operation | parameters | danger | |',
  '| --- | --- | --- | --- |',
  ...Object.entries(operations).map(
    ([name, { params, danger, says = '' }]) =>
      `| \`${name}\` | ${paramsText(params)} | ${dangerWord(danger)} | ${says} |`,
  ),
];

/** True for a page with a place for the table `name`. */
export const hasTable = (path: string, name: string): boolean =>
  readFileSync(path, 'utf8').includes(`<!-- ${name}: written by npm run docs -->`);

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceTypes } from '../src/sources/registry.ts';
import { keysPage } from './keys-page.ts';
import { commandsPage } from './pages/commands-page.ts';
import { configPage } from './pages/config-page.ts';
import { hasTable, itemModeRows, operationRows, withTables } from './pages/generated-tables.ts';
import { kindsPage } from './pages/kinds-page.ts';
import { manPage } from './pages/man-page.ts';
import { profileJsonSchema } from './pages/profile-json-schema.ts';
import { questionsPage } from './pages/questions-page.ts';
import { sourcesPage } from './pages/sources-page.ts';
import { tracePage } from './pages/trace-page.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const sourceModules = await Promise.all(sourceTypes.map(({ load }) => load()));

/** A generated documentation file. */
interface Page {
  readonly path: string;
  render(): string;
}

const pages: readonly Page[] = [
  {
    path: 'profiles/profile.schema.json',
    // Editors read it. An indentation of two blanks would be half of it.
    render: () => `${JSON.stringify(profileJsonSchema(sourceModules), null, 1)}\n`,
  },
  { path: 'docs/reference/commands.md', render: commandsPage },
  { path: 'man/opsdeck.1', render: manPage },
  { path: 'docs/reference/keys.md', render: keysPage },
  { path: 'docs/reference/config.md', render: configPage },
  { path: 'docs/reference/questions.md', render: questionsPage },
  { path: 'docs/reference/kinds.md', render: kindsPage },
  {
    path: 'docs/reference/checklists.md',
    render: () => withTables('docs/reference/checklists.md', { modes: itemModeRows() }),
  },
  { path: 'docs/reference/trace.md', render: tracePage },
  { path: 'docs/reference/sources.md', render: () => sourcesPage(sourceModules) },
  ...sourceModules.flatMap((module): readonly Page[] => {
    const path = `src/sources/${module.type}/README.md`;
    return hasTable(path, 'operations')
      ? [{ path, render: () => withTables(path, { operations: operationRows(module) }) }]
      : [];
  }),
];

const stale: Page[] = [];
for (const page of pages)
  if ((await readFile(page.path, 'utf8').catch(() => '')) !== page.render()) stale.push(page);

if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    console.error(`out of date: ${stale.map((page) => page.path).join(', ')}. Run: npm run docs`);
    process.exitCode = 1;
  }
} else
  for (const page of stale) {
    await mkdir(dirname(page.path), { recursive: true });
    await writeFile(page.path, page.render());
    console.log(`wrote ${page.path}`);
  }

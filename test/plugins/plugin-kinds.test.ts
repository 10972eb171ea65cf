import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AnyFact, FactKind } from '../../src/domain/facts/facts.ts';
import { factKinds, isKind } from '../../src/kinds/registry/registry.ts';
import { importFile } from '../../src/platform/files/package-files.ts';
import { type LoadedPlugin, loadPlugin } from '../../src/plugins/load-plugin.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { shopCockpit } from '../screens/support/shop.ts';
import { openCockpit } from '../screens/support/user.ts';
import { feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { manifestOf } from './support.ts';

let dir = '';
const loaded: LoadedPlugin[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'plugin-kinds-'));
});
afterEach(async () => {
  for (const plugin of loaded.splice(0)) plugin.release();
  await rm(dir, { recursive: true });
});

/** Loads a plugin with a kind. `more` adds exports. */
const load = async (name: string, kind: string, more = ''): Promise<LoadedPlugin> => {
  const path = join(dir, name);
  await mkdir(path);
  await writeFile(join(path, 'package.json'), manifestOf(name));
  await writeFile(
    join(path, 'index.js'),
    `import { defineKind, definePane, definePlugin, fieldsOf } from 'opsdeck/sdk';
const { id, number, state } = fieldsOf();
const kind = defineKind({
  name: '${kind}',
  says: 'Gauges on walls',
  fields: { name: id('name of the gauge', (f) => f.name), mood: state('condition of the gauge', 'fine odd', (f) => f.mood), needle: number('position of the needle', '', (f) => f.needle) },
  state: (f) => f.mood,
  levels: { words: { odd: 'warn' }, closed: ['fine', 'odd'] },
});
export const plugin = definePlugin({ kinds: [kind], ${more} });
`,
  );
  const places = { settingsDir: dir, homeDir: dir, packageDirs: [], permits: async () => {} };
  const plugin = await loadPlugin(path, places, { load: importFile, now: () => noon });
  loaded.push(plugin);
  return plugin;
};

const pane = (kind: string): string => `panes: [definePane({
  kind: '${kind}',
  title: 'DIALS',
  columns: [
    { head: 'NEEDLE', width: 9, align: 'right', text: (f) => 'at ' + f.needle.toFixed(1) + '\\u001b[31m' },
    { head: 'BROKEN', width: 9, text: (f) => f.nothing.length },
  ],
  details: (f) => ['the needle is at ' + f.needle],
})]`;

test('a plugin kind uses the pane of the plugin, and a column that throws leaves the rest intact', async () => {
  const { problem } = await load('opsdeck-plugin-dials', 'dials', pane('dials'));
  expect(problem).toBeUndefined();
  const facts = createFactsStore(frame({ system: 'shop', env: 'production' }));
  const row = { source: 'bus', at: noon, name: 'boiler', mood: 'odd', needle: 4.25 };
  // A plugin kind is in no type of this program.
  const kind = 'dials' as FactKind;
  const items = [row] as unknown as readonly AnyFact[];
  learn(facts, feedInfo('bus/dials', kind), { items });
  const scene = { facts, cockpit: { ...shopCockpit, suggestions: [] } };
  const user = await openCockpit({ size: [120, 36], scene });
  await user.press(':');
  await user.type('dials');
  await user.press('enter');
  // The counts stay in the title line; the column heads have the row below it.
  expect(user.rowWith('DIALS').replaceAll(/ +/g, ' ')).toContain('DIALS 1 worst first');
  expect(user.rowWith('▌DIALS').replaceAll(/ +/g, ' ')).toContain('▌DIALS 1 worst first ▲ 1 warning ');
  expect(user.rowWith('NEEDLE').replaceAll(/ +/g, ' ')).toContain(' DIALS NEEDLE BROKEN SINCE');
  expect(user.rowWith('▲ odd').replaceAll(/ +/g, ' ')).toContain('▲ odd boiler at 4.3 –');
  await user.press('enter');
  expect(user.rowWith('the needle is at 4.25').trim()).toBe('the needle is at 4.25');
});

test('a duplicate kind or a pane of a foreign kind is a fault, and the plugin is not registered', async () => {
  expect((await load('opsdeck-plugin-a', 'lag')).problem?.message).toContain(
    'plugin opsdeck-plugin-a: a kind with the name "lag" is registered already',
  );
  expect((await load('opsdeck-plugin-b', 'meters', pane('health'))).problem?.message).toContain(
    'pane DIALS shows health, which this plugin does not define: add the kind to the plugin',
  );
  expect(isKind('meters')).toBe(false);
  const plugin = await load('opsdeck-plugin-c', 'meters');
  expect(factKinds()).toContain('meters');
  plugin.release();
  expect(factKinds()).not.toContain('meters');
});

test('an export not created with the SDK is a fault', async () => {
  expect(
    (await load('opsdeck-plugin-d', 'meters', 'panes: [{ kind: "meters" }]')).problem?.message,
  ).toContain('plugin opsdeck-plugin-d: one of the panes was not created with definePane');
  expect(isKind('meters')).toBe(false);
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { sourceModules } from '../support/source-modules.ts';
import { processStages, rigs, stages } from './rigs.ts';

const root = 'src/sources';
/** `kit` has what several sources are made of. */
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'kit')
  .map((entry) => entry.name);

test('every source folder is registered', () => {
  const types = new Set(sourceModules.map((module) => module.type));
  const unregistered = folders.filter((name) => !types.has(name));
  expect(unregistered, `add ${unregistered.join(', ')} to src/sources/registry.ts`).toEqual([]);
});

test('every registered source has contract tests', () => {
  const tested = new Set(
    [...rigs, ...[...stages, ...processStages].map(({ rig }) => rig)].map((rig) => rig.type),
  );
  const missing = sourceModules.map((module) => module.type).filter((type) => !tested.has(type));
  const todo = `write test/contract/rigs/${missing[0]}.ts and add it to test/contract/rigs.ts`;
  expect(missing, todo).toEqual([]);
});

for (const module of sourceModules) {
  const { type } = module;
  const readme = `${root}/${type}/README.md`;
  const sample = `${root}/${type}/sample.yaml`;

  test(`${type}: its README has every section, feed and operation`, () => {
    expect(existsSync(readme), `write ${readme}`).toBe(true);
    const text = readFileSync(readme, 'utf8');
    const sections = [
      '## What it reads',
      '## Required permissions',
      '## Configuration example',
      '## Values and units',
      '## Operations',
      '## Limitations',
    ];
    expect(
      sections.filter((section) => !text.includes(section)),
      `missing in ${readme}`,
    ).toEqual([]);
    const names = [...module.feedNames, ...Object.keys(module.operations)];
    expect(
      names.filter((name) => !text.includes(`\`${name}\``)),
      `missing in ${readme}`,
    ).toEqual([]);
  });

  test(`${type}: its sample has only valid sources and signals`, () => {
    expect(existsSync(sample), `write ${sample}`).toBe(true);
    const { sources, signals = [] } = parse(readFileSync(sample, 'utf8'));
    const entries = Object.entries<Record<string, unknown>>(sources);
    expect(entries.length).toBeGreaterThanOrEqual(2);
    const configs = new Map<string, unknown>();
    for (const [id, { type: written, ...entry }] of entries) {
      expect(written).toBe(type);
      configs.set(id, module.config.parse(entry));
    }
    for (const signal of signals) {
      const read = module.reads?.parse(signal.read) ?? {};
      expect(module.checkRead?.(read, configs.get(signal.source)), signal.id).toBeUndefined();
      // Opening a source applies the same checks as loading a profile.
      expect(module.reads?.safeParse(read).error, signal.id).toBeUndefined();
    }
  });
}

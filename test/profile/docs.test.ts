import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/domain/text/position.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { sourceModules } from '../support/source-modules.ts';
import { now } from './support/loading.ts';
import { memoryFiles } from './support/memory-files.ts';

const examples = async (page: string): Promise<readonly string[]> => {
  const text = await readFile(page, 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = '']) => yaml);
};

/** Puts a section below a profile head, so that it is validated as a whole profile. */
const whole = (yaml: string): string =>
  yaml.includes('opsdeck: 1') ? yaml : `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\n${yaml}`;

const problemsOf = async (yaml: string): Promise<readonly string[]> => {
  const { diagnostics } = await loadProfile('docs/example.yaml', {
    files: memoryFiles({ 'docs/example.yaml': yaml }),
    modules: sourceModules,
    sets: {},
    processEnv: { SHOP_TOKEN: 't0ken', AUDIT: 't0ken', STATE_PASSWORD: 'passw0rd' },
    now,
  });
  return diagnostics.map(formatDiagnostic);
};

test('every example of docs/reference/profiles.md is a valid profile', async () => {
  const all = await examples('docs/reference/profiles.md');
  expect(all.length).toBeGreaterThanOrEqual(3);
  for (const example of all) expect(await problemsOf(whole(example))).toEqual([]);
});

test('the examples of the page about deliveries are one valid profile', async () => {
  const all = await examples('docs/how-to/deliveries.md');
  const section = (name: string): string =>
    all.flatMap((example) => example.match(new RegExp(`^${name}:\\n((?: .*\\n)+)`, 'm'))?.[1] ?? []).join('');
  const yaml = `sources:\n${section('sources')}runbooks:\n${section('runbooks')}`;
  expect(yaml.match(/id: release-\w+/g)).toEqual(['id: release-diff', 'id: release-rollback']);
  expect(await problemsOf(whole(yaml).replace('dev\ntier: dev', 'production\ntier: production'))).toEqual([]);
});

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { formatComplaint } from '../../src/domain/text/position.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { sourceModules } from '../support/source-modules.ts';
import { now } from './support/loading.ts';
import { memoryFiles } from './support/memory-files.ts';

const examples = async (): Promise<readonly string[]> => {
  const text = await readFile('docs/reference/profiles.md', 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = '']) => yaml);
};

/** Puts a section below a profile head, so that it is validated as a whole profile. */
const whole = (yaml: string): string =>
  yaml.includes('opsdeck: 1') ? yaml : `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\n${yaml}`;

test('every example of docs/reference/profiles.md is a valid profile', async () => {
  const all = await examples();
  expect(all.length).toBeGreaterThanOrEqual(3);
  for (const example of all) {
    const { complaints } = await loadProfile('docs/example.yaml', {
      files: memoryFiles({ 'docs/example.yaml': whole(example) }),
      modules: sourceModules,
      sets: {},
      processEnv: { SHOP_TOKEN: 't0ken', AUDIT: 't0ken', STATE_PASSWORD: 'passw0rd' },
      now,
    });
    expect(complaints.map(formatComplaint)).toEqual([]);
  }
});

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeOutput } from '../../scripts/build/write-output.ts';
import { scratchDir } from '../support/scratch-dir.ts';

test('a build removes obsolete files, and keeps the bill of materials that npm run sbom writes', async () => {
  const dir = await mkdtemp(join(scratchDir(), 'opsdeck-output-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'chunk-OLD.js'), '');
  await writeFile(join(dir, 'sbom.cdx.json'), '{}');

  await writeOutput([{ path: 'main.js', contents: Buffer.from('1') }], dir, ['sbom.cdx.json']);

  expect((await readdir(dir)).toSorted()).toEqual(['main.js', 'sbom.cdx.json']);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/domain/text/position.ts';
import { localFiles } from '../../src/platform/files/local-files.ts';
import { findProfiles } from '../../src/profile/catalog/profile-catalog.ts';
import { validateProfiles } from '../../src/profile/validate.ts';
import { sourceModules } from '../support/source-modules.ts';
import { now } from './support/loading.ts';

test('the shipped profiles are valid', async () => {
  const catalogue = await findProfiles(['profiles'], localFiles);
  expect(catalogue.entries.length).toBeGreaterThan(0);
  const diagnostics = await validateProfiles(catalogue, {
    files: localFiles,
    modules: sourceModules,
    sets: {},
    processEnv: {},
    now,
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error').map(formatDiagnostic)).toEqual([]);
  // Each threshold stands in one place.
  expect(diagnostics.filter(({ what }) => what.includes('repeats the limit')).map(formatDiagnostic)).toEqual(
    [],
  );
});

test('no line of a shipped profile is longer than 400 characters', async () => {
  const files = readdirSync('profiles', { recursive: true, encoding: 'utf8' });
  const long = files
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) =>
      readFileSync(join('profiles', file), 'utf8')
        .split('\n')
        .flatMap((line, index) => (line.length > 400 ? [`${file}:${index + 1}`] : [])),
    );
  expect(long).toEqual([]);
});

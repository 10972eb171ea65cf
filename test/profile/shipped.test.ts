import { expect, test } from 'vitest';
import { complaintLine } from '../../src/domain/position.ts';
import { realFiles } from '../../src/platform/files/files.ts';
import { findProfiles } from '../../src/profile/catalogue.ts';
import { validateProfiles } from '../../src/profile/validate.ts';
import { sourceModules } from '../../src/sources/registry.ts';
import { now } from './support/loading.ts';

test('the shipped profiles are without an error', async () => {
  const catalogue = await findProfiles(['profiles'], realFiles);
  expect(catalogue.entries.length).toBeGreaterThan(0);
  const complaints = await validateProfiles(catalogue, {
    files: realFiles,
    modules: sourceModules,
    sets: {},
    processEnv: {},
    now,
  });
  expect(complaints.filter(({ severity }) => severity === 'error').map(complaintLine)).toEqual([]);
});

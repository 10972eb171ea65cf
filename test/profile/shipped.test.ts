import { expect, test } from 'vitest';
import { formatComplaint } from '../../src/domain/text/position.ts';
import { localFiles } from '../../src/platform/files/local-files.ts';
import { findProfiles } from '../../src/profile/catalog/profile-catalog.ts';
import { validateProfiles } from '../../src/profile/validate.ts';
import { sourceModules } from '../support/source-modules.ts';
import { now } from './support/loading.ts';

test('the shipped profiles are valid', async () => {
  const catalogue = await findProfiles(['profiles'], localFiles);
  expect(catalogue.entries.length).toBeGreaterThan(0);
  const complaints = await validateProfiles(catalogue, {
    files: localFiles,
    modules: sourceModules,
    sets: {},
    processEnv: {},
    now,
  });
  expect(complaints.filter(({ severity }) => severity === 'error').map(formatComplaint)).toEqual([]);
});

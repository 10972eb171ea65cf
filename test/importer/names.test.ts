import { expect, test } from 'vitest';
import { slug } from '../../src/importer/names.ts';

test.each([
  ['Restart the orders service', 'restart-the-orders-service'],
  ['Failed événements (last 24 h)', 'failed-evenements-last-24-h'],
  // 48 characters end in the middle of `migration`, and exactly after `schema`.
  [
    'Check that the database is ready before a schema migration',
    'check-that-the-database-is-ready-before-a-schema',
  ],
  ['Check the database that is ready before some migration', 'check-the-database-that-is-ready-before-some'],
  ['x'.repeat(60), 'x'.repeat(48)],
  ['2 steps', 'runbook-2-steps'],
  ['???', 'runbook'],
])('%s is %s', (title, id) => {
  expect(slug(title, 'runbook')).toBe(id);
});

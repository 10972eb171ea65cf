import { expect, test } from 'vitest';
import type { AnyFact } from '../../../../src/domain/facts/facts.ts';
import { fieldText, type KindField } from '../../../../src/ui/shell/panes/field-text.ts';
import { pool } from '../../../support/made-facts.ts';

const shown = (unit: NonNullable<KindField['unit']>, value: number | undefined): string => {
  const field: KindField = { type: 'number', says: 'a number of the test', unit, of: () => value };
  return fieldText(field, pool('db') as AnyFact, 'ok');
};

test.each([
  ['s', 345_600, '4d'],
  ['s', 90.2, '1m30s'],
  ['s', 0, '0s'],
  ['ms', 1500, '1s500ms'],
  ['messages', 1200, '1,200 messages'],
  ['', 1200, '1,200'],
  ['s', undefined, '–'],
] as const)('unit "%s": %d is %s', (unit, value, text) => {
  expect(shown(unit, value)).toBe(text);
});

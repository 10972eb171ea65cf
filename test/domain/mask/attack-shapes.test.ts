import { expect, test } from 'vitest';
import { redactSecretForms } from '../../../src/domain/mask/mask-text.ts';
import { plainLines } from './support/attack-lines.ts';
import { attackLeaks, attackShapes } from './support/attack-shapes.ts';

test('no secret of a configuration, statement, address, header, command or log remains', () => {
  expect(attackShapes.length).toBeGreaterThan(600);
  expect(attackShapes.filter((shape) => attackLeaks.test(redactSecretForms(shape)))).toEqual([]);
});

test('a mark is not masked again', () => {
  const once = attackShapes.map((shape) => redactSecretForms(shape));
  expect(once.map((text) => redactSecretForms(text))).toEqual(once);
});

test('ordinary lines stay as they are', () => {
  expect(plainLines.length).toBeGreaterThan(200);
  expect(plainLines.filter((line) => redactSecretForms(line) !== line)).toEqual([]);
});

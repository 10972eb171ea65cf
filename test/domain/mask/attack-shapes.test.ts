import { expect, test } from 'vitest';
import { redactSecretForms } from '../../../src/domain/mask/mask-text.ts';
import { plainLines } from './support/attack-lines.ts';
import { attackLeaks, attackShapes } from './support/attack-shapes.ts';
import { programLines } from './support/program-lines.ts';
import { typedShapes } from './support/typed-shapes.ts';

const shapes = [...attackShapes, ...typedShapes];
const lines = [...plainLines, ...programLines];

test('no secret of a configuration, statement, address, header, command or log remains', () => {
  expect(shapes.length).toBeGreaterThan(760);
  expect(shapes.filter((shape) => attackLeaks.test(redactSecretForms(shape)))).toEqual([]);
});

test('a mark is not masked again', () => {
  const once = shapes.map((shape) => redactSecretForms(shape));
  expect(once.map((text) => redactSecretForms(text))).toEqual(once);
});

test('ordinary lines stay as they are', () => {
  expect(lines.length).toBeGreaterThan(450);
  expect(lines.filter((line) => redactSecretForms(line) !== line)).toEqual([]);
});

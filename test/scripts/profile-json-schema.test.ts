import { expect, test } from 'vitest';
import { profileJsonSchema } from '../../scripts/pages/profile-json-schema.ts';
import { toyModules } from '../profile/support/toy-modules.ts';
import { longTest } from '../support/layer.ts';
import { sourceModules } from '../support/source-modules.ts';

/** Collects every value of a key, anywhere in a tree. */
const valuesOf = (tree: unknown, key: string): readonly unknown[] => {
  if (Array.isArray(tree)) return tree.flatMap((item) => valuesOf(item, key));
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...valuesOf(value, key),
  ]);
};

longTest('every $ref of the schema resolves', () => {
  const schema = profileJsonSchema(sourceModules);
  const names = Object.keys(schema.definitions ?? {}).map((name) => `#/definitions/${name}`);
  expect(names).toEqual(expect.arrayContaining(valuesOf(schema, '$ref').map(String)));
});

test('validates a source by its type: its own keys, type and covers only', () => {
  const { definitions } = profileJsonSchema(toyModules);
  expect(definitions).toMatchObject({
    'source-mute': {
      title: 'Toy that reads nothing',
      additionalProperties: false,
      properties: { type: { const: 'mute' }, covers: { type: 'array' }, channel: { type: 'string' } },
    },
    'source-probe': { additionalProperties: false, properties: { type: { const: 'probe' } } },
  });
});

test('accepts references for numbers; merged items may be partial, replaced ones must be complete', () => {
  const { definitions, properties } = profileJsonSchema(toyModules);
  const reference = { $ref: '#/definitions/reference' };
  expect(definitions).toMatchObject({
    'source-probe': {
      properties: {
        port: { anyOf: [{ type: 'integer' }, reference] },
        checks: { items: { required: ['service', 'path'] } },
      },
    },
  });
  expect(valuesOf(properties, 'required').map(String)).not.toContain('id,source,read');
  expect(properties).toMatchObject({ tier: { enum: ['local', 'dev', 'staging', 'production'] } });
});

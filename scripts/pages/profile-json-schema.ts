import { z } from 'zod';
import { isObject } from '../../src/domain/text/value-text.ts';
import { zDocument } from '../../src/profile/shape/document.ts';
import { zLogin, zSourceTier, zVia } from '../../src/profile/shape/via.ts';
import type { SourceModule } from '../../src/sources/kit/contract/source.ts';

interface Schema {
  [key: string]: unknown;
}

const toSchema = (schema: z.ZodType): Schema => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    cycles: 'throw',
  });
  return rest;
};

const reference = { $ref: '#/definitions/reference' };

/** Returns whether a schema is too narrow for a reference: a number, a boolean or an enum also accepts one. */
const isNarrow = ({ type, enum: words }: Schema): boolean =>
  words !== undefined || type === 'number' || type === 'integer' || type === 'boolean';

const named = (schema: unknown): boolean =>
  isObject(schema) &&
  isObject(schema.properties) &&
  ('id' in schema.properties || 'name' in schema.properties);

const branches = (schema: Schema): readonly unknown[] =>
  [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []));

/** Returns whether a list merges item by item: all its items have names. */
const mergesByName = (items: unknown): boolean =>
  named(items) || (isObject(items) && branches(items).length > 0 && branches(items).some(named));

/**
 * Drops `required` from everything that merges: a file with `extends` need not repeat its base. Values that replace the
 * base's (lists of unnamed items) must be complete.
 */
const relaxed = (schema: Schema, merges: boolean): Schema => {
  const inner = (value: unknown, still = merges): unknown =>
    isObject(value) ? relaxed(value, still) : value;
  const { required, oneOf, anyOf, properties, additionalProperties, items, ...rest } = schema;
  const list = [...(Array.isArray(oneOf) ? oneOf : []), ...(Array.isArray(anyOf) ? anyOf : [])];
  const result: Schema = {
    ...rest,
    ...(!merges && required !== undefined && { required }),
    ...(list.length > 0 && { anyOf: list.map((branch) => inner(branch)) }),
    ...(isObject(properties) && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, inner(value)])),
    }),
    ...(additionalProperties !== undefined && {
      additionalProperties: inner(additionalProperties),
    }),
    ...(items !== undefined && { items: inner(items, merges && mergesByName(items)) }),
  };
  if (!isNarrow(result)) return result;
  const { description, ...narrow } = result;
  return { ...(description !== undefined && { description }), anyOf: [narrow, reference] };
};

const part: Schema = { $ref: '#/definitions/part' };
const partOfList: Schema = { $ref: '#/definitions/partOfList' };

/** The name of a part, and a part in the place of a list. */
const partDefinitions: Schema = {
  part: {
    description: 'name of an entry of parts, which is inserted here; keys beside it correct it',
    type: 'string',
  },
  partOfList: {
    type: 'object',
    additionalProperties: false,
    properties: { part },
    required: ['part'],
  },
};

/** Allows `part: NAME` in every map and instead of every list below a schema, except in the values of an operation. */
const withParts = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withParts);
  if (!isObject(schema)) return schema;
  const inner: Schema = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === 'with' || key === 'expect' ? value : withParts(value),
    ]),
  );
  if (schema.type === 'array') return { anyOf: [inner, partOfList] };
  return schema.additionalProperties === false && isObject(inner.properties)
    ? { ...inner, properties: { ...inner.properties, part } }
    : inner;
};

/** Adds the keys common to all sources; each branch of a union must accept them. */
const withOwnKeys = (schema: Schema, own: Schema): Schema => ({
  ...schema,
  ...(isObject(schema.properties) && { properties: { ...own, ...schema.properties } }),
  ...(Array.isArray(schema.anyOf) && {
    anyOf: schema.anyOf.map((branch) => (isObject(branch) ? withOwnKeys(branch, own) : branch)),
  }),
});

/** Keys of the head are read before references have values. */
const literalKeys = ['opsdeck', 'system', 'env', 'tier'];

/**
 * Returns the JSON Schema of a profile file for editors, generated from the zod schemas of the loader, with each source
 * by its `type`.
 */
export const profileJsonSchema = (modules: readonly SourceModule[]): Schema => {
  const document = toSchema(zDocument());
  const properties = isObject(document.properties) ? document.properties : {};
  const loose = relaxed(document, true);
  const looseProperties = isObject(loose.properties) ? loose.properties : {};
  const covers = properties.covers;
  const via = { $ref: '#/definitions/via' };
  const login = toSchema(zLogin);
  const tier = toSchema(zSourceTier);
  const definitions = modules.map((module) => [
    `source-${module.type}`,
    {
      title: module.title,
      ...withOwnKeys(relaxed(toSchema(module.config), true), {
        type: { const: module.type },
        covers,
        via,
        login,
        tier,
      }),
    },
  ]);
  const sources = {
    description: 'sources by id: systems that opsdeck reads and acts on',
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: { type: { enum: modules.map((module) => module.type) } },
      allOf: modules.map((module) => ({
        if: { required: ['type'], properties: { type: { const: module.type } } },
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
        then: { $ref: `#/definitions/source-${module.type}` },
      })),
    },
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'An opsdeck profile',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...looseProperties,
      ...Object.fromEntries(['runbooks', 'checklists'].map((key) => [key, withParts(looseProperties[key])])),
      ...Object.fromEntries(literalKeys.map((key) => [key, properties[key]])),
      sources,
    },
    // A file without env is a base; a file with `extends` may leave required keys to its base.
    if: { required: ['env'], not: { required: ['extends'] } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
    then: { required: literalKeys },
    definitions: {
      reference: {
        type: 'string',
        pattern: '\\$\\{[^{}]+\\}',
        description: `a reference: \${name}, \${env:NAME}`,
      },
      via: relaxed(toSchema(zVia), true),
      ...partDefinitions,
      ...Object.fromEntries(definitions),
    },
  };
};

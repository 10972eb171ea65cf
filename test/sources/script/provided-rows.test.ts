import { expect, test } from 'vitest';
import { scriptConfig } from '../../../src/sources/script/config.ts';
import { script } from '../../../src/sources/script/index.ts';

const written = {
  checks: [
    { service: 'disk', run: ['df'] },
    { service: 'queue', id: 'a', run: ['q'] },
    { service: 'queue', id: 'b', run: ['q'] },
  ],
};
const rows = [
  { service: 'disk', instance: '' },
  { service: 'queue', instance: 'a' },
  { service: 'queue', instance: 'b' },
];

test.each([
  { as: 'as written', config: written },
  { as: 'as the schema made it', config: scriptConfig.parse(written) },
])('the checks of a disabled source are known from its config $as', ({ config }) =>
  expect(script.gives?.(config)).toEqual({ kinds: ['health'], expects: rows }),
);

test('a source with signals only provides no rows', () =>
  expect(script.gives?.(scriptConfig.parse({ checks: [] }))).toEqual({ kinds: [], expects: [] }));

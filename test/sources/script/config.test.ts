import { expect, test } from 'vitest';
import { script } from '../../../src/sources/script/index.ts';

const diagnostic = (schema: 'config' | 'reads' | 'exec', value: unknown): string => {
  const found = (schema === 'exec' ? script.operations.exec?.params : script[schema])?.safeParse(value);
  if (found?.success !== false) throw new Error('it was accepted');
  return found.error.message;
};

test.each([
  [
    'a shell command line',
    { checks: [{ service: 'x', run: 'check_disk -w 5' }] },
    'starts programs without a shell',
  ],
  [
    'no program',
    { checks: [{ service: 'x', run: [''] }] },
    'the first argument is the program and cannot be empty: write [program, argument]',
  ],
  ['an empty argv', { checks: [{ service: 'x', run: [] }] }, 'Too small'],
  ['a NUL byte', { checks: [{ service: 'x', run: ['a', 'b\0'] }] }, 'NUL byte'],
  ['shell: true', { checks: [{ service: 'x', run: ['a'], shell: true }] }, 'shell'],
  [
    'an invalid variable name',
    { env: { 'A=B': 'x' } },
    'not an environment variable: use letters, digits and _, and no digit first',
  ],
  [
    'a duplicate name',
    {
      checks: [
        { service: 'x', run: ['a'] },
        { service: 'x', run: ['b'] },
      ],
    },
    'duplicate check id \\"x\\"',
  ],
])('an entry with %s is refused', (_, entry, words) => {
  expect(diagnostic('config', entry)).toContain(words);
});

test('an operation accepts an argument list with values of any type, and no shell command line', () => {
  const { params } = script.operations.exec ?? {};
  expect(params?.parse({ argv: ['scale', 3, true] })).toEqual({ argv: ['scale', '3', 'true'] });
  expect(diagnostic('exec', { argv: 'rm -rf /' })).toContain('starts programs without a shell');
  expect(diagnostic('exec', { argv: ['ls'], shell: true })).toContain('shell');
  expect(diagnostic('exec', { argv: ['ls'], timeout: 'soon' })).toContain('a duration');
});

test.each([
  [{ perf: 'disk', label: '/' }, undefined],
  [{ status: 'disk' }, undefined],
  [{ value: 'queue' }, undefined],
  [{ exec: ['x'], parse: 'number' }, undefined],
  [{ status: 'gone' }, 'no check "gone". Available: disk, queue'],
  [{ perf: 'queue', label: 'x' }, '"queue" is not a check with parse: nagios'],
  [{ exec: ['x'], parse: 'csv' }, 'requires a column'],
])('a signal that reads %j: %j', (read, problem) => {
  const config = script.config.parse({
    checks: [
      { service: 'disk', run: ['a'] },
      { service: 'queue', run: ['b'], parse: 'number' },
    ],
  });
  const found = script.checkRead?.(script.reads?.parse(read) ?? {}, config);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});

test('its facts are known without opening it', () => {
  const entry = {
    checks: [
      { service: 'a', run: ['x'] },
      { service: 'b', id: 'b1', run: ['x'] },
      { service: 'b', id: 'b2', run: ['y'] },
    ],
  };
  expect(script.gives?.(entry)).toEqual({
    kinds: ['health'],
    expects: [
      { service: 'a', instance: '' },
      { service: 'b', instance: 'b1' },
      { service: 'b', instance: 'b2' },
    ],
  });
  expect(script.gives?.({ checks: 'what' })).toEqual({ kinds: ['health'] });
});

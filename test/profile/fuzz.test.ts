// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complaintLine } from '../../src/domain/position.ts';
import { findProfiles } from '../../src/profile/catalogue.ts';
import { head, load } from './support/loading.ts';
import { memoryFiles } from './support/memory-files.ts';

const wellFormed = /^[^:]+:\d+:\d+: (warning: )?\S/;

/** Loads, puts values in when it may, and holds every complaint to its form. */
const survives = async (text: string): Promise<void> => {
  const { complaints, draft } = await load(text, { files: { 'p/base.yaml': text } });
  for (const complaint of complaints) expect(complaintLine(complaint)).toMatch(wellFormed);
  expect(draft === undefined).toBe(complaints.some(({ severity }) => severity === 'error'));
  const finished = await draft?.finish({ exec: async () => 'x', worldVars: {} });
  for (const complaint of finished?.complaints ?? []) expect(complaint.severity).toBe('warning');
  await findProfiles(['p'], memoryFiles({ 'p/dev.yaml': text, 'p/config.yaml': text }));
};

test('bytes, whatever they are, end in complaints', async () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('utf8'));
  await fc.assert(fc.asyncProperty(bytes, survives), { numRuns: 200 });
});

const yamlish = fc
  .array(
    fc.constantFrom(
      ...['opsdeck: 1\n', 'system: shop\n', 'env: dev\n', 'tier: dev\n', 'extends: base.yaml\n', 'vars:\n'],
      ...[
        'sources:\n',
        'signals:\n',
        'runbooks:\n',
        'guard: ',
        'limits: ',
        'across: ',
        '  a: ',
        '  - id: x\n',
      ],
      ...[
        '    use: a.b\n',
        '{ type: probe, url: "http://x" }\n',
        '[a, b]\n',
        '"${a}"\n',
        '"${env:A}"\n',
        '>=5\n',
      ],
      ...[
        '&x ',
        '*x\n',
        '- ',
        '? ',
        ': ',
        '\t',
        '"',
        "'",
        '|\n',
        '>\n',
        '!t ',
        '%',
        '---\n',
        '#',
        '{',
        ']',
        '\0',
      ],
    ),
    { maxLength: 25 },
  )
  .map((parts) => parts.join(''));

test('pieces of profiles, however they are put together, end in complaints', async () => {
  await fc.assert(fc.asyncProperty(yamlish, survives), { numRuns: 500 });
});

const words = fc.constantFrom(
  ...[
    'opsdeck',
    'system',
    'env',
    'tier',
    'title',
    'vars',
    'sources',
    'signals',
    'runbooks',
    'id',
    'name',
    'type',
  ],
  ...[
    'url',
    'checks',
    'read',
    'source',
    'warn',
    'clear',
    'params',
    'act',
    'verify',
    'use',
    'with',
    'include',
  ],
  ...[
    'guard',
    'limits',
    'logs',
    'views',
    'covers',
    'world',
    'across',
    'links',
    'contacts',
    'auth',
    '__proto__',
  ],
);
const scalar = fc.oneof(
  fc.constantFrom('dev', 'probe', 'a.b', '>=5', '5s', 'none', '${a}', '${env:A}', '${param.x}', '$' + '{'),
  fc.string({ maxLength: 5 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    scalar,
    fc.dictionary(words, tie('value'), { maxKeys: 6 }),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
}));

test('any tree of the words that profiles are made of ends in complaints', async () => {
  const body = fc.dictionary(words, anything, { maxKeys: 8 });
  await fc.assert(
    fc.asyncProperty(body, async (value) => {
      await survives(JSON.stringify(value));
      const rest = Object.entries(value).filter(([key]) => !head.includes(`${key}:`));
      await survives(`${head}${rest.map(([key, one]) => `${key}: ${JSON.stringify(one)}\n`).join('')}`);
    }),
    { numRuns: 300 },
  );
});

import fc from 'fast-check';
import { expect } from 'vitest';
import { formatDiagnostic } from '../../src/domain/text/position.ts';
import { findProfiles } from '../../src/profile/catalog/profile-catalog.ts';
import { validateProfiles } from '../../src/profile/validate.ts';
import { head, load, now } from '../profile/support/loading.ts';
import { memoryFiles } from '../profile/support/memory-files.ts';
import { sourceModules } from '../support/source-modules.ts';
import { family } from './support/attack.ts';
import { mutated, mutation, shipped, unparsable } from './support/changed-profiles.ts';

const wellFormed = /^[^:]+:\d+:\d+: (warning: )?\S/;
/** Stack frames, and names of JavaScript's built-in errors. */
const stackTrace = /\n\s+at |\b(?:TypeError|RangeError|ReferenceError)\b|Maximum call stack/;

/** The errors of a profile, one per line; rejects on an internal error. */
type Validate = (text: string) => Promise<readonly string[]>;

const validated: Validate = async (text) => {
  const { diagnostics, draft } = await load(text, { files: { 'p/base.yaml': text } });
  expect(draft === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  const finished = await draft?.finish({ exec: async () => 'x', simulatorVars: {} });
  for (const diagnostic of finished?.diagnostics ?? []) expect(diagnostic.severity).toBe('warning');
  await findProfiles(['p'], memoryFiles({ 'p/dev.yaml': text, 'p/config.yaml': text }));
  return diagnostics.map(formatDiagnostic);
};

/** Throws the parser's own error, like `validate` without error handling. */
const unguarded: Validate = async (text) => {
  const problems: string[] = [];
  const { parse } = await import('yaml');
  const tree = parse(text);
  if (typeof tree?.system !== 'string') problems.push(`TypeError: ${typeof tree} has no system`);
  return problems;
};

const expectErrors = async (text: string, validate: Validate): Promise<void> => {
  for (const line of await validate(text)) {
    expect(line).toMatch(wellFormed);
    expect(line).not.toMatch(stackTrace);
  }
};

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('utf8'));
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

const body = fc.dictionary(words, anything, { maxKeys: 8 }).map((value) => {
  const rest = Object.entries(value).filter(([key]) => !head.includes(`${key}:`));
  return [
    JSON.stringify(value),
    `${head}${rest.map(([key, element]) => `${key}: ${JSON.stringify(element)}\n`).join('')}`,
  ];
});

type ValidateShipped = (system: string, path: string, text: string) => Promise<readonly string[]>;
const validateShipped: ValidateShipped = async (system, path, text) => {
  const files = memoryFiles({ ...Object.fromEntries(shipped), [path]: text });
  const options = { files, modules: sourceModules, sets: {}, processEnv: {}, now };
  const catalogue = await findProfiles([`profiles/${system}`], files);
  return (await validateProfiles(catalogue, options)).map(formatDiagnostic);
};

family('profiles', ({ attack }) => {
  attack('arbitrary bytes yield errors with a position', {
    rounds: 200,
    inputs: bytes,
    defense: validated,
    sabotaged: unguarded,
    holds: expectErrors,
  });

  attack('random combinations of profile fragments yield errors with a position', {
    rounds: 500,
    corpus: [
      `a: ${'['.repeat(4000)}`,
      `${head}signals:\n  - { id: a, when: "${'not '.repeat(100_000)}x" }\n`,
    ],
    inputs: yamlish,
    defense: validated,
    sabotaged: unguarded,
    holds: expectErrors,
    cpuLimitMs: 60_000,
  });

  attack('random trees of profile keys yield errors with a position', {
    rounds: 100,
    inputs: body,
    defense: validated,
    sabotaged: unguarded,
    holds: async (texts, validate) => {
      for (const text of texts) await expectErrors(text, validate);
      return texts.length;
    },
  });

  attack('a shipped profile with random line changes yields errors with a position', {
    rounds: 5,
    corpus: [unparsable],
    inputs: mutation,
    defense: validateShipped,
    sabotaged: ((_system, _path, text) => unguarded(text)) as ValidateShipped,
    holds: async (input, validate) => {
      const { path, text } = mutated(input);
      await expectErrors(text, (changed) => validate(input.system, path, changed));
    },
    cpuLimitMs: 120_000,
  });
});

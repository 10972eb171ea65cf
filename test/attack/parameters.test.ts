import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { PlanError } from '../../src/domain/runbooks/operation.ts';
import type { ParamSpec } from '../../src/domain/runbooks/runbook.ts';
import { bindStepParams } from '../../src/engine/engine.ts';
import { shellQuoteArgv } from '../../src/platform/processes/program.ts';
import { bindParams } from '../../src/runs/runbooks/binding/bind.ts';
import { parseValue } from '../../src/runs/runbooks/params.ts';
import { splitShellWords } from '../../src/simulator/servers/ssh/shell.ts';
import { execPath } from '../../src/sources/kubernetes/operations/exec/exec-session.ts';
import { sourceModules } from '../support/source-modules.ts';
import { family } from './support/attack.ts';
import { hostileValue, hostileValues } from './support/hostile-values.ts';
import { type ShippedStep, shippedSteps } from './support/shipped-steps.ts';

const steps = await shippedSteps();
const argvSteps = steps.filter(({ with: { argv } }) =>
  /\$\{(?:param\.|each)/.test(JSON.stringify(argv ?? '')),
);

type With = Readonly<Record<string, unknown>>;
/** Binds a step's `with` with one value per parameter. Throws PlanError. */
type Bind = (step: ShippedStep, value: string) => With;

const bind: Bind = (step, value) =>
  bindStepParams(
    { use: step.use, with: step.with },
    Object.fromEntries(step.params.map((name) => [name, value])),
    step.profile,
    sourceModules,
  );

const reference = /\$\{(?:param\.[^}]*|each)\}/g;
/** Inserts values into the text of the whole step, and parses it again. */
const spliced: Bind = (step, value) => {
  const argv = step.with.argv;
  if (!Array.isArray(argv)) return JSON.parse(JSON.stringify(step.with).replaceAll(reference, value));
  return { ...step.with, argv: argv.join(' ').replaceAll(reference, value).split(' ') };
};

const escaped = (value: string): string => value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
const encoded = (value: string): string => {
  try {
    return encodeURIComponent(value);
  } catch {
    return value;
  }
};

/** Paths where a bound tree differs from the written one with the value in its place. */
const differences = (written: unknown, bound: unknown, value: string, path = 'with'): readonly string[] => {
  if (typeof written === 'string') {
    const forms = path.startsWith('with.argv') ? [value] : [value, encoded(value), escaped(value)];
    return forms.some((form) => written.replaceAll(reference, () => form) === bound) ? [] : [path];
  }
  if (typeof written !== 'object' || written === null) return Object.is(written, bound) ? [] : [path];
  if (typeof bound !== 'object' || bound === null || Array.isArray(written) !== Array.isArray(bound))
    return [path];
  const keys = Object.keys(written);
  const others = Object.keys(bound);
  if (keys.join('\n') !== others.join('\n')) return [path];
  const boundEntries = new Map(Object.entries(bound));
  return Object.entries(written).flatMap(([key, element]) =>
    differences(element, boundEntries.get(key), value, `${path}.${key}`),
  );
};

/** Texts that are executed: after `-c` of a shell, statements, text bodies. */
const codeOf = ({ argv, sql, body }: With): readonly unknown[] => [
  sql,
  typeof body === 'string' ? body : undefined,
  ...(Array.isArray(argv)
    ? argv.filter(
        (_, nth) =>
          /^-\w*c$/.test(String(argv[nth - 1])) && /(?:^|\/)(?:ba|da|z|a)?sh$/.test(String(argv[nth - 2])),
      )
    : []),
];

const argv = fc.array(
  hostileValue.filter((text) => !text.includes('\0')),
  { minLength: 1, maxLength: 8 },
);
/** The words into which the shell splits a text, separated by zero bytes. */
const readByShell = (text: string): readonly string[] =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);

/** fish, by its docs: in single quotes a backslash escapes a quote and itself; outside of them, whatever follows. */
const readByFish = (text: string): readonly string[] | undefined => {
  const words = text.match(/(?:'(?:[^'\\]|\\.)*'|\\.)+/gs) ?? [];
  if (words.join(' ') !== text) return undefined;
  return words.map((word) =>
    word.replaceAll(/'((?:[^'\\]|\\.)*)'|\\(.)/gs, (_, quoted: string | undefined, part: string) =>
      quoted === undefined ? part : quoted.replaceAll(/\\(['\\])/g, '$1'),
    ),
  );
};

type Quote = (argv: readonly string[]) => string;
/** Splits items at blanks. */
const atBlanks: Quote = (words) => shellQuoteArgv(words.join(' ').split(' '));

test('the shipped profiles have steps with parameters', () => {
  expect(steps.length).toBeGreaterThan(200);
  expect(steps.filter((step) => 'argv' in step.with).length).toBeGreaterThan(40);
});

family('parameters', ({ attack }) => {
  attack(
    'in all steps of all shipped runbooks a value is one item, one node or one bind value, or is rejected',
    {
      rounds: 600,
      corpus: steps.flatMap((step) =>
        ['--flag', '; id', '$(id)', '\'"\\'].map((value): [ShippedStep, string] => [step, value]),
      ),
      inputs: fc.tuple(fc.constantFrom(...steps), hostileValue),
      defense: bind,
      sabotaged: spliced,
      holds: ([step, value], put) => {
        let bound: With;
        try {
          bound = put(step, value);
        } catch (error) {
          if (error instanceof PlanError) return;
          throw error;
        }
        expect(differences(step.with, bound, value), step.name).toEqual([]);
        expect(codeOf(bound), step.name).toEqual(codeOf(step.with));
      },
    },
  );

  attack(
    'in an argv of any shipped runbook a value is no option: it is after "--", in a literal, or rejected',
    {
      rounds: 400,
      corpus: argvSteps.flatMap((step) =>
        ['-I/tmp/x', '--checkpoint-action=exec=id', '-', '--'].map((value): [ShippedStep, string] => [
          step,
          value,
        ]),
      ),
      inputs: fc.tuple(
        fc.constantFrom(...argvSteps),
        hostileValue.map((value) => `-${value}`),
      ),
      defense: bind,
      // As a parameter was bound before.
      sabotaged: ((step, value) =>
        bindParams(step.with, Object.fromEntries(step.params.map((name) => [name, value])))) as Bind,
      holds: ([step, value], put) => {
        let bound: With;
        try {
          bound = put(step, value);
        } catch (error) {
          if (error instanceof PlanError) return;
          throw error;
        }
        const items = z.array(z.unknown()).parse(bound.argv).map(String);
        const written = z.array(z.unknown()).parse(step.with.argv).map(String);
        for (const [nth, item] of items.entries())
          if (item.startsWith('-') && !written[nth]?.startsWith('-'))
            expect(items.slice(0, nth), step.name).toContain('--');
      },
    },
  );

  attack('rejects control characters in parameter values', {
    rounds: 200,
    corpus: ['\0', 'a\nb', '\u001b[2J', '\u009b', '\r'],
    inputs: hostileValue,
    defense: (text: string): boolean =>
      'value' in parseValue(text, { name: 'x', title: 'X', type: 'string' } satisfies ParamSpec),
    sabotaged: () => true,
    holds: (text, accepts) => {
      if (accepts(text)) expect(text).not.toMatch(/\p{Cc}/u);
    },
  });

  attack('rejects invisible characters in parameter values', {
    rounds: 200,
    corpus: ['adm\u200bin', 'admin\u00ad', '\u3164', 'admin\u{e0041}', 'a\u2066b', 'a\u{1d173}b', '\u2028'],
    inputs: hostileValue,
    defense: (text: string): boolean =>
      'value' in parseValue(text, { name: 'x', title: 'X', type: 'string' } satisfies ParamSpec),
    sabotaged: () => true,
    holds: (text, accepts) => {
      const seen = text.replace(/\p{Extended_Pictographic}|[\ufe0f\u200d]/gu, '');
      if (accepts(text)) expect(seen).not.toMatch(/[\p{Default_Ignorable_Code_Point}\u2028\u2029]/u);
    },
  });

  attack('a shell on another host parses a quoted argv into exactly that argv', {
    rounds: 40,
    corpus: [hostileValues.filter((text) => !text.includes('\0'))],
    inputs: argv,
    defense: shellQuoteArgv as Quote,
    sabotaged: atBlanks,
    holds: (words, quote) => {
      const wellFormed = words.map((word) => word.toWellFormed());
      expect(readByShell(quote(wellFormed))).toEqual(wellFormed);
    },
  });

  attack('fish, where a backslash has a meaning in single quotes, and the simulator parse it the same way', {
    rounds: 200,
    corpus: [hostileValues.filter((text) => !text.includes('\0'))],
    inputs: argv,
    defense: shellQuoteArgv as Quote,
    sabotaged: (words) => words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' '),
    holds: (words, quote) => {
      expect(readByFish(quote(words))).toEqual(words);
      expect(splitShellWords(quote(words))).toEqual(words);
    },
  });

  attack('Kubernetes gets each item of an argv as exactly one command word', {
    rounds: 200,
    inputs: fc.tuple(argv, fc.constantFrom('api-0', 'api-0/../../secrets', 'a?b=c', 'a#b')),
    defense: execPath,
    sabotaged: ((pod, _, words) =>
      `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/exec?stdout=true&stderr=true&${words.map((word) => `command=${word}`).join('&')}`) as typeof execPath,
    holds: ([words, name], pathOf) => {
      const wellFormed = words.map((word) => word.toWellFormed());
      const url = new URL(pathOf({ namespace: 'shop', name }, undefined, wellFormed), 'http://cluster');
      expect(url.searchParams.getAll('command')).toEqual(wellFormed);
      expect([...new Set(url.searchParams.keys())].sort()).toEqual(['command', 'stderr', 'stdout']);
      expect(url.pathname).toBe(`/api/v1/namespaces/shop/pods/${encodeURIComponent(name)}/exec`);
    },
  });
});

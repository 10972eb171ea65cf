import fc from 'fast-check';
import { expect } from 'vitest';
import { redactSecretForms } from '../../src/domain/mask/mask-text.ts';
import { stripControls } from '../../src/domain/text/controls.ts';
import { splitCondition } from '../../src/importer/promql-rule.ts';
import { splitSql, sqlDanger } from '../../src/importer/query-danger.ts';
import { secretMasker } from '../../src/platform/masking/secrets.ts';
import { WireError } from '../../src/platform/runtime/wire-error.ts';
import { createOutputSink } from '../../src/platform/terminal/sink.ts';
import { argvProgram } from '../../src/runs/runbooks/argv/program-words.ts';
import { referencedParams } from '../../src/runs/runbooks/binding/bind.ts';
import { parseCsv, parseDecimal } from '../../src/sources/kit/values/data-table.ts';
import { family } from './support/attack.ts';

/** A reader that may refuse a text. */
const refusing =
  (read: (text: string) => unknown) =>
  (text: string): unknown => {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return undefined;
    }
  };

/** Readers of texts that others write, of any length. */
const readers: readonly ((text: string) => unknown)[] = [
  redactSecretForms,
  createOutputSink(secretMasker).row,
  stripControls,
  parseDecimal,
  refusing(parseCsv),
  splitSql,
  (text) => sqlDanger(`select ${text}`),
  splitCondition,
  (text) => referencedParams(text),
  argvProgram,
];

/** Beginnings of names, values, quotes, comments, escapes, numbers: what an expression may try again at each place. */
const fragments =
  'a|A|1|0| |\t|\n|=|:|"|\'|`|\\|/|//|@|.|-|password: |token=|token=…masked|authorization: |cookie=|sig=|pass|pwd|{|}|[|]|(|)|<|>|&|&quot;|%22|${param.|{{|\u001b|\u001b[|\u009b|é|İ|\u200b|::|1.1.1.|a@|http://|https://a:b@|k="v" |k="|/*|*/|-- |$$|$a$|;|,|eyJ|AKIA|ghp_|$6$|(token) values (|token in (|: string = |xxx|9~~~|with a ('.split(
    '|',
  );

/** In characters. */
const length = 65_536;
/** CPU time of one reader, in seconds: it takes less than 0.1; one that takes the square of the length takes more. */
const limit = 1.5;

family('bulk texts', ({ attack }) => {
  attack('a text of repeated fragments takes time in proportion to its length, whoever reads it', {
    rounds: 100,
    inputs: fc
      .tuple(
        fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 3 }),
        fc.constantFrom('', ...fragments),
      )
      .map(([parts, end]) => ({ parts: parts.join(''), end })),
    corpus: [
      { parts: 'sig=sig=', end: '' },
      { parts: '\u200bsig=http://', end: '' },
      { parts: 'token=…masked', end: '' },
      { parts: '0', end: 'a' },
      { parts: 'ghp_eyJ', end: '' },
      { parts: "(token)values('a','", end: '' },
      { parts: 'sum(/*', end: '' },
      { parts: '${param.+', end: '' },
      { parts: '.9', end: '\t' },
    ],
    defense: readers,
    sabotaged: [(text: string) => /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)],
    notices: /seconds/,
    holds: ({ parts, end }, all) => {
      const text = `${parts.repeat(Math.ceil(length / parts.length))}${end}`;
      for (const [nth, read] of all.entries()) {
        const began = process.cpuUsage();
        read(text);
        const seconds = process.cpuUsage(began).user / 1e6;
        expect(seconds, `seconds of reader ${nth} of ${JSON.stringify([parts, end])}`).toBeLessThan(limit);
      }
      return all.length;
    },
  });
});

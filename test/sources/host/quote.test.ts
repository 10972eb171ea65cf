import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quotedArgv } from '../../../src/io/shell-quote.ts';
import { wordsOf } from '../../../src/world/servers/ssh/words.ts';

/** What a process can be given: anything but zero bytes. */
const argument = fc.string({ unit: 'grapheme', maxLength: 24 }).filter((text) => !text.includes('\0'));
const hostile = fc.constantFrom(
  "'",
  "''",
  "'\\''",
  '$(touch /tmp/x)',
  '`id`',
  '"',
  '\\',
  '!',
  '*',
  '~',
  '-n',
  '#',
  ';',
  '&&',
  '|',
  '$HOME',
  '\n',
  ' ',
  '',
  '=ls',
);
const argv = fc.array(fc.oneof(argument, hostile), { maxLength: 12 });

/** What the shell makes of a text, each word behind the one before it and a zero byte. */
const readByShell = (text: string): readonly string[] => {
  const out = execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' });
  return out.split('\0').slice(0, -1);
};

test('a shell takes a quoted argv apart into just that argv, whatever is in it', () => {
  fc.assert(
    fc.property(
      argv.filter((words) => words.length > 0),
      (words) => {
        expect(readByShell(quotedArgv(words))).toEqual(words);
      },
    ),
    { numRuns: 60 },
  );
});

/** fish, by its docs: in single quotes a backslash escapes a quote and itself; outside of them, whatever follows. */
const readByFish = (text: string): readonly string[] | undefined => {
  const words = text.match(/(?:'(?:[^'\\]|\\.)*'|\\.)+/gs) ?? [];
  if (words.join(' ') !== text) return undefined;
  return words.map((word) =>
    word.replaceAll(/'((?:[^'\\]|\\.)*)'|\\(.)/gs, (_, held: string | undefined, one: string) =>
      held === undefined ? one : held.replaceAll(/\\(['\\])/g, '$1'),
    ),
  );
};

test('so does fish, to which a backslash means something in single quotes', () => {
  fc.assert(
    fc.property(argv, (words) => {
      expect(readByFish(quotedArgv(words))).toEqual(words);
    }),
  );
});

test('so does the embedded world', () => {
  fc.assert(
    fc.property(argv, (words) => {
      expect(wordsOf(quotedArgv(words))).toEqual(words);
    }),
  );
});

test('nothing of it is left unquoted', () => {
  expect(quotedArgv(['kill', "it's", ''])).toBe("'kill' 'it'\\''s' ''");
});

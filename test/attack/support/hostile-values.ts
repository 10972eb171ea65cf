import fc from 'fast-check';
import { codePoint } from '../../support/code-points.ts';

/** Values that a shell, a program, an address or a document could interpret as syntax. */
export const hostileValues: readonly string[] = [
  ...[
    '--help',
    '-rf',
    '--kubeconfig=/etc/x',
    '-oProxyCommand=id',
    '--',
    '-',
    '@/etc/passwd',
    '=ls',
    '~',
    '#',
  ],
  ...["'", "''", "'\\''", '"', '\\', '`id`', '$(id)', '${HOME}', '$HOME', '!', '*', '?', '[a]', '{a,b}'],
  ...[
    ';',
    '; id',
    '&&',
    '|',
    '>',
    '<',
    '&',
    '\n',
    '\r\n',
    'a\nb',
    ' ',
    '',
    'a b',
    '\t',
    '\0',
    'a\0b',
    '\u001b[2J',
  ],
  ...[
    '../../etc',
    '..',
    '.',
    '/',
    '//x',
    '?a=b',
    '&a=b',
    '#x',
    '%2e%2e',
    '%00',
    'http://x',
    '\u2028',
    'İ',
    '🚀',
  ],
  ...[
    '", "danger": "read',
    '"}',
    '${param.x}',
    '${each}',
    '${env:HOME}',
    '${exec:id}',
    '__proto__',
    '{t}',
    '$1',
  ],
];

export const hostileValue = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostileValues) },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom(...hostileValues), { maxLength: 4 }).map((all) => all.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: codePoint, maxLength: 12 }) },
);

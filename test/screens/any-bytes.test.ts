import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileText } from '../attack/support/texts.ts';
import { everyNth, rounds, sampled } from '../support/layer.ts';
import { hostileScene } from './support/hostile.ts';
import { openCockpit, type User } from './support/user.ts';

/** Input sequences of terminals, complete and truncated. */
const sent: readonly string[] = [
  ...[
    'j',
    'k',
    '2',
    '5',
    'z',
    'm',
    'o',
    '/',
    ':',
    '?',
    'R',
    'A',
    'e',
    'E',
    '\t',
    '\r',
    ' ',
    '\u007f',
    '\u0010',
  ],
  ...[
    '\u001b',
    '\u001b[',
    '\u001bO',
    '\u001b[A',
    '\u001bOB',
    '\u001b[Z',
    '\u001b[27u',
    '\u001b[112;5u',
    '\u001b[1;1:3A',
  ],
  ...[
    '\u001b[200~',
    '\u001b[201~',
    '\u001b[200~注文\r\n\u001b[201~',
    '\u001b[<0;',
    '10;9M',
    '\u001b[<0;12;7M',
    '\u001b[<65;40;20M',
  ],
  ...[
    '\u001b[?1;2c',
    '\u001b[?0u',
    '\u001b]11;rgb:0000/0000/0000\u0007',
    '\u001b[15~',
    '\u001bx',
    '\u0000',
    '\u009b',
    '\ufffd',
    '👍',
  ],
];
const bytes = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...sent) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...sent), { maxLength: 5 }).map((all) => all.join('')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 8 }) },
  { weight: 1, arbitrary: hostileText },
);
const screens = [
  [80, 24],
  [120, 36],
  [30, 8],
  [200, 60],
] as const;
const sizes = fc.constantFrom<readonly [number, number]>(...screens);

const inkHoldsMs = 30;

const isUp = ({ terminal, given }: User): void => {
  if (given.some(([command]) => command === 'quit')) return;
  expect({ raw: terminal.raw(), alternate: terminal.onAlternate() }).toEqual({ raw: true, alternate: true });
};

test.each(sampled(screens, everyNth(4)))(
  'any input bytes at %i×%i: the cockpit survives, and the screen equals a full redraw',
  async (columns, rows) => {
    const first = [columns, rows] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostileText, { minLength: 1, maxLength: 5 }),
        fc.array(fc.tuple(bytes, sizes), { maxLength: 8 }),
        async (texts, all) => {
          const user = await openCockpit({ scene: hostileScene(texts), size: first });
          for (const [piece, size] of all) {
            await user.together(piece);
            isUp(user);
            await user.resize(...size);
          }
          // A prefix of a longer sequence is held back: by the cockpit, whose clock is stopped here,
          // then by Ink's parser, for 20 ms of real time. A timer set after its timer also ends after it.
          await user.wait('1s');
          await setTimeout(inkHoldsMs);
          await user.wait('1s');
          isUp(user);
          const before = user.rows();
          const [columns, rows] = all.at(-1)?.[1] ?? first;
          await user.resize(columns, rows);
          expect(user.rows()).toEqual(before);
          user.ui.stop();
        },
      ),
      { numRuns: rounds(6, 0.5) },
    );
  },
);

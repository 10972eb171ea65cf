import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutText, headText, nameStart } from '../../../src/domain/mask/cut-text.ts';

describe('a cut', () => {
  test.each([
    ['up to a blank', 'refused by db.acme.net', 12, 'refused by…'],
    ['before the name that it would split', 'refused by db.acme.net', 16, 'refused by…'],
    ['behind a name that fits', 'refused by db.acme.net now', 23, 'refused by db.acme.net…'],
    ['before a token', 'key=abcdef0123', 8, 'key=…'],
    ['nothing left', 'db.acme.net', 6, '…'],
    ['short enough', 'db', 2, 'db'],
    ['a name of letters beyond 16 bits', 'at 🦉𝒏ode-7 now', 6, 'at 🦉…'],
    ['what is too long for a name', 'x'.repeat(300), 5, 'xxxx…'],
  ])('%s', (_, text, max, is) => {
    expect(cutText(text, max)).toBe(is);
  });

  test('it is never longer than asked for, is a beginning of the text, and has no half of a character', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        (text, max) => {
          const is = cutText(text, max);
          expect([...is].length).toBeLessThanOrEqual(max);
          expect(is.isWellFormed()).toBe(true);
          expect(text.startsWith(is.endsWith('…') && is !== text ? is.slice(0, -1) : is)).toBe(true);
        },
      ),
    );
  });

  test('no half of a name is left, wherever it is cut', () => {
    const text = 'login of ada.lovelace@acme.net on db-7.acme.net: denied (user ada.lovelace@acme.net)';
    for (let most = 0; most <= text.length; most++)
      expect(headText(text, most)).not.toMatch(/\b(?:ada(?!\.lovelace@acme\.net)|db-7(?!\.acme\.net))/);
    expect(text.slice(nameStart(text, 15))).toMatch(/^ada\.lovelace/);
  });
});

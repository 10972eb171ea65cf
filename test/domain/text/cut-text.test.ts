import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutText, headText, nameStart } from '../../../src/domain/text/cut-text.ts';

describe('cuts a text', () => {
  test.each([
    ['at a blank', 'refused by db.acme.net', 12, 'refused by…'],
    ['before a name that would be split', 'refused by db.acme.net', 16, 'refused by…'],
    ['after a name that fits', 'refused by db.acme.net now', 23, 'refused by db.acme.net…'],
    ['before a token', 'key=abcdef0123', 8, 'key=…'],
    ['to an ellipsis if nothing fits', 'db.acme.net', 6, '…'],
    ['not at all if it is short enough', 'db', 2, 'db'],
    ['before a name of characters outside the BMP', 'at 🦉𝒏ode-7 now', 6, 'at 🦉…'],
    ['inside a word that is too long for a name', 'x'.repeat(300), 5, 'xxxx…'],
  ])('%s', (_, text, max, expected) => {
    expect(cutText(text, max)).toBe(expected);
  });

  test('the result is a prefix of at most the given length, without split characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        (text, max) => {
          const cut = cutText(text, max);
          expect([...cut].length).toBeLessThanOrEqual(max);
          expect(cut.isWellFormed()).toBe(true);
          expect(text.startsWith(cut.endsWith('…') && cut !== text ? cut.slice(0, -1) : cut)).toBe(true);
        },
      ),
    );
  });

  test('a cut at any position splits no name', () => {
    const text = 'login of ada.lovelace@acme.net on db-7.acme.net: denied (user ada.lovelace@acme.net)';
    for (let most = 0; most <= text.length; most++)
      expect(headText(text, most)).not.toMatch(/\b(?:ada(?!\.lovelace@acme\.net)|db-7(?!\.acme\.net))/);
    expect(text.slice(nameStart(text, 15))).toMatch(/^ada\.lovelace/);
  });
});

import { expect, test } from 'vitest';
import { createTextPen } from '../../../src/ui/kit/text/pen.ts';

const pen = createTextPen(false);
const flag = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}';

test.each([
  ['combining marks', '\u0301'],
  ['joiners', '\u200d'],
  ['variation selectors', '\ufe0f'],
])('thousands of %s on one letter are not drawn', (_, mark) => {
  const text = `a${mark.repeat(100_000)}b`;
  for (const drawn of [
    pen.run(text).text,
    pen.cut(text, 80),
    pen.unmasked(text).text,
    pen.wrap(text, 40).join(''),
  ])
    expect(drawn.length).toBeLessThan(40);
});

test.each(['ệ', 'กำ้', 'བོད་སྐད', '👩‍👩‍👧‍👦', flag, 'क्षि'])('%s is drawn as it is', (text) => {
  expect(pen.run(text).text).toBe(text);
});

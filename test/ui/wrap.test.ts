import { expect, test } from 'vitest';
import { wrap } from '../../src/ui/kit/text/width.ts';

test.each([0, -1, -3])('a terminal without room (%i cells) wraps at every character, and ends', (width) => {
  expect(wrap('ab c', width)).toEqual(['a', 'b', 'c']);
  expect(wrap('', width)).toEqual(['']);
});

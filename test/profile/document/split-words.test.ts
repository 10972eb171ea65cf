import { expect, test } from 'vitest';
import { splitWords } from '../../../src/profile/document/issue-text.ts';

test.each([
  ['"x" is not a date. Write 2026-12-20', { what: '"x" is not a date', todo: 'Write 2026-12-20' }],
  [
    'tier production requires users. Without users, one person can approve twice. Write guard.approval.users',
    {
      what: 'tier production requires users. Without users, one person can approve twice',
      todo: 'Write guard.approval.users',
    },
  ],
  [
    '"a. b" is not a name. Use letters, digits and _',
    { what: '"a. b" is not a name', todo: 'Use letters, digits and _' },
  ],
  [
    'the read is refused. The server has no columns',
    { what: 'the read is refused', todo: 'The server has no columns' },
  ],
  ['invalid value', { what: 'invalid value', todo: '' }],
])('a message is split before the sentence that says what to do: %s', (message, words) => {
  expect(splitWords(message)).toEqual(words);
});

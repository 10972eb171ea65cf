import { expect, test } from 'vitest';
import { shellQuoteArgv } from '../../../src/platform/processes/program.ts';

test('nothing of an argv is left unquoted', () => {
  expect(shellQuoteArgv(['kill', "it's", ''])).toBe("'kill' 'it'\\''s' ''");
});

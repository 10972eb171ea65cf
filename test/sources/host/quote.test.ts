import { expect, test } from 'vitest';
import { shellQuoteArgv } from '../../../src/platform/processes/program.ts';

test('every part of an argv is quoted', () => {
  expect(shellQuoteArgv(['kill', "it's", ''])).toBe("'kill' 'it'\\''s' ''");
});

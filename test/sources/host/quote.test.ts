import { expect, test } from 'vitest';
import { quotedArgv } from '../../../src/platform/processes/program.ts';

test('nothing of an argv is left unquoted', () => {
  expect(quotedArgv(['kill', "it's", ''])).toBe("'kill' 'it'\\''s' ''");
});

import { describe, expect, test } from 'vitest';
import { finish, head, saidOf } from './support/loading.ts';

const parts = 'sources: { api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] } }\n';
const sentencesOf = async (more: string) => (await finish(`${head}${parts}${more}`)).profile.sentence;
const wrongIn = (more: string): Promise<readonly string[]> => saidOf(`${head}${parts}${more}`);

describe('sentence', () => {
  test('is a text by name of an object', async () => {
    expect(await sentencesOf('sentence: { api: no order can be accepted }\n')).toEqual({
      api: 'no order can be accepted',
    });
    expect(await sentencesOf('')).toBeUndefined();
  });

  test.each([
    ['sentence: { api: orders fail. }\n', 'Remove the full stop at the end'],
    ['sentence: { api: "orders\\nfail" }\n', 'Remove line feeds and control characters'],
    ['sentence: { api: "" }\n', 'sentence.api'],
    [`sentence: { api: ${'x'.repeat(161)} }\n`, 'sentence.api'],
  ])('%j is refused', async (yaml, expected) =>
    expect(await wrongIn(yaml)).toEqual([expect.stringContaining(expected)]),
  );
});

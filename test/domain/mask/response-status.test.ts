import { expect, test } from 'vitest';
import { findAssigned } from '../../../src/domain/mask/assignments.ts';

const masked = (text: string): string =>
  findAssigned(text).values.reduceRight(
    (rest, { from, to }) => `${rest.slice(0, from)}***${rest.slice(to)}`,
    text,
  );

test.each([
  'PATCH http://127.0.0.1:8001/api/v1/namespaces/shop/secrets/postgres-secret → 200 OK',
  'GET https://idp.example/oauth/token -> 401',
  'DELETE /v1/auth/password => 204 No Content',
])('the status of a response is no secret: %s', (line) => {
  expect(masked(line)).toBe(line);
});

test.each([
  ['password → 200', 'password → ***'],
  ['db-secret -> hunter22', 'db-secret -> ***'],
  ['PUT /secrets/db-secret → hunter22', 'PUT /secrets/db-secret → ***'],
  ['https://vault.example/db-secret → 9131', 'https://vault.example/db-secret → ***'],
])('what only looks like it is masked still: %s', (line, result) => {
  expect(masked(line)).toBe(result);
});

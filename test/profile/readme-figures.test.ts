import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Catalogue {
  readonly systems: Readonly<Record<string, string>>;
  readonly rows: readonly { readonly id: string; readonly says: string }[];
}

const catalogue = JSON.parse(readFileSync('docs/catalogue.json', 'utf8')) as Catalogue;

/** Numbers of a text, not of its names (`service-8082`, X29, `v1`); `before`: what a number never follows. */
const numbersIn = (text: string, before = './-'): readonly string[] =>
  [...text.matchAll(new RegExp(`(?<![\\w${before}])\\d[\\d,]*(?:\\.\\d+)?(?:K\\b|(?![\\w-]))`, 'g'))].map(
    ([number]) => plain(number),
  );

const plain = (number: string): string => {
  const bare = number.replaceAll(',', '');
  return bare.endsWith('K') ? `${bare.slice(0, -1)}000` : String(Number(bare));
};

/** What a line says about the runbook: a cell of the column `original runbook`, or a clause that names the runbook. */
const claimsOf = (lines: readonly string[]): readonly string[] => {
  let column = -1;
  return lines.flatMap((line) => {
    const cells = line.startsWith('|') ? line.split('|').map((cell) => cell.trim()) : [];
    if (cells.length === 0) column = -1;
    if (cells.includes('original runbook')) column = cells.indexOf('original runbook');
    if (column >= 0) return [cells[column] ?? ''];
    const clauses = (cells.length > 0 ? cells : [line]).flatMap((cell) => cell.split(/[;.:](?=\s)/));
    return clauses.filter(
      (clause) => /\brunbook\b/.test(clause) && !/\b(?:no|none|not|only|unless)\b/.test(clause),
    );
  });
};

/** The comments of a profile, without their sign. Consecutive lines are one text. */
const commentsOf = (text: string): readonly string[] =>
  text
    .replaceAll(/\n\s*# /g, (sign, at: number) => (/#[^\n]*$/.test(text.slice(0, at)) ? ' ' : sign))
    .split('\n')
    .flatMap((line) => /(?:^|\s)# (.*)$/.exec(line)?.[1] ?? []);

const claims = Object.entries(catalogue.systems).flatMap(([prefix, system]) => {
  const dir = join('profiles', system);
  const said = new Set(
    catalogue.rows.filter(({ id }) => id.startsWith(`${prefix}-`)).flatMap(({ says }) => numbersIn(says)),
  );
  return readdirSync(dir)
    .filter((file) => /\.(?:md|yaml)$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(dir, file), 'utf8');
      const lines = file.endsWith('.md') ? text.split('\n') : commentsOf(text);
      return claimsOf(lines).flatMap((claim) =>
        numbersIn(claim, './:-').map((number) => ({
          place: join(system, file),
          claim,
          number,
          isSaid: said.has(number),
        })),
      );
    });
});

test('a number that a profile says the runbook gives stands in the catalogue of its rows', () => {
  expect(claims.filter(({ isSaid }) => !isSaid)).toEqual([]);
  expect(claims.length).toBeGreaterThan(30);
});

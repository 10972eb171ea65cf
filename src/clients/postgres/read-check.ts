import { keywords, readingFunctions, statisticsGetter } from './functions.ts';
import { SqlError } from './sql.ts';
import { type SqlToken, sqlTokens } from './sql-tokens.ts';

/** How a statement begins that gives rows and nothing else. */
const readers: ReadonlySet<string> = new Set(['select', 'with', 'values', 'table', 'show', 'explain']);

/** Words behind which a name with a parenthesis is an alias, a type or a table with its columns, and never a call. */
const declares: ReadonlySet<string> = new Set(['as', 'with', 'recursive', 'into']);

/** Words that may be names of functions, and are none behind these. Source: PostgreSQL, gram.y. */
const partsOfClauses: Readonly<Record<string, readonly string[]>> = {
  by: ['group', 'order', 'partition'],
  cube: ['by'],
  rollup: ['by'],
  sets: ['grouping'],
  bernoulli: ['tablesample'],
  system: ['tablesample'],
  materialized: ['as', 'not'],
  conflict: ['on'],
  varying: ['character', 'char', 'bit'],
  recursive: ['with'],
};

/** Words that stand between two operands or relations. */
const infix: ReadonlySet<string> = new Set(['join', 'like', 'ilike', 'set']);
const joins: ReadonlySet<string> = new Set(['inner', 'left', 'right', 'full', 'outer', 'cross', 'natural']);

const isSign = (token: SqlToken | undefined, text: string): boolean =>
  token?.is === 'sign' && token.text === text;

const isName = (token: SqlToken | undefined): token is SqlToken =>
  token?.is === 'word' || token?.is === 'quoted';

/** Where a name that ends at `last` begins: 'pg_catalog.count' is three tokens. */
const nameStart = (tokens: readonly SqlToken[], last: number): number => {
  let at = last;
  while (isSign(tokens[at - 1], '.') && isName(tokens[at - 2])) at -= 2;
  return at;
};

/** True: it ends an operand or a relation. */
const isOperand = (token: SqlToken | undefined): boolean =>
  token !== undefined &&
  (token.is === 'sign' ? /[)\]]/.test(token.text) : token.is !== 'word' || !keywords.has(token.text));

/** True: the word at `at` is a part of a clause, so that the parenthesis behind it opens no call. */
const isClause = (tokens: readonly SqlToken[], at: number): boolean => {
  const { is, text } = tokens[at] ?? { is: 'sign', text: '' };
  if (is !== 'word') return false;
  const before = tokens[at - 1];
  if (keywords.has(text)) return true;
  if (Object.hasOwn(partsOfClauses, text))
    return before?.is === 'word' && (partsOfClauses[text] ?? []).includes(before.text);
  if (infix.has(text)) return isOperand(before) || joins.has(before?.text ?? '');
  if (text === 'filter') return tokens[at + 2]?.is === 'word' && tokens[at + 2]?.text === 'where';
  if (text === 'over') return isSign(before, ')');
  return text === 'explain' && at === 0;
};

/** The name of the call that an opening parenthesis begins, as it is written; undefined when it is none, or an allowed one. */
const refusedCall = (tokens: readonly SqlToken[], parenthesis: number): string | undefined => {
  const last = tokens[parenthesis - 1];
  if (!isName(last)) return undefined;
  const start = nameStart(tokens, parenthesis - 1);
  const before = tokens[start - 1];
  if (before?.is === 'word' && declares.has(before.text)) return undefined;
  const name = tokens.slice(start, parenthesis).map(({ text }) => text);
  if (name.length === 1 && isClause(tokens, parenthesis - 1)) return undefined;
  const isBuiltIn = name.length === 1 || (name.length === 3 && name[0] === 'pg_catalog');
  if (isBuiltIn && (readingFunctions.has(last.text) || statisticsGetter.test(last.text))) return undefined;
  return name.join('');
};

/**
 * Why a statement is no read, in words; undefined when it is one. It may call what is known to give a value and nothing else:
 * a read-only transaction does not hold a function that signals others, writes files, or runs a text that it is given.
 */
export const whyNoRead = (text: string): string | undefined => {
  const tokens = sqlTokens(text);
  if ('why' in tokens) return tokens.why;
  const first = tokens.find((token) => !isSign(token, '('));
  if (first?.is !== 'word' || !readers.has(first.text))
    return 'a read begins with SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN';
  for (const [at, token] of tokens.entries()) {
    const name = isSign(token, '(') ? refusedCall(tokens, at) : undefined;
    if (name !== undefined) return `${name}() is not known to do nothing but read`;
  }
  return undefined;
};

/** Throws `denied` for what is no read. */
export const assertRead = (text: string): void => {
  const why = whyNoRead(text);
  if (why !== undefined)
    throw new SqlError(
      'denied',
      `refused before it was sent: ${why}`,
      '',
      'what changes something is an operation (cancel, terminate, setting, execute); a function of your own that only reads is read through a view',
    );
};

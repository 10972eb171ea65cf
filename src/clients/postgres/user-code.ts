import { readingFunctions, statisticsGetter } from './read-check.ts';
import type { PostgresSession } from './session.ts';
import { type SqlToken, tokenizeSql } from './sql-tokens.ts';
import { SqlError, type SqlQuery } from './sql-types.ts';

/** Names in a statement by which it may call functions that are not built in. */
export interface CallableNames {
  /** Names after a dot: `o.archive` calls `archive(o)` if `o` has no such column. */
  readonly attributes: readonly string[];
  /** Unqualified names of calls, which may have an overload. */
  readonly functions: readonly string[];
  readonly operators: readonly string[];
  /** Names that can only be prefix operators. */
  readonly prefixOperators: readonly string[];
  /** Types that values are converted to, by their name in pg_type; undefined: any. */
  readonly casts: readonly string[] | undefined;
}

/** Spellings of built-in types, and their names in pg_type. Source: PostgreSQL docs, Data Types; gram.y, SimpleTypename. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    `bool int2 int4 int8 float4 float8 numeric bpchar varchar text name oid bytea json jsonb xml uuid inet cidr macaddr
    date interval time timetz timestamp timestamptz money regclass regproc regprocedure regoper regoperator regtype
    regrole regnamespace pg_lsn xid xid8 cid tid bit varbit tsvector tsquery jsonpath`
      .split(/\s+/)
      .map((name) => [name, [name]]),
  ),
  int: ['int4'],
  integer: ['int4'],
  smallint: ['int2'],
  bigint: ['int8'],
  real: ['float4'],
  float: ['float4', 'float8'],
  double: ['float8'],
  decimal: ['numeric'],
  dec: ['numeric'],
  boolean: ['bool'],
  char: ['bpchar', 'char', 'varchar'],
  character: ['bpchar', 'varchar'],
  national: ['bpchar', 'varchar'],
  nchar: ['bpchar', 'varchar'],
  bit: ['bit', 'varbit'],
  time: ['time', 'timetz'],
  timestamp: ['timestamp', 'timestamptz'],
};

/** Operators that keywords stand for. Source: PostgreSQL, gram.y. */
const operatorsOfWords: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    like: ['~~', '!~~'],
    ilike: ['~~*', '!~~*'],
    similar: ['~', '!~'],
    in: ['=', '<>'],
    between: ['>=', '<=', '<', '>'],
    case: ['='],
    nullif: ['='],
    using: ['='],
    natural: ['='],
    distinct: ['='],
  }),
);

/** Words after which a literal has no type name before it. */
const beforeLiterals: ReadonlySet<string> = new Set(
  `select distinct all as and or not in is on by when then else case like ilike similar to between symmetric escape zone
  from for using where having limit offset values returning with separator collate any some array`.split(
    /\s+/,
  ),
);

const operatorCharacter = /^[-+*/<>=~!@#%^&|`?]$/;
const longestRun = 32;

const isSign = (token: SqlToken | undefined, text: string): boolean =>
  token?.is === 'sign' && token.text === text;
const isName = (token: SqlToken | undefined): token is SqlToken =>
  token?.is === 'word' || token?.is === 'quoted';

/** Runs of operator characters. Blanks between them are not in the tokens. */
const operatorRuns = (tokens: readonly SqlToken[]): readonly string[] => {
  const runs: string[] = [];
  let wasOperator = false;
  for (const { is, text } of tokens) {
    const isOperator = is === 'sign' && operatorCharacter.test(text);
    if (isOperator) runs.push(wasOperator ? `${runs.pop() ?? ''}${text}` : text);
    wasOperator = isOperator;
  }
  return runs;
};

interface Operators {
  readonly any: ReadonlySet<string>;
  readonly prefix: ReadonlySet<string>;
}

/**
 * Every operator that the runs may contain. All but the first one of a run are prefix operators, except after a postfix
 * `!` (before PostgreSQL 14). Source: PostgreSQL docs, Lexical Structure, Operators.
 */
const operatorsIn = (tokens: readonly SqlToken[]): Operators => {
  const any = new Set(
    tokens.flatMap(({ is, text }) => (is === 'word' ? (operatorsOfWords.get(text) ?? []) : [])),
  );
  const prefix = new Set<string>();
  for (const run of operatorRuns(tokens)) {
    if (run.length > longestRun) throw tooLong;
    for (let from = 0; from < run.length; from += 1)
      for (let to = from + 1; to <= run.length; to += 1)
        (from === 0 || run.startsWith('!') ? any : prefix).add(run.slice(from, to));
  }
  if (any.has('!=')) any.add('<>');
  return { any, prefix };
};

const tooLong = new SqlError('denied', `not sent: more than ${longestRun} operator characters in a row`);

/** The index of the type name in `CAST(… AS type)`, whose parenthesis is at `open`; undefined if it is not found. */
const castType = (tokens: readonly SqlToken[], open: number): number | undefined => {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (isSign(token, '(')) depth += 1;
    if (isSign(token, ')')) depth -= 1;
    if (depth === 0) return undefined;
    if (depth === 1 && token?.is === 'word' && token.text === 'as') return index + 1;
  }
  return undefined;
};

/** The names in pg_type of the type at `at`; undefined if it is not a built-in one. */
const typeAt = (tokens: readonly SqlToken[], index: number | undefined): readonly string[] | undefined => {
  const token = index === undefined ? undefined : tokens[index];
  if (index === undefined || !isName(token)) return undefined;
  if (isSign(tokens[index + 1], '.'))
    return token.text === 'pg_catalog' && !isSign(tokens[index + 3], '.')
      ? typeAt(tokens, index + 2)
      : undefined;
  return Object.hasOwn(spellings, token.text) ? spellings[token.text] : undefined;
};

/** Places of types: after `::`, in CAST, and before a literal. */
const typePlaces = (tokens: readonly SqlToken[]): readonly (number | undefined)[] =>
  tokens.flatMap((token, index) => {
    if (isSign(token, ':') && isSign(tokens[index - 1], ':')) return [index + 1];
    if (token.is === 'word' && token.text === 'cast' && isSign(tokens[index + 1], '('))
      return [castType(tokens, index + 1)];
    if (token.is !== 'literal' || !isName(tokens[index - 1])) return [];
    const before = tokens[index - 1];
    if (before?.is === 'word' && beforeLiterals.has(before.text)) return [];
    return [isSign(tokens[index - 2], '.') ? index - 3 : index - 1];
  });

const castsIn = (
  tokens: readonly SqlToken[],
  functions: readonly string[],
  operators: ReadonlySet<string>,
): readonly string[] | undefined => {
  // Its column definitions name types.
  if (functions.some((name) => /^jsonb?_to_record/.test(name))) return undefined;
  const types = typePlaces(tokens).map((position) => typeAt(tokens, position));
  if (!types.every((names) => names !== undefined)) return undefined;
  return [
    ...types.flat(),
    // text(o) is a cast, too.
    ...functions.flatMap((name) => (Object.hasOwn(spellings, name) ? (spellings[name] ?? []) : [])),
    // They convert a value to JSON by a cast, if there is one. Source: PostgreSQL, json.c.
    ...(functions.some((name) => name.includes('json')) ? ['json', 'jsonb'] : []),
    // Implemented by `$1::text`. Source: PostgreSQL, pg_proc.dat.
    ...(operators.has('||') || functions.some((name) => name.startsWith('quote_')) ? ['text'] : []),
  ];
};

/** Returns the names of a statement by which it may call functions. Throws SqlError for a text that is not a statement. */
export const callableNames = (text: string): CallableNames => {
  const tokens = tokenizeSql(text);
  if ('why' in tokens) throw new SqlError('denied', `not sent: ${tokens.why}`);
  const attributes = new Set<string>();
  const functions = new Set<string>();
  for (const [index, token] of tokens.entries()) {
    if (!isName(token)) continue;
    const isCall = isSign(tokens[index + 1], '(');
    if (isSign(tokens[index - 1], '.')) {
      if (!isCall) attributes.add(token.text);
    } else if (isCall) functions.add(token.text);
  }
  const operators = operatorsIn(tokens);
  return {
    attributes: [...attributes],
    functions: [...functions],
    operators: [...operators.any],
    prefixOperators: [...operators.prefix],
    casts: castsIn(tokens, [...functions], operators.any),
  };
};

/** True for a function that initdb has created. Source: PostgreSQL, transam.h, FirstNormalObjectId. */
const isBuiltIn = 'p.oid < 16384';
const isOfExtension = `EXISTS (SELECT FROM pg_catalog.pg_depend d
  WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')`;
const isForeign = `NOT (${isBuiltIn}) AND NOT (p.provolatile <> 'v' AND ${isOfExtension})`;

/**
 * Functions that the names of a statement may call. An array that is too wide only refuses more. Volatility of
 * functions of extensions is believed, and that of implicit casts. Source: PostgreSQL docs, chapter 10, Type Conversion.
 */
const userCodeSql = `/* opsdeck:usercode */ SELECT p.oid::regproc::text AS function, 'attribute' AS how, p.proname::text AS name, (${isBuiltIn})::text AS builtin
FROM pg_catalog.pg_proc p
WHERE p.proname = ANY ($1::text[]) AND p.pronargs >= 1 AND p.pronargs - p.pronargdefaults <= 1
  AND pg_catalog.pg_function_is_visible(p.oid)
  AND CASE WHEN ${isBuiltIn} THEN p.provolatile = 'v' ELSE NOT (p.provolatile = 'i' AND ${isOfExtension}) END
UNION ALL
SELECT p.oid::regproc::text, 'function', p.proname::text, 'false'
FROM pg_catalog.pg_proc p
WHERE p.proname = ANY ($2::text[]) AND pg_catalog.pg_function_is_visible(p.oid) AND ${isForeign}
UNION ALL
SELECT p.oid::regproc::text, 'operator', o.oprname::text, 'false'
FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
WHERE (o.oprname = ANY ($3::text[]) OR o.oprleft = 0 AND o.oprname = ANY ($5::text[])) AND pg_catalog.pg_operator_is_visible(o.oid) AND ${isForeign}
UNION ALL
SELECT p.oid::regproc::text, 'cast', c.casttarget::regtype::text, 'false'
FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
  JOIN pg_catalog.pg_type t ON t.oid = c.casttarget
WHERE ${isForeign}
  AND (c.castcontext = 'i' AND p.provolatile = 'v' OR $4::text[] IS NULL OR t.typname = ANY ($4::text[]))
UNION ALL
SELECT p.oid::regproc::text, 'domain', n.contypid::regtype::text, 'false'
FROM pg_catalog.pg_constraint n JOIN pg_catalog.pg_depend r ON r.classid = 'pg_catalog.pg_constraint'::regclass
    AND r.objid = n.oid AND r.refclassid = 'pg_catalog.pg_proc'::regclass
  JOIN pg_catalog.pg_proc p ON p.oid = r.refobjid
WHERE n.contypid <> 0 AND $4::text[] IS NULL AND ${isForeign}`;

type UserCodeRow = Readonly<Record<string, string | null>>;

const isAllowed = ({ builtin, name }: UserCodeRow): boolean =>
  builtin === 'true' && (readingFunctions.has(name ?? '') || statisticsGetter.test(name ?? ''));

const remedy = 'read your own functions, operators and casts through a view';

const refusalText = ({ how, name, function: called }: UserCodeRow): string => {
  const calls = `may call ${called}(), which is not on the list of read-only functions`;
  switch (how) {
    case 'attribute':
      return `.${name} ${calls}. A read may not use this name, even as a column`;
    case 'function':
      return `${name}() has an overload ${called}() that is not built in`;
    case 'operator':
      return `the operator ${name} ${calls}`;
    case 'cast':
      return `a conversion to ${name} ${calls}`;
    default:
      return `a conversion to the domain ${name} ${calls}`;
  }
};

/**
 * Asks the server which functions outside of the list the names of a statement may call, and refuses the statement if
 * there is one. It is asked in the transaction of the statement. Throws SqlError; a check that fails refuses, too.
 */
export const assertNoUserCode = async (
  session: Pick<PostgresSession, 'ask'>,
  { text, timeoutMs }: Pick<SqlQuery, 'text' | 'timeoutMs'>,
): Promise<void> => {
  const { attributes, functions, operators, prefixOperators, casts } = callableNames(text);
  const values = [attributes, functions, operators, casts ?? null, prefixOperators];
  const how = timeoutMs === undefined ? {} : { timeoutMs };
  let rows: readonly UserCodeRow[];
  try {
    ({ rows } = await session.ask({ text: userCodeSql, values, ...how }));
  } catch (error) {
    if (!(error instanceof SqlError) || error.sqlState === '' || error.kind === 'unreachable') throw error;
    throw new SqlError(
      error.kind,
      `the query was not sent: cannot read from the catalog which functions the query calls: ${error.message}`,
      error.sqlState,
      error.remedy,
    );
  }
  const refused = rows.find((row) => !isAllowed(row));
  if (refused !== undefined) throw new SqlError('denied', `not sent: ${refusalText(refused)}`, '', remedy);
};

import { isSecretText } from './assignment-value.ts';
import { patternRecognizer, type Recognizer, type SensitiveSpan } from './recognizers.ts';
import { isSecretField } from './secret-fields.ts';
import { strongWords } from './secret-words.ts';

/** The columns of an INSERT, and the start of its rows. */
const insert = /\(([^()]{1,2000})\)\s{0,40}(?:OVERRIDING\s\w{4,6}\sVALUE\s{1,40})?VALUES\s{0,40}(?=\()/gi;
/** A literal of SQL, a bracket, a comma, or another text of a row. */
const inRow = /'((?:[^'\\]|''|\\[\s\S])*)(?:'|$)|[(),]|[^'(),]+/dgy;

/** The literals in the rows from `start` on whose column is secret, and the end of the rows. */
const secretsOfRows = (
  text: string,
  start: number,
  isSecret: readonly boolean[],
): { readonly end: number; readonly spans: readonly SensitiveSpan[] } => {
  const spans: SensitiveSpan[] = [];
  let depth = 0;
  let column = 0;
  let end = start;
  inRow.lastIndex = start;
  for (let piece = inRow.exec(text); piece !== null; piece = inRow.exec(text)) {
    const { 0: whole, indices } = piece;
    if (whole === '(' && ++depth === 1) column = 0;
    if (whole === ')') depth -= 1;
    if (whole === ',' && depth === 1) column += 1;
    // Another text behind a row ends them.
    if (depth <= 0 && !/^(?:[),]|\s*)$/.test(whole)) break;
    end = inRow.lastIndex;
    const [from, to] = indices?.[1] ?? [0, 0];
    if (from < to && isSecret[column] === true) spans.push({ from, to, is: 'secret' });
  }
  return { end, spans };
};

/** The values of the columns of secrets in each row of an INSERT. */
const insertedSecrets = (text: string): readonly SensitiveSpan[] => {
  const spans: SensitiveSpan[] = [];
  insert.lastIndex = 0;
  for (let head = insert.exec(text); head !== null; head = insert.exec(text)) {
    const columns = (head[1] ?? '').split(',').map((name) => name.trim().replaceAll(/["'`[\]]/g, ''));
    const isSecret = columns.map(isSecretField);
    if (!isSecret.includes(true)) continue;
    const rows = secretsOfRows(text, insert.lastIndex, isSecret);
    spans.push(...rows.spans);
    insert.lastIndex = rows.end;
  }
  return spans;
};

const listed = new RegExp(
  `(?:${strongWords})["'\`\\]]?\\s{1,10}(?:NOT\\s{1,10})?IN\\s{0,10}\\(([^()]{1,4000})`,
  'dgi',
);

/** The literals of `token IN ('x', 'y')`. */
const comparedSecrets = (text: string): readonly SensitiveSpan[] =>
  [...text.matchAll(listed)].flatMap(({ 1: list = '', indices }) =>
    [...list.matchAll(/'([^']+)/dg)].flatMap((literal) => {
      const listFrom = indices?.[1]?.[0] ?? 0;
      const [from, to] = literal.indices?.[1] ?? [0, 0];
      return /^[\s,]*$/.test(literal[1] ?? '')
        ? []
        : [{ from: listFrom + from, to: listFrom + to, is: 'secret' as const }];
    }),
  );

/** Sentences of programs that print a password, or repeat one. */
const sentences: readonly Recognizer[] = [
  // MySQL
  /password is generated for \S{1,128}: (?<it>\S+)/dgi,
  // Elasticsearch
  /\bPASSWORD \w{1,64} = (?<it>\S+)/dg,
  /password for the [\w.-]{1,64} user[^\n:]{0,64}:\s{1,8}(?<it>\S{8,})/dgi,
  // Jenkins
  /following (?:initial )?password[^\n:]{0,64}:\s{1,8}(?<it>\S{8,})/dgi,
  /(?:key|token|password|passphrase|secret) (?:provided|given|received|entered|supplied|used|sent): {0,4}["']?(?<it>(?=\S{0,256}\d)[^\s"']{6,})/dgi,
  /\bpassword (?:(?:for|of) \S{1,64} )?(?:(?:has been|is|was) )?(?:changed|set|reset) to:? ["']?(?<it>(?=\S{0,256}\d)[^\s"']{6,})/dgi,
  // AWS: parameters as text
  /\bSecureString\s{1,40}(?<it>[^\s"',]+)/dg,
  // PowerShell
  /\bConvertTo-SecureString\s{1,10}(?:-String\s{1,10})?["']?(?<it>[^\s"'-][^\s"']*)/dgi,
  // IMAP (RFC 9051, 6.2.3)
  /(?:^|\s)[A-Za-z]{0,4}\d{1,6}\s+LOGIN\s+\S{1,128}\s+"?(?<it>[^\s"]+)/dg,
  // YAML: a key of its own line
  new RegExp(
    `(?:^|\\n)[ \\t]{0,200}\\?[ \\t]{1,20}["']?[\\w.-]{0,64}(?:${strongWords})["']?[ \\t]*\\r?\\n[ \\t]{0,200}:[ \\t]{1,20}["']?(?<it>[^\\s"'][^\\n"']*)`,
    'dgi',
  ),
].map((pattern) => patternRecognizer(pattern, 'secret', isSecretText));

const sentenceHint =
  /generated for|PASSWORD \w|for the |following |(?:provided|given|received|entered|supplied|used|sent):|(?:changed|set) to|SecureString|\bLOGIN\b|\n[ \t]*:/i;

/** Recognizes secrets by their place in a statement of SQL, or in a sentence of a program. */
export const secretsOfStatements: Recognizer = (text) => [
  ...(/\bvalues\b/i.test(text) ? insertedSecrets(text) : []),
  ...(/\bin\s{0,10}\(/i.test(text) ? comparedSecrets(text) : []),
  ...(sentenceHint.test(text) ? sentences.flatMap((find) => find(text)) : []),
];

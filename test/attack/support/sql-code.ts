/**
 * The code of a statement for PostgreSQL: without the contents of literals, quoted identifiers and comments. Throws for a
 * statement in which one of them is not closed. Source: PostgreSQL docs, Lexical Structure.
 */
export const sqlCode = (sql: string): string => {
  let code = '';
  let rest = sql;
  while (rest !== '') {
    const [quoted = ''] =
      /^(?:[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/)/.exec(
        rest,
      ) ?? [];
    if (quoted === '' && /^(?:'|"|\/\*)/.test(rest)) throw new Error(`not closed: ${rest.slice(0, 80)}`);
    code += quoted === '' ? rest[0] : /^[a-zA-Z]?['"$]/.test(quoted) ? '?' : ' ';
    rest = rest.slice(quoted.length || 1);
  }
  return code;
};

/** The language of what is typed at a prompt; `unknown`: a language that no table knows, so it may do anything. */
export type TypedLanguage = 'postgres' | 'sql' | 'mongo' | 'redis' | 'shell' | 'unknown';

/** Prompts of consoles, each with the blank behind it. */
const consolePrompts: readonly (readonly [RegExp, TypedLanguage])[] = [
  // `shop=#`, `shop=>`, in a transaction `shop=*#`.
  [/^\s*[\w.@-]+[=^!][*!?]?[>#]\s+(?=\S)/, 'postgres'],
  [
    /^\s*(?:mysql(?:\s*[[(][^\])]*[\])]|@\S+)?|MariaDB\s*\[[^\]]*\]|MySQL\b[^>]*\bSQL\s*|(?:\w+@)?cqlsh(?::\w+)?|sqlite|SQL|hive|spark-sql(?:\s*\([^)]*\))?|(?:trino|presto)(?::[\w.]+)?|ksql|duckdb|influx|0: jdbc:[^>]*|[\w.-]+@[\w.-]*:\d+\/[\w./-]*(?:\s+\w+)?)>\s+(?=\S)/,
    'sql',
  ],
  // ClickHouse.
  [
    /^\s*[\w.-]+ :\)\s+(?=(?:select|with|show|describe|explain|alter|drop|truncate|insert|create|system|optimize|kill|use|set|detach|attach|rename|delete|update|grant|revoke)\b)/i,
    'sql',
  ],
  [
    /^\s*(?:[\w.-]+:(?:PRIMARY|SECONDARY|ARBITER|STARTUP2?|RECOVERING|OTHER)|mongos|(?:[\w.-]+\s+)?\[(?:direct|mongos|primary|secondary)[^\]]*\]\s+[\w.-]+|Atlas\s[^>]*)>\s+(?=\S)/,
    'mongo',
  ],
  // mongosh shows the name of the database.
  [/^\s*(?:[\w.-]+)?>\s+(?=(?:db|rs|sh)\.\w|show\s+\w+\s*$|use\s+[\w-]+\s*$)/, 'mongo'],
  [/^\s*(?:[\w.-]+:\d+|redis|valkey|not connected)(?:\[\d+\])?(?:\(TX\))?>\s+(?=\S)/, 'redis'],
  [
    /^\s*(?:>>>|In \[\d+\]:|(?:irb|pry|iex|hbase|\[\d+\] pry)\([^)]*\)(?::?\d+)*[>*]|hbase(?::\d+)+[>*]|(?:\([\w.@-]+\))?\d+>|(?:scala|jshell|gremlin|ftp|sftp|php|psysh|julia|node|kafka|zk)>|\[zk: [^\]]*\]|\((?:gdb|lldb)\))\s+(?=\S)/,
    'unknown',
  ],
];

/** The prompt of Neo4j, which is that of a shell unless Cypher follows. */
const cypherPrompt =
  /^\s*[\w.-]+@[\w.-]+>\s+(?=(?:match|optional|create|merge|call|return|unwind|detach|load csv|show|drop|alter|with|foreach)\b)/i;

/** Prompts of shells: `$ `, `ana@host:~$ `, `[root@host ~]# `, `bash-5.1# `, `/ # `, `PS C:\> `, `C:\> `. */
const shellPrompt =
  /^\s*(?:\([\w.-]+\)\s+)?(?:\$|❯|%|\[[\w.-]+@[\w.-]+[^\]]*\]\s*[$#]|[\w.-]+@[\w.-]+[^$#]*[$#]|[\w.-]+@[\w.-]+\s+\S+\s*[%>]|[\w.-]+:\S+\s+\w+[$#]|[\w.:~/-]+\s+\$|(?:ba|z|a)?sh-[\d.]+[$#]|[/~]\s+#|I have no name!@[\w.-]+:[^$#]*[$#]|➜\s+\S+(?:\s+git:\(\S+\))?(?:\s+✗)?|PS [^>]*>|[A-Za-z]:\\[^>]*>)\s+(?=\S)/;

/** Prompts that continue a statement on the next line of its console. */
const continuations: Readonly<Record<TypedLanguage, RegExp>> = {
  postgres: /^\s*[\w.@-]+[-*'"$(][*!?]?[>#](?:\s|$)/,
  sql: /^\s*(?:(?:-|'|"|`|\/\*|\.\.\.)>|\.{3}|:-\]|\d+ {2})(?:\s|$)/,
  mongo: /^\s*\.{3,}(?:\s|$)/,
  redis: /^(?!)/,
  shell: /^\s*>\s+/,
  unknown: /^\s*(?:\.{3,}|irb\([^)]*\)(?::\d+)*[*"]|\.{3}\(\d+\)>)(?:\s|$)/,
};

/** A line without its prompt, and the language of its console. */
export interface PromptedLine {
  readonly text: string;
  readonly language: TypedLanguage;
}

/** Reads a line that begins with the prompt of a shell. */
export const atShellPrompt = (line: string): PromptedLine | undefined => {
  const found = shellPrompt.exec(line)?.[0];
  return found === undefined ? undefined : { text: line.slice(found.length), language: 'shell' };
};

/** Reads a line that begins with the prompt of a console of its own: a database, an interpreter. */
export const atConsolePrompt = (line: string): PromptedLine | undefined => {
  for (const [prompt, language] of consolePrompts) {
    const found = prompt.exec(line)?.[0];
    if (found !== undefined) return { text: line.slice(found.length), language };
  }
  const cypher = cypherPrompt.exec(line)?.[0];
  return cypher === undefined ? undefined : { text: line.slice(cypher.length), language: 'unknown' };
};

/** The rest of a line that continues the statement above it; undefined when it does not begin with such a prompt. */
export const atContinuation = (line: string, language: TypedLanguage): string | undefined => {
  const found = continuations[language].exec(line)?.[0];
  return found === undefined ? undefined : line.slice(found.length);
};

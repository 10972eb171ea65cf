import type { Danger } from '../domain/runbooks/operation.ts';
import { mostDangerous } from '../runs/policy/danger.ts';
import { redisCommands } from './danger-table.ts';

/** Functions that change something which comes back, and end no data. Source: PostgreSQL, System Administration Functions. */
const changingFunctions =
  /^(?:pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_rotate_logfile|pg_promote|pg_switch_wal|pg_create_\w+|pg_stat_reset\w*|pg_stat_statements_reset|pg_(?:try_)?advisory\w*|pg_wal_replay_(?:pause|resume)|get_lock|release_lock|release_all_locks|setval|nextval|set_config)$/;

/** Functions that only compute or read. A function that is not listed may do anything. */
const readingFunctions = new RegExp(
  `^(?:${[
    'count|sum|avg|min|max|stddev\\w*|var\\w*|corr|every|bool_and|bool_or|array_\\w+|string_agg|string_to_array|json_\\w+|jsonb_\\w+|json|jsonb|to_jsonb?|row_to_json|xmlagg|mode|percentile_\\w+',
    'row_number|rank|dense_rank|percent_rank|cume_dist|ntile|lag|lead|first_value|last_value|nth_value|grouping|unnest|generate_series|generate_subscripts|cardinality',
    'coalesce|nullif|greatest|least|cast|extract|date_part|date_trunc|date_bin|age|now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|to_char|to_date|to_timestamp|to_number|make_\\w+|justify_\\w+|interval|timestamp|date|time|numeric|decimal|varchar|char|float',
    'abs|ceil|ceiling|floor|round|trunc|mod|power|sqrt|exp|ln|log|sign|div|random|length|char_length|octet_length|lower|upper|initcap|trim|btrim|ltrim|rtrim|lpad|rpad|left|right|substr|substring|split_part|replace|translate|position|strpos|concat|concat_ws|format|repeat|reverse|regexp_(?:replace|match|matches|split_to_array|split_to_table|count|instr|like|substr)|md5|encode|decode|quote_ident|quote_literal|starts_with|ascii|chr|if|ifnull|date_format|datediff|timestampdiff|from_unixtime|unix_timestamp|curdate|group_concat',
    'version|current_database|current_schemas?|current_setting|current_user|inet_(?:server|client)_(?:addr|port)|has_\\w+_privilege|row|array|exists|in|any|all|some|values|over|filter|using|on|and|or|not|as|by|from|where|having|when|then|else|case|select|with|group|within|partition|materialized|union|except|intersect|lateral|between|like|ilike|is|limit|offset|distinct|rows|range|join|sets|cube|rollup',
    'pg_size_pretty|pg_size_bytes|pg_database_size|pg_(?:total_)?relation_size|pg_table_size|pg_indexes_size|pg_tablespace_size|pg_column_size|pg_backend_pid|pg_blocking_pids|pg_safe_snapshot_blocking_pids|pg_is_in_recovery|pg_is_wal_replay_paused|pg_last_\\w+|pg_current_(?:wal_(?:lsn|flush_lsn|insert_lsn)|snapshot)|pg_wal_lsn_diff|pg_walfile_name|pg_postmaster_start_time|pg_conf_load_time|pg_uptime|pg_stat_get_\\w+|pg_stat_file|pg_get_\\w+|pg_table_is_visible|pg_encoding_to_char|pg_describe_object|pg_typeof|pg_lock_status|pg_stat_activity|pg_ls_\\w+|pg_read_file|obj_description|col_description|format_type|to_regclass|txid_current_if_assigned|pg_age|pgstattuple\\w*|pgstatindex|uptime|formatreadable\\w+',
  ].join('|')})$`,
);

const relation = String.raw`[\w."]+(?:\s*\([\w\s,"]*\))?`;
const relations = `${relation}(?:\\s*,\\s*${relation})*`;
const mode = String.raw`(?:isolation\s+level\s+\w+(?:\s+\w+)?|read\s+(?:only|write)|(?:not\s+)?deferrable|with\s+consistent\s+snapshot)`;
const chain = String.raw`(?:\s+and\s+(?:no\s+)?chain)?`;

/** Settings of a session that decide how long and where it reads. Any other may turn off what protects data: triggers, checks, logs. */
const ownSettings = String.raw`(?:statement_timeout|lock_timeout|idle_in_transaction_session_timeout|search_path|time\s+zone|timezone|time_zone|client_encoding|client_min_messages|datestyle|intervalstyle|extra_float_digits|application_name|work_mem|maintenance_work_mem|enable_\w+|max_parallel_workers_per_gather|random_page_cost|jit|names|character\s+set|autocommit|max_execution_time|net_(?:read|write)_timeout|wait_timeout|transaction)`;

/** Statements that are safe as a whole: what follows a word that begins one may be anything. */
const safeStatements = [
  String.raw`vacuum(?!\s+full\b)(?:\s*\((?:\s*,?\s*(?:verbose|analyze|freeze|skip_locked|parallel\s+\d+)(?:\s+(?:on|off|true|false))?)+\s*\))?(?:\s+(?:freeze|verbose|analyze))*(?:\s+${relations})?`,
  String.raw`analyze(?:\s+verbose)?(?:\s+(?:local\s+|no_write_to_binlog\s+)?(?:table\s+)?${relations})?`,
  'checkpoint',
  String.raw`(?:begin|start\s+transaction)(?:\s+(?:work|transaction))?(?:\s*,?\s*${mode})*`,
  String.raw`(?:commit|end)(?:\s+(?:work|transaction))?${chain}`,
  String.raw`rollback(?:\s+(?:work|transaction))?${chain}(?:\s+to(?:\s+savepoint)?\s+\w+)?`,
  String.raw`(?:savepoint|release(?:\s+savepoint)?)\s+\w+`,
  String.raw`set\s+(?:(?:session|local)\s+)?(?:characteristics\s+as\s+)?(?:@@(?:session|local)\.)?${ownSettings}\b(?:(?!,\s*(?:@|\w+\s*:?=|(?:global|persist|session|local)\b))[^;()])*`,
  String.raw`reset\s+${ownSettings}`,
].map((text) => new RegExp(`^(?:${text})$`, 'i'));

const sqlKinds: readonly (readonly [RegExp, Danger])[] = [
  [/^(?:show\b|(?:check|checksum)\s+table\b|desc(?:ribe)?(?:\s+[\w.]+){0,2}$)/i, 'read'],
  [/^(?:vacuum|cluster|analyze|optimize|backup)\b/i, 'disruptive'],
  // Replication of MySQL; the console of pgbouncer.
  [/^(?:(?:start|stop)\s+(?:slave|replica|group_replication)|pause|resume|reload|suspend)\b/i, 'disruptive'],
  // Binary logs and the position of a replica are gone; a password or a role is not.
  [/^(?:set\s+password|reset\s+(?:master|slave|replica|binary|persist|query))\b/i, 'destructive'],
  [/^(?:set|reset)\b/i, 'disruptive'],
  // What was defined before is lost; a rule, a trigger and an event execute something by themselves.
  [
    /^create\s+or\s+replace\b|^create\s+(?:\S+\s+){0,6}?(?:rule|trigger|event|procedure|function)\b/i,
    'destructive',
  ],
  // Rows that exist are overwritten.
  [
    /^insert\s+overwrite\b|^insert\b[\s\S]*\bon\s+(?:conflict\b[\s\S]*\bdo|duplicate\s+key)\s+update\b/i,
    'destructive',
  ],
  [
    /^(?:reindex|create\s+(?:unique\s+)?index|create\s+extension|alter\s+system|insert|refresh|create|comment|grant|lock|notify|kill|flush)\b/i,
    'disruptive',
  ],
];

/** Removes comments; texts in quotes stay, and a comment without an end. */
const withoutComments = (sql: string): string =>
  sql.replaceAll(
    /('(?:[^']|'')*')|--[^\n]*|\/\*[\s\S]*?\*\/|(\/\*[\s\S]*)/g,
    (_, quoted?: string, open?: string) => quoted ?? open ?? ' ',
  );

/** A part of a statement that is no code: what stands for it, and its length. 'unclear': dialects disagree on it, or it stays open. */
type TextPart = { readonly code: string; readonly length: number } | 'unclear';

const commentAt = (rest: string, isPostgres: boolean): TextPart | undefined => {
  const comment = /^(?:--[^\n]*|\/\*(?![!+])(?:(?!\*\/|\/\*)[\s\S])*\*\/)/.exec(rest)?.[0];
  if (comment === undefined)
    return rest.startsWith('/*') || (!isPostgres && rest.startsWith('#')) ? 'unclear' : undefined;
  // `--1` is a subtraction for MySQL.
  return !isPostgres && /^--\S/.test(comment) ? 'unclear' : { code: ' ', length: comment.length };
};

const quotedAt = (rest: string, isPostgres: boolean): TextPart | undefined => {
  const quote = /^['"`]/.exec(rest)?.[0];
  if (quote === undefined) return undefined;
  if (quote === '`' && isPostgres) return 'unclear';
  const quoted = new RegExp(`^${quote}(?:[^${quote}]|${quote}${quote})*${quote}`).exec(rest)?.[0];
  // A backslash escapes the quote in some dialects and settings only.
  if (quoted === undefined || quoted.includes(`\\${quote}`) || /\\\\.*$/.test(quoted)) return 'unclear';
  const code = quote === "'" ? "''" : quoted.slice(1, -1).replaceAll(/[^\w]/g, '_');
  return { code, length: quoted.length };
};

/** A text between dollar tags. `before`: the code up to it, since `a$b$` is a name. */
const dollarTextAt = (rest: string, isPostgres: boolean, before: string): TextPart | undefined => {
  const tag = /^\$(?:[A-Za-z_]\w*)?\$/.exec(rest)?.[0];
  if (tag === undefined) return undefined;
  const end = rest.indexOf(tag, tag.length);
  return !isPostgres || end < 0 || /\w$/.test(before) ? 'unclear' : { code: "''", length: end + tag.length };
};

/** Text that every server reads in the same way; undefined when dialects disagree, or a quote stays open. */
const withoutTexts = (sql: string, isPostgres: boolean): string | undefined => {
  let code = '';
  let pos = 0;
  while (pos < sql.length) {
    const rest = sql.slice(pos);
    const part =
      commentAt(rest, isPostgres) ?? quotedAt(rest, isPostgres) ?? dollarTextAt(rest, isPostgres, code);
    if (part === 'unclear') return undefined;
    code += part?.code ?? rest[0] ?? '';
    pos += part?.length ?? 1;
  }
  return code;
};

/** Calls and forms of a query: it reads only when every function is known to. */
const queryDanger = (sql: string): Danger => {
  if (
    /\b(?:insert|update|delete|merge|truncate|drop|alter)\b/i.test(
      sql.replace(/\bfor\s+(?:no\s+key\s+)?update\b/i, ''),
    )
  )
    return 'destructive';
  // SELECT … INTO OUTFILE writes a file.
  if (/\binto\s+(?:outfile|dumpfile)\b/i.test(sql)) return 'destructive';
  const locks = /\bfor\s+(?:update|share|no\s+key|key\s+share)|\binto\s+\w|\block\s+in\b/i.test(sql);
  const calls = [...sql.matchAll(/(?<![\w$.])([\w$.]+)\s*\(/g)].map(([, name = '']) =>
    name.toLowerCase().replace(/^pg_catalog\./, ''),
  );
  // A list of columns: `WITH t (a, b) AS`, `FROM f() AS t (a, b)`.
  const aliases = new Set(
    [...sql.matchAll(/(?:\bwith(?:\s+recursive)?|,|\bas)\s+(\w+)\s*\([\w\s,]*\)\s*as\b/gi)].map(
      ([, name = '']) => name.toLowerCase(),
    ),
  );
  const judged = calls.map((name): Danger => {
    if (changingFunctions.test(name)) return 'disruptive';
    return readingFunctions.test(name) || aliases.has(name) ? 'read' : 'destructive';
  });
  return mostDangerous([...judged, locks ? 'disruptive' : 'read']);
};

const statementDanger = (sql: string): Danger => {
  const explained = /^explain\s*(?:\([^)]*\)|(?:analyze|verbose)\s)*\s*/i.exec(sql)?.[0];
  if (explained !== undefined)
    return /analy[sz]e/i.test(explained) ? statementDanger(sql.slice(explained.length)) : 'read';
  if (/^(?:select|with|table|values)\b/i.test(sql)) return queryDanger(sql);
  const copied =
    /^copy\s+(?:\(([\s\S]+)\)|[\w.]+(?:\s*\([\w\s,]*\))?)\s+to\s+stdout\b(?!\s*;)[\w\s,'()]*$/i.exec(sql);
  // An inner statement may delete and return rows.
  if (copied !== null)
    return copied[1] === undefined || /^\s*(?:select|with|table|values)\b/i.test(copied[1])
      ? queryDanger(copied[1] ?? '')
      : 'destructive';
  if (safeStatements.some((statement) => statement.test(sql))) return 'safe';
  const danger = sqlKinds.find(([begins]) => begins.test(sql))?.[1] ?? 'destructive';
  // The query whose rows are written may call anything.
  const query = /^(?:insert|create|refresh)\b[\s\S]*?\b((?:select|with|values|execute)\b[\s\S]*)$/i.exec(
    sql,
  )?.[1];
  return query === undefined
    ? danger
    : mostDangerous([danger, queryDanger(query.replace(/^execute\b.*/i, 'delete'))]);
};

/** Backslash commands of psql that only show something. `\g` sends the query. */
const readingMeta =
  /^\\(?:d[A-Za-z]*[+S]*|l\+?|z|sf\+?|sv\+?|conninfo|timing|x|pset|encoding|echo|qecho|q|g|gx|watch|a|t|H|p|r|\?|h|c|connect)$/;

/** Returns whether every backslash command of a line is known to only read. Pipes, files and backquotes are not. */
const isReadingMeta = (text: string): boolean =>
  text.split('\n').every((line) => {
    const [command = '', ...args] = line.trim().split(/\s+/);
    return (
      readingMeta.test(command) &&
      args.every((word) => /^[\w.*+?"=,:;-]*$/.test(word)) &&
      (!/^\\gx?$/.test(command) || args.length === 0)
    );
  });

/** Lines of backslash commands, apart from the SQL around them; undefined when one of them is not known to read. */
const withoutMeta = (code: string): string | undefined => {
  const lines: string[] = [];
  for (const line of code.split('\n')) {
    const index = line.indexOf('\\');
    if (index < 0) lines.push(line);
    else {
      if (!isReadingMeta(line.slice(index))) return undefined;
      lines.push(`${line.slice(0, index)};`);
    }
  }
  return lines.join('\n');
};

/** The statements of an SQL text, with the line of each, from 0. A `;` in quotes, dollar quotes or comments separates nothing. */
export const splitSql = (text: string): readonly { readonly line: number; readonly text: string }[] => {
  const found: { line: number; text: string }[] = [];
  let from = 0;
  let line = 0;
  const linesIn = (part: string): number => part.split('\n').length - 1;
  const take = (to: number): void => {
    const part = text.slice(from, to);
    if (withoutComments(part).replaceAll(';', '').trim() !== '') {
      const lead = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(part)?.[0] ?? '';
      found.push({ line: line + linesIn(lead), text: part.slice(lead.length).trim() });
    }
    from = to;
    line += linesIn(part);
  };
  // A comment without an end goes on to the end of the text.
  const parts =
    /'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(?<![\w$])\$(?<tag>(?:[A-Za-z_]\w*)?)\$[\s\S]*?\$\k<tag>\$|(?<end>;)/g;
  for (const match of text.matchAll(parts)) if (match.groups?.end !== undefined) take(match.index + 1);
  take(text.length);
  return found;
};

/** Returns whether a text has commands of psql, which no server understands. */
export const hasMetaCommand = (sql: string): boolean => withoutTexts(sql, true)?.includes('\\') ?? true;

/** The danger of an SQL text: that of its most dangerous statement. What is unknown, or ambiguous, is destructive. */
export const sqlDanger = (sql: string, dialect: 'postgres' | 'other' = 'postgres'): Danger => {
  const bare = withoutTexts(sql, dialect === 'postgres');
  // `\G` ends a statement of mysql, like `;`.
  const plain = bare?.replaceAll(/\\[gG](?=\s*(?:;|$))/g, ';');
  const code = bare === undefined ? undefined : dialect === 'postgres' ? withoutMeta(bare) : plain;
  if (code === undefined || code.includes('\\')) return 'destructive';
  const statements = code
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (statements.length === 0) return bare?.includes('\\') ? 'read' : 'destructive';
  return mostDangerous(statements.map(statementDanger));
};

const mongoMethods: readonly (readonly [RegExp, Danger])[] = [
  [
    /^(?:find|findOne|count|countDocuments|estimatedDocumentCount|aggregate|distinct|getIndexes|stats|dataSize|totalSize|storageSize|serverStatus|currentOp|explain|hello|isMaster|status|conf|printReplicationInfo|printSecondaryReplicationInfo|getProfilingStatus|getProfilingLevel|hostInfo|version|getCollectionNames|getCollectionInfos|getCollection|getSiblingDB|getMongo|adminCommand|sort|limit|skip|pretty|toArray|hint|projection|batchSize|itcount|hasNext|next|printjson|print|tojson|Date|now|ISODate|ObjectId|NumberLong|UUID|size|map|filter|length|toString|abs|floor|round|stringify|keys|dbStats|latencyStats|validate|getReplicationInfo|forEach|function|if|for|while|isInteger|parseInt|Number|String|includes|startsWith|endsWith|match|test|toFixed|join|getName|getLogComponents|serverCmdLineOpts|serverBuildInfo|getShardDistribution|isBalancerRunning|getBalancerState|top|runCommand)$/,
    'read',
  ],
  [
    /^(?:createIndex|createIndexes|setProfilingLevel|killOp|reIndex|compact|stepDown|setLogLevel|hideIndex|unhideIndex|createCollection|insertOne|insertMany|freeze|stopBalancer|startBalancer|setBalancerState|enableBalancing|disableBalancing)$/,
    'disruptive',
  ],
];

/** The danger of JavaScript for mongosh: that of its most dangerous call. Unknown calls are destructive. */
export const mongoDanger = (script: string): Danger => {
  const code = script.replaceAll(
    /('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, text?: string) => (text === undefined ? ' ' : '""'),
  );
  // A computed member, a template, an assignment or a regular expression hides what is called.
  if (
    /[\])\w]\s*\[\s*(?!\d+\s*\])|`|\beval\b|\bFunction\b|\bconstructor\b|\bload\b|\\|(?:^|[^=!<>])=(?!=|>)\s*db\b/.test(
      code,
    )
  )
    return 'destructive';
  // A function that is handed over by its name is called without brackets.
  if (
    /\b(?:forEach|map|filter)\s*\(\s*(?!function\b|\w+\s*=>|\([\w\s,]*\)\s*=>|print(?:json)?\s*\))/.test(code)
  )
    return 'destructive';
  if (/["']?\$(?:out|merge|where|function|accumulator)\b/.test(script)) return 'destructive';
  if (/\$(?:out|merge|where|function|accumulator)\b/.test(code)) return 'destructive';
  const calls = [...code.matchAll(/(?:\b|\.)(\w+)\s*\(/g)].map(([, name = '']) => name);
  const shown = /^\s*(?:show|use)\s+\w+\s*$/.test(code);
  if (calls.length === 0) return shown ? 'read' : 'destructive';
  // The first key of a command is its name.
  const commands = [...code.matchAll(/\b(?:adminCommand|runCommand)\s*\(\s*([^,}]*)/g)].some(
    ([, first = '']) =>
      !/^\{\s*(?:(?:get|list|replSetGet)\w*|serverStatus|ping|hello|isMaster|top|connPoolStats|collStats|dbStats|buildInfo|hostInfo|currentOp|count|find|explain|dataSize|connectionStatus|features|lockInfo|shardConnPoolStats|usersInfo|rolesInfo|validateDBMetadata)\s*:/.test(
        first,
      ),
  );
  const worst = mostDangerous(
    calls.map((name) => mongoMethods.find(([named]) => named.test(name))?.[1] ?? 'destructive'),
  );
  return commands ? 'destructive' : worst;
};

/** The danger of a Redis command; without one, redis-cli opens a console. */
export const redisDanger = (words: readonly string[]): Danger => {
  const [first = '', second = ''] = words.map((word) => word.toLowerCase());
  const found = [`${first} ${second}`, first].find((name) => Object.hasOwn(redisCommands, name));
  return (found === undefined ? undefined : redisCommands[found]) ?? 'destructive';
};

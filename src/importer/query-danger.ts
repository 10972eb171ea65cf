import type { Danger } from '../domain/operation.ts';
import { mostDangerous } from '../runs/policy/danger.ts';
import { redisCommands } from './danger-table.ts';

/** Functions that a SELECT may call and that change something. Source: PostgreSQL, System Administration Functions. */
const changingFunctions =
  /\b(?:pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_rotate_logfile|pg_promote|pg_switch_wal|pg_create_\w+|pg_drop_\w+|pg_stat_reset\w*|pg_stat_statements_reset|pg_advisory\w*|setval|nextval|set_config|lo_\w+|dblink\w*)\s*\(/i;

const sqlKinds: readonly (readonly [RegExp, Danger])[] = [
  [/^(?:show|table|values|\\(?:d\w*\+?|l\+?|conninfo|timing|x|dt\+?|di\+?)\b)/i, 'read'],
  [/^(?:vacuum\s+full|cluster)\b/i, 'disruptive'],
  [/^(?:vacuum|analyze|checkpoint|begin|commit|rollback|set|reset)\b/i, 'safe'],
  [
    /^(?:reindex|create\s+(?:unique\s+)?index|create\s+extension|alter\s+system|insert|refresh|create|comment|grant|lock|notify|kill|flush)\b/i,
    'disruptive',
  ],
];

/** Removes comments; texts in quotes stay. */
const withoutComments = (sql: string): string =>
  sql.replaceAll(/('(?:[^']|'')*')|--[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted?: string) => quoted ?? ' ');

/** Removes texts in quotes, which are data. */
const withoutTexts = (sql: string): string => sql.replaceAll(/'(?:[^']|'')*'/g, "''");

const statementDanger = (statement: string): Danger => {
  const sql = withoutTexts(statement);
  const explained = /^explain\s*(?:\([^)]*\)|(?:analyze|verbose)\s)*\s*/i.exec(sql)?.[0];
  if (explained !== undefined)
    return /analyze/i.test(explained) ? statementDanger(sql.slice(explained.length)) : 'read';
  if (/^(?:select|with)\b/i.test(sql)) {
    if (
      /\b(?:insert|update|delete|merge)\b(?!\s*\()/i.test(
        sql.replace(/\bfor\s+(?:no\s+key\s+)?update\b/i, ''),
      )
    )
      return 'destructive';
    const locks = /\bfor\s+(?:update|share|no\s+key)|\binto\s+\w/i.test(sql);
    return changingFunctions.test(sql) || locks ? 'disruptive' : 'read';
  }
  return sqlKinds.find(([begins]) => begins.test(sql))?.[1] ?? 'destructive';
};

/** The statements of an SQL text, with the line of each, from 0. A `;` in quotes or comments separates nothing. */
export const splitSql = (text: string): readonly { readonly line: number; readonly text: string }[] => {
  const found: { line: number; text: string }[] = [];
  let from = 0;
  const take = (to: number): void => {
    const part = text.slice(from, to);
    if (withoutComments(part).replaceAll(';', '').trim() !== '') {
      const lead = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(part)?.[0] ?? '';
      found.push({
        line: text.slice(0, from + lead.length).split('\n').length - 1,
        text: part.slice(lead.length).trim(),
      });
    }
    from = to;
  };
  for (const match of text.matchAll(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|(;)|\n(?=\\|\s*$)/g))
    if (match[1] !== undefined) take(match.index + 1);
  take(text.length);
  return found;
};

/** The danger of an SQL text: that of its most dangerous statement. Unknown statements are destructive. */
export const sqlDanger = (sql: string): Danger => {
  const statements = splitSql(withoutComments(sql));
  return statements.length === 0
    ? 'destructive'
    : mostDangerous(statements.map(({ text }) => statementDanger(text.replace(/;$/, '').trim())));
};

const mongoMethods: readonly (readonly [RegExp, Danger])[] = [
  [
    /^(?:find|findOne|count|countDocuments|estimatedDocumentCount|aggregate|distinct|getIndexes|stats|dataSize|totalSize|storageSize|serverStatus|currentOp|explain|hello|isMaster|status|conf|printReplicationInfo|printSecondaryReplicationInfo|getProfilingStatus|getProfilingLevel|hostInfo|version|getCollectionNames|getCollectionInfos|getCollection|getSiblingDB|getMongo|adminCommand|sort|limit|skip|pretty|toArray|hint|projection|batchSize|itcount|hasNext|next|printjson|print|tojson|Date|now|ISODate|ObjectId|NumberLong|UUID|size|map|filter|length|toString|abs|floor|round|stringify|keys|dbStats|latencyStats|validate)$/,
    'read',
  ],
  [
    /^(?:createIndex|createIndexes|setProfilingLevel|killOp|reIndex|compact|stepDown|setLogLevel|hideIndex|unhideIndex|createCollection|insertOne|insertMany|freeze)$/,
    'disruptive',
  ],
];

/** The danger of JavaScript for mongosh: that of its most dangerous call. Unknown calls are destructive. */
export const mongoDanger = (script: string): Danger => {
  const code = script
    .replaceAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/'[^'\n]*'|"[^"\n]*"/g, '""');
  if (/\$(?:out|merge|where|function|accumulator)\b/.test(code)) return 'destructive';
  const calls = [...code.matchAll(/(?:\b|\.)(\w+)\s*\(/g)].map(([, name = '']) => name);
  const shown = /^\s*(?:show|use)\s+\w+\s*$/.test(code);
  if (calls.length === 0) return shown ? 'read' : 'destructive';
  const commands =
    calls.some((name) => name === 'adminCommand') &&
    !/(?:get|list|serverStatus|replSetGet|ping|hello|top|connPoolStats)\w*\s*["']?\s*:/.test(code);
  const worst = mostDangerous(
    calls.map((name) => mongoMethods.find(([named]) => named.test(name))?.[1] ?? 'destructive'),
  );
  return commands ? 'destructive' : worst;
};

/** The danger of a Redis command; without one, redis-cli opens a console. */
export const redisDanger = (words: readonly string[]): Danger => {
  const [first = '', second = ''] = words.map((word) => word.toLowerCase());
  return redisCommands[`${first} ${second}`] ?? redisCommands[first] ?? 'destructive';
};

import { SqlError } from './sql.ts';

/** How a statement begins that gives rows and nothing else. */
const readers = /^\(*\s*(?:select|with|values|table|show|explain)\b/i;

/**
 * Functions that do something outside the transaction, so that a read-only one does not hold them: they end or signal
 * others, write files, take locks that outlast it, or reset what others count. Source: PostgreSQL docs, System
 * Administration Functions, Statistics Information Functions, dblink.
 */
const doers = [
  'pg_(?:cancel|terminate)_backend',
  'pg_(?:reload_conf|rotate_logfile\\w*|promote|switch_wal|create_restore_point|log_backend_memory_contexts)',
  'pg_(?:start_backup|stop_backup|backup_start|backup_stop|wal_replay_(?:pause|resume)|export_snapshot)',
  'pg_(?:create|drop|copy)_(?:physical|logical)_replication_slot|pg_drop_replication_slot',
  'pg_(?:logical|replication)_(?:slot|origin|emit)_\\w+|pg_logical_slot_get_\\w+',
  'pg_stat_reset\\w*|pg_stat_statements_reset|pg_stat_clear_snapshot',
  'pg_(?:try_)?advisory_(?:xact_)?lock\\w*|pg_advisory_unlock\\w*',
  'pg_file_(?:write|rename|unlink|sync)|pg_notify|pg_sync_replication_slots|pg_prewarm',
  'lo_(?:export|import|unlink|create|put|from_bytea)|lowrite|set_config|setval|nextval',
  'dblink\\w*|pg_read_binary_file|pg_import_system_collations',
].join('|');
const doing = new RegExp(`\\b(${doers})\\b`, 'i');
/** An identifier that is spelled by code points may be any of them. */
const spelled = /U&"/i;

/** What follows the comments that a statement begins with. Those of PostgreSQL nest. */
const afterComments = (text: string): string => {
  let rest = text.trimStart();
  for (;;) {
    if (rest.startsWith('--')) rest = rest.replace(/^[^\n\r]*/, '').trimStart();
    else if (rest.startsWith('/*')) rest = afterBlock(rest).trimStart();
    else return rest;
  }
};

const afterBlock = (text: string): string => {
  let depth = 0;
  for (const mark of text.matchAll(/\/\*|\*\//g)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return text.slice(mark.index + 2);
  }
  return '';
};

/**
 * Why a statement is no read, in words; undefined when it is one, as far as its text tells: the server holds it to the
 * rest. A name of a function that does something is refused wherever it stands, in a literal too: what is code and what
 * is not depends on settings of the server.
 */
export const whyNoRead = (text: string): string | undefined => {
  if (!readers.test(afterComments(text)))
    return 'a read begins with SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN';
  if (spelled.test(text)) return 'U&"" may spell any name';
  const [, name] = doing.exec(text) ?? [];
  return name === undefined ? undefined : `${name}() does more than read`;
};

/** Throws `denied` for what is no read. */
export const assertRead = (text: string): void => {
  const why = whyNoRead(text);
  if (why !== undefined)
    throw new SqlError(
      'denied',
      `refused before it was sent: ${why}`,
      '',
      'what changes something is an operation: cancel, terminate, setting, execute',
    );
};

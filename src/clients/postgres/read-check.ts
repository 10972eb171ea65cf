import { type SqlToken, tokenizeSql } from './sql-tokens.ts';
import { SqlError } from './sql-types.ts';

/**
 * Functions of pg_catalog that a read may call: they return a value and have no effects. An allowlist, because a
 * blocklist would never be complete: `query_to_xml`, `ts_stat`, `dblink` and `crosstab` execute a statement given as
 * text. Volatility in the catalog does not identify them: `crosstab` is marked stable, and so is
 * `pg_current_xact_id`, which assigns a transaction ID. Source: PostgreSQL docs, chapter 9, Functions and Operators.
 */
const byChapter = {
  comparison: 'num_nonnulls num_nulls coalesce nullif greatest least row array grouping',
  mathematics: `abs cbrt ceil ceiling degrees div erf exp factorial floor gcd lcm ln log log10 min_scale mod pi power pow
    radians random round scale sign sqrt trim_scale trunc width_bucket acos asin atan atan2 cos cot sin tan sinh cosh tanh`,
  text: `ascii bit_length btrim char_length character_length chr concat concat_ws format initcap left length lower lpad ltrim
    md5 normalize is_normalized octet_length overlay parse_ident pg_client_encoding position quote_ident quote_literal
    quote_nullable regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace
    regexp_split_to_array regexp_split_to_table regexp_substr repeat replace reverse right rpad rtrim split_part
    starts_with string_to_array string_to_table strpos substr substring to_ascii to_hex translate trim unistr upper`,
  binary:
    'bit_count convert convert_from convert_to decode encode get_bit get_byte sha224 sha256 sha384 sha512',
  casts: `bit boolean bool bpchar char character date decimal float float4 float8 int int2 int4 int8 integer bigint smallint
    interval numeric oid regclass regnamespace regproc regrole regtype text time timestamp timestamptz timetz varbit varchar
    uuid pg_lsn cast to_char to_date to_number to_timestamp pg_typeof format_type`,
  time: `age clock_timestamp current_time current_timestamp date_bin date_part date_trunc extract isfinite justify_days
    justify_hours justify_interval localtime localtimestamp make_date make_interval make_time make_timestamp
    make_timestamptz now overlaps statement_timestamp timeofday timezone transaction_timestamp`,
  network: 'abbrev broadcast family host hostmask inet_merge inet_same_family masklen netmask network',
  json: `to_json to_jsonb array_to_json row_to_json json_build_array jsonb_build_array json_build_object jsonb_build_object
    json_object jsonb_object json_array_elements jsonb_array_elements json_array_elements_text jsonb_array_elements_text
    json_array_length jsonb_array_length json_each jsonb_each json_each_text jsonb_each_text json_extract_path
    jsonb_extract_path json_extract_path_text jsonb_extract_path_text json_object_keys jsonb_object_keys json_to_record
    jsonb_to_record json_to_recordset jsonb_to_recordset json_strip_nulls jsonb_strip_nulls jsonb_set jsonb_insert
    jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first jsonb_pretty
    json_typeof jsonb_typeof`,
  arrays: `array_append array_dims array_fill array_length array_lower array_ndims array_position array_positions array_prepend
    array_remove array_replace array_to_string array_upper cardinality trim_array unnest`,
  ranges:
    'isempty lower_inc lower_inf upper_inc upper_inf range_merge int4range int8range numrange tsrange tstzrange daterange',
  uuid: 'gen_random_uuid',
  aggregates: `any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or count every json_agg jsonb_agg json_object_agg
    jsonb_object_agg max min range_agg string_agg sum corr covar_pop covar_samp regr_avgx regr_avgy regr_count
    regr_intercept regr_r2 regr_slope stddev stddev_pop stddev_samp variance var_pop var_samp mode percentile_cont
    percentile_disc rank dense_rank percent_rank cume_dist`,
  windows: 'row_number ntile lag lead first_value last_value nth_value',
  sets: 'generate_series generate_subscripts',
  session: `current_database current_query current_schema current_schemas inet_client_addr inet_client_port inet_server_addr
    inet_server_port pg_backend_pid pg_blocking_pids pg_conf_load_time pg_is_other_temp_schema pg_my_temp_schema
    pg_postmaster_start_time pg_safe_snapshot_blocking_pids pg_sleep pg_trigger_depth version current_setting`,
  privileges: `has_any_column_privilege has_column_privilege has_database_privilege has_foreign_data_wrapper_privilege
    has_function_privilege has_language_privilege has_parameter_privilege has_schema_privilege has_sequence_privilege
    has_server_privilege has_table_privilege has_tablespace_privilege has_type_privilege pg_has_role row_security_active`,
  catalog: `col_description obj_description shobj_description pg_describe_object pg_function_is_visible pg_get_constraintdef
    pg_get_expr pg_get_functiondef pg_get_function_arguments pg_get_function_result pg_get_indexdef pg_get_partkeydef
    pg_get_serial_sequence pg_get_statisticsobjdef pg_get_triggerdef pg_get_userbyid pg_get_viewdef
    pg_index_column_has_property pg_index_has_property pg_partition_ancestors pg_partition_root pg_partition_tree
    pg_sequence_last_value pg_table_is_visible pg_tablespace_location pg_tablespace_databases pg_type_is_visible
    to_regclass to_regnamespace to_regproc to_regrole to_regtype aclexplode`,
  sizes: `pg_column_size pg_column_compression pg_database_size pg_indexes_size pg_relation_size pg_size_bytes pg_size_pretty
    pg_table_size pg_tablespace_size pg_total_relation_size pg_relation_filenode pg_relation_filepath`,
  server: `pg_control_checkpoint pg_control_init pg_control_recovery pg_control_system pg_current_logfile
    pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn pg_is_in_recovery pg_is_wal_replay_paused
    pg_get_wal_replay_pause_state pg_last_committed_xact pg_last_wal_receive_lsn pg_last_wal_replay_lsn
    pg_last_xact_replay_timestamp pg_wal_lsn_diff pg_walfile_name pg_ls_archive_statusdir pg_ls_logdir pg_ls_tmpdir
    pg_ls_waldir pg_notification_queue_usage mxid_age pg_current_snapshot pg_snapshot_xmin pg_snapshot_xmax
    txid_current_snapshot txid_snapshot_xmin txid_snapshot_xmax pg_xact_commit_timestamp`,
} as const;

/** The allowed function names, in lower case. */
export const readingFunctions: ReadonlySet<string> = new Set(
  Object.values(byChapter).flatMap((names) => names.split(/\s+/)),
);

/** Getters of the statistics system, one per counter. */
export const statisticsGetter = /^pg_stat_get_[a-z0-9_]+$/;

/**
 * Built-in functions with effects that take one argument, so that `x.NAME` calls them. Source: PostgreSQL 15, pg_proc:
 * volatile, callable with one argument, and not on the list.
 */
const effectsByDot: ReadonlySet<string> = new Set(
  `brin_summarize_new_values currval gin_clean_pending_list lo_close lo_creat lo_create lo_get lo_import lo_tell lo_tell64
  lo_unlink nextval pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_shared
  pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_backup_start pg_backup_stop pg_cancel_backend
  pg_create_physical_replication_slot pg_create_restore_point pg_drop_replication_slot pg_import_system_collations
  pg_log_backend_memory_contexts pg_ls_dir pg_ls_replslotdir pg_promote pg_read_binary_file pg_read_file
  pg_replication_origin_create pg_replication_origin_drop pg_replication_origin_session_setup pg_sleep_for pg_sleep_until
  pg_stat_file pg_stat_reset_replication_slot pg_stat_reset_shared pg_stat_reset_single_function_counters
  pg_stat_reset_single_table_counters pg_stat_reset_slru pg_stat_reset_subscription_stats pg_terminate_backend
  pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared setseed
  ts_stat`.split(/\s+/),
);

/**
 * Keywords that cannot be function names. Source: PostgreSQL docs, Appendix C, SQL Key Words; pg_get_keywords(), R
 * and C.
 */
const keywords: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric between both case cast check collate column constraint create
  current_catalog current_date current_role current_user default deferrable desc distinct do else end except exists extract
  false fetch for foreign from grant group grouping having in initially intersect into lateral leading limit not null offset
  on only or order placing primary references returning select session_user setof some symmetric table then to trailing
  true union unique user using values variadic when where window with`.split(/\s+/),
);

/** The first words of statements that only return rows. */
const readers: ReadonlySet<string> = new Set(['select', 'with', 'values', 'table', 'show', 'explain']);

/** Keywords after which a name with a parenthesis is an alias, a type or a table with columns, never a call. */
const declares: ReadonlySet<string> = new Set(['as', 'with', 'recursive', 'into']);

/** Words that may be function names, except after these. Source: PostgreSQL, gram.y. */
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

/** Words between two operands or relations. */
const infix: ReadonlySet<string> = new Set(['join', 'like', 'ilike', 'set']);
const joins: ReadonlySet<string> = new Set(['inner', 'left', 'right', 'full', 'outer', 'cross', 'natural']);

const isSign = (token: SqlToken | undefined, text: string): boolean =>
  token?.is === 'sign' && token.text === text;

const isName = (token: SqlToken | undefined): token is SqlToken =>
  token?.is === 'word' || token?.is === 'quoted';

/** The start index of a name that ends at `last`: 'pg_catalog.count' is three tokens. */
const nameStart = (tokens: readonly SqlToken[], last: number): number => {
  let index = last;
  while (isSign(tokens[index - 1], '.') && isName(tokens[index - 2])) index -= 2;
  return index;
};

/** True if the token ends an operand or a relation. */
const isOperand = (token: SqlToken | undefined): boolean =>
  token !== undefined &&
  (token.is === 'sign' ? /[)\]]/.test(token.text) : token.is !== 'word' || !keywords.has(token.text));

/** True if the word at `at` is part of a clause, so that the following parenthesis opens no call. */
const isClause = (tokens: readonly SqlToken[], index: number): boolean => {
  const { is, text } = tokens[index] ?? { is: 'sign', text: '' };
  if (is !== 'word') return false;
  const before = tokens[index - 1];
  if (keywords.has(text)) return true;
  if (Object.hasOwn(partsOfClauses, text))
    return before?.is === 'word' && (partsOfClauses[text] ?? []).includes(before.text);
  if (infix.has(text)) return isOperand(before) || joins.has(before?.text ?? '');
  if (text === 'filter') return tokens[index + 2]?.is === 'word' && tokens[index + 2]?.text === 'where';
  if (text === 'over') return isSign(before, ')');
  return text === 'explain' && index === 0;
};

/** The name of a refused call at an opening parenthesis, as written; undefined if it is no call, or an allowed one. */
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
 * Explains why a statement is not a read; undefined if it is one. Only functions known to have no effects are
 * allowed: a read-only transaction does not stop functions that signal backends, write files, or execute text. What
 * operators, casts, overloads and attributes call is known to the server only: `assertNoUserCode`.
 */
export const readViolation = (text: string): string | undefined => {
  const tokens = tokenizeSql(text);
  if ('why' in tokens) return tokens.why;
  const first = tokens.find((token) => !isSign(token, '('));
  if (first?.is !== 'word' || !readers.has(first.text))
    return 'a read begins with SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN';
  for (const [index, token] of tokens.entries()) {
    const name = isSign(token, '(') ? refusedCall(tokens, index) : undefined;
    if (name !== undefined) return `${name}() is not on the list of read-only functions`;
    if (isName(token) && isSign(tokens[index - 1], '.') && effectsByDot.has(token.text))
      return `.${token.text} calls ${token.text}(), which is not on the list of read-only functions`;
  }
  return undefined;
};

/** Throws `denied` for a statement that is not a read. */
export const assertReadOnly = (text: string): void => {
  const why = readViolation(text);
  if (why !== undefined)
    throw new SqlError(
      'denied',
      `the query was not sent: ${why}`,
      '',
      'use an operation for changes (cancel, terminate, setting, execute). To call your own read-only functions, read them through a view',
    );
};

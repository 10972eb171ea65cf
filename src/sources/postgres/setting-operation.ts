import { z } from 'zod';
import {
  type ActEvent,
  notApplicable,
  type OperationCall,
  type PermissionResult,
  type TargetDrift,
} from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { declareOperation, defineOperation } from '../kit/operations/define-operation.ts';
import { findPasswords, redactPasswords } from '../kit/values/secrets.ts';
import type { PostgresClient, PostgresContext } from './client.ts';
import { rowsForPlan } from './client.ts';
import { settingLine, settingsSql } from './detail-rows.ts';
import { quoteIdentifier, quoteLiteral, splitNameList } from './identifiers.ts';
import { booleanColumn, type QueryRow, singleRow, textColumn } from './parse.ts';
import { displayStatement, sendStatement } from './send-statement.ts';
import { changeSql, reloadSql, taggedSql } from './statements.ts';

/**
 * Reloads the configuration. Passed as a value, since the text of a read must not contain the name of a function with
 * side effects.
 */
const reloadFunction = 'pg_reload_conf';

/**
 * Reloading requires a superuser, unless granted. Source: PostgreSQL docs, Server Signaling Functions;
 * allow_alter_system.
 */
const serverPermitSql = taggedSql(
  'serverPermit',
  `
SELECT current_user AS me, current_setting('is_superuser') = 'on' AS super,
  current_setting('server_version_num')::int >= 150000 AS grants,
  coalesce((SELECT has_function_privilege(p.oid, 'EXECUTE') FROM pg_proc p
    WHERE p.proname = $1::text AND p.pronamespace = 'pg_catalog'::regnamespace), false) AS reloads,
  coalesce(current_setting('allow_alter_system', true), 'on') = 'off' AS closed`,
);

/** Since PostgreSQL 15. Source: PostgreSQL docs, GRANT, `ALTER SYSTEM ON PARAMETER`. */
const parameterPermitSql = taggedSql(
  'parameterPermit',
  `SELECT has_parameter_privilege(current_user, $1::text, 'ALTER SYSTEM') AS allowed`,
);

const deniedPermit = (why: string, remedy: string): PermissionResult => ({ allowed: false, why, remedy });

/** Checks whether our role may change this setting for the whole server and reload it. Throws SqlError. */
export const settingPermit = async (
  client: PostgresClient,
  name: string,
  signal: AbortSignal,
): Promise<PermissionResult> => {
  const row = singleRow((await client.ask(serverPermitSql, signal, { values: [reloadFunction] })).rows);
  const me = textColumn(row, 'me');
  if (booleanColumn(row, 'closed'))
    return deniedPermit(
      'allow_alter_system is off: ALTER SYSTEM is disabled',
      'change the setting in the configuration of the server',
    );
  if (booleanColumn(row, 'super')) return { allowed: true, why: `${me} is a superuser` };
  if (!booleanColumn(row, 'grants'))
    return deniedPermit(
      `${me} is not a superuser: before PostgreSQL 15 only a superuser may set ${name}`,
      'connect as a superuser',
    );
  const answer = await client.ask(parameterPermitSql, signal, { values: [name] });
  if (!booleanColumn(singleRow(answer.rows), 'allowed'))
    return deniedPermit(
      `${me} may not set ${name}`,
      `GRANT ALTER SYSTEM ON PARAMETER ${name} TO ${quoteIdentifier(me)}`,
    );
  if (!booleanColumn(row, 'reloads'))
    return deniedPermit(
      `${me} may set ${name}, but may not reload the configuration`,
      `GRANT EXECUTE ON FUNCTION ${reloadFunction}() TO ${quoteIdentifier(me)}`,
    );
  return { allowed: true, why: `${me} may set ${name} and reload the configuration` };
};

const settingParams = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?$/i, {
        error: 'not a setting name: use a name from pg_settings, such as work_mem',
      })
      .meta({ examples: ['max_connections'] }),
    value: z.union([z.string(), z.number(), z.boolean()]).exactOptional(),
    reset: z
      .literal(true)
      .meta({
        description: 'with true, opsdeck removes the value that ALTER SYSTEM has set, and sets no new one',
      })
      .exactOptional(),
  })
  .refine(({ value, reset }) => (value === undefined) !== (reset === undefined), {
    error: 'write value: VALUE or reset: true',
  });

/**
 * Settings that are lists of names, each quoted separately. Source: PostgreSQL, src/include/utils/guc.h,
 * GUC_LIST_QUOTE.
 */
const listSettings = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

const settingLiteral = (name: string, value: string | number | boolean): string => {
  const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
  if (!listSettings.has(name.toLowerCase())) return quoteLiteral(text);
  return splitNameList(text).map(quoteLiteral).join(', ');
};

const requireSetting = async (
  client: PostgresClient,
  name: string,
  signal: AbortSignal,
): Promise<QueryRow> => {
  const [row] = await rowsForPlan(client, settingsSql, signal, [[name.toLowerCase()], false]);
  if (row === undefined) throw notApplicable(`setting ${name} not found: SHOW ALL lists the names`);
  if (textColumn(row, 'context') === 'internal')
    throw notApplicable(`${name} cannot be changed: fixed at build time or by initdb`);
  return row;
};

const settingState = (row: QueryRow): string =>
  `${redactPasswords(textColumn(row, 'setting'))}${booleanColumn(row, 'pending_restart') ? ', a new value is pending a restart' : ''}`;

/** The undo: the value that ALTER SYSTEM had set before, or a reset. */
const settingUndo = (client: PostgresClient, row: QueryRow): OperationCall | string => {
  const name = textColumn(row, 'name');
  const was = textColumn(row, 'setting');
  const isOurs = textColumn(row, 'sourcefile').endsWith('postgresql.auto.conf');
  // The undo is written to disk; a password must not be.
  if (isOurs && redactPasswords(was) !== was)
    return 'opsdeck does not keep the previous value, which contains a password';
  // The server reports the effective value, not a pending one from its file.
  if (booleanColumn(row, 'pending_restart'))
    return 'opsdeck cannot restore the value that is pending a restart, because the server does not report that value';
  return {
    use: `${client.source}.setting`,
    with: isOurs ? { name, value: was } : { name, reset: true },
    title: isOurs ? `Restore ${name} to ${was}` : `Reset ${name}`,
    pins: 'value',
  };
};

const alterSystemSql = ({ name, value }: z.infer<typeof settingParams>): string => {
  const setting = name.toLowerCase();
  return value === undefined
    ? `ALTER SYSTEM RESET ${setting}`
    : `ALTER SYSTEM SET ${setting} = ${settingLiteral(setting, value)}`;
};

const declaration = declareOperation({ name: 'setting', danger: 'disruptive', params: settingParams });

/** `setting`: sets a value for the whole server (ALTER SYSTEM) and reloads it. Some settings require a restart. */
export const settingOperation = defineOperation(declaration, ({ client }: PostgresContext) => ({
  plan: async (params, signal) => {
    for (const secret of findPasswords(String(params.value))) secretMasker.add(secret);
    const row = await requireSetting(client, params.name, signal);
    const needsRestart = textColumn(row, 'context') === 'postmaster';
    const { title, text } = settingLine(row);
    const undo = settingUndo(client, row);
    return {
      targets: [
        {
          name: client.database,
          uid: `${client.displayAddress} setting ${title}`,
          saw: settingState(row),
          where: client.displayAddress,
        },
      ],
      calls: [
        { line: displayStatement(alterSystemSql(params)), target: 0 },
        { line: displayStatement(reloadSql), target: 0 },
      ],
      objects: [
        `sets ${title} for the whole server, now ${text}`,
        ...(needsRestart ? ['the new value takes effect only after the server restarts'] : []),
      ],
      ...(typeof undo === 'string' ? { lost: undo } : { earlier: undo }),
    };
  },

  permits: (plan, signal) => settingPermit(client, plan.params.name.toLowerCase(), signal),

  recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
    const [target] = plan.targets;
    const { name } = plan.params;
    const found = settingState(await requireSetting(client, name, signal));
    return target === undefined || found === target.saw
      ? undefined
      : { target: name, planned: target.saw, found };
  },

  act: async function* (plan, change, signal) {
    const params = plan.params;
    const text = changeSql('setting', alterSystemSql(params));
    const written = yield* sendStatement(client, change, { text }, () => ({ status: 'written' }), signal);
    if (written === undefined) return;
    const read = yield* sendStatement(
      client,
      change,
      { text: reloadSql },
      () => ({ status: 'configuration reload requested' }),
      signal,
    );
    if (read !== undefined) yield* reportSetting(client, params.name, change, signal);
  },

  undo: ({ earlier }) => (isOperationCall(earlier) ? earlier : undefined),
}));

const isOperationCall = (value: unknown): value is OperationCall =>
  typeof value === 'object' && value !== null && 'use' in value && 'with' in value && 'title' in value;

/** The server reads its files shortly after the reload request. */
const reloadSettleMs = 500;

async function* reportSetting(
  client: PostgresClient,
  name: string,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  await change.clock.sleep(reloadSettleMs, signal);
  try {
    const { title, text } = settingLine(await requireSetting(client, name, signal));
    yield { is: 'output', text: `${title}: ${text}` };
  } catch (error) {
    yield {
      is: 'output',
      text: `cannot read the current value: ${client.fault('settings', error).message}`,
    };
  }
}

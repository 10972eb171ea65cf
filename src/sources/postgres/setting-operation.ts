import { z } from 'zod';
import type { ActEvent, Drift, OperationCall, Permit } from '../../domain/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { declareOperation, defineOperation } from '../define-operation.ts';
import { passwordsIn, withoutPasswords } from '../secret-name.ts';
import type { PostgresClient, PostgresParts } from './client.ts';
import { asked, notApplicable } from './client.ts';
import { listItems, quoteIdentifier, quoteLiteral } from './identifiers.ts';
import { settingLine, settings } from './notes.ts';
import { onlyRow, type Row, textOf, truthOf } from './parse.ts';
import { callLine, sendStatement } from './statement-call.ts';
import { changing, reload, tagged } from './statements.ts';

/** What has the server read it: a value, as no text of a read may hold the name of a function that does something. */
const reloader = 'pg_reload_conf';

/** To reload is a superuser's alone, unless it was granted. Source: PostgreSQL docs, Server Signaling Functions; allow_alter_system. */
const server = tagged(
  'serverPermit',
  `
SELECT current_user AS me, current_setting('is_superuser') = 'on' AS super,
  current_setting('server_version_num')::int >= 150000 AS grants,
  coalesce((SELECT has_function_privilege(p.oid, 'EXECUTE') FROM pg_proc p
    WHERE p.proname = $1::text AND p.pronamespace = 'pg_catalog'::regnamespace), false) AS reloads,
  coalesce(current_setting('allow_alter_system', true), 'on') = 'off' AS closed`,
);

/** Since PostgreSQL 15. Source: PostgreSQL docs, GRANT, `ALTER SYSTEM ON PARAMETER`. */
const parameter = tagged(
  'parameterPermit',
  `SELECT has_parameter_privilege(current_user, $1::text, 'ALTER SYSTEM') AS allowed`,
);

const no = (why: string, remedy: string): Permit => ({ allowed: false, why, remedy });

/** Whether our role may write this setting for the whole server, and have it read. Throws SqlError. */
export const settingPermit = async (
  client: PostgresClient,
  name: string,
  signal: AbortSignal,
): Promise<Permit> => {
  const row = onlyRow((await client.ask(server, signal, { values: [reloader] })).rows);
  const me = textOf(row, 'me');
  if (truthOf(row, 'closed'))
    return no(
      'allow_alter_system is off: nobody may set anything by ALTER SYSTEM',
      'change the setting where this server is configured',
    );
  if (truthOf(row, 'super')) return { allowed: true, why: `${me} is a superuser` };
  if (!truthOf(row, 'grants'))
    return no(
      `${me} is no superuser: before PostgreSQL 15 nobody else may set ${name}`,
      'log in as a superuser',
    );
  const answer = await client.ask(parameter, signal, { values: [name] });
  if (!truthOf(onlyRow(answer.rows), 'allowed'))
    return no(
      `${me} may not set ${name}`,
      `GRANT ALTER SYSTEM ON PARAMETER ${name} TO ${quoteIdentifier(me)}`,
    );
  if (!truthOf(row, 'reloads'))
    return no(
      `${me} may set ${name}, and may not have the server read it`,
      `GRANT EXECUTE ON FUNCTION ${reloader}() TO ${quoteIdentifier(me)}`,
    );
  return { allowed: true, why: `${me} may set ${name}, and have the server read it` };
};

const settingParams = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?$/i, { error: 'no name of a setting' })
      .meta({ examples: ['max_connections'] }),
    value: z.union([z.string(), z.number(), z.boolean()]).exactOptional(),
    reset: z.literal(true).meta({ description: 'takes back what ALTER SYSTEM had set' }).exactOptional(),
  })
  .refine(({ value, reset }) => (value === undefined) !== (reset === undefined), {
    error: 'say value: VALUE, or reset: true',
  });

/** Settings that are lists of names: each is quoted by itself. Source: PostgreSQL, src/include/utils/guc.h, GUC_LIST_QUOTE. */
const lists = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

const literalOf = (name: string, value: string | number | boolean): string => {
  const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
  if (!lists.has(name.toLowerCase())) return quoteLiteral(text);
  return listItems(text).map(quoteLiteral).join(', ');
};

const settingNamed = async (client: PostgresClient, name: string, signal: AbortSignal): Promise<Row> => {
  const [row] = await asked(client, settings, signal, [[name.toLowerCase()], false]);
  if (row === undefined) throw notApplicable(`there is no setting ${name}`);
  if (textOf(row, 'context') === 'internal')
    throw notApplicable(`${name} was fixed when the server was built or made`);
  return row;
};

const sawOf = (row: Row): string =>
  `${withoutPasswords(textOf(row, 'setting'))}${truthOf(row, 'pending_restart') ? ', another waits for a restart' : ''}`;

/** What puts it back: the value that ALTER SYSTEM had set before, or none. */
const undoOf = (client: PostgresClient, row: Row): OperationCall | string => {
  const name = textOf(row, 'name');
  const was = textOf(row, 'setting');
  const isOurs = textOf(row, 'sourcefile').endsWith('postgresql.auto.conf');
  // What takes it back is written down, and a password is not.
  if (isOurs && withoutPasswords(was) !== was)
    return 'the value of before holds a password: opsdeck keeps it nowhere';
  // The server tells the value that holds, not the one that its file already has.
  if (truthOf(row, 'pending_restart'))
    return 'the value that waits for a restart: the server does not tell it';
  return {
    use: `${client.source}.setting`,
    with: isOurs ? { name, value: was } : { name, reset: true },
    title: isOurs ? `Set ${name} to ${was} again` : `Take back what was set for ${name}`,
    pins: 'value',
  };
};

const statementOf = ({ name, value }: z.infer<typeof settingParams>): string => {
  const setting = name.toLowerCase();
  return value === undefined
    ? `ALTER SYSTEM RESET ${setting}`
    : `ALTER SYSTEM SET ${setting} = ${literalOf(setting, value)}`;
};

const declared = declareOperation({ name: 'setting', danger: 'disruptive', params: settingParams });

/** `setting`: writes a value for the whole server (ALTER SYSTEM) and has it read; some hold only after a restart. */
export const setting = defineOperation(declared, ({ client }: PostgresParts) => ({
  plan: async (params, signal) => {
    for (const secret of passwordsIn(String(params.value))) masker.add(secret);
    const row = await settingNamed(client, params.name, signal);
    const needsRestart = textOf(row, 'context') === 'postmaster';
    const { title, text } = settingLine(row);
    const undo = undoOf(client, row);
    return {
      targets: [
        {
          name: client.database,
          uid: `${client.where} setting ${title}`,
          saw: sawOf(row),
          where: client.where,
        },
      ],
      calls: [
        { line: callLine(statementOf(params)), target: 0 },
        { line: callLine(reload), target: 0 },
      ],
      objects: [
        `${title} of the whole server, now ${text}`,
        ...(needsRestart ? ['it holds only after a restart of the server'] : []),
      ],
      ...(typeof undo === 'string' ? { lost: undo } : { earlier: undo }),
    };
  },

  permits: (plan, signal) => settingPermit(client, plan.params.name.toLowerCase(), signal),

  recheck: async (plan, signal): Promise<Drift | undefined> => {
    const [target] = plan.targets;
    const { name } = plan.params;
    const found = sawOf(await settingNamed(client, name, signal));
    return target === undefined || found === target.saw
      ? undefined
      : { target: name, planned: target.saw, found };
  },

  act: async function* (plan, change, signal) {
    const params = plan.params;
    const text = changing('setting', statementOf(params));
    const written = yield* sendStatement(client, change, { text }, () => ({ status: 'written' }), signal);
    if (written === undefined) return;
    const read = yield* sendStatement(
      client,
      change,
      { text: reload },
      () => ({ status: 'the server was told to read it' }),
      signal,
    );
    if (read !== undefined) yield* lookAfter(client, params.name, change, signal);
  },

  undo: ({ earlier }) => (isCall(earlier) ? earlier : undefined),
}));

const isCall = (value: unknown): value is OperationCall =>
  typeof value === 'object' && value !== null && 'use' in value && 'with' in value && 'title' in value;

/** The server reads its files a moment after it was told to. */
const settleMs = 500;

async function* lookAfter(
  client: PostgresClient,
  name: string,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  await change.clock.sleep(settleMs, signal);
  try {
    const { title, text } = settingLine(await settingNamed(client, name, signal));
    yield { is: 'output', text: `${title}: ${text}` };
  } catch (error) {
    yield {
      is: 'output',
      text: `how it stands now could not be read: ${client.fault('settings', error).message}`,
    };
  }
}

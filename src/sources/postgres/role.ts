import { z } from 'zod';
import { notApplicable, type PermissionResult, PlanError } from '../../domain/runbooks/operation.ts';
import type { ReadFiles } from '../../platform/files/file-interfaces.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import type { PostgresClient } from './client.ts';
import { rowsForPlan } from './client.ts';
import { booleanColumn, type QueryRow, textColumn } from './parse.ts';
import { taggedSql } from './statements.ts';

const maxPasswordBytes = 1024;

export const zRole = z
  .string()
  .regex(/^[^\p{Cc}]{1,63}$/u, {
    error: 'not a role name: use 1 to 63 characters without control characters',
  })
  .meta({ description: 'role name' });

export const zPasswordFile = z
  .string()
  .min(1)
  .meta({ description: 'path of a file that has the new password in one line, relative to the profile' });

/** Reads a password from a file and masks it in all output from now on. Throws WireError, PlanError. */
export const readRolePassword = async (
  files: ReadFiles,
  path: string,
  signal: AbortSignal,
): Promise<string> => {
  const { raw, whole } = await files.read(path, { from: 'head', maxBytes: maxPasswordBytes }, signal);
  const password = raw.replace(/\n$/, '');
  secretMasker.add(password);
  const refuse = (why: string): PlanError => new PlanError('failed', `${path} ${why}`);
  if (password === '') throw refuse('is empty. Write the password in one line');
  if (!whole) throw refuse('is too long for a password. Write the password in one line');
  // Clients normalize other characters differently, so logins would fail.
  if (!/^[\x20-\x7e]+$/.test(password))
    throw refuse('must contain one line of printable ASCII, the password');
  return password;
};

/**
 * A role, its current sessions, and whether ours may change its password. Source: PostgreSQL docs, ALTER ROLE;
 * pg_auth_members.
 */
const roleSql = taggedSql(
  'role',
  `
SELECT r.oid, r.rolcanlogin AS login, current_user AS me,
  CASE WHEN current_setting('is_superuser') = 'on' THEN 'superuser'
    WHEN r.rolname = current_user THEN 'own'
    WHEN r.rolsuper THEN 'none'
    WHEN NOT m.rolcreaterole THEN 'none'
    WHEN current_setting('server_version_num')::int < 160000 THEN 'createrole'
    WHEN EXISTS (SELECT FROM pg_auth_members a WHERE a.roleid = r.oid AND a.member = m.oid AND a.admin_option) THEN 'admin'
    ELSE 'none' END AS allowed,
  (SELECT string_agg(application || ' ' || number, ', ' ORDER BY application) FROM (
    SELECT coalesce(nullif(a.application_name, ''), 'no name') AS application, count(*) AS number
    FROM pg_stat_activity a WHERE a.usename = r.rolname GROUP BY 1) AS sessions) AS sessions,
  (SELECT count(*) FROM pg_stat_activity a WHERE a.usename = r.rolname) AS connections
FROM pg_roles r JOIN pg_roles m ON m.rolname = current_user WHERE r.rolname = $1::text`,
);

/** Throws PlanError when the role does not exist or cannot log in. */
export const requireLoginRole = async (
  client: PostgresClient,
  name: string,
  signal: AbortSignal,
): Promise<QueryRow> => {
  const [row] = await rowsForPlan(client, roleSql, signal, [name]);
  if (row === undefined) throw notApplicable(`role ${name} not found: \\du in psql lists the roles`);
  if (!booleanColumn(row, 'login'))
    throw notApplicable(`${name} may not log in, so a new password would have no effect. Grant LOGIN first`);
  return row;
};

const permitReasons: Readonly<Record<string, string>> = {
  superuser: 'is a superuser',
  own: 'may change its own password',
  createrole: 'has CREATEROLE',
  admin: 'has CREATEROLE and the ADMIN option on the target role',
};

/** Checks whether our role may change the password of the role called `name`. */
export const passwordPermit = (row: QueryRow, name: string): PermissionResult => {
  const me = textColumn(row, 'me');
  const why = permitReasons[textColumn(row, 'allowed')];
  if (why !== undefined) return { allowed: true, why: `${me} ${why}` };
  return {
    allowed: false,
    why: `${me} may not change the password of ${name}`,
    remedy: 'connect as a superuser, or as a role with CREATEROLE and the ADMIN option on the target role',
  };
};

import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { secretMasker } from '../../platform/masking/secrets.ts';

/** The login whose password is needed. */
interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Splits a line into its first four fields and the rest; `\:` and `\\` are a colon and a backslash. */
const fieldsOf = (line: string): readonly string[] => {
  const cut = line.match(/(?:[^:\\]|\\.)*:?/gs) ?? [];
  if (cut.filter((field) => field.endsWith(':')).length < 4) return [];
  const fields = [...cut.slice(0, 4), cut.slice(4).join('')];
  return fields.map((field, index) =>
    (index < 4 ? field.replace(/:$/, '') : field).replaceAll(/\\(.)/gs, '$1'),
  );
};

/**
 * The password of the first matching line; undefined if none matches. Lines are `host:port:database:user:password`;
 * each of the first four may be `*`. Source: PostgreSQL docs, The Password File.
 */
export const findPassword = (text: string, { host, port, database, user }: Login): string | undefined => {
  // Unix socket connections match localhost.
  const loginFields = [host.startsWith('/') ? 'localhost' : host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const password = fields[4];
    if (
      password !== undefined &&
      loginFields.every((value, index) => fields[index] === '*' || fields[index] === value)
    )
      return password;
  }
  return undefined;
};

/**
 * The password of a login in libpq's password file. Undefined if the file has none or, as in libpq, if others may read
 * the file.
 */
export const readPasswordFile = async (login: Login): Promise<string | undefined> => {
  const path = process.env.PGPASSFILE ?? join(homedir(), '.pgpass');
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) return undefined;
    const password = findPassword(await readFile(path, 'utf8'), login);
    if (password !== undefined) secretMasker.add(password);
    return password;
  } catch {
    return undefined;
  }
};

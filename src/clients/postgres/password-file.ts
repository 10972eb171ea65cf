import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { secretMasker } from '../../platform/terminal/secrets.ts';

/** Whom a password is looked for. */
interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** The first four fields of a line and the rest of it, `\:` and `\\` being a colon and a backslash. */
const fieldsOf = (line: string): readonly string[] => {
  const cut = line.match(/(?:[^:\\]|\\.)*:?/gs) ?? [];
  if (cut.filter((field) => field.endsWith(':')).length < 4) return [];
  const fields = [...cut.slice(0, 4), cut.slice(4).join('')];
  return fields.map((field, at) => (at < 4 ? field.replace(/:$/, '') : field).replaceAll(/\\(.)/gs, '$1'));
};

/**
 * The password of the first line that fits; undefined when none does. Lines are `host:port:database:user:password`,
 * each of the first four may be `*`. Source: PostgreSQL docs, The Password File.
 */
export const findPassword = (text: string, { host, port, database, user }: Login): string | undefined => {
  // A connection through a Unix socket is that of localhost.
  const wanted = [host.startsWith('/') ? 'localhost' : host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const password = fields[4];
    if (password !== undefined && wanted.every((value, at) => fields[at] === '*' || fields[at] === value))
      return password;
  }
  return undefined;
};

/** What libpq's password file holds for a login; undefined when there is none, or others may read it, as libpq does. */
export const readPasswordFile = async (login: Login): Promise<string | undefined> => {
  const path = process.env.PGPASSFILE ?? join(homedir(), '.pgpass');
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) return undefined;
    const found = findPassword(await readFile(path, 'utf8'), login);
    if (found !== undefined) secretMasker.add(found);
    return found;
  } catch {
    return undefined;
  }
};

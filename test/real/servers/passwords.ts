import { rename, writeFile } from 'node:fs/promises';
import { secret } from '../../contract/wired.ts';

/** The user of the sources; its password is the contract suite's secret until a test changes it. */
export const user = 'opsdeck';
/** The user for logins between real servers; tests do not change it. */
export const scraper = { user: 'scraper', password: 'scraper+reads' } as const;
export const otherPassword = 'another+password';

/** The Authorization header of the sources' user. */
export const authorized = {
  authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
} as const;

/** bcrypt hashes (cost 4) of the three passwords: Node has no bcrypt, and these are not secret. */
const hashes: Readonly<Record<string, string>> = {
  [secret]: '$2b$04$abcdefghijklmnopqrstuuNKKrO9rR/.FyYZkuQPKHeo/DLbsjkWS',
  [otherPassword]: '$2b$04$abcdefghijklmnopqrstuuhcl.Cawlw4xtPcwsD.nU7lHm.hq23za',
  [scraper.password]: '$2b$04$abcdefghijklmnopqrstuuBRPRXWd4kTG2I0PvKhjIbWBsKaATcEy',
};

const hashOf = (password: string): string => {
  const hash = hashes[password];
  if (hash === undefined) throw new Error('unknown password: add its bcrypt hash');
  return hash;
};

/**
 * Writes the web configuration of Prometheus' family (server, Alertmanager, exporters): they read it with every
 * request, so a password changes at once. Source: prometheus/exporter-toolkit, web configuration.
 */
export const writePasswords = async (file: string, password: string): Promise<void> => {
  const users = { [user]: hashOf(password), [scraper.user]: hashOf(scraper.password) };
  const next = `${file}.next`;
  await writeFile(next, JSON.stringify({ basic_auth_users: users }));
  await rename(next, file);
};

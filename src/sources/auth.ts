import { masker } from '../platform/terminal/secrets.ts';
import type { Auth } from './connection.ts';

/** The headers that log in; what is secret in them shows in no message from now on. */
export const authHeaders = (
  auth: Auth | undefined,
  url: string | undefined,
): Readonly<Record<string, string>> => {
  if (auth?.bearer !== undefined) {
    masker.add(auth.bearer);
    return { authorization: `Bearer ${auth.bearer.trim()}` };
  }
  if (auth?.header !== undefined) {
    for (const value of Object.values(auth.header)) masker.add(value);
    return auth.header;
  }
  const basic = auth?.basic ?? userInfo(url);
  return basic === undefined ? {} : { authorization: `Basic ${basicToken(basic)}` };
};

const basicToken = ({ user, password }: { user: string; password: string }): string => {
  const token = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
  masker.add(password);
  masker.add(token);
  return token;
};

/** The user and password that a URL carries: http://user:password@host */
const userInfo = (url: string | undefined): { user: string; password: string } | undefined => {
  if (url === undefined) return undefined;
  const { username, password } = new URL(url);
  return username === ''
    ? undefined
    : { user: decodeURIComponent(username), password: decodeURIComponent(password) };
};

/** The same address without user and password: the one that is asked, shown and compared. */
export const plainUrl = (url: string): string => {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain.href;
};

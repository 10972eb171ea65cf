import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox } from '../../e2e/support/sandbox.ts';
import { passwords } from '../postgres/roles.ts';
import { asSuperuser } from './stage.ts';

/** Engineers with a database user each, as tier production requires for approvals. */
export const persons = ['ana', 'ben'] as const;
export type Person = (typeof persons)[number];

const userOf = (person: Person): string => `opsdeck_${person}`;

/** Creates their database users, with the rights of the program and its password. */
export const createDatabaseUsers = async (): Promise<void> => {
  for (const person of persons) {
    await asSuperuser(`DROP ROLE IF EXISTS ${userOf(person)}`);
    await asSuperuser(`CREATE ROLE ${userOf(person)} LOGIN PASSWORD '${passwords.opsdeck}' IN ROLE opsdeck`);
  }
};

/** The variables of a person's login. */
export const personEnv = (person: Person): Readonly<Record<string, string>> => ({
  STATE_USER: userOf(person),
  STATE_PASSWORD: passwords.opsdeck,
});

/** `guard.approval.users` of the profile: the database user of each account. */
export const databaseUsers: Readonly<Record<string, string>> = Object.fromEntries(
  persons.map((person) => [person, userOf(person)]),
);

/** `guard:` of the profile. */
export const personsGuard = `guard:
  approval:
    danger: safe
    for: 10m
    users: ${JSON.stringify(databaseUsers)}
`;

/**
 * The command that starts a program under the account of a person: in a mount namespace of its own, where this name has the
 * user id of this process. The process keeps its pid.
 */
export const asPerson = async ({ dir }: Pick<Sandbox, 'dir'>, person: Person): Promise<readonly string[]> => {
  const accounts = join(dir, 'accounts');
  await writeFile(accounts, `${person}:x:0:0::${dir}:/bin/sh\n`, { mode: 0o644 });
  const isRoot = process.getuid?.() === 0;
  return [
    ...['unshare', ...(isRoot ? [] : ['--user', '--map-root-user']), '--mount'],
    ...['sh', '-c', 'mount --bind "$0" /etc/passwd && exec "$@"', accounts],
  ];
};

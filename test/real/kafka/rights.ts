import {
  AclOperationTypes,
  AclPermissionTypes,
  type AclResourceTypes,
  type Kafka,
  ResourcePatternTypes,
} from 'kafkajs';
import { command } from '../machine/command.ts';
import { user } from '../servers/passwords.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';
import { asAdmin, brokersOf } from './client.ts';
import { javaArgs, releaseOf } from './release.ts';

const withinMs = 60_000;

/** Denies our user a topic or a group by an ACL until disposal. The ACL takes effect shortly after this resolves. */
export const denyAccess = async (
  kafka: Kafka,
  resourceType: AclResourceTypes,
  resourceName: string,
): Promise<AsyncDisposable> => {
  const rule = {
    resourceType,
    resourceName,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    principal: `User:${user}`,
    host: '*',
    operation: AclOperationTypes.ALL,
    permissionType: AclPermissionTypes.DENY,
  };
  await asAdmin(kafka, (admin) => admin.createAcls({ acl: [rule] }));
  return {
    [Symbol.asyncDispose]: async () =>
      void (await asAdmin(kafka, (admin) => admin.deleteAcls({ filters: [rule] }))),
  };
};

/** Changes our user's SCRAM password with Kafka's own tool, which takes seconds. It applies to new connections at once. */
export const setPassword = async (server: Address, password: string): Promise<void> => {
  const release = releaseOf(detailOf(server, 'release'));
  const { status, output } = await command(
    'java',
    [
      ...javaArgs(release, detailOf(server, 'jars'), 96),
      'kafka.admin.ConfigCommand',
      ...['--bootstrap-server', brokersOf(server).join(',')],
      ...['--entity-type', 'users', '--entity-name', user],
      ...['--alter', '--add-config', `SCRAM-SHA-256=[iterations=4096,password=${password}]`],
    ],
    { signal: AbortSignal.timeout(withinMs) },
  );
  if (status !== 0) throw new Error(`cannot change the password (${status}): ${output.trim()}`);
};

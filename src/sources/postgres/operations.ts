import { z } from 'zod';
import { scramVerifier } from '../../clients/postgres/scram-verifier.ts';
import { PlanError, type TargetDrift } from '../../domain/runbooks/operation.ts';
import { formatCount } from '../../domain/text/format.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { declareOperation, defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { resolveLocalPath } from '../kit/operations/local-files.ts';
import type { PostgresContext } from './client.ts';
import { consoleOperation } from './console-operation.ts';
import { readDumpOperation } from './dump-operation.ts';
import { executeOperation } from './execute-operation.ts';
import { explainAnalyzeOperation, explainOperation } from './explain-operation.ts';
import { quoteIdentifier, quoteLiteral } from './identifiers.ts';
import { createIndexOperation, dropIndexOperation } from './index-operations.ts';
import { loginOperation } from './login-operation.ts';
import { reindexOperation, vacuumOperation } from './maintenance-operations.ts';
import { numberColumn, textColumn } from './parse.ts';
import { queryOperation } from './query-operation.ts';
import { passwordPermit, readRolePassword, requireLoginRole, zPasswordFile, zRole } from './role.ts';
import { sendStatement } from './send-statement.ts';
import { settingOperation } from './setting-operation.ts';
import { cancelOperation, terminateOperation } from './signal-operation.ts';
import { changeSql } from './statements.ts';

/** Source: PostgreSQL docs, scram_iterations. */
const defaultIterations = 4096;

const passwordParams = z.strictObject({
  role: zRole,
  file: zPasswordFile,
  iterations: z
    .int()
    .min(defaultIterations)
    .max(1_000_000)
    .meta({ description: `number of SCRAM iterations for the new password (default: ${defaultIterations})` })
    .exactOptional(),
});

const redactedStatement = (role: string): string =>
  `ALTER ROLE ${quoteIdentifier(role)} PASSWORD 'SCRAM-SHA-256…'`;

const passwordDeclaration = declareOperation({
  name: 'password',
  danger: 'disruptive',
  params: passwordParams,
});

/**
 * `password`: changes the password of a role. Sends the SCRAM verifier that the server stores, never the password
 * itself.
 */
const passwordOperation = defineOperation(passwordDeclaration, ({ client, files, dir }: PostgresContext) => ({
  plan: async ({ role, file }, signal) => {
    const path = resolveLocalPath(file, dir);
    await readForPlan(client, 'password', () => readRolePassword(files, path, signal));
    const row = await requireLoginRole(client, role, signal);
    const connections = numberColumn(row, 'connections');
    const sessions = textColumn(row, 'sessions');
    return {
      targets: [
        {
          name: role,
          uid: `${client.displayAddress} role ${textColumn(row, 'oid')}`,
          saw: 'may log in',
          where: client.displayAddress,
        },
      ],
      calls: [{ line: redactedStatement(role), target: 0 }],
      objects: [
        `password from ${path}`,
        connections === undefined || connections === 0
          ? `no open sessions of ${role}`
          : `${formatCount(connections)} sessions of ${role} stay open. New logins need the new password: ${sessions}`,
      ],
      ...(connections === undefined ? {} : { reach: { connections } }),
      lost: 'opsdeck does not keep the old password: note the password first if you may need the old one again',
    };
  },

  permits: async (plan, signal) => {
    const { role } = plan.params;
    return passwordPermit(await requireLoginRole(client, role, signal), role);
  },

  recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
    const { role } = plan.params;
    const [target] = plan.targets;
    const found = `${client.displayAddress} role ${textColumn(await requireLoginRole(client, role, signal), 'oid')}`;
    if (target === undefined || target.uid === found) return undefined;
    return { target: role, planned: target.uid, found };
  },

  act: async function* (plan, change, signal) {
    const { role, file, iterations = defaultIterations } = plan.params;
    let verifier: string;
    try {
      verifier = await scramVerifier(
        await readRolePassword(files, resolveLocalPath(file, dir), signal),
        iterations,
      );
    } catch (error) {
      if (!(error instanceof WireError || error instanceof PlanError)) throw error;
      yield { is: 'answered', line: redactedStatement(role), status: error.message, ok: false };
      return;
    }
    secretMasker.add(verifier);
    const text = changeSql(
      'password',
      `ALTER ROLE ${quoteIdentifier(role)} PASSWORD ${quoteLiteral(verifier)}`,
    );
    yield* sendStatement(client, change, { text }, () => ({ status: 'changed' }), signal);
  },
}));

/** All operations of this source. To add one, create its file and list it here. */
export const postgresOperations = [
  queryOperation,
  explainOperation,
  explainAnalyzeOperation,
  readDumpOperation,
  cancelOperation,
  terminateOperation,
  vacuumOperation,
  reindexOperation,
  createIndexOperation,
  dropIndexOperation,
  settingOperation,
  loginOperation,
  passwordOperation,
  executeOperation,
  consoleOperation,
];

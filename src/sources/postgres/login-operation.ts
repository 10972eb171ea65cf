import { z } from 'zod';
import { SqlError } from '../../clients/postgres/sql-types.ts';
import type { ActEvent } from '../../domain/runbooks/operation.ts';
import { declareOperation, loginResultEvents, readForPlan } from '../kit/operations/define-operation.ts';
import { resolveLocalPath } from '../kit/operations/local-files.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import type { PostgresContext } from './client.ts';
import { readRolePassword, zPasswordFile, zRole } from './role.ts';
import { healthSql } from './statements.ts';

const loginParams = z.strictObject({ role: zRole, file: zPasswordFile });

/** The server rejected a password or a role. Source: PostgreSQL docs, Appendix A. */
const authFailureStates: ReadonlySet<string> = new Set(['28P01', '28000']);

const declaration = declareOperation({
  name: 'login',
  params: loginParams,
  resultKinds: ['json'],
});

/**
 * `login`: checks whether a role can log in with the password from a file: as JSON `login`, accepted or refused. Each
 * check is one login.
 */
export const loginOperation = defineReadOperation(declaration, ({ client, files, dir }: PostgresContext) => ({
  plan: async ({ role, file }, signal) => {
    const path = resolveLocalPath(file, dir);
    await readForPlan(client, 'login', () => readRolePassword(files, path, signal));
    return {
      targets: [
        { name: role, uid: `${client.displayAddress} role ${role}`, saw: '', where: client.displayAddress },
      ],
      calls: [{ line: `log in as ${role}`, target: 0 }],
      objects: [`password from ${path}`],
    };
  },
  act: async function* (plan, _change, signal): AsyncIterable<ActEvent> {
    const { role, file } = plan.params;
    const line = `log in as ${role}`;
    yield { is: 'call', line };
    try {
      const password = await readRolePassword(files, resolveLocalPath(file, dir), signal);
      await client.asUser(role, password).ask(healthSql, signal, { newConnection: true });
      yield* loginResultEvents(line, 'accepted');
    } catch (error) {
      if (error instanceof SqlError && authFailureStates.has(error.sqlState))
        yield* loginResultEvents(line, 'refused');
      else yield { is: 'answered', line, status: client.fault('login', error).message, ok: false };
    }
  },
}));

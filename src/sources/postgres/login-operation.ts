import { z } from 'zod';
import { SqlError } from '../../clients/postgres/sql.ts';
import type { ActEvent } from '../../domain/operation.ts';
import { declareOperation, defineOperation } from '../define-operation.ts';
import { ownPath } from '../own-files.ts';
import type { PostgresParts } from './client.ts';
import { planned } from './client.ts';
import { passwordIn, zPasswordFile, zRole } from './role.ts';
import { health } from './statements.ts';

const loginParams = z.strictObject({ role: zRole, file: zPasswordFile });

/** The server's word that a password, or who shows it, is not let in. Source: PostgreSQL docs, Appendix A. */
const refusals: ReadonlySet<string> = new Set(['28P01', '28000']);

const declared = declareOperation({ name: 'login', danger: 'read', params: loginParams, finds: ['json'] });

/** `login`: whether a role gets in with the password of a file: as JSON `login`, accepted or refused. Each is one login. */
export const login = defineOperation(declared, ({ client, files, dir }: PostgresParts) => ({
  plan: async ({ role, file }, signal) => {
    const path = ownPath(file, dir);
    await planned(client, 'login', () => passwordIn(files, path, signal));
    return {
      targets: [{ name: role, uid: `${client.where} role ${role}`, saw: '', where: client.where }],
      calls: [{ line: `log in as ${role}`, target: 0 }],
      objects: [`the password comes from ${path}`],
    };
  },

  recheck: async () => undefined,

  act: async function* (plan, _change, signal): AsyncIterable<ActEvent> {
    const { role, file } = plan.params;
    const line = `log in as ${role}`;
    yield { is: 'call', line };
    try {
      const password = await passwordIn(files, ownPath(file, dir), signal);
      await client.as(role, password).ask(health, signal, { fresh: true });
      yield* told(line, 'accepted');
    } catch (error) {
      if (error instanceof SqlError && refusals.has(error.sqlState)) yield* told(line, 'refused');
      else yield { is: 'answered', line, status: client.fault('login', error).message, ok: false };
    }
  },
}));

function* told(line: string, login: 'accepted' | 'refused'): Generator<ActEvent> {
  yield { is: 'output', text: login };
  yield { is: 'found', found: { json: { login } } };
  yield { is: 'answered', line, status: login, ok: true };
}

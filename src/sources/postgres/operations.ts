import { readDumpOperation } from './dump-operation.ts';
import { execute } from './execute-operation.ts';
import { createIndex, dropIndex } from './index-operations.ts';
import { login } from './login-operation.ts';
import { reindex, vacuum } from './maintenance.ts';
import { password } from './password-operation.ts';
import { query } from './query-operation.ts';
import { setting } from './setting-operation.ts';
import { cancel, terminate } from './signal-operation.ts';

/** Every operation of this source; a new one is its file and a line here. */
export const postgresOperations = [
  query,
  readDumpOperation,
  cancel,
  terminate,
  vacuum,
  reindex,
  createIndex,
  dropIndex,
  setting,
  login,
  password,
  execute,
];

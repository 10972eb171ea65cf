import type { OperationDefinition } from '../define-operation.ts';
import type { MongoContext } from './client.ts';

/** All operations of this source. */
export const mongoOperations: readonly OperationDefinition<MongoContext>[] = [];

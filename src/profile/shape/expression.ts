import { z } from 'zod';

/** An expression, parsed where what it names is known. */
export const zExpression = z.string().min(1).meta({ description: 'an expression: docs/runbooks.md' });

import {
  defineOperation,
  type OperationBehavior,
  type OperationDefinition,
  type OperationSpec,
} from './define-operation.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * Defines an operation that only reads: its danger is `read`, it has no undo, and nothing is read again before it, because
 * nothing can be changed meanwhile that it would act on.
 */
export const defineReadOperation = <P extends Values, Parts extends { readonly source: string }>(
  declared: Omit<OperationSpec<P>, 'danger'>,
  behaviorOf: (parts: Parts) => Omit<OperationBehavior<P>, 'recheck' | 'undo'>,
): OperationDefinition<Parts> =>
  defineOperation({ ...declared, danger: 'read' }, (parts: Parts) => ({
    ...behaviorOf(parts),
    recheck: async () => undefined,
  }));

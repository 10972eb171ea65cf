import type { FactKind } from '../../../domain/facts/facts.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { kindOf } from '../../../kinds/registry/registry.ts';
import type { Column } from '../../kit/components/table.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { fieldText, type KindField } from './field-text.ts';

/** Width of the column of the source, in cells. */
const sourceWidth = 10;

/**
 * The columns of wide mode that the fields of a kind declare (`inColumn`), in their order, and that of the source.
 * `factOf`: the row of the store; undefined for a row that stands for several, whose cells are blank.
 */
export const fieldColumns = <R>(
  { pen }: RenderContext,
  kind: FactKind,
  factOf: (row: R) => Pick<Row, 'fact' | 'level' | 'stale'> | undefined,
): readonly Column<R>[] => {
  const { allFields } = kindOf(kind);
  const columnOf = (field: KindField, head: string, width: number, grows?: true): Column<R> => ({
    head,
    width,
    wide: true,
    ...(field.type === 'number' ? { align: 'decimal' } : {}),
    ...(grows === true ? { grow: 1, keepsEnd: () => true } : {}),
    cell: (row) => {
      const of = factOf(row);
      if (of === undefined) return pen.run('');
      return pen.run(fieldText(field, of.fact, of.level), of.stale ? 'stale' : 'faint');
    },
  });
  return [
    ...Object.values(allFields).flatMap((field) =>
      field.column === undefined
        ? []
        : [columnOf(field, field.column.head, field.column.width, field.column.grows)],
    ),
    ...(allFields.source === undefined ? [] : [columnOf(allFields.source, 'SOURCE', sourceWidth)]),
  ];
};
